"""The promises of a task family, for authors of families.

Left out: whether questions are of the difficulty that a level says; only a policy can tell, with
`r1gym eval` and its table by level.
"""

from __future__ import annotations

import json
import random
from typing import Any

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.problems.families import FAMILIES, Family, Generate
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.verifiers import RewardSum
from r1gym.verifiers.problem_checks import unread_fields

_AUTO = {"auto": 1.0}


def check_family(
    family: str | Family | Generate,
    *,
    levels: int | None = None,
    draws: int = 100,
    is_checked: bool = True,
) -> None:
    """Checks that a task family keeps what problem sets promise.

    Every level gives texts, the same ones for the same random stream and from that stream alone;
    questions are no longer than promised, differ, and fill all splits, none of which shares one
    with another; metadata are JSON values; the gold answer earns 1 and no answer 0.

    Args:
        family: A registered name, a `Family`, or a function that draws questions.
        levels: The number of levels, of a function.
        draws: Questions of each level.
        is_checked: Whether gold answers can be checked by a rule: False for requests that only a
            judge or a reward model scores.

    Raises:
        AssertionError: With one line that names the promise that is broken, and where.
        UnknownNameError: If there is no family of that name.
        ConfigError: If a function comes without its levels.

    Example:
        >>> check_family("arithmetic", draws=20)
        >>> check_family(lambda rng, level: ("What is 1+1?", "2"), levels=1)
        Traceback (most recent call last):
        AssertionError: Level 1: 1 different questions in 100 draws; a level needs more.
    """
    check_whole("draws", draws, least=2)
    found = _family(family, levels)
    with FAMILIES.scoped():
        if found.name not in FAMILIES.names():
            FAMILIES.register(found.name)(found)
        for level in range(1, found.levels + 1):
            _check_draws(found, level, draws)
            _check_splits(found, level, draws, is_checked)


def _family(family: str | Family | Generate, levels: int | None) -> Family:
    if isinstance(family, str):
        return FAMILIES.get(family)
    if isinstance(family, Family):
        return family
    if not callable(family):
        raise ConfigError(
            f"check_family takes a name, a Family or a function (rng, level), not {family!r:.40}."
        )
    if levels is None:
        raise ConfigError("check_family needs levels=, the number of the function's levels.")
    return Family("checked-family", check_whole("levels", levels, least=1), family)


def _check_draws(family: Family, level: int, draws: int) -> None:
    at = f"Level {level}"
    before = random.getstate()
    try:
        first = [_draw(family, seed, level) for seed in range(draws)]
    except ConfigError as error:
        raise AssertionError(f"{at}: {error}") from error
    except Exception as error:  # an author's function may fail in any way
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise AssertionError(f"{at}: it must take (rng, level), and raised {why}.") from error
    assert random.getstate() == before, f"{at}: it draws from `random` and not from its own stream."
    random.seed(1)  # another global stream must change nothing
    again = [_draw(family, seed, level) for seed in range(draws)]
    random.setstate(before)
    assert first == again, f"{at}: the same random stream gives another question."
    questions = [question for question, *_ in first]
    for question, answer, *_ in first:
        assert question.strip(), f"{at}: a question is empty (its answer is {answer!r})."
        size = len(question.encode())
        assert size <= family.question_bytes, (
            f"{at}: a question has {size} bytes, more than question_bytes={family.question_bytes}: "
            f"{question!r:.80}."
        )
    different = len(set(questions))
    assert different > 1, (
        f"{at}: {different} different questions in {draws} draws; a level needs more."
    )


def _draw(family: Family, seed: int, level: int) -> tuple[str, str, dict[str, Any]]:
    question, answer, *rest = family.draw(random.Random(seed), level)
    metadata: Any = rest[0] if rest else {}
    if callable(metadata):
        metadata = metadata()
    try:
        json.dumps(dict(metadata), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise AssertionError(
            f"Level {level}: metadata must be JSON values ({error}), not {metadata!r:.80}."
        ) from None
    return question, answer, dict(metadata)


def _check_splits(family: Family, level: int, draws: int, is_checked: bool) -> None:
    asked: dict[str, set[str]] = {}
    for split in SPLITS:
        problems = ProceduralProblems({family.name: [level]}, split)
        try:
            found = [problems[i] for i in range(draws)]
        except ConfigError as error:
            raise AssertionError(f"Level {level}: {error}") from error
        asked[split] = {problem.question for problem in found}
        if is_checked:
            for problem in found[:20]:
                _check_gold(problem)
    for one, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
        shared = asked[one] & asked[other]
        assert not shared, f"Level {level}: {one} and {other} share {min(shared)!r}."


def _check_gold(problem: Problem) -> None:
    reward, at = RewardSum(_AUTO), f"Level {problem.level}, {problem.question!r:.60}"
    unread = unread_fields(reward, problem)
    assert unread is None, f"{at}: {unread}."
    right = _score(reward, problem, problem.answer)
    assert right.value == 1, (
        f"{at}: the gold answer {problem.answer!r:.40} earns {right.value}: "
        f"{right.reason or right.verdict}."
    )
    nothing = _score(reward, problem, "")
    assert nothing.verdict is not Verdict.CORRECT, f"{at}: no answer at all is called correct."


def _score(reward: RewardSum, problem: Problem, answer: str) -> Score:
    return reward.score(problem, Completion(f"<think></think><answer>{answer}</answer>"))
