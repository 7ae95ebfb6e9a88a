"""Any recipe and any algorithm on the command line."""

import json
import re
from pathlib import Path

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


def test_doctor_takes_a_run_or_a_model(command, run_copy, monkeypatch):
    monkeypatch.chdir(run_copy.parent.parent)
    code, output, _ = command("doctor", "runs/micro")
    assert code == 0 and re.search(r"groups +(ok|warning)", output)
    assert re.search(r"stage rl +ok", output)  # with the run's own settings
    code, output, _ = command("doctor", "runs/micro", "--rewards", "accuracy", "1")
    assert code == 1 and "another configuration" in output
    model = "runs/micro/checkpoints/step-000002"
    code, output, _ = command("doctor", model, "--name", "other", "--grpo.max-tokens", "24")
    assert code == 0 and re.search(r"sampler and trainer +ok", output)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("http://localhost:1/v1", "is an endpoint, whose weights nobody can train"),
        ("runs/nothing", "runs/nothing holds no run"),
        ("runs/micro --config x.json", "runs/micro brings its own settings"),
        ("smollm2 --recipe cold_start", "starts from no model of that kind"),
        ("--show-every 3 --recipe cold_start", "--show-every is for reinforcement learning"),
    ],
)
def test_what_the_doctor_cannot_take_is_one_line(command, words, line, run_copy, monkeypatch):
    monkeypatch.chdir(run_copy.parent.parent)
    code, output, errors = command("doctor", *words.split())
    assert code == 1 and line in output + errors and (output + errors).count("\n") == 1


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


class TestConfigFile:
    """A file of settings; options on the command line win."""

    @pytest.fixture
    def file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        def write(text, name="mine.json"):
            (tmp_path / name).write_text(text)
            return name

        return write

    def test_settings_of_all_kinds(self, file):
        plain = {
            "name": "mine", "algorithm": "ppo", "ppo": {"steps": 7, "critic_learning_rate": 0.5},
            "base": {"sft": {"steps": 3}}, "rewards": {"accuracy": 1, "format": {"weight": 0.2}},
            "given": {"base": "x/y"},
        }  # fmt: skip
        name = file(json.dumps(plain))
        found = read("--config", name)
        assert (found.name, found.learner.steps, found.base.sft.steps) == ("mine", 7, 3)
        assert type(found.learner) is PPOConfig and found.learner.critic_learning_rate == 0.5
        assert found.rewards == plain["rewards"] and found.given == plain["given"]
        won = read("--config", name, "--ppo.steps", "8", "--name", "other", "--given")
        assert (won.learner.steps, won.name, won.given) == (8, "other", {})
        assert won.learner.critic_learning_rate == 0.5

    def test_help_shows_what_the_file_says(self, file, command):
        name = file('{"name": "mine", "base": {"layers": 7}}')
        code, output, _ = command("train", "--config", name, "--help")
        text = " ".join(output.replace("│", " ").split())
        assert code == 0 and "default: mine" in text and "default: 7" in text
        assert "Name of the run; its folder is runs/NAME" in text and "Transformer blocks" in text

    def test_yaml_says_the_same(self, file):
        text = "name: mine\nbase:\n  sft: {steps: 3}\ngrpo:\n  learning_rate: 2.0e-3\n"
        found = read(f"--config={file(text, 'mine.yaml')}")
        assert (found.name, found.base.sft.steps, found.learner.learning_rate) == ("mine", 3, 2e-3)

    def test_the_file_of_the_page(self, file):
        page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
        name = file(re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1], "mine.yaml")
        found = read("--config", name, "--seed", "3")
        assert (found.model, found.problems, found.seed) == ("somebody/a-model", "mine.jsonl", 3)
        assert found.learner.prefix == "rloo" and found.learner.learning_rate == 1e-6

    def test_the_configuration_of_a_run_is_one(self, file, micro, micro_run):
        assert read("--config", str(micro_run / "config.json")) == micro

    def test_what_is_printed_is_one(self, file, command):
        words = ("--recipe", "r1", "--seed", "3")
        code, output, errors = command("train", *words, "--print-config")
        assert (code, errors) == (0, "")
        assert json.loads(output)["show_every"] == 20  # also what a run's own file leaves out
        assert read("--config", file(output)) == read(*words)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"nme": 3}', "no setting in mine.json 'nme'. Did you mean 'name'"),
            ('{"grpo": {"stps": 3}}', "no setting in mine.json 'learner.stps'"),
            ('{"ppo": {"steps": 3}}', "no setting in mine.json 'ppo'"),
            ('{"algorithm": "pppo"}', "Did you mean 'ppo'"),
            ('{"base": {"sft": {"steps": "x"}}}', "mine.json: base.sft.steps cannot be 'x'"),
            ('{"seed": -1}', "seed must be at least 0"),
            ('{"recipe": "r1_zer"}', "Did you mean 'r1_zero'"),
            ('{"version": 7}', "mine.json: this is version 1, not 7."),
            ('{"name": "a"', "mine.json is no file of settings: Expecting"),
            ("[]", "mine.json holds no settings"),
        ],
    )
    def test_what_is_wrong_in_it_is_one_line(self, text, message, file, command):
        code, output, errors = command("train", "--config", file(text))
        assert (code, output) == (1, "") and message in errors and errors.count("\n") == 1

    def test_a_file_that_is_not_there(self, file, command):
        for name, message in (
            ("no.json", "no.json cannot be read: No such file"),
            (file("a: [", "b.yaml"), "b.yaml is no file of settings"),
            (file("a\n", "c.yaml"), "c.yaml holds no settings"),
        ):
            code, _, errors = command("doctor", "--config", name)
            assert code == 1 and message in errors and errors.count("\n") == 1
