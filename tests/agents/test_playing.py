import copy
import dataclasses
import time

import pytest
import torch

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.playing import Ahead
from r1gym.core.errors import ConfigError
from r1gym.core.run import Run
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.verifiers import register_verifier

CONFIG = GRPOConfig(
    steps=5, questions=4, group_size=4, learning_rate=3e-3, warmup_steps=0, max_tokens=6,
    staleness=1,
)  # fmt: skip


class OwnWeights:
    """An engine with a copy of the policy, which may be slow."""

    most_tokens = None

    def __init__(self, policy, seconds=0.0):
        self.seconds, self.policy, self.version = seconds, policy, 0
        self.sampled_by = []

    def generate(self, prompts, n, sampling, seed):
        version = self.version
        time.sleep(self.seconds)
        assert self.version == version, "other weights came while it was sampling"
        self.sampled_by.append(version)
        return EmbeddedEngine(self.policy).generate(prompts, n, sampling, seed)

    def sync(self, policy, version):
        self.policy = dataclasses.replace(policy, model=copy.deepcopy(policy.model))
        self.version = version
        return 0.0

    def close(self):
        pass


class FewKinds:
    def score(self, problem, completion):
        text = completion.text
        return Score(1 - len(set(text)) / max(1, len(text)), Verdict.CORRECT)


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("few_kinds")(FewKinds)


def trainer(config=CONFIG, seconds=0.0, levels=(1,), **task):
    problems = {"arithmetic": list(levels)}
    spec = TaskSpec(problems=problems, rewards={"few_kinds": 1.0}, max_tokens=6, **task)
    policy = new_tiny_policy(16, 1, 2, 24, 128, 0)
    return GRPO(policy, spec, config, engine=OwnWeights(policy, seconds))


def flat(trainer):
    return torch.cat([weight.detach().flatten() for weight in trainer.policy.model.parameters()])


def asked(trainer):
    """Trains. Returns which problems each step had, and by which weights they were played."""
    found = []

    def look(_, rollout, metrics):
        said = [episode.trajectory for episode in rollout.episodes]
        found.append(([t.problem.id for t in said], {t.version for t in said}))

    trainer.learn([look])
    return found


def test_each_rollout_is_of_the_weights_before_the_step_before_it():
    ahead = asked(trainer())
    plain = asked(trainer(dataclasses.replace(CONFIG, staleness=0)))
    assert [versions for _, versions in ahead] == [{0}, {0}, {1}, {2}, {3}]
    assert [versions for _, versions in plain] == [{0}, {1}, {2}, {3}, {4}]
    assert [ids for ids, _ in ahead] == [ids for ids, _ in plain]  # each problem once, in order


def test_how_fast_it_samples_changes_nothing():
    fast, slow = trainer(), trainer(seconds=0.05)
    fast.learn()
    slow.learn()
    assert torch.equal(flat(fast), flat(slow))


@pytest.mark.parametrize("stop_at", [1, 3, 5])
@pytest.mark.parametrize(
    "changes",
    [{}, {"refill": True}, {"shards": 2}],
    ids=["plain", "refill", "shards"],
)
def test_a_resumed_run_equals_one_in_one_go_to_the_bit(stop_at, changes, tmp_path):
    config = dataclasses.replace(CONFIG, steps=6, **changes)
    curriculum = {"start": 1, "raise_at": 0.1, "window": 8, "review": 0.2}
    whole = trainer(config, levels=(1, 2, 3), curriculum=curriculum)
    whole.learn()
    run = Run(tmp_path, {"a": 1})
    first = trainer(
        dataclasses.replace(config, steps=stop_at), levels=(1, 2, 3), curriculum=curriculum
    )
    first.learn()
    first.save(run)
    second = trainer(config, levels=(1, 2, 3), curriculum=curriculum)
    assert second.resume(run)
    second.save(run)  # one that was stopped again before its first step
    third = trainer(config, levels=(1, 2, 3), curriculum=curriculum)
    third.resume(run)
    third.learn()
    assert torch.equal(flat(third), flat(whole))
    assert third.position == whole.position


def test_an_engine_of_the_trainers_own_weights_is_refused():
    policy = new_tiny_policy(16, 1, 2, 24, 128, 0)
    spec = TaskSpec(problems={"arithmetic": [1]}, max_tokens=6)
    with pytest.raises(ConfigError, match="needs an engine with weights of its own, such as ray"):
        GRPO(policy, spec, CONFIG)
    with pytest.raises(ConfigError, match="staleness must be 0 or 1, not 2"):
        GRPOConfig(staleness=2)


def test_an_error_of_the_sampling_ends_training():
    class Broken(OwnWeights):
        def generate(self, *given):
            if self.version == 2:
                raise ConfigError("no more room")
            return super().generate(*given)

    found = trainer()
    found.engine = Broken(found.policy)
    with pytest.raises(ConfigError, match="no more room"):
        found.learn()
    assert found.step == 3  # what was sampled before is trained on


def test_shards_have_seeds_of_their_own_and_the_default_is_one():
    one, two, whole = (
        asked_texts(trainer(dataclasses.replace(CONFIG, staleness=0, steps=1, shards=shards)))
        for shards in (1, 2, 0)
    )
    assert one == whole
    assert one != two
    assert len(one) == len(two) == 16


def asked_texts(trainer):
    found = []
    trainer.learn([lambda _, rollout, metrics: found.extend(rollout.token_ids)])
    return found


def test_what_a_checkpoint_brought_back_is_taken_by_the_first_process_alone():
    ahead = Ahead()
    ahead.load_state([["said"]])
    assert ahead.take(None, [], leads=False) == ([], {})
    assert ahead.take(None, [], leads=False) is None  # once


ASKED = []


class SlowKinds(FewKinds):
    """Takes its time, and writes down what it was asked."""

    def score(self, problem, completion):
        time.sleep(0.02)
        ASKED.append((problem.question, completion.text))
        return super().score(problem, completion)


@pytest.mark.parametrize("shards", [1, 4])
def test_a_shard_is_scored_while_the_next_is_sampled(shards):
    register_verifier("slow_kinds")(SlowKinds)
    ASKED.clear()
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards={"slow_kinds": 1.0}, max_tokens=6)
    config = dataclasses.replace(CONFIG, steps=1, staleness=0, shards=shards, questions=8)
    policy = new_tiny_policy(16, 2, 2, 24, 128, 0)
    engine = OwnWeights(policy, 0.15)
    engine.sync(policy, 0)
    metrics, rollouts = [], []
    GRPO(policy, spec, config, engine=engine).learn(
        [lambda _, rollout, row: (metrics.append(row), rollouts.append(rollout))]
    )
    said = [(e.problem.question, e.completion.text) for e in rollouts[0].episodes]
    assert sorted(said) == sorted(ASKED) and len(said) == 32
    waited = metrics[0]["time/scoring_seconds"]
    assert metrics[0]["time/sampling_seconds"] >= 0.15 * shards
    # A quarter of 0.64 s is left after the last shard, and what the others could not hide.
    assert (waited > 0.6) if shards == 1 else (waited < 0.45)
