import sys
import threading
import time

import pytest

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.execution import map_in_threads, score_batch_safely, score_safely

PROBLEM = Problem("p", "q", "a")
PAIRS = [(PROBLEM, Completion(str(i))) for i in range(20)]


class Echo:
    """Scores a completion by the number it is."""

    def score(self, problem, completion):
        return Score(float(completion.text), Verdict.CORRECT)


def values(component, pairs=PAIRS):
    return [score.value for score in score_batch_safely("echo", component, pairs)]


def test_results_are_in_order():
    assert values(Echo()) == list(range(20))
    assert values(Echo(), []) == []


def test_a_waiting_component_is_asked_from_as_many_threads_as_it_allows():
    class Waiting(Echo):
        concurrency = 5
        now = most = 0
        lock = threading.Lock()

        def score(self, problem, completion):
            with self.lock:
                Waiting.now += 1
                Waiting.most = max(Waiting.now, Waiting.most)
            time.sleep(0.02)
            with self.lock:
                Waiting.now -= 1
            return super().score(problem, completion)

    assert values(Waiting()) == list(range(20))
    assert Waiting.most == 5


def test_one_pair_or_no_concurrency_needs_no_thread():
    here = threading.get_ident()

    def score(pair):
        assert threading.get_ident() == here
        return Score(1.0, Verdict.CORRECT)

    map_in_threads(score, PAIRS[:1], 8)
    map_in_threads(score, PAIRS, 1)


def test_a_batch_of_its_own_is_preferred():
    class Batched(Echo):
        def score_batch(self, pairs):
            return [Score(-1.0, Verdict.CORRECT) for _ in pairs]

    assert values(Batched()) == [-1.0] * 20


@pytest.mark.parametrize("concurrency", [1, 4])
def test_one_error_is_one_verdict(concurrency):
    class Faulty(Echo):
        def score(self, problem, completion):
            if completion.text == "7":
                raise RuntimeError("boom")
            return "text" if completion.text == "8" else super().score(problem, completion)

    faulty = Faulty()
    faulty.concurrency = concurrency
    scores = score_batch_safely("f", faulty, PAIRS)
    assert [i for i, score in enumerate(scores) if score.value is None] == [7, 8]
    assert scores[7].reason == "reward 'f' raised RuntimeError: boom"
    assert scores[8].reason == "reward 'f' returned str, not a Score"
    assert scores[7] == score_safely("f", faulty, *PAIRS[7])


@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        (lambda pairs: 1 / 0, "reward 'f' raised ZeroDivisionError: division by zero"),
        (lambda pairs: [], "reward 'f' returned 0 scores for 20 completions"),
        (lambda pairs: [0.5] * len(pairs), "reward 'f' returned float, not a Score"),
    ],
)
def test_a_broken_batch_is_a_verdict_for_each(batch, reason):
    component = Echo()
    component.score_batch = batch
    expected = Score(None, Verdict.VERIFIER_ERROR, reason)
    assert score_batch_safely("f", component, PAIRS) == [expected] * 20


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_component_that_exits_ends_nothing_and_an_interrupt_passes(concurrency):
    class Exits(Echo):
        def score(self, problem, completion):
            if completion.text == "7":
                sys.exit("no licence")
            if completion.text == "stop":
                raise KeyboardInterrupt
            return super().score(problem, completion)

    exits = Exits()
    exits.concurrency = concurrency
    scores = score_batch_safely("e", exits, PAIRS)
    assert [i for i, score in enumerate(scores) if score.value is None] == [7]
    assert scores[7].verdict is Verdict.VERIFIER_ERROR
    assert scores[7].reason == "reward 'e' raised SystemExit: no licence"
    with pytest.raises(KeyboardInterrupt):
        score_safely("e", exits, PROBLEM, Completion("stop"))


@pytest.mark.parametrize("made", [(True, "correct"), ("1", "correct"), (1.0, "right")])
def test_a_score_that_is_none_is_a_verdict(made):
    class Careless(Echo):
        def score(self, problem, completion):
            return Score(*made)

    score = score_safely("c", Careless(), *PAIRS[0])
    assert score.verdict is Verdict.VERIFIER_ERROR and "a score's v" in score.reason


def test_the_reason_is_one_line_of_bounded_length():
    class Wordy(Echo):
        def score(self, problem, completion):
            raise ValueError("two\nlines " + "x" * 100_000)

    reason = score_safely("w", Wordy(), *PAIRS[0]).reason
    assert reason.startswith("reward 'w' raised ValueError: two lines xxx") and len(reason) < 600
