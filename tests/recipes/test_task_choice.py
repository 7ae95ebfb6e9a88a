"""What an environment's id means to a run: its own problems and rewards, if none are given."""

import json
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError
from r1gym.evaluation.preflight import Status
from r1gym.inspection.doctor import diagnose
from r1gym.inspection.evaluate import evaluate_run
from r1gym.inspection.rescore import rescore
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from r1gym.recipes.run_view import load_run
from r1gym.recipes.task_choice import TINY_PROBLEMS
from r1gym.report.page import write_report
from r1gym.verifiers import ANY_DOMAIN
from tests.runs import make_task


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a model of somebody's own, which has room for a long question."""
    folder = tmp_path_factory.mktemp("model")
    save_policy(new_tiny_policy(16, 1, 2, 32, 1024, seed=0), folder)
    return str(folder)


def families(config, split="train"):
    task = make_task(config, split)
    return {task.problem_set[i].family.partition("-")[0] for i in range(20)}, task.reward.rewards


@pytest.mark.parametrize(
    ("env", "group", "accuracy"),
    [
        ("r1/Logic-v0", {"logic"}, "auto"),
        ("r1/Science-v0", {"science"}, "auto"),
        ("r1/Countdown-v0", {"countdown"}, "countdown"),
        ("r1/Code-v0", {"code"}, "code"),
        ("r1/Mixed-v0", None, "auto"),
    ],
)
def test_an_id_brings_its_problems_and_rewards(env, group, accuracy):
    found, rewards = families(R1Zero(env=env))
    assert found == group if group else {"code", "science", "logic"} <= found
    assert rewards["accuracy"]["type"] == accuracy
    assert families(R1Zero(env=env), "test")[0] == found or group is None


def test_what_is_given_counts():
    found, rewards = families(
        R1Zero(env="r1/Logic-v0", problems="equations:1", rewards={"format": 1.0})
    )
    assert (found, rewards) == ({"equations"}, {"format": 1.0})
    _, rewards = families(R1Zero(env="r1/Countdown-v0", problems="countdown:1"))
    assert rewards["accuracy"]["type"] == "countdown"


def test_the_default_is_what_the_tiny_model_knows(tmp_path):
    model = str(tmp_path)
    save_policy(new_tiny_policy(16, 1, 2, 32, 1024, seed=0), tmp_path)
    assert families(R1Zero()) == ({"arithmetic", "equations"}, ANY_DOMAIN)
    assert R1Zero().tasks()["train"].problems == TINY_PROBLEMS
    assert "math" in families(R1Zero(model=model))[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"env": "r1/Logic-v0"}, {"env": "r1/Countdown-v0"}, {"env": "r1/Mixed-v0"},
        {"problems": "logic-zebra:1"}, {"problems": "arithmetic:1 countdown:1"},
    ],
)  # fmt: skip
def test_the_tiny_model_refuses_what_it_cannot_learn(changes, tmp_path):
    config = replace(R1Zero(), **changes)
    with pytest.raises(ConfigError, match="does not know .*: train another with --model") as caught:
        run(config, tmp_path)
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []
    check = diagnose(config, tmp_path)[-1]
    assert (check.status, check.name) == (Status.FAIL, "configuration")


def test_a_run_on_logic_from_its_start_to_its_page(micro, model, tmp_path, capsys):
    config = replace(micro, model=model, env="r1/Logic-v0", problems="", name="logic")
    config = replace(config, learner=replace(config.learner, steps=2, max_failed_share=1.0))
    folder = run(config, tmp_path)
    assert "Warning: token limit: r1/Logic-v0 gives completions 256 tokens" in (
        capsys.readouterr().out
    )
    rows = [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]
    assert {row["id"].partition("-")[0] for row in rows} == {"logic"}
    options = replace(config.eval, questions=2, samples=1)
    assert evaluate_run(folder, "test", options)["questions"] == 2
    assert load_run(folder).task("train").filled().rewards["accuracy"]["type"] == "auto"
    assert all(file.verdicts_changed == 0 and file.changed is None for file in rescore(folder))
    assert "Problems: those of r1/Logic-v0" in write_report(folder).read_text()


def test_the_doctor_warns_of_a_limit_below_the_environments(model, tmp_path):
    config = R1Zero(model=model, env="r1/Countdown-v0")
    found = {check.name: check for check in diagnose(config, tmp_path)}
    assert found["token limit"].status is Status.WARNING
    roomy = replace(config, learner=replace(config.learner, max_tokens=256))
    assert "token limit" not in {check.name for check in diagnose(roomy, tmp_path)}
