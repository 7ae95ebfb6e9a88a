"""Any recipe and any algorithm on the command line."""

import pytest

from r1gym.agents.expert_iteration import ExpertIterationConfig
from r1gym.agents.ppo import PPOConfig
from r1gym.cli.parse import parse
from r1gym.cli.train import _recipe, doctor_options, train_options
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.recipes.r1_zero import R1Zero


def read(*words):
    return _recipe(parse("train", train_options(words), words))


def test_without_words_it_is_r1_zero():
    assert read() == R1Zero()
    assert type(read()) is R1Zero


def test_the_algorithms_own_options():
    found = read("--algorithm", "ppo", "--ppo.critic-learning-rate", "0.5", "--ppo.steps", "7")
    assert type(found.learner) is PPOConfig
    assert (found.learner.critic_learning_rate, found.learner.steps) == (0.5, 7)
    found = read("--algorithm=expert_iteration", "--expert-iteration.keep", "2")
    assert type(found.learner) is ExpertIterationConfig and found.learner.keep == 2
    assert read("--algorithm", "grpo") == R1Zero()


def test_artifacts_are_brought():
    assert read("--given", "base=a=b", "policy=c").given == {"base": "a=b", "policy": "c"}
    assert read("--given", "base=x").to_plain()["given"] == {"base": "x"}
    assert "given" not in read().to_plain()


def test_what_is_brought_and_wrong(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words, message in (
        ("--given bas=x/y", "There is no artifact 'bas'. Did you mean 'base'?"),
        ("--given base=./x", "base is to be a model, and ./x is not there."),
        ("--given base=x/y --model z", "two base models: leave one out."),
        ("--until r", "There is no stage 'r'."),
    ):
        code, output, errors = command("train", *words.split())
        assert (code, output) == (1, "") and message in errors and errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_doctor_takes_the_same():
    words = ("--algorithm", "rloo", "--rloo.steps", "3", "--seed", "4")
    assert _recipe(parse("doctor", doctor_options(words), words)) == read(*words)


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ("--algorithm pppo", UnknownNameError, "Did you mean 'ppo'"),
        ("--algorithm sb3_ppo", ConfigError, "'sb3_ppo' is no algorithm that a recipe trains with"),
        ("--algorithm uniform", ConfigError, "'uniform' is no algorithm"),
        ("--recipe r1_zer", UnknownNameError, "Did you mean 'r1_zero'"),
    ],
)
def test_wrong_names(words, error, message):
    with pytest.raises(error, match=message) as caught:
        read(*words.split())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--algorithm ppo --grpo.steps 3", "has no option --grpo.steps. Did you mean --ppo.steps?"),
        ("--ppo.steps 3", "has no option --ppo.steps. Did you mean --grpo.steps?"),
        ("--learner.steps 3", "has no option --learner.steps. Did you mean --grpo.steps?"),
        ("--recipe", "Missing value for argument '--recipe'"),
        ("--algorithm ppo --algorithm grpo", "--algorithm is given twice"),
        ("--recipe r1_zero --recipe=r1_zero", "--recipe is given twice"),
        ("--given model", "--given takes NAME=PLACE, such as examples=mine.jsonl, not 'model'"),
        ("--given =x", "--given takes NAME=PLACE"),
        ("--given a=x a=y", "--given names 'a' twice"),
    ],
)
def test_usage_errors_are_one_line(words, message, command):
    code, output, errors = command("train", *words.split())
    assert (code, output) == (2, "")
    assert message in errors and errors.count("\n") == 1


def test_a_run_of_another_algorithm(command, micro_arguments, run_copy, monkeypatch):
    monkeypatch.chdir(run_copy.parent.parent)
    words = [word.replace("--grpo.", "--ppo.") for word in micro_arguments]
    code, output, _ = command(*words, "--algorithm", "ppo")
    assert code == 1 and output == ""
    words[words.index("--name") + 1] = "ppo"
    code, output, errors = command(*words, "--algorithm", "ppo")
    assert code == 0 and "after 4 steps" in output, errors
