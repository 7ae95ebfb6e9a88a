import dataclasses
import json

import pytest
import torch

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.core.errors import ConfigError, R1GymError, TrainingStopped
from r1gym.core.run import Run
from r1gym.core.types import Score, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.verifiers import register_verifier
from tests.agents.stepping import experience_of, update
from tests.agents.tolerance import assert_same_sums, gradient_additions, update_gradients

CONFIG = GRPOConfig(
    steps=6,
    questions=4,
    group_size=4,
    learning_rate=3e-3,
    warmup_steps=2,
    max_tokens=6,
    kl_coef=0.05,
    microbatch_tokens=128,
)


class Digits:
    """Pays the share of digits among the characters."""

    def score(self, problem, completion):
        digits = sum(c.isdigit() for c in completion.text)
        return Score(digits / max(1, len(completion.text)), Verdict.CORRECT)


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("digits")(Digits)


def make_trainer(config=CONFIG, reward="digits", seed=0, engine=None, **task):
    task = TokenTask(
        TaskSpec(problems={"arithmetic": [1]}, rewards={reward: 1.0}, max_tokens=config.max_tokens)
    )
    return GRPO(new_tiny_policy(16, 1, 2, 24, 128, seed), task, config, seed, engine)


def weights(trainer):
    return torch.cat([weight.detach().flatten() for weight in trainer.policy.model.parameters()])


def log_to(run):
    def log(trainer, rollout, metrics):
        run.log(metrics, trainer.step)

    return log


def logged(run):
    lines = (run.folder / "metrics.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [{k: v for k, v in row.items() if k in EXACT or "time/" not in k} for row in rows]


EXACT = {"time/total_timesteps"}  # counted, not timed


@pytest.mark.parametrize("stop_at", [1, 3, 4])
@pytest.mark.parametrize("loss", ["grpo", "cispo"])
def test_a_resumed_run_equals_one_in_one_go_to_the_bit(tmp_path, stop_at, loss):
    config = dataclasses.replace(
        CONFIG, loss=loss, inner_epochs=2, minibatches=2, refresh_reference_every=2
    )
    whole_run = Run(tmp_path / "whole", {"a": 1})
    whole = make_trainer(config)
    whole.learn([log_to(whole_run)])

    run = Run(tmp_path / "parts", {"a": 1})
    first = make_trainer(config)

    class Killed(Exception):
        pass

    def kill(trainer, rollout, metrics):
        if trainer.step == stop_at:
            trainer.save(run)
        if trainer.step == stop_at + 1:  # a step that was logged and not saved
            raise Killed

    with pytest.raises(Killed):
        first.learn([log_to(run), kill])
    second = make_trainer(config)
    assert second.resume(run)
    assert second.step == stop_at
    second.learn([log_to(run)])

    assert torch.equal(weights(second), weights(whole))
    assert logged(run) == logged(whole_run)
    for ours, theirs in zip(
        second.reference.model.parameters(), whole.reference.model.parameters(), strict=True
    ):
        assert torch.equal(ours, theirs)
    other = make_trainer(dataclasses.replace(config, steps=stop_at))
    other.learn()
    assert not torch.equal(weights(other), weights(whole))  # the rest of the steps did something


def test_nothing_to_resume(tmp_path):
    assert not make_trainer().resume(Run(tmp_path, {}))


def test_the_reference_is_refreshed_and_else_stays():
    config = dataclasses.replace(CONFIG, steps=5, refresh_reference_every=4)
    trainer = make_trainer(config)
    start = weights(trainer).clone()
    seen = {}

    def note(trainer, rollout, metrics):
        reference = torch.cat([w.flatten() for w in trainer.reference.model.parameters()]).detach()
        seen[trainer.step] = (reference.clone(), weights(trainer).clone(), metrics["train/kl"])

    trainer.learn([note])
    assert torch.equal(seen[3][0], start)
    assert torch.equal(seen[4][0], seen[4][1])
    assert torch.equal(seen[5][0], seen[4][1])
    assert seen[1][2] < 1e-6 < seen[4][2]  # no KL before the first step, some later
    assert abs(seen[5][2]) < 1e-6


@pytest.mark.parametrize("loss", ["grpo", "dr_grpo", "dapo", "gspo", "cispo"])
def test_every_loss_learns_a_bandit(loss):
    config = dataclasses.replace(
        CONFIG, loss=loss, steps=14, group_size=16, learning_rate=0.03, kl_coef=0.001
    )
    means = []
    make_trainer(config).learn([lambda t, r, m: means.append(m["rollout/ep_rew_mean"])])
    assert means[0] < 0.2
    assert means[-1] > 0.6


@pytest.mark.parametrize("loss", ["grpo", "dr_grpo", "dapo", "gspo", "cispo"])
def test_microbatches_do_not_change_an_update(loss):
    found = []
    for most in (1, 100, 10_000):
        config = dataclasses.replace(CONFIG, loss=loss, microbatch_tokens=most)
        trainer = make_trainer(config)
        gradients, tokens = update_gradients(trainer)
        found.append(gradients)
    additions = gradient_additions(trainer.policy.model.config, 64, tokens)
    for gradients in found[1:]:
        assert_same_sums(gradients, found[0], additions)


def test_without_kl_there_is_no_reference_and_equal_groups_cost_nothing():
    trainer = make_trainer(dataclasses.replace(CONFIG, kl_coef=0.0, steps=1))
    assert trainer.reference is None
    rollout = trainer.collect()
    before = weights(trainer).clone()
    experience = experience_of(trainer, rollout)
    trainer.update(rollout, dataclasses.replace(experience, advantages=experience.advantages * 0))
    assert torch.equal(weights(trainer), before)


def test_the_kl_in_the_reward_is_that_of_all_tokens_and_the_loss_has_none():
    config = dataclasses.replace(CONFIG, kl_in="reward", kl="k1", loss="dr_grpo", kl_coef=0.5)
    trainer, rollout = scripted_rollout(config, Scripted("1", "12", "123", "1234"))
    reference = [[-3.0] * int(length) for length in rollout.lengths]
    experience = trainer.advantages(rollout, reference)
    # Each token is by 2 likelier than the reference's, and each text earns 1 before.
    paid = 1 - 0.5 * 2.0 * torch.tensor([2.0, 3.0, 4.0, 5.0])
    expected = (paid - paid.mean()).expand(4, 4)
    torch.testing.assert_close(experience.advantages.view(4, 4), expected)
    assert experience.reference is None
    assert trainer.update(rollout, experience)["train/kl"] == pytest.approx(2.0)


def test_the_majority_is_paid_and_what_is_true_is_logged():
    config = dataclasses.replace(CONFIG, label="majority", max_tokens=16)
    texts = [f"<answer>{number}</answer>" for number in (1, 1, 2, 3)]
    trainer = make_trainer(config, reward="accuracy", engine=Scripted(*texts))
    rollout = trainer.collect()
    advantages = experience_of(trainer, rollout).advantages.view(4, 4)
    assert (advantages[:, :2] > 0).all() and (advantages[:, 2:] < 0).all()
    assert rollout.metrics["rollout/ep_rew_mean"] == 0.5
    golds = [rollout.episodes[i].problem.answer for i in (0, 4, 8, 12)]
    expected = sum({"1": 2, "2": 1, "3": 1}.get(gold, 0) for gold in golds) / 16
    assert rollout.metrics["rollout/accuracy"] == expected
    assert rollout.metrics["rollout/majority_right"] == golds.count("1") / 4


def test_a_loss_that_is_not_finite_stops_before_the_step():
    trainer = make_trainer()
    rollout = trainer.collect()
    before = weights(trainer).clone()
    experience = experience_of(trainer, rollout)
    broken = dataclasses.replace(experience, advantages=experience.advantages * float("nan"))
    with pytest.raises(TrainingStopped, match="not finite at step 1") as caught:
        trainer.update(rollout, broken)
    assert "\n" not in str(caught.value)
    assert torch.equal(weights(trainer), before)
    update(trainer, rollout)  # nothing of the broken gradient is left
    assert weights(trainer).isfinite().all()


class Failing:
    """Fails on completions whose first character is one of the first letters."""

    def score(self, problem, completion):
        if completion.text[:1] in failing_on:
            raise RuntimeError("the judge is out")
        return Digits().score(problem, completion)


failing_on: set[str] = set()


@pytest.fixture
def failures():
    register_verifier("failing")(Failing)
    yield failing_on
    failing_on.clear()


def test_too_many_failed_gradings_stop_the_run(failures):
    failures.update("abcdefghijklmnopqrstuvwxyz0123456789")
    message = "grpo.max_failed_share is 0.1.*judge is out"
    with pytest.raises(TrainingStopped, match=message) as caught:
        make_trainer(reward="failing").learn()
    assert "\n" not in str(caught.value)


def test_a_few_failed_gradings_are_masked_and_counted(failures):
    failures.update("aeiou0")
    config = dataclasses.replace(CONFIG, questions=16, max_failed_share=0.5)
    trainer = make_trainer(config, reward="failing")
    rollout = trainer.collect()
    failed = torch.tensor([e.score.value is None for e in rollout.episodes])
    assert 0 < failed.sum() < 32
    assert rollout.metrics["rollout/failed_share"] == pytest.approx(failed.float().mean().item())
    assert (experience_of(trainer, rollout).advantages[failed] == 0).all()
    assert (rollout.lengths[failed] == 0).all()
    assert (rollout.lengths[~failed] > 0).all()
    known = [e.score.value for e in rollout.episodes if e.score.value is not None]
    assert rollout.metrics["rollout/ep_rew_mean"] == pytest.approx(sum(known) / len(known))
    update(trainer, rollout)
    assert weights(trainer).isfinite().all()


class Scripted:
    """Writes the given texts in turn."""

    version, most_tokens = 0, None

    def __init__(self, *texts, truncated=False):
        self.texts, self.made, self.truncated = texts, 0, truncated
        self.tokenizer = new_tiny_policy(8, 1, 1, 8, 32, 0).tokenizer

    def generate(self, prompts, n, sampling, seed):
        return [[self.write() for _ in range(n)] for _ in prompts]

    def write(self):
        text = self.texts[self.made % len(self.texts)]
        self.made += 1
        ids = tuple(self.tokenizer.encode(text))
        ids = ids if self.truncated else (*ids, self.tokenizer.eos_id)
        return Turn(text, ids, (-1.0,) * len(ids), self.truncated)

    def sync(self, policy, version):
        return 0.0


def scripted_rollout(config, engine):
    trainer = make_trainer(config, engine=engine)
    return trainer, trainer.collect()


EQUAL, VARIED = ("1", "2", "3", "4"), ("1", "a", "3", "b")


def test_zero_variance_groups_are_counted():
    trainer, rollout = scripted_rollout(CONFIG, Scripted(*EQUAL, *VARIED))
    assert rollout.metrics["rollout/zero_variance_share"] == 0.5
    assert trainer.position == 4
    advantages = experience_of(trainer, rollout).advantages
    assert (advantages.view(4, 4)[::2] == 0).all()


def test_refill_samples_more_questions_in_their_place():
    config = dataclasses.replace(CONFIG, refill=True)
    trainer, rollout = scripted_rollout(config, Scripted(*EQUAL, *VARIED))
    # 4 questions bring 2 groups, 2 more bring 1, 1 brings none, and the last one is full again.
    assert trainer.position == 8
    assert len(rollout.episodes) == 16
    assert rollout.metrics["rollout/zero_variance_share"] == 0.5
    assert (experience_of(trainer, rollout).advantages != 0).all()
    for i, episode in enumerate(rollout.episodes):
        assert trainer.task.encode_prompt(episode.problem) == list(rollout.prompts[i])


def test_refill_goes_on_with_fewer_groups_and_odd_minibatches():
    config = dataclasses.replace(CONFIG, refill=True, minibatches=16)
    trainer, rollout = scripted_rollout(config, Scripted(*EQUAL * 15, *VARIED))
    assert len(rollout.episodes) == 4  # fewer completions than mini-batches
    update(trainer, rollout)
    assert weights(trainer).isfinite().all()


def test_refill_without_any_varied_group_stops_with_advice():
    config = dataclasses.replace(CONFIG, refill=True)
    with pytest.raises(TrainingStopped, match="None of 16 groups had different rewards"):
        scripted_rollout(config, Scripted(*EQUAL))


def test_overlong_mask_leaves_truncated_completions_out_of_the_loss():
    config = dataclasses.replace(CONFIG, overlong="mask")
    _, rollout = scripted_rollout(config, Scripted(*VARIED, truncated=True))
    assert (rollout.lengths == 0).all()
    _, rollout = scripted_rollout(CONFIG, Scripted(*VARIED, truncated=True))
    assert (rollout.lengths > 0).all()


def test_overlong_soft_takes_off_more_the_nearer_the_limit():
    # The limit 32 has a buffer of 4: 28 tokens cost nothing, 30 cost 0.5 and 32 cost 1.
    config = dataclasses.replace(CONFIG, overlong="soft", max_tokens=32, loss="dr_grpo")
    texts = ["1" * (n - 1) for n in (10, 28, 30, 32)]  # and the end token
    trainer, rollout = scripted_rollout(config, Scripted(*texts))
    expected = torch.tensor([1.0, 1.0, 0.5, 0.0]) - 0.625  # every text earns 1 before
    advantages = experience_of(trainer, rollout).advantages
    torch.testing.assert_close(advantages.view(4, 4), expected.expand(4, 4))
    assert rollout.metrics["rollout/ep_rew_mean"] == 1.0


def test_questions_come_in_a_new_order_in_each_pass_over_a_small_set(tmp_path):
    path = tmp_path / "problems.jsonl"
    rows = [f'{{"problem": "Compute {i}+1", "answer": "{i + 1}", "level": 1}}' for i in range(7)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    task = TokenTask(TaskSpec(problems=str(path), split="all", max_tokens=6))
    trainer = GRPO(new_tiny_policy(8, 1, 1, 8, 128, 0), task, CONFIG)
    drawn = [p.question for count in (5, 2, 7, 7) for p in trainer.draw(count)]
    passes = [drawn[i : i + 7] for i in (0, 7, 14)]
    assert all(len(set(one)) == 7 for one in passes)
    assert len({tuple(one) for one in passes}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 0},
        {"questions": 0},
        {"group_size": 1},
        {"inner_epochs": 0},
        {"minibatches": 3},
        {"temperature": 0.0},
    ],
)
def test_values_that_make_no_sense_are_refused(change):
    with pytest.raises(ConfigError, match=next(iter(change))):
        dataclasses.replace(CONFIG, **change)


def test_an_environment_with_another_tokenizer_or_limit_is_refused(tmp_path):
    policy = new_tiny_policy(16, 1, 2, 32, context=128, seed=0)
    with pytest.raises(ConfigError, match="ends completions at 8 tokens and GRPO at 64"):
        GRPO(policy, TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=8)), GRPOConfig())
    save_policy(policy, tmp_path)
    other = TokenTask(TaskSpec(problems={"arithmetic": [1]}, tokenizer=str(tmp_path)))
    with pytest.raises(ConfigError, match="make it with tokenizer='tiny'"):
        GRPO(policy, other, GRPOConfig())


@pytest.mark.parametrize(
    "settings",
    [
        {"refresh_reference_every": 0},
        {"warmup_steps": -1},
        {"max_failed_share": -1},
        {"clip_low": -1},
        {"max_grad_norm": 0},
        {"kl_coef": -1},
        {"microbatch_tokens": 0},
        {"loss": "nope"},
        {"kl": "k9"},
        {"overlong": "x"},
        {"kl_in": "x"},
        {"label": "x"},
        {"vine_rollouts": 2},
        {"vine_rollouts": 0, "advantage": "vine"},
        {"loss": "gspo", "advantage": "vine"},
        {"label": "majority", "advantage": "vine"},
        {"kl_in": "reward", "advantage": "vine"},
        {"overlong": "soft", "advantage": "vine"},
        {"learning_rate": float("nan")},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(R1GymError, match=next(iter(settings))):
        GRPOConfig(**settings)
