import json
import random

import pytest
import torch

from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import TrainingStopped
from r1gym.core.run import Run
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling

FIRST, MARK, EOS = 20, 7, 1


class Copying:
    """Prompts of one to three tokens and a mark; the completion is the prompt's first token."""

    def examples(self, start):
        index = start
        while True:
            rng = random.Random(index)
            body = [FIRST + rng.randrange(10) for _ in range(rng.randint(1, 3))]
            yield [*body, MARK], [body[0], EOS]
            index += 1


def make_trainer(steps, seed=0):
    config = SFTConfig(steps=steps, batch_size=32, warmup_steps=5)
    return SFT(new_tiny_policy(32, 2, 2, 48, 64, seed), Copying(), config)


def weights(trainer):
    return torch.cat([weight.detach().flatten() for weight in trainer.policy.model.parameters()])


def test_it_learns_to_copy():
    trainer, losses = make_trainer(200), []
    learnt = trainer.learn(lambda sft, metrics: losses.append(metrics["train/loss"]))
    assert learnt is trainer and len(losses) == 200
    assert losses[0] > 4 > 0.2 > losses[-1]
    prompts = [[FIRST + i, FIRST + 3, MARK] for i in range(10)]
    greedy = Sampling(4, temperature=0)
    completions = [c for [c] in EmbeddedEngine(trainer.policy).generate(prompts, 1, greedy, 0)]
    assert sum(c.token_ids == (FIRST + i, EOS) for i, c in enumerate(completions)) >= 9


@pytest.mark.parametrize("stop_at", [5, 16, 21])  # within, at the end of, and past a pool
def test_a_resumed_run_equals_one_in_one_go_to_the_bit(tmp_path, stop_at):
    whole_run, run = Run(tmp_path / "whole", {}), Run(tmp_path / "parts", {})
    whole, first, second = (make_trainer(24) for _ in range(3))
    whole.learn(lambda sft, metrics: whole_run.log(metrics, sft.step))

    class Killed(Exception):
        pass

    def log_and_die(sft, metrics):
        run.log(metrics, sft.step)
        if sft.step == stop_at:
            sft.save(run)
        if sft.step == stop_at + 2:
            raise Killed

    with pytest.raises(Killed):
        first.learn(log_and_die)
    assert second.resume(run)
    second.learn(lambda sft, metrics: run.log(metrics, sft.step))
    assert torch.equal(weights(second), weights(whole))
    assert not torch.equal(weights(first), weights(whole))
    logs = [
        [json.loads(line) for line in (r.folder / "metrics.jsonl").read_text("utf-8").splitlines()]
        for r in (run, whole_run)
    ]
    assert logs[0] == logs[1]
    assert [row["step"] for row in logs[0]] == list(range(1, 25))


def test_a_loss_that_is_not_finite_stops_before_the_step():
    trainer = make_trainer(10)
    with torch.no_grad():
        next(iter(trainer.policy.model.parameters()))[FIRST] = float("nan")
    head = [weight.clone() for weight in list(trainer.policy.model.parameters())[1:]]
    with pytest.raises(TrainingStopped, match="not finite at step 1 of"):
        trainer.learn()
    for weight, before in zip(list(trainer.policy.model.parameters())[1:], head, strict=True):
        assert torch.equal(weight, before)
