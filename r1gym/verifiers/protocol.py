"""What a verifier is, and the registry that names resolve through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from r1gym.core.registry import Registry
from r1gym.core.types import Completion, Problem, Score
from r1gym.verifiers.any_gold import seeing_every_gold


class Verifier(Protocol):
    """A reward component.

    `score` is total and deterministic: any text in, a Score out, from any thread, in bounded time.
    A failure of its own is a verdict (``verifier_error``, ``infra_error``, ``judge_failed``), never
    a value of 0 and never an exception. The gold answer scores 1, an empty answer 0.
    `r1gym.testing.check_verifier` checks these promises.

    The constructor takes options by keyword, JSON values all of them with defaults, and raises
    ConfigError for values that are not allowed.

    A component may also have any of these; the reward sum looks for them by name:

    ``for_template(template) -> Verifier``
        Returns the verifier that fits a prompt template (its text, with ``{question}`` in it), or
        raises ConfigError if the reward could never be earned under it.
    ``reads: frozenset[str]``
        What it reads of a problem beside the question: ``"answer"`` and keys of the metadata. A
        problem without a gold is scored only by those that do not read it, and of one with several
        golds they are shown one at a time; a registered class is called so even directly. Without
        it a verifier is taken to read everything.
    ``score_batch(pairs) -> list[Score]``
        Scores many ``(problem, completion)`` pairs at once, results in order.
    ``same_answer(problem, one, other) -> bool``
        Returns whether two final answers, as extracted, mean the same, so that they are one vote
        (`r1gym.verifiers.votes`): each would be right if the other were the gold answer. It reads
        no gold answer, and asks nobody.
    ``concurrency: int``
        `score` waits for a network or a disk: up to this many calls of a batch run in threads.
    ``deadline: float``
        `score` may take too long or crash, so it runs in worker processes that are killed after
        this many seconds. The class must then stand in a module that they can import.
    ``memory_mb: int``
        With a deadline: the memory that a worker may take beyond what it has at its start.
    """

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the score of `completion` as an answer to `problem`."""


VERIFIERS: Registry[Callable[..., Verifier]] = Registry(
    "reward",
    group="r1gym.verifiers",
    wants="a class that is a verifier, a function that makes one, or one that scores",
    fits=callable,
    built_in={
        "accuracy": "r1gym.verifiers.accuracy:Accuracy",
        "auto": "r1gym.verifiers.auto:Auto",
        "choice": "r1gym.verifiers.choice:Choice",
        "code": "r1gym.verifiers.code:Code",
        "countdown": "r1gym.verifiers.countdown:Countdown",
        "exact": "r1gym.verifiers.exact:Exact",
        "f1": "r1gym.verifiers.f1:F1",
        "format": "r1gym.verifiers.format:Format",
        "instructions": "r1gym.verifiers.instructions:Instructions",
        "judge": "r1gym.verifiers.judge:Judge [judge]",
        "language": "r1gym.verifiers.language:Language",
        "length": "r1gym.verifiers.length:Length",
        "logic": "r1gym.verifiers.logic:Logic",
        "noisy": "r1gym.verifiers.noisy:Noisy",
        "pairs": "r1gym.verifiers.judge.pairs:Pairs [judge]",
        "path": "r1gym.verifiers.path:Path",
        "reasoning_gym": "r1gym.verifiers.reasoning_gym:ReasoningGym [reasoning-gym]",
        "repetition": "r1gym.verifiers.repetition:Repetition",
        "reward_model": "r1gym.models.reward_model:RewardModel [train]",
        "small_talk": "r1gym.verifiers.small_talk:SmallTalk",
        "step_scorer": "r1gym.agents.prm.reward:StepReward [train]",
    },
)

Factory = TypeVar("Factory", bound=Callable[..., Verifier])


def register_verifier(name: str) -> Callable[[Factory], Factory]:
    """Returns a decorator that makes a verifier available as a reward called `name`.

    It takes a class, or a function of a problem and a completion that returns a `Score`, a number
    or a truth value; further arguments with defaults are options.

    Args:
        name: The name that users write in ``rewards={name: weight}``.

    Raises:
        ConfigError: If the name is no text, another verifier has it, or it is given to what is no
            class and no function.

    Example:
        >>> @register_verifier("terseness")
        ... class Terseness:
        ...     def score(self, problem, completion):
        ...         return Score(1 / (1 + len(completion.text)), Verdict.CORRECT)
        >>> @register_verifier("calm")
        ... def calm(problem, completion, *, most=0):
        ...     return completion.text.count("!") <= most
    """
    VERIFIERS.check_name(name)

    def add(factory: Factory) -> Factory:
        VERIFIERS.register(name)(seeing_every_gold(factory))
        return factory

    return add
