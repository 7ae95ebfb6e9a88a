import json
from dataclasses import replace

import pytest
import torch

from r1gym.agents.episodes import Rollout
from r1gym.agents.grpo.advantage import group_advantages
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import ConfigError, Interrupted, RunError
from r1gym.core.run import Run, read_metrics
from r1gym.evaluation.preflight import Status
from r1gym.models.policy import new_tiny_policy
from r1gym.recipes.workplace import Workplace, check_limit, memory_explained, taught_group
from tests.evaluation.test_rows import episodes


@pytest.fixture
def at(micro, tmp_path):
    with Workplace(replace(micro, save_every=2), tmp_path / "runs" / "mine") as at:
        yield at


def policy():
    return new_tiny_policy(16, 1, 2, 32, context=128, seed=0)


def test_an_environment_is_made_once(at, micro):
    spec = micro.tasks()["train"]
    assert at.environment(spec) is at.environment(replace(spec))
    assert at.task(spec) is at.task(spec)
    assert at.task(replace(spec, problem_seed=7)) is not at.task(spec)


def test_one_engine_at_a_time(at):
    first, second = policy(), policy()
    engine = at.engine(first)
    assert at.engine(first) is engine
    closed = []
    engine.close = lambda: closed.append(1)
    assert at.engine(second) is not engine and closed == [1]
    at.close()
    at.close()
    narrow = at.engine(second, 3)
    assert narrow.rows == 3 and at.engine(second) is narrow and at.engine(second, 3) is narrow
    assert at.engine(second, 5).rows == 5 and at.engine(first).rows == 512
    assert at.engine(second).policy is second


class Corpus:
    def examples(self, start):
        while True:
            yield [2, 3], [4, 1]


def test_fine_tuning_is_logged_saved_and_goes_on(at):
    at.move(Run(at.folder, {"a": 1}))
    whole = SFT(policy(), Corpus(), SFTConfig(steps=5, batch_size=2))
    at.fine_tune(whole)
    assert [row["step"] for row in read_metrics(at.folder)] == [1, 2, 3, 4, 5]
    again = SFT(policy(), Corpus(), SFTConfig(steps=5, batch_size=2))
    at.fine_tune(again)
    assert again.step == 5
    for one, other in zip(
        whole.policy.model.parameters(), again.policy.model.parameters(), strict=True
    ):
        assert torch.equal(one, other)


def test_a_stop_in_fine_tuning_saves_the_step(at):
    at.move(Run(at.folder, {"a": 1}))
    at.stopper.requested = True
    with pytest.raises(Interrupted, match="Stopped at fine-tuning step 1 of 5; saved"):
        at.fine_tune(SFT(policy(), Corpus(), SFTConfig(steps=5, batch_size=2)))
    assert (at.folder / "checkpoints" / "step-000001").exists()


def test_what_would_not_train_is_stopped(at, micro, capsys):
    at.preflight(micro.tasks()["train"])
    assert capsys.readouterr().out.startswith("Checked in ")
    with pytest.raises(ConfigError, match="This would not train well; tokenizer"):
        at.preflight(replace(micro.tasks()["train"], max_tokens=3))


def test_a_limit_below_the_environments(micro):
    spec = replace(micro.tasks()["train"], env="r1/Logic-v0", problems=None)
    [check] = check_limit(spec)
    assert check.status is Status.WARNING and "r1/Logic-v0 gives completions 256" in check.detail
    assert check_limit(replace(spec, max_tokens=256)) == []
    assert check_limit(replace(spec, problems="logic:1")) == []


def test_a_device_without_memory_is_one_line():
    lower = "lower --ppo.rollout-rows"
    with pytest.raises(RunError, match=lower) as caught, memory_explained("ppo"):
        raise torch.OutOfMemoryError("CUDA out of memory\nand more")
    assert "\n" not in str(caught.value)


def test_whole_groups_are_kept_at_the_first_step_and_with_checkpoints(micro_run):
    rows = [json.loads(line) for line in (micro_run / "groups.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 4]  # of 4 steps, saved every 2
    for row in rows:
        assert {"id", "problem", "answer"} < row.keys() and len(row["members"]) == 4
        rewards = torch.tensor([[one["reward"] for one in row["members"]]])
        told = torch.tensor([[one["advantage"] for one in row["members"]]])
        assert torch.allclose(told, group_advantages(rewards), atol=1e-6)
        assert told.any()


@pytest.mark.parametrize(
    ("worth", "first"),
    [([0, 0, 0, 0, 1, -1], 4), ([0, 0, 2, -2, 1, -1], 2), ([0] * 6, 0), (None, 0)],
)
def test_the_group_that_is_kept_taught_something(worth, first):
    found = Rollout(episodes(*"123456"), torch.ones(6), 6, {}, worth)
    group = taught_group(found, 2)
    said = [one["completion"] for one in group["members"]]
    assert said == [f"<answer>{first + i}</answer>" for i in (1, 2)]
    told = [one["advantage"] for one in group["members"]]
    assert told == (worth or [None] * 6)[first : first + 2]
