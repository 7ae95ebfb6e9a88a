import json
from dataclasses import replace
from types import SimpleNamespace

import gymnasium as gym

from r1gym.core.types import Problem
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.wrappers import TokenWindow
from r1gym.evaluation.preflight import Check, Status, votes
from r1gym.evaluation.preflight.votes import check_votes
from r1gym.inspection.doctor import diagnose, find_model
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.recipes.recipe import run
from r1gym.recipes.workplace import Workplace
from r1gym.rollout.embedded import EmbeddedEngine
from tests.runs import base_home, make_task


def lines(checks):
    return {check.name: check for check in checks}


def test_without_a_base_model(micro, tmp_path):
    found = lines(diagnose(micro, tmp_path))
    for name in ("model", "sampler and trainer", "groups"):
        assert found.pop(name) == Check(
            name, Status.NOT_CHECKED, "there is no base model yet; training makes it"
        )
    stages = [found.pop(name) for name in ("stage base", "stage rl")]
    assert {check.status for check in stages} == {Status.NOT_CHECKED}
    assert {check.status for check in found.values()} == {Status.OK}
    assert list(tmp_path.iterdir()) == []


def test_with_a_base_model(micro, micro_run):
    groups = lines(diagnose(micro, micro_run.parent))["groups"]
    assert groups.status in (Status.OK, Status.WARNING)
    assert "correct" in groups.detail and "of groups without variance" in groups.detail
    assert diagnose(micro, micro_run.parent)[-1] == groups


def test_a_base_model_that_is_not_finished_is_none(micro, run_copy):
    checkpoints = base_home(micro, run_copy.parent) / "checkpoints"
    (checkpoints / "step-000040").rename(checkpoints / "step-000020")
    assert find_model(micro, Workplace(micro, run_copy), micro.stages())[0] is None


def test_a_model_in_a_folder(micro, micro_run):
    model = str(micro_run / "checkpoints" / "step-000004")
    found = lines(diagnose(replace(micro, model=model), micro_run.parent))
    assert found["groups"].status is not Status.NOT_CHECKED


def test_a_configuration_that_cannot_be_used(micro, tmp_path):
    for changes, why in (
        ({"rewards": {"acuracy": 1.0}}, "There is no reward 'acuracy'"),
        ({"template": "no place"}, "There is no template 'no place'"),
        ({"model": str(tmp_path)}, "cannot be loaded"),
    ):
        [check] = diagnose(replace(micro, **changes), tmp_path)
        assert check.status is Status.FAIL and why in check.detail


def test_groups_wait_for_the_rest(micro, micro_run):
    spoiled = replace(micro, learner=replace(micro.learner, max_tokens=3))
    found = lines(diagnose(spoiled, micro_run.parent))
    assert found["run"].status is Status.FAIL  # it was begun with another limit
    assert found["tokenizer"].status is Status.FAIL
    assert found["groups"].detail == "mend the failures first"


def test_groups_that_cannot_be_graded_fail(micro, micro_run, monkeypatch):
    from r1gym.core.errors import TrainingStopped
    from r1gym.inspection import doctor

    def fail(*_):
        raise TrainingStopped("9 of 10 completions could not be graded.")

    monkeypatch.setattr(doctor, "check_failures", fail)
    groups = lines(diagnose(micro, micro_run.parent))["groups"]
    assert (groups.status, groups.detail) == (
        Status.FAIL,
        "9 of 10 completions could not be graded",
    )


def test_train_says_that_it_checked(micro, run_copy, capsys):
    run(micro, run_copy.parent)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 1 and out[0].startswith("Checked in 0.")
    assert out[0].endswith(
        "gold answers, changed golds, template, tokenizer, seed replay, verification"
    )


def test_train_warns_of_a_first_rollout_without_variance(micro, run_copy, capsys, monkeypatch):
    from r1gym.recipes import workplace

    seen = []

    def check(share, episodes):
        seen.append((share, len(episodes)))
        return Check("groups", Status.WARNING, "all the same")

    monkeypatch.setattr(workplace, "check_variance", check)
    run(replace(micro, name="another"), run_copy.parent)
    assert capsys.readouterr().out.splitlines()[1:] == ["Warning: groups: all the same"]
    assert len(seen) == 1 and 0 <= seen[0][0] <= 1 and seen[0][1] == 16


def write_problems(path, *questions):
    rows = [{"problem": question, "answer": "2"} for question in questions]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_device_that_there_is_not(micro, tmp_path):
    for device in ("nope", "cuda:99"):
        [check] = diagnose(replace(micro, device=device), tmp_path)
        assert check.status is Status.FAIL and f"The device {device!r} cannot be" in check.detail


class TestEvaluationProblems:
    def test_a_file_that_there_is_not(self, micro, tmp_path):
        [check] = diagnose(replace(micro, eval_problems=str(tmp_path / "no.jsonl")), tmp_path)
        assert check.status is Status.FAIL and "no.jsonl" in check.detail

    def test_questions_of_two_files(self, micro, micro_run, tmp_path):
        config = replace(
            micro,
            model=str(micro_run / "checkpoints" / "step-000004"),
            problems=write_problems(tmp_path / "train.jsonl", "1+1", "4-2"),
            eval_problems=write_problems(tmp_path / "test.jsonl", "3-1", " 4-2 "),
        )
        [check] = diagnose(config, tmp_path)
        assert check.status is Status.FAIL
        assert check.detail.startswith("1 questions of ") and "'4-2' for one" in check.detail
        apart = write_problems(tmp_path / "apart.jsonl", "3-1", "8/4")
        found = lines(diagnose(replace(config, eval_problems=apart), tmp_path))
        assert found["shared questions"].status is Status.OK

    def test_a_question_that_a_family_asks_as_well(self, micro, tmp_path):
        asked = make_task(micro, "train").problem_set[0].question
        path = write_problems(tmp_path / "test.jsonl", asked)
        check = lines(diagnose(replace(micro, eval_problems=path), tmp_path))["shared questions"]
        assert check.status is Status.WARNING and repr(asked) in check.detail


class TestModel:
    def test_one_that_fits(self, micro, micro_run):
        found = lines(diagnose(micro, micro_run.parent))
        assert found["model"].status is Status.OK
        assert found["sampler and trainer"].status is Status.OK
        assert found["sampler and trainer"].detail.startswith("log-probabilities differ by at most")

    def test_one_whose_context_is_too_short(self, micro, tmp_path):
        policy = new_tiny_policy(16, 1, 2, 32, context=26, seed=0)
        save_policy(policy, tmp_path)
        found = lines(diagnose(replace(micro, model=str(tmp_path)), tmp_path))
        assert found["model"].status is Status.FAIL and "context is 26" in found["model"].detail
        assert found["sampler and trainer"].status is Status.NOT_CHECKED
        assert found["groups"].detail == "mend the failures first"

    def test_one_whose_sampler_says_something_else(self, micro, micro_run, monkeypatch):
        real = EmbeddedEngine.generate

        def generate(self, *arguments):
            found = real(self, *arguments)
            return [
                [replace(c, logprobs=tuple(p - 0.5 for p in c.logprobs)) for c in group]
                for group in found
            ]

        monkeypatch.setattr(EmbeddedEngine, "generate", generate)
        check = lines(diagnose(micro, micro_run.parent))["sampler and trainer"]
        assert check.status is Status.FAIL and "differ by 0.5 nats" in check.detail


class TestVotes:
    def test_one_vote_for_equal_answers(self):
        task = TokenTask(TaskSpec(problems={"arithmetic": [1]}))
        check = check_votes(task, [Problem("p", "?", "7"), Problem("q", "?", "-2")])
        assert check.status is Status.OK and check.detail.endswith("have one vote")

    def test_two_votes_for_equal_answers(self, monkeypatch):
        def split(groups, samples, reward):
            return SimpleNamespace(cons_at=SimpleNamespace(mean=2 / 3))

        monkeypatch.setattr(votes, "summarise_episodes", split)
        check = check_votes(
            TokenTask(TaskSpec(problems={"arithmetic": [1]})), [Problem("p", "?", "7")]
        )
        assert check.status is Status.WARNING
        assert check.detail == "'7' and '$7$' are one answer to p and count as two in cons@k"

    def test_nothing_to_write_in_another_way(self):
        program = Problem("p", "?", "print(1)", metadata={"tests": [{"output": "1"}]})
        check = check_votes(TokenTask(TaskSpec(problems={"arithmetic": [1]})), [program])
        assert check.status is Status.NOT_CHECKED


def test_an_id_whose_wrappers_training_would_drop(micro, tmp_path):
    spec = TokenWindow.wrapper_spec(n=4)
    gym.register("r1test/Short-v0", "r1gym.envs.token_env:TokenEnv", additional_wrappers=(spec,))
    try:
        [check] = diagnose(replace(micro, env="r1test/Short-v0"), tmp_path)
        assert check.status is Status.FAIL and "would drop what TokenWindow" in check.detail
    finally:
        del gym.registry["r1test/Short-v0"]


def test_an_environment_that_the_tiny_model_does_not_know(micro, tmp_path):
    [check] = diagnose(replace(micro, env="r1/Logic-v0", problems=""), tmp_path)
    assert check.status is Status.FAIL and "tiny model is pretrained on" in check.detail
