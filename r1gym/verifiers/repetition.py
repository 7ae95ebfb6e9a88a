"""The repetition reward: a text that does not go round in circles.

The value is the share of distinct n-grams. One minus it is the penalty of Open-R1
(`get_repetition_penalty_reward`, with 3-grams of words); Yeo et al., "Demystifying Long
Chain-of-Thought Reasoning" (arXiv 2502.03373), penalise repeated n-grams of 40 tokens. Eight lies
between: ordinary prose and working scarcely repeat eight words and symbols in a row, and a loop
does soon. Left out: token ids, so that the value does not depend on the tokenizer.
"""

from __future__ import annotations

import re
from array import array

from r1gym.core.checks import check_whole
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.protocol import register_verifier

_NO_SPACES = (
    "\u0e01-\u0e4e\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A word is cut after 16 characters, or a loop without spaces would be a single unit.
_UNIT = re.compile(rf"[{_NO_SPACES}]|[^\W{_NO_SPACES}]{{1,16}}|[^\w\s]")


@register_verifier("repetition")
class Repetition:
    """Pays the share of distinct n-grams: 1 without any repetition, near 0 in a loop.

    A text shorter than one n-gram repeats nothing and earns 1; one without any unit earns 0.

    Args:
        n: How many units an n-gram has, see `split_units`.

    Raises:
        ConfigError: If `n` is not a whole number from 1 to 100.
    """

    reads: frozenset[str] = frozenset()

    def __init__(self, n: int = 8) -> None:
        self.n = check_whole("n", n, least=1, most=100)

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the share of distinct n-grams, from 0 to 1."""
        units = split_units(completion.written)
        if not units:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "the completion is empty")
        total = len(units) - self.n + 1
        distinct = _count_distinct(units, self.n)
        if total <= 0 or distinct == total:
            return Score(1.0, Verdict.CORRECT)
        return Score(
            distinct / total, Verdict.WRONG, f"{distinct} of {total} {self.n}-grams are distinct"
        )


def _count_distinct(units: list[str], n: int) -> int:
    # Slices of bytes hash several times faster than tuples of strings.
    numbers: dict[str, int] = {}
    coded = array("Q", (numbers.setdefault(unit, len(numbers)) for unit in units)).tobytes()
    width = 8 * n
    return len({coded[i : i + width] for i in range(0, len(coded) - width + 1, 8)})


def split_units(text: str) -> list[str]:
    """Returns a text's units: words, symbols, and the characters of scripts without spaces."""
    return _UNIT.findall(text)
