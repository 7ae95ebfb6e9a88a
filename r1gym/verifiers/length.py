r"""The length reward: a completion that ends well before the limit.

The soft overlong punishment of DAPO (arXiv 2503.14476, equation 13), plus one, so that it lies in
0 to 1: with the limit :math:`L` and the buffer :math:`B`, a completion of length :math:`\ell` earns
1 up to :math:`L - B`, then :math:`(L - \ell) / B`, and 0 from :math:`L` on. A wrong answer that is
short earns as much as a right one, so weigh it with ``"requires": "accuracy"`` if that matters.

Left out: rewards for reaching a length; they teach padding.
"""

from __future__ import annotations

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.repetition import split_units


@register_verifier("length")
class Length:
    """Pays 1 for a completion that leaves the buffer free, and less the further it goes in.

    Args:
        limit: The length that earns nothing, in tokens; in units (`split_units`) if a completion
            comes without its tokens.
        buffer: How far before the limit the reward starts to fall. The defaults are DAPO's.

    Raises:
        ConfigError: If they are not whole numbers with ``1 <= buffer <= limit``.
    """

    reads: frozenset[str] = frozenset()

    def __init__(self, limit: int = 20_480, buffer: int = 4_096) -> None:
        for name, value in (("limit", limit), ("buffer", buffer)):
            check_whole(name, value, least=1)
        if buffer > limit:
            raise ConfigError(
                f"buffer={buffer} is above limit={limit}; pass a buffer of at most the limit."
            )
        self.limit = limit
        self.buffer = buffer

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns how much of the buffer is left, from 0 to 1."""
        if not completion.written.strip():
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "the completion is empty")
        length = len(completion.token_ids) or len(split_units(completion.written))
        value = min(1.0, max(0.0, (self.limit - length) / self.buffer))
        if value == 1.0:
            return Score(1.0, Verdict.CORRECT)
        verdict = Verdict.TRUNCATED if completion.truncated else Verdict.WRONG
        return Score(value, verdict, f"its length is {length}, with a limit of {self.limit}")
