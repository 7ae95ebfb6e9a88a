import pytest

from r1gym.agents.grpo import GRPOConfig
from r1gym.agents.grpo.majority import majority_right, paid_by_majority
from r1gym.agents.reinforce import REINFORCEConfig
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask

PROBLEM = Problem("p", "Compute 6*7", "42")


def make_task(**rewards):
    return TokenTask(TaskSpec(problems={"arithmetic": [1]}, rewards=rewards or {"accuracy": 1.0}))


def group(task, *answers):
    texts = ["none" if answer is None else f"<answer>{answer}</answer>" for answer in answers]
    pairs = [(PROBLEM, Completion(text)) for text in texts]
    return [Episode.single(*pair, task.score(*pair)) for pair in pairs]


def paid(task, episodes, size):
    return [episode.score.value for episode in paid_by_majority(task, episodes, size)]


@pytest.mark.parametrize(
    ("answers", "values"),
    [
        (("41", "41", "42"), [1, 1, 0]),
        (("42", "84/2", "41"), [1, 1, 0]),
        (("7", None, None), [1, 0, 0]),
        (("9", "8", None), [0, 1, 0]),  # of a tie the first in the alphabet
        ((None, None, None), [0, 0, 0]),
    ],
)
def test_the_majority_is_paid(answers, values):
    task = make_task()
    assert paid(task, group(task, *answers), 3) == values


def test_groups_vote_on_their_own_and_what_is_true_stays_to_be_seen():
    task = make_task()
    episodes = group(task, "41", "41", "42", "42")
    found = paid_by_majority(task, episodes, 2)
    assert [e.score.value for e in found] == [1, 1, 1, 1]
    wrong, right = Verdict.WRONG, Verdict.CORRECT
    assert [e.score.verdict for e in found] == [wrong, wrong, right, right]
    assert [e.score.parts["accuracy"].value for e in found] == [0, 0, 1, 1]
    assert majority_right(task, found, 2) == 0.5
    assert majority_right(task, group(task, None, None), 2) == 0.0


def test_other_components_pay_what_they_pay_and_gates_are_the_majority_s():
    task = make_task(accuracy=1.0, format={"weight": 0.5, "requires": "accuracy"})
    episodes = group(task, "41", "41")
    full = Completion("<think></think><answer>41</answer>")
    episodes[0] = Episode.single(PROBLEM, full, task.score(PROBLEM, full))
    assert [e.score.value for e in episodes] == [0, 0]
    assert paid(task, episodes, 2) == [1.5, 1.0]


def test_what_could_not_be_graded_stays_so():
    task = make_task()
    episodes = group(task, "41", "41")
    unknown = Problem("p", "Compute 6*7", "")
    episodes[1] = Episode.single(
        unknown, episodes[1].completion, task.score(unknown, Completion(""))
    )
    assert paid(task, episodes, 2) == [1.0, None]


@pytest.mark.parametrize(("config", "size"), [(GRPOConfig, 2), (REINFORCEConfig, 1)])
def test_too_small_a_group_has_no_majority(config, size):
    with pytest.raises(ConfigError, match=r"label majority needs a group_size of at least 3"):
        config(label="majority", group_size=size)
    assert config(label="majority", group_size=3).label == "majority"
