"""Whether a majority vote counts equal answers as one."""

from types import SimpleNamespace

from r1gym.core.types import Problem
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import Status, votes
from r1gym.evaluation.preflight.votes import check_votes
from tests.evaluation.checking import ADDING, make

PROBLEMS = [Problem("p", "?", "7"), Problem("q", "?", "-2")]


def test_other_words_for_the_gold_have_its_vote():
    check = check_votes(task_of(make()), PROBLEMS)
    assert check.status is Status.OK
    assert check.detail == "8 golds and the same in other words have one vote"


def test_two_votes_for_one_answer_are_a_warning(monkeypatch):
    votes_apart = SimpleNamespace(cons_at=SimpleNamespace(mean=0.5))
    monkeypatch.setattr(votes, "summarise_episodes", lambda groups, k, reward: votes_apart)
    check = check_votes(task_of(make()), PROBLEMS)
    assert check.status is Status.WARNING
    assert check.detail == "'7' and '$7$' are one answer to p and count as two in cons@k"


def test_programs_have_no_other_words():
    program = Problem("p", "?", "pass", metadata={"tests": ADDING})
    assert check_votes(task_of(make()), [program]).status is Status.NOT_CHECKED
