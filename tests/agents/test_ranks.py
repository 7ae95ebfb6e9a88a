from dataclasses import replace
from functools import partial

import pytest
import torch

from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.ppo.config import PPOConfig
from r1gym.agents.ppo.trainer import PPO
from r1gym.agents.ranks import check_cuts_up, follow, share_training
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import ConfigError, RunError, TrainingStopped
from r1gym.core.run import Run, find_checkpoints
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.models.adapters import add_lora
from r1gym.models.checkpoint import WEIGHTS
from r1gym.models.lora import LoRASettings
from r1gym.models.policy import new_tiny_policy
from r1gym.models.world import Ranks, World
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.verifiers import register_verifier
from tests.ranks import in_ranks

SHARED = {
    "steps": 3, "questions": 6, "group_size": 4, "learning_rate": 3e-4, "max_tokens": 6,
    "warmup_steps": 0, "microbatch_tokens": 256, "shards": 2,
}  # fmt: skip
SPEC = TaskSpec(problems={"arithmetic": [1]}, rewards={"few_kinds": 1.0}, max_tokens=6)


class FewKinds:
    """Pays for each repeated character."""

    def score(self, problem, completion):
        text = completion.text
        return Score(1 - len(set(text)) / max(1, len(text)), Verdict.CORRECT)


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("few_kinds")(FewKinds)


class Corpus:
    def examples(self, start):
        for number in range(start, start + 1000):
            yield [3 + number % 5] * (1 + number % 4), [4 + number % 7] * (2 + number % 3) + [1]


def policy(dtype="float32"):
    return new_tiny_policy(16, 2, 2, 24, 128, 0).to("cpu", dtype)


def adapted(dtype="float32"):
    found = policy(dtype)
    add_lora(found.model, LoRASettings(rank=2))
    return found


def grpo(of=policy, **changes):
    known = {"kl_coef": 0.05, "refresh_reference_every": 2, "minibatches": 2, "inner_epochs": 2}
    return GRPO(of(), SPEC, GRPOConfig(**SHARED | known | changes))


def rough_grpo():
    return grpo(partial(policy, "bfloat16"))


def adapted_grpo():
    return grpo(adapted)


def rough_adapted_grpo():
    return grpo(partial(adapted, "bfloat16"))


def adafactor_grpo():
    return grpo(optimizer="adafactor", learning_rate=1e-2)


def ppo(**changes):
    return PPO(policy(), SPEC, PPOConfig(**SHARED | changes))


def expert_iteration():
    return ExpertIteration(policy(), SPEC, ExpertIterationConfig(**SHARED))


def sft(of=policy):
    config = SFTConfig(
        steps=3, batch_size=6, warmup_steps=1, matrix_learning_rate=2e-3, learning_rate=3e-4
    )
    return SFT(of(), Corpus(), config)


def rough_sft():
    return sft(partial(policy, "bfloat16"))


def learn(trainer):
    """Returns what a trainer has come to: its weights, and metrics of each step."""
    rows = []
    if isinstance(trainer, SFT):
        trainer.learn(lambda _, metrics: rows.append(metrics))
    else:
        trainer.learn([lambda _, rollout, metrics: rows.append(metrics)])
    return flat(trainer), [
        {name: value for name, value in row.items() if not name.startswith("time/")} for row in rows
    ]


def flat(trainer):
    trainer.world.tell("state")
    weights = trainer.state().get(WEIGHTS) or trainer.policy.model.state_dict()
    return torch.cat([weight.flatten() for weight in weights.values()])


def lead(parallel, make, work=learn, ends=True):
    """Returns what is done in a process: the first has a trainer, and the others follow."""

    def run():
        world = Ranks()
        if world.rank > 0:
            return follow(world)
        trainer = make()
        share_training(trainer, world, parallel)
        found = work(trainer)
        if ends:  # else the others have ended already
            world.tell("end")
        return found

    return run


CASES = [
    (grpo, "ddp"), (grpo, "fsdp"), (sft, "ddp"), (sft, "fsdp"),
    (ppo, "ddp"), (expert_iteration, "fsdp"), (adafactor_grpo, "fsdp"),
    (adapted_grpo, "ddp"), (adapted_grpo, "fsdp"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "parallel"), CASES)
def test_two_ranks_equal_one(make, parallel, tmp_path):
    start, (alone, logged) = flat(make()), learn(make())
    (weights, rows), code = in_ranks(2, tmp_path, lead(parallel, make))
    assert code == 0
    moved = float((alone - start).abs().max())
    gap = float((weights - alone).abs().max())
    print(f"{make.__name__} {parallel}: moved {moved:.2g}, gap {gap:.2g}")
    assert moved > 1e-4
    assert gap < 1e-5
    assert len(rows) == len(logged) == 3
    for ours, theirs in zip(rows, logged, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
@pytest.mark.parametrize("make", [rough_grpo, rough_sft, rough_adapted_grpo])
def test_in_bfloat16_they_differ_by_roundings_of_gradients(make, parallel, tmp_path):
    # Other batches are summed up in bfloat16; those of one are the same, see test_sharding.
    start, (alone, _) = flat(make()), learn(make())
    (weights, _), code = in_ranks(2, tmp_path, lead(parallel, make))
    assert code == 0
    moved, gap = float((alone - start).norm()), float((weights - alone).norm())
    print(f"{make.__name__} {parallel}: moved {moved:.2g}, gap {gap:.2g}")
    assert gap < 0.3 * moved


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
@pytest.mark.parametrize("stop_at", [1, 2])
def test_it_goes_on_with_another_number_of_processes(parallel, stop_at, tmp_path):
    alone, _ = learn(grpo())
    run = Run(tmp_path / "run", {"a": 1})

    def until(trainer):
        def stop(trainer, rollout, metrics):
            if trainer.step == stop_at:
                trainer.save(run)
                raise Enough

        with pytest.raises(Enough):
            trainer.learn([stop])

    (tmp_path / "first").mkdir()
    in_ranks(2, tmp_path / "first", lead(parallel, grpo, until))
    assert find_checkpoints(run.folder)[-1].name == f"step-{stop_at:06d}"

    def resumed():
        trainer = grpo()
        assert trainer.resume(run)
        return trainer

    one, _ = learn(resumed())
    (three, _), *codes = in_ranks(3, tmp_path, lead(parallel, resumed))
    assert codes == [0, 0]
    for weights in (one, three):
        assert float((weights - alone).abs().max()) < 1e-5


class Enough(Exception):
    pass


def test_roll_outs_of_steps_are_shared_by_processes(tmp_path):
    def make():
        wanted = {"advantage": "vine", "max_tokens": 48, "steps": 2}
        return GRPO(policy(), replace(SPEC, max_tokens=48), GRPOConfig(**SHARED | wanted))

    _, logged = learn(make())
    (weights, rows), code = in_ranks(2, tmp_path, lead("ddp", make))
    assert code == 0 and torch.isfinite(weights).all()
    assert float((weights - flat(grpo())).abs().max()) > 1e-4
    # The first rollout is the same, and as many of its prefixes are gone on with by chance anew.
    assert rows[0]["rollout/few_kinds"] == pytest.approx(logged[0]["rollout/few_kinds"], abs=1e-6)
    assert rows[0]["rollout/vine_tokens"] > 0 < logged[0]["rollout/vine_tokens"]


def test_fine_tuning_goes_on_alone(tmp_path):
    alone, _ = learn(sft())
    run = Run(tmp_path / "run", {"a": 1})

    def until(trainer):
        def stop(trainer, metrics):
            if trainer.step == 2:
                trainer.save(run)
                raise Enough

        with pytest.raises(Enough):
            trainer.learn(stop)

    in_ranks(2, tmp_path, lead("fsdp", lambda: sft(), until))
    trainer = sft()
    assert trainer.resume(run)
    assert float((learn(trainer)[0] - alone).abs().max()) < 3e-5  # after four steps


def test_too_many_failures_stop_all_processes(tmp_path):
    class Fails:
        def score(self, problem, completion):
            return Score(None, Verdict.INFRA_ERROR, "no sandbox")

    register_verifier("fails")(Fails)

    def make():
        return GRPO(policy(), replace(SPEC, rewards={"fails": 1.0}), GRPOConfig(**SHARED))

    def work(trainer):
        with pytest.raises(TrainingStopped, match="24 of 24 completions could not be graded"):
            trainer.learn()

    assert in_ranks(2, tmp_path, lead("ddp", make, work, ends=False)) == [None, 1]


def test_an_error_of_one_process_is_said_by_the_first(tmp_path):
    class OnlyThere(GRPO):
        def _play(self, problems, again):
            if self.world.rank == 1:
                raise OSError("the disk of process 1 is full")
            return super()._play(problems, again)

    def make():
        return OnlyThere(policy(), SPEC, GRPOConfig(**SHARED))

    def work(trainer):
        with pytest.raises(RunError, match=r"Process 1 of 2: OSError: the disk of process 1"):
            trainer.learn()

    globals()["OnlyThere"] = OnlyThere
    OnlyThere.__qualname__ = "OnlyThere"
    assert in_ranks(2, tmp_path, lead("ddp", make, work, ends=False)) == [None, 1]


def test_an_engine_of_its_own_samples_in_the_first_process(tmp_path):
    class Own:
        """Counts what it is asked."""

        version, most_tokens, asked = 0, None, 0

        def generate(self, prompts, n, sampling, seed):
            self.asked += len(prompts)
            return EmbeddedEngine(self.policy).generate(prompts, n, sampling, seed)

        def sync(self, policy, version):
            self.policy, self.version = policy, version
            return 0.0

        def close(self):
            pass

    def make():
        return GRPO(policy(), SPEC, GRPOConfig(**SHARED), engine=Own())

    def work(trainer):
        return learn(trainer)[0], trainer.engine.asked

    alone, _ = learn(make())
    (weights, asked), code = in_ranks(2, tmp_path, lead("ddp", make, work))
    assert (code, asked) == (0, 18)  # 3 steps of 6 questions
    assert float((weights - alone).abs().max()) < 1e-5


def test_what_cannot_be_shared_is_refused():
    with pytest.raises(ConfigError, match="there is one: start torchrun"):
        share_training(grpo(), World(), "fsdp")
    share_training(grpo(), World(), "ddp")  # nothing to do
    with pytest.raises(ConfigError, match="PPO trains a critic as well"):
        check_cuts_up(PPO, "fsdp")
    check_cuts_up(PPO, "ddp")
    check_cuts_up(GRPO, "fsdp")
