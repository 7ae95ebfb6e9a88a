"""On-policy distillation; what holds for every learner is in test_learner.py."""

import dataclasses

import pytest
import torch

from r1gym.agents.distill import DistillConfig, OnPolicyDistillation, load_teacher, reverse_kl
from r1gym.agents.episodes import Rollout
from r1gym.agents.grpo.loss import surrogate
from r1gym.agents.protocol import Budget
from r1gym.agents.trained import find_algorithm
from r1gym.core.errors import ConfigError, ModelNotFoundError, UnknownNameError
from r1gym.core.types import Episode, Score, Trajectory, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.logprobs import token_distributions
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from tests.agents.stepping import experience_of, update
from tests.policies import sharpen

TASK = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=6))


def new_student(seed=0, context=128):
    return sharpen(new_tiny_policy(16, 1, 2, 24, context, seed))


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """The folder of a teacher that is wider and deeper than the student."""
    folder = tmp_path_factory.mktemp("teacher")
    save_policy(sharpen(new_tiny_policy(32, 2, 2, 48, 128, 7)), folder)
    return str(folder)


def make_trainer(teacher, **changes):
    config = {"steps": 1, "questions": 4, "max_tokens": 6, "learning_rate": 1e-2, "warmup_steps": 0}
    config["loss"] = "sampled"
    return OnPolicyDistillation(
        new_student(), TASK, DistillConfig(**config | changes, teacher=teacher)
    )


def gradients(trainer, rollout):
    """Returns the gradient of an update, unclipped, in one row."""
    found = []
    trainer.take_step = lambda loss: (
        found.append(
            torch.cat([weight.grad.flatten() for weight in trainer.policy.model.parameters()])
        )
        or [0.0]
    )
    update(trainer, rollout)
    trainer.optimizer.zero_grad()
    return found[0]


def rollout_of(*turns, problem=0):
    """Returns a rollout of one-turn trajectories."""
    asked = TASK.problem_set[problem]
    prompt = tuple(TASK.encode_prompt(asked))
    score = Score(0.0, Verdict.WRONG)
    episodes = [Episode(Trajectory(asked, (turn,), prompt), score) for turn in turns]
    lengths = torch.tensor([len(turn.token_ids) for turn in turns])
    return Rollout(episodes, lengths, int(lengths.sum()), {})


def random_logits(seed=0, rows=3, vocabulary=5):
    logits = torch.randn(2, rows, vocabulary, generator=torch.Generator().manual_seed(seed))
    return logits[0].double().requires_grad_(), logits[1].double()


def test_the_reverse_kl_and_its_gradient_are_the_closed_form():
    logits, theirs = random_logits()
    found = reverse_kl(logits.log_softmax(-1), theirs.log_softmax(-1))
    p, q = logits.detach().softmax(-1), theirs.softmax(-1)
    log_ratio = (p / q).log()
    kl = (p * log_ratio).sum(-1)
    torch.testing.assert_close(found.detach(), kl)
    assert (kl > 0).all()
    found.sum().backward()
    # d KL / d logit_i = p_i (log(p_i / q_i) - KL)
    torch.testing.assert_close(logits.grad, p * (log_ratio - kl[:, None]))


def test_a_token_that_the_student_never_takes_costs_nothing():
    ours = torch.tensor([[0.0, -200.0]]).log_softmax(-1)  # its probability is 0 in float32
    theirs = torch.tensor([[0.0, 0.0]]).log_softmax(-1)
    assert float(reverse_kl(ours, theirs)) == pytest.approx(0.6931472)


def test_the_mean_of_the_sampled_gradient_is_the_full_one_by_enumeration():
    logits, theirs = random_logits(rows=1, vocabulary=7)
    [full] = torch.autograd.grad(reverse_kl(logits.log_softmax(-1), theirs.log_softmax(-1)), logits)
    mean = torch.zeros_like(full)
    for token in range(7):
        logprobs = logits.log_softmax(-1)
        probability = logprobs[0, token].detach().exp()
        advantage = (theirs.log_softmax(-1) - logprobs.detach())[:, token]
        ours = logprobs[:, token : token + 1]
        loss = surrogate(ours, ours.detach(), advantage, torch.ones(1, 1), "dapo")
        mean += probability * torch.autograd.grad(loss.sum(), logits)[0]
    torch.testing.assert_close(mean, full)


def test_so_is_that_of_the_trainers_over_all_first_tokens(teacher):
    trainer = make_trainer(teacher)
    full = make_trainer(teacher, loss="full")
    engine = EmbeddedEngine(trainer.policy)
    [[turn]] = engine.generate([TASK.encode_prompt(TASK.problem_set[0])], 1, Sampling(1), 0)
    expected = gradients(full, rollout_of(turn))
    [batch] = rollout_of(turn).batches([0], trainer.config, trainer.policy)
    logprobs = token_distributions(trainer.policy.model, batch)[0].tolist()
    mean = torch.zeros_like(expected)
    for token, logprob in enumerate(logprobs):
        one = rollout_of(Turn("", (token,), (logprob,)))
        mean += torch.tensor(logprob).exp() * gradients(trainer, one)
    assert float(expected.norm()) > 0.1
    torch.testing.assert_close(mean, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("loss", ["sampled", "full"])
def test_a_teacher_that_is_the_student_teaches_nothing(tmp_path, teacher, loss):
    save_policy(new_student(), tmp_path)
    same = make_trainer(str(tmp_path), loss=loss)
    rollout = same.collect()
    other = gradients(make_trainer(teacher, loss=loss), rollout)
    assert float(gradients(same, rollout).abs().max()) < 1e-5 * float(other.abs().max())
    assert update(same, rollout)["train/loss"] == pytest.approx(0, abs=1e-6)


def test_the_advantage_is_the_log_ratio_of_the_very_tokens(teacher):
    trainer = make_trainer(teacher, temperature=0.7)
    rollout = trainer.collect()
    found = experience_of(trainer, rollout)
    start = len(rollout.prompts[1])
    ids = torch.tensor([[*rollout.prompts[1], *rollout.token_ids[1]]])
    own = []
    for policy in (trainer.teacher, trainer.policy):
        logprobs = (policy.model(ids).logits / 0.7).log_softmax(-1)[0, start - 1 : -1]
        own.append(logprobs.gather(1, ids[0, start:, None]).squeeze(1))
    expected = (own[0] - own[1]).detach()
    torch.testing.assert_close(torch.tensor(found[1]), expected, rtol=1e-4, atol=1e-4)


def test_the_losses_are_two_estimates_of_one_divergence(teacher):
    """At the same rollout: the mean of many samples against the exact mean over the vocabulary."""
    losses = {}
    for loss in ("sampled", "full"):
        trainer = make_trainer(teacher, loss=loss, questions=600)
        losses[loss] = update(trainer, trainer.collect())["train/loss"]
    assert losses["sampled"] == pytest.approx(losses["full"], rel=0.05)


@pytest.mark.parametrize("loss", ["sampled", "full"])
def test_the_student_comes_nearer_to_the_teacher(teacher, loss):
    seen = []
    trainer = make_trainer(teacher, loss=loss, steps=40, questions=64, learning_rate=1e-2)
    trainer.learn([lambda t, r, m: seen.append(m["train/loss"])])
    assert seen[-1] < 0.6 * seen[0]


def test_the_teacher_stays_as_it_is(teacher):
    trainer = make_trainer(teacher, steps=3, loss="full", inner_epochs=2, minibatches=2)
    before = {name: w.clone() for name, w in trainer.teacher.model.state_dict().items()}
    trainer.learn()
    after = trainer.teacher.model.state_dict()
    assert all(torch.equal(after[name], weight) for name, weight in before.items())


def test_what_could_not_be_graded_is_not_learnt_from(teacher):
    """As for every agent: a failure is masked out of the loss, though rewards play no part."""
    trainer = make_trainer(teacher, questions=2)
    rollout = trainer.collect()
    only_first = dataclasses.replace(rollout, lengths=rollout.lengths * torch.tensor([1, 0]))
    alone = dataclasses.replace(rollout, episodes=rollout.episodes[:1], lengths=rollout.lengths[:1])
    torch.testing.assert_close(gradients(trainer, only_first), gradients(trainer, alone))


def test_a_teacher_is_needed():
    with pytest.raises(ConfigError, match=r"needs a teacher: give --distill\.teacher FOLDER"):
        OnPolicyDistillation(new_student(), TASK, DistillConfig(max_tokens=6))


def test_a_teacher_that_is_not_there(tmp_path):
    config = DistillConfig(teacher=str(tmp_path / "nobody"), max_tokens=6)
    with pytest.raises(ModelNotFoundError, match="nobody"):
        OnPolicyDistillation.check(config, TASK)


def test_a_teacher_whose_context_is_too_short(tmp_path):
    save_policy(new_student(context=8), tmp_path)
    with pytest.raises(ConfigError, match="the model's context is 8"):
        load_teacher(DistillConfig(teacher=str(tmp_path), max_tokens=6), TASK)


def test_another_loss_is_refused():
    with pytest.raises(UnknownNameError, match=r"no distill\.loss 'forward'. Known: full, sampled"):
        DistillConfig(loss="forward")


def test_a_wrong_teacher_is_found_before_anything_runs(tmp_path):
    """Pretraining would take its minute first."""
    recipe = R1Zero(learner=DistillConfig(teacher=str(tmp_path / "nobody")))
    with pytest.raises(ModelNotFoundError, match="nobody"):
        run(recipe, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_it_takes_part_in_a_bench(teacher):
    seen = []
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=6, split="test"))
    agent = find_algorithm("distill")(task, model=new_student(), teacher=teacher, questions=4)
    kwargs = {"problems": {"arithmetic": [1]}, "max_tokens": 6}
    agent.learn("r1/Math-v0", kwargs, Budget(tokens=30), lambda progress: seen.append(progress))
    assert 30 <= seen[-1].tokens < 60
    assert len(agent.answer(["1+1="], 6)) == 1


def test_the_registry_knows_it():
    assert find_algorithm("distill").algorithm is OnPolicyDistillation
    assert isinstance(find_algorithm("distill").config, DistillConfig)
