import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_scorer import make_step_scorer


def test_beginnings_are_worth_1_until_a_step_is_wrong():
    task = TokenTask(TaskSpec(problems={"arithmetic": [3]}, max_tokens=40))
    encode = task.tokenizer.encode
    prompt = encode(task.template.replace("{question}", "Compute 7+5-4"))
    right = [
        encode("<think>7+5=12\n"),
        encode("12-4=8</think>"),
        [*encode("<answer>8</answer>"), 1],
    ]
    wrong = [encode("<think>7+5=13\n"), encode("13-4=9</think>")]
    scorer = make_step_scorer("exact", task)
    assert scorer.score([prompt, prompt], [right, wrong]) == [[1, 1, 1], [0, 0]]


def test_other_families_are_refused():
    task = TokenTask(TaskSpec(problems={"arithmetic": [3]}, max_tokens=40))
    prompt = task.tokenizer.encode(task.template.replace("{question}", "Why?"))
    with pytest.raises(ConfigError, match="'Why\\?' cannot be checked"):
        make_step_scorer("exact", task).score([prompt], [[[20]]])
