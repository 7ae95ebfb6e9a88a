import pytest
import torch

from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.ppo.config import PPOConfig
from r1gym.agents.ppo.trainer import PPO
from r1gym.agents.ranks import follow, share_training
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.models.policy import new_tiny_policy
from r1gym.models.world import Ranks
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


def policy():
    return new_tiny_policy(16, 2, 2, 24, 128, 0)


def grpo(**changes):
    known = {"kl_coef": 0.05, "refresh_reference_every": 2, "minibatches": 2, "inner_epochs": 2}
    return GRPO(policy(), SPEC, GRPOConfig(**SHARED | known | changes))


def ppo(**changes):
    return PPO(policy(), SPEC, PPOConfig(**SHARED | changes))


def expert_iteration():
    return ExpertIteration(policy(), SPEC, ExpertIterationConfig(**SHARED))


def sft(steps=3):
    config = SFTConfig(
        steps=steps, batch_size=6, warmup_steps=1, matrix_learning_rate=2e-3, learning_rate=3e-4
    )
    return SFT(policy(), Corpus(), config)


def learn(trainer):
    """Returns what a trainer has come to: its weights, and metrics of each step."""
    rows = []
    if isinstance(trainer, SFT):
        trainer.learn(lambda _, metrics: rows.append(metrics))
    else:
        trainer.learn([lambda _, rollout, metrics: rows.append(metrics)])
    return flat(trainer.policy), [
        {name: value for name, value in row.items() if not name.startswith("time/")} for row in rows
    ]


def flat(policy):
    return torch.cat([weight.detach().flatten() for weight in policy.model.parameters()])


def lead(parallel, make, work=learn):
    """Returns what is done in a process: the first has a trainer, and the others follow."""

    def run():
        world = Ranks()
        if world.rank > 0:
            return follow(world)
        trainer = make()
        share_training(trainer, world, parallel)
        found = work(trainer)
        world.tell("end")
        return found

    return run


CASES = [
    (grpo, "ddp"), (grpo, "fsdp"), (sft, "ddp"), (sft, "fsdp"),
    (ppo, "ddp"), (expert_iteration, "fsdp"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "parallel"), CASES)
def test_two_ranks_equal_one(make, parallel, tmp_path):
    start, (alone, logged) = flat(policy()), learn(make())
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
