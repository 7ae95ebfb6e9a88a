from dataclasses import replace

from r1gym.recipes.checks import Status
from r1gym.recipes.doctor import DoctorConfig, diagnose, find_base
from r1gym.recipes.r1_zero import R1ZeroConfig, base_folder


def lines(checks):
    return {check.name: check for check in checks}


def test_its_options_are_those_of_train():
    assert vars(DoctorConfig()) == vars(R1ZeroConfig())


def test_without_a_base_model(micro, tmp_path):
    found = lines(diagnose(micro, tmp_path))
    assert found.pop("groups").detail == "there is no base model yet; training makes it"
    assert {check.status for check in found.values()} == {Status.OK}
    assert list(tmp_path.iterdir()) == []


def test_with_a_base_model(micro, micro_run):
    groups = lines(diagnose(micro, micro_run.parent))["groups"]
    assert groups.status in (Status.OK, Status.WARNING)
    assert "correct" in groups.detail and "of groups without variance" in groups.detail
    assert diagnose(micro, micro_run.parent)[-1] == groups


def test_a_base_model_that_is_not_finished_is_none(micro, run_copy):
    checkpoints = base_folder(micro, run_copy.parent) / "checkpoints"
    (checkpoints / "step-000040").rename(checkpoints / "step-000020")
    assert find_base(micro, run_copy.parent)[0] is None


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
    spoiled = replace(micro, grpo=replace(micro.grpo, max_tokens=3))
    found = lines(diagnose(spoiled, micro_run.parent))
    assert found["tokenizer"].status is Status.FAIL
    assert found["groups"].detail == "mend the failures first"


def test_groups_that_cannot_be_graded_fail(micro, micro_run, monkeypatch):
    from r1gym.agents import episodes
    from r1gym.core.errors import TrainingStopped

    def fail(*_):
        raise TrainingStopped("9 of 10 completions could not be graded.")

    monkeypatch.setattr(episodes, "check_failures", fail)
    groups = lines(diagnose(micro, micro_run.parent))["groups"]
    assert (groups.status, groups.detail) == (
        Status.FAIL,
        "9 of 10 completions could not be graded",
    )


def test_train_says_that_it_checked(micro, run_copy, capsys):
    from r1gym.recipes.r1_zero import run

    run(micro, run_copy.parent)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 1 and out[0].startswith("Checked in 0.")
    assert out[0].endswith(
        "gold answers, changed golds, template, tokenizer, seed replay, verification"
    )


def test_train_warns_of_a_first_rollout_without_variance(micro, run_copy, capsys, monkeypatch):
    from r1gym.recipes import r1_zero
    from r1gym.recipes.checks import Check

    seen = []

    def check(share, episodes):
        seen.append((share, len(episodes)))
        return Check("groups", Status.WARNING, "all the same")

    monkeypatch.setattr(r1_zero, "check_variance", check)
    r1_zero.run(replace(micro, name="another"), run_copy.parent)
    assert capsys.readouterr().out.splitlines()[1:] == ["Warning: groups: all the same"]
    assert len(seen) == 1 and 0 <= seen[0][0] <= 1 and seen[0][1] == 16
