import random

import pytest
import torch

from r1gym.agents.prm.calibration import auc_within
from r1gym.core.errors import ConfigError, ModelNotFoundError, TrainingStopped
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.models.step_classifier import TokenClassifierScorer
from r1gym.models.step_training import (
    LabelledSteps,
    StepTrainer,
    StepTrainingConfig,
    new_step_classifier,
    save_step_classifier,
)
from tests.policies import new_llama, new_qwen


def marked(count, seed):
    """Completions whose steps are right until the first token 30."""
    rng, made = random.Random(seed), []
    for _ in range(count):
        steps, labels, right = [], [], True
        for _ in range(rng.randint(1, 4)):
            step = tuple(rng.choice((20, 21, 22, 23, 24, 30)) for _ in range(3))
            right = right and 30 not in step
            steps.append(step)
            labels.append(float(right))
        made.append(LabelledSteps((7, 8), tuple(steps), tuple(labels)))
    return made


@pytest.fixture
def start(tmp_path):
    save_policy(new_tiny_policy(32, 1, 2, 48, 128, seed=0), tmp_path / "policy")
    return str(tmp_path / "policy")


CONFIG = StepTrainingConfig(epochs=4, batch_size=32, learning_rate=1e-2, warmup_steps=2)


def test_it_learns_what_makes_steps_wrong_and_is_loaded_again(start, tmp_path):
    classifier = new_step_classifier(start)
    losses = []
    StepTrainer(classifier, marked(600, 0), CONFIG).learn(lambda step, loss: losses.append(loss))
    assert losses[0] == pytest.approx(0.693, abs=1e-3)  # the head starts at 0
    assert losses[-1] < 0.1
    save_step_classifier(classifier, tmp_path / "scorer")
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=8))
    scorer = TokenClassifierScorer(task, model=str(tmp_path / "scorer"))
    fresh = marked(100, 1)
    found = scorer.score([e.prompt for e in fresh], [e.steps for e in fresh])
    values = [value for one in found for value in one]
    assert auc_within([values], [[label for e in fresh for label in e.labels]]) > 0.98


def test_the_same_seed_gives_the_same_weights_and_another_does_not(start):
    def weights(seed):
        classifier = new_step_classifier(start)
        StepTrainer(classifier, marked(64, 0), CONFIG, seed).learn()
        return torch.cat([weight.flatten() for weight in classifier.model.parameters()])

    assert torch.equal(weights(0), weights(0))
    assert not torch.equal(weights(0), weights(1))


def test_microbatches_do_not_change_a_step(start):
    def weights(tokens):
        classifier = new_step_classifier(start)
        config = StepTrainingConfig(epochs=1, batch_size=16, microbatch_tokens=tokens)
        StepTrainer(classifier, marked(16, 0), config).learn()
        return torch.cat([weight.flatten() for weight in classifier.model.parameters()])

    assert torch.allclose(weights(10_000), weights(20), atol=1e-4)


def test_steps_without_a_label_teach_nothing(start):
    first = LabelledSteps((7,), ((20,), (21, 22)), (1.0, None))
    second = LabelledSteps((7,), ((20,),), (1.0,))
    nothing = LabelledSteps((7,), ((23,),), (None,))
    losses = []
    for examples in ([first], [second], [second, nothing]):
        trainer = StepTrainer(new_step_classifier(start), examples, CONFIG)
        assert trainer.steps == 4
        losses.append(trainer.learn())
    assert losses[0] == pytest.approx(losses[1], rel=1e-4) == losses[2]
    with pytest.raises(ConfigError, match="No step has a label"):
        StepTrainer(new_step_classifier(start), [nothing])


def test_a_label_may_be_a_share(start):
    shares = [LabelledSteps((7,), ((20,),), (0.25,)), LabelledSteps((7,), ((21,),), (0.75,))] * 64
    classifier = new_step_classifier(start)
    StepTrainer(classifier, shares, CONFIG).learn()
    with torch.no_grad():
        values = classifier.model(torch.tensor([[7, 20], [7, 21]])).logits[:, 1, 0].sigmoid()
    assert values.tolist() == pytest.approx([0.25, 0.75], abs=0.05)


@pytest.mark.parametrize("make", [new_llama, new_qwen])
def test_more_layers_stand_behind_the_old_ones(make, tmp_path):
    save_policy(make(), tmp_path)
    shallow, deep = (new_step_classifier(str(tmp_path), more_layers=n) for n in (0, 2))
    assert len(deep.model.model.layers) == len(shallow.model.model.layers) + 2
    ids = torch.tensor([[7, 20, 30, 21]])
    hidden = [
        one.model.model(ids, output_hidden_states=True).hidden_states for one in (shallow, deep)
    ]
    last = len(shallow.model.model.layers)
    assert torch.allclose(hidden[0][last - 1], hidden[1][last - 1])
    again = new_step_classifier(str(tmp_path), more_layers=2)
    for one, other in zip(deep.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    ("labels", "message"),
    [((1.0,), "2 steps and 1 labels"), ((1.0, 1.5), "from 0 to 1, not 1.5"), ((-1, 0), "not -1")],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    with pytest.raises(ConfigError, match=message):
        LabelledSteps((7,), ((20,), (21,)), labels)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "training.epochs must be at least 1"),
        ({"learning_rate": -1.0}, "training.learning_rate must be at least 0"),
        ({"batch_size": 1.5}, "training.batch_size must be a whole number"),
    ],
)
def test_wrong_settings(settings, message):
    with pytest.raises(ConfigError, match=message):
        StepTrainingConfig(**settings)


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelNotFoundError, match="cannot be a step scorer"):
        new_step_classifier(str(tmp_path))


def test_a_loss_that_is_not_finite_stops_it(start):
    classifier = new_step_classifier(start)
    with torch.no_grad():
        classifier.model.score.bias.fill_(float("nan"))
    with pytest.raises(TrainingStopped, match="not finite at step 1 of the step scorer"):
        StepTrainer(classifier, marked(4, 0)).learn()
