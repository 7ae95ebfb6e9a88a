import pytest

from r1gym.agents.prm.labels import exact_labels, monte_carlo_labels, outcome_labels
from r1gym.agents.prm.solutions import cut_into_steps
from r1gym.core.errors import ConfigError
from r1gym.core.types import Turn
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from tests.agents.prm.test_solutions import said

RIGHT = "<think>7+5=12\n12-2=10</think><answer>10</answer>"
WRONG = "<think>7+5=13\n13-2=11</think><answer>11</answer>"
LUCKY = "<think>7+5=13\n13-2=11</think><answer>10</answer>"


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [2]}, max_tokens=48))


class Scripted:
    """An engine that goes on with the same texts behind every prompt."""

    version, most_tokens = 0, None

    def __init__(self, task, *texts):
        self.task, self.texts, self.asked = task, texts, []

    def generate(self, prompts, n, sampling, seed):
        self.asked += [self.task.tokenizer.decode(prompt) for prompt in prompts]
        encode, end = self.task.tokenizer.encode, self.task.tokenizer.eos_id
        turns = [Turn(text, (*encode(text), end)) for text in self.texts]
        return [turns[:n] for _ in prompts]


def solutions(task, *texts, cut="newline"):
    return cut_into_steps([said(task, text) for text in texts], task.tokenizer, cut)


def test_a_step_is_worth_the_share_of_right_completions_behind_it(task):
    ends = (
        "12-2=10</think><answer>10</answer>",
        "<answer>10</answer>",
        "</think><answer>9</answer>",
    )
    engine = Scripted(task, *(f"</think>{end}" for end in ends), "")
    found = monte_carlo_labels(engine, task, solutions(task, RIGHT, WRONG), rollouts=4)
    assert found.labels == [(0.5, 1.0), (0.5, 0.0)]  # the last step's is the solution's own
    assert found.prefixes == 2
    assert [text.rpartition(":")[2] for text in engine.asked] == [
        "<think>7+5=12\n",
        "<think>7+5=13\n",
    ]
    assert found.tokens == 2 * sum(len(task.tokenizer.encode(t)) + 1 for t in engine.texts)


def test_what_several_solutions_begin_with_is_gone_on_with_once(task):
    engine = Scripted(task, "</think><answer>10</answer>")
    found = monte_carlo_labels(engine, task, solutions(task, RIGHT, LUCKY, RIGHT), rollouts=1)
    assert found.labels == [(1.0, 1.0)] * 3
    assert found.prefixes == 2


@pytest.mark.parametrize(("name", "value"), [("rollouts", 0), ("temperature", 0)])
def test_wrong_values(task, name, value):
    with pytest.raises(ConfigError, match=name):
        monte_carlo_labels(Scripted(task), task, solutions(task, RIGHT), **{name: value})


def test_exact_labels_know_a_wrong_step_behind_a_right_answer(task):
    found = exact_labels(task, solutions(task, RIGHT, WRONG, LUCKY))
    assert found == [(1.0, 1.0), (0.0, 0.0), (0.0, 0.0)]
    short = exact_labels(task, solutions(task, RIGHT, WRONG, cut="tags"))
    assert short == [(1.0, 1.0), (0.0, 0.0)]


def test_outcome_labels_are_those_of_the_answer(task):
    assert outcome_labels(task, solutions(task, RIGHT, WRONG, LUCKY)) == [(1, 1), (0, 0), (1, 1)]
