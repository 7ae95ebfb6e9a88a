"""How components are run: alone or in a batch, in this thread, in several, or in workers.

A component is trusted to be bounded and runs in the caller's thread, unless it says otherwise: see
`r1gym.verifiers.protocol.Verifier` for `score_batch`, `concurrency` and `deadline`. No signals and
no event loop, so that it works from any thread and from inside a running loop. Left out: running
the components of one sum side by side; one of them is the slow one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.any_gold import better, is_met, reads, with_gold
from r1gym.verifiers.protocol import Verifier

Pair = tuple[Problem, Completion]

FAULTS = (Exception, SystemExit)
"""What a component may raise without ending the run; an interrupt by the user still does."""

_LONGEST_REASON = 500  # characters of an error that may quote a whole completion


def score_safely(name: str, component: Verifier, problem: Problem, completion: Completion) -> Score:
    """Scores with one component; an exception becomes a verdict: no run dies of a plugin.

    Of a problem with several golds the component is shown one after the other, until one is met.
    """
    if problem.other_answers and reads(component, "answer"):
        return score_batch_safely(name, component, [(problem, completion)])[0]
    return _score_one(name, component, problem, completion)


def _score_one(name: str, component: Verifier, problem: Problem, completion: Completion) -> Score:
    try:
        score = component.score(problem, completion)
    except FAULTS as error:
        return failure(name, error)
    return score if isinstance(score, Score) else _no_score(name, score)


def score_batch_safely(name: str, component: Verifier, pairs: Sequence[Pair]) -> list[Score]:
    """Scores many pairs with one component, results in order.

    Args:
        name: The component's name, for the reasons of failures.
        component: Its own `score_batch` is used if it has one, threads if it has `concurrency`.
        pairs: Problems with completions.
    """
    if not any(problem.other_answers for problem, _ in pairs) or not reads(component, "answer"):
        return _score_many(name, component, pairs)
    scores: list[Score | None] = [None] * len(pairs)
    for number in range(max(len(problem.golds) for problem, _ in pairs)):
        places = [
            place
            for place, (problem, _) in enumerate(pairs)
            if number < max(1, len(problem.golds)) and not is_met(scores[place])
        ]
        shown = [(with_gold(pairs[place][0], number), pairs[place][1]) for place in places]
        for place, score in zip(places, _score_many(name, component, shown), strict=True):
            scores[place] = better(scores[place], score)
    return [score for score in scores if score is not None]


def _score_many(name: str, component: Verifier, pairs: Sequence[Pair]) -> list[Score]:
    own_batch = getattr(component, "score_batch", None)
    if own_batch is not None:
        try:
            scores = list(own_batch(pairs))
        except FAULTS as error:
            return [failure(name, error)] * len(pairs)
        if len(scores) != len(pairs):
            reason = f"reward {name!r} returned {len(scores)} scores for {len(pairs)} completions"
            return [Score(None, Verdict.VERIFIER_ERROR, reason)] * len(pairs)
        return [s if isinstance(s, Score) else _no_score(name, s) for s in scores]

    def score(pair: Pair) -> Score:
        return _score_one(name, component, *pair)

    return map_in_threads(score, pairs, getattr(component, "concurrency", 1))


def map_in_threads(score: Callable[[Pair], Score], pairs: Sequence[Pair], most: int) -> list[Score]:
    """Returns the scores of all pairs in order, up to `most` of them worked on at a time."""
    threads = min(most, len(pairs))
    if threads <= 1:
        return [score(pair) for pair in pairs]
    from concurrent.futures import ThreadPoolExecutor  # costs milliseconds, and few need it

    with ThreadPoolExecutor(threads, thread_name_prefix="r1gym-score") as pool:
        return list(pool.map(score, pairs))


def failure(name: str, error: BaseException) -> Score:
    """Returns the score of a component that raised an error."""
    what = " ".join(str(error).split())[:_LONGEST_REASON]
    reason = f"reward {name!r} raised {type(error).__name__}: {what}"
    return Score(None, Verdict.VERIFIER_ERROR, reason)


def _no_score(name: str, result: object) -> Score:
    reason = f"reward {name!r} returned {type(result).__name__}, not a Score"
    return Score(None, Verdict.VERIFIER_ERROR, reason)
