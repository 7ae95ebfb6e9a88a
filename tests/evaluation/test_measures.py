import math

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.evaluation.measures import check_measures, pass_by, spread_of
from r1gym.evaluation.measures import measure as measure_of
from r1gym.evaluation.rows import question_rows, questions_of
from r1gym.verifiers import RewardSum

REWARD = RewardSum({"accuracy": 1.0})
PROBLEM = Problem("p", "Compute 6*7", "42")


def measure(name, groups, reward=REWARD):
    rows = [row for one in groups for row in question_rows(one, reward)]
    return measure_of(name, questions_of(rows, len(groups[0])))


def group(*answers, lengths=None):
    episodes = []
    for number, answer in enumerate(answers):
        length = lengths[number] if lengths else 5
        completion = Completion(f"<answer>{answer}</answer>", tuple(range(length)))
        score = (
            Score(None, Verdict.INFRA_ERROR, "down")
            if answer is None
            else REWARD.score(PROBLEM, completion)
        )
        episodes.append(Episode.single(PROBLEM, completion, score))
    return episodes


def test_each_measure_by_hand():
    groups = [group("42", "41", "41", "42.0"), group("1", "1", "1", "42")]
    assert measure("pass@1", groups, REWARD).mean == (2 / 4 + 1 / 4) / 2
    assert measure("pass@2", groups, REWARD).mean == pytest.approx((5 / 6 + 3 / 6) / 2)
    assert measure("pass@3", groups, REWARD).mean == (1 + 3 / 4) / 2
    assert measure("pass@k", groups, REWARD) == measure("pass@4", groups, REWARD)
    assert measure("cons@k", groups, REWARD).mean == (2 / 4 + 0) / 2  # a tie, and a lost vote
    assert measure("cons@1", groups, REWARD).mean == measure("pass@1", groups, REWARD).mean
    lengths = [group("42", "41", lengths=(2, 4)), group("42", "41", lengths=(10, 20))]
    assert measure("mean length", lengths, REWARD).mean == (3 + 15) / 2


def test_what_could_not_be_graded_counts_in_no_question():
    groups = [group("42", None, "41", None), group(None, None, None, None)]
    assert measure("pass@1", groups, REWARD).mean == 0.5
    assert measure("pass@k", groups, REWARD).mean == 1.0
    assert measure("cons@k", groups, REWARD).mean == 0.5
    assert measure("mean length", groups, REWARD).mean == 5
    assert math.isnan(measure("pass@1", groups[1:], REWARD).mean)


@pytest.mark.parametrize("name", ["pass@5", "cons@5", "pass@64"])
def test_more_than_was_sampled_is_refused(name):
    k = name.partition("@")[2]
    with pytest.raises(ConfigError, match=f"{name} needs {k} samples of a question, and 4 are"):
        check_measures(["pass@1", name], 4)
    with pytest.raises(ConfigError, match=name):
        measure(name, [group("1", "2", "3", "4")], REWARD)


@pytest.mark.parametrize(
    "name", ["pass", "pass@0", "pass@-1", "pass@K", "pass@01", "pas@1", "length", "", "cons@1.5", 1]
)
def test_no_measure_is_an_error_that_says_what_there_is(name):
    with pytest.raises(
        UnknownNameError, match="There is no measure .*cons@k, .*mean length, .*pass@1"
    ):
        check_measures([name], 16)


def test_a_measure_comes_once():
    with pytest.raises(ConfigError, match="'pass@1' is named twice"):
        check_measures(["pass@1", "pass@1"], 4)
    check_measures(["pass@1", "pass@4", "pass@k", "cons@2", "mean length"], 4)


def test_shares_scores_and_kinds():
    cut = [*group("42", "41"), *group("42", None)]
    assert measure("failed", [cut]).mean == 0.25
    assert measure("truncated", [cut]).mean == measure("unparseable", [cut]).mean == 0
    assert measure("mean score", [cut]).mean == pytest.approx(2 / 3)
    rows = question_rows(group("42", "41"), REWARD)
    for row in rows:
        row["domain"] = "sums"
    questions = questions_of(rows + question_rows(group("42", "42"), REWARD), 2)
    assert pass_by(questions, lambda one: one.domain) == {"sums": 0.5}
    assert pass_by(questions, lambda one: one.cell) == {"problems 0": 0.75}
    assert spread_of(questions).mean.mean == 0.75
    assert spread_of(questions_of(rows[:1], 1)) is None
