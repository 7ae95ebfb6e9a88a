"""The trainer and its losses on a world of three answers, where what is better is known."""

import math
import random
import shutil
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from r1gym.core.errors import ConfigError, ModelNotFoundError, TrainingStopped
from r1gym.core.run import Run
from r1gym.core.types import Completion, Problem
from r1gym.models.policy import load_policy, new_tiny_policy, save_policy
from r1gym.models.reward_model import RewardModel
from r1gym.models.reward_training import (
    Labelled,
    Pair,
    RewardTrainer,
    RewardTrainingConfig,
    label_loss,
    load_classifier,
    load_graded_tokenizer,
    pair_loss,
    save_classifier,
)
from r1gym.models.scoring import GradedTexts
from tests.policies import new_qwen

SHORT = "User: {question}. Assistant:"
CONFIG = RewardTrainingConfig(epochs=3, batch_size=8, learning_rate=3e-3, microbatch=6)


def texts_of(quality):
    return f"<think>hm</think> {'yes ' * quality}no"


def make_pairs(count=64):
    rng = random.Random(0)
    drawn = [rng.sample(range(4), 2) for _ in range(count)]
    return [Pair(f"q{rng.randrange(9)}", texts_of(max(two)), texts_of(min(two))) for two in drawn]


def make_labels(count=64):
    rng = random.Random(1)
    drawn = [rng.randrange(4) for _ in range(count)]
    return [Labelled(f"q{rng.randrange(9)}", texts_of(one), one > 1) for one in drawn]


@pytest.fixture(autouse=True)
def _fast():
    """As a workplace does: on a CPU gradients that are almost 0 are slow."""
    torch.set_flush_denormal(True)


@pytest.fixture(scope="module", params=["embedded", "qwen"])
def start(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    kind = {"embedded": lambda: new_tiny_policy(32, 1, 2, 48, 128, seed=0), "qwen": new_qwen}
    save_policy(kind[request.param](), folder)
    return str(folder)


def make(start, examples, config=CONFIG, part="summary", dtype="float32"):
    policy = load_classifier(start, dtype=dtype)
    texts = GradedTexts(policy.model, load_graded_tokenizer(start, None, SHORT))
    return RewardTrainer(policy, texts, examples, config, part)


def learn(trainer, callback=lambda trainer, metrics: None):
    trainer.learn(callback)
    return trainer


def saved(trainer, start, folder):
    folder.mkdir()
    tokenizer = load_graded_tokenizer(start, None, SHORT)
    save_classifier(trainer, start, tokenizer, trainer._part, folder)
    return str(folder)


def test_the_losses_are_those_of_the_formulas():
    chosen, rejected = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 3.0])
    losses = pair_loss(chosen, rejected).tolist()
    assert losses == pytest.approx([math.log(1 + math.exp(-0.5)), math.log(1 + math.exp(5.0))])
    centred = pair_loss(chosen, rejected, 0.1).tolist()
    assert centred == pytest.approx([losses[0] + 0.1 * 2.25, losses[1] + 0.1])
    found = label_loss(torch.tensor([2.0, 2.0]), torch.tensor([1.0, 0.0])).tolist()
    assert found == pytest.approx([math.log(1 + math.exp(-2.0)), math.log(1 + math.exp(2.0))])


def test_it_starts_at_scores_of_0(start):
    trainer = make(start, make_pairs(4))
    assert trainer.scores(make_pairs(4)) == [(0.0, 0.0)] * 4


@pytest.mark.parametrize("examples", [make_pairs(), make_labels()], ids=["pairs", "labels"])
def test_it_learns_what_is_better(start, examples, tmp_path):
    seen = []
    trainer = learn(make(start, examples), lambda t, metrics: seen.append(metrics))
    assert len(seen) == trainer.steps == 24 and seen[0]["train/loss"] == pytest.approx(math.log(2))
    scores = trainer.scores(examples)
    if isinstance(examples[0], Pair):
        right = [chosen > rejected for chosen, rejected in scores]
    else:
        right = [(s > 0) is e.label for (s,), e in zip(scores, examples, strict=True)]
    assert sum(right) > 0.9 * len(right)


def test_the_reward_grades_what_was_trained(start, tmp_path):
    """The folder's own template and the component's reading give the trainer's scores."""
    pairs = [*make_pairs(12), Pair("<eos>{question} {{ x }}", "<pad> é\n</s>", "'\"\\n")]
    trainer = learn(make(start, pairs))
    folder = saved(trainer, start, tmp_path / "model")
    scores = trainer.scores(pairs)
    asked = [(Problem("p", p.question, ""), Completion(p.chosen)) for p in pairs]
    for size in (1, 5, 64):
        graded = RewardModel(model=folder, batch_size=size).score_batch(asked)
        for score, (chosen, _) in zip(graded, scores, strict=True):
            assert score.info["score"] == pytest.approx(chosen, abs=1e-6)
            assert score.value == pytest.approx(1 / (1 + math.exp(-chosen)), abs=1e-6)


def test_transformers_loads_it_and_gives_the_same_scores(start, tmp_path):
    pair = make_pairs(8)[0]
    trainer = learn(make(start, make_pairs(8)))
    folder = saved(trainer, start, tmp_path / "model")
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    turns = [
        {"role": "user", "content": pair.question},
        {"role": "assistant", "content": pair.chosen.rpartition("</think>")[2].strip()},
    ]
    text = tokenizer.apply_chat_template(turns, tokenize=False)
    assert text == f"User: {pair.question}. Assistant:{turns[1]['content']}"
    inputs = tokenizer.apply_chat_template(turns, return_dict=True, return_tensors="pt")
    with torch.no_grad():
        assert model(**inputs).logits.item() == pytest.approx(
            trainer.scores([pair])[0][0], abs=1e-6
        )


def test_company_in_a_batch_changes_a_score_by_rounding_alone(start, tmp_path):
    """Padding hides nothing and adds nothing: responses of all lengths, batched and alone."""
    trainer = make(start, make_pairs(8))
    with torch.no_grad():  # scores of the size that trained ones have
        trainer.policy.model.score.weight.normal_(
            std=0.3, generator=torch.Generator().manual_seed(0)
        )
    folder = saved(trainer, start, tmp_path / "model")
    rng = random.Random(0)
    asked = [
        (Problem("p", "q" * rng.randrange(1, 9), ""), Completion("ab c" * rng.randrange(1, 15)))
        for _ in range(96)
    ]
    alone = RewardModel(model=folder).score_batch(asked)
    together = RewardModel(model=folder, batch_size=64).score_batch(asked)
    gaps = [abs(a.value - b.value) for a, b in zip(alone, together, strict=True)]
    assert max(gaps) < 1e-6 < max(abs(a.value - 0.5) for a in alone)


def test_the_part_is_remembered(start, tmp_path):
    trainer = learn(make(start, make_pairs(8), part="response"))
    folder = saved(trainer, start, tmp_path / "model")
    pair = make_pairs(8)[0]
    asked = Problem("p", pair.question, ""), Completion(pair.chosen)
    score = RewardModel(model=folder).score(*asked)
    assert score.info["score"] == pytest.approx(trainer.scores([pair])[0][0], abs=1e-6)
    assert RewardModel(model=folder, part="response").score(*asked) == score
    with pytest.raises(ConfigError, match="was trained on the response and part is 'summary'"):
        RewardModel(model=folder, part="summary")


def test_in_bfloat16_it_is_trained_and_written_in_full(start, tmp_path):
    trainer = make(start, make_pairs(8), dtype="bfloat16")
    before = {name: weight.clone() for name, weight in trainer.masters.state().items()}
    learn(trainer)
    state = trainer.masters.state()
    assert any(not torch.equal(before[name], weight) for name, weight in state.items())
    written = load_classifier(saved(trainer, start, tmp_path / "model"))
    assert all(torch.equal(state[n], w) for n, w in written.model.state_dict().items())
    assert trainer.policy.dtype is torch.bfloat16


def test_a_template_that_is_given_counts_and_else_the_models_own(start, tmp_path):
    shutil.copytree(start, tmp_path / "chatty")
    own = "{% for m in messages %}[{{ m['content'] }}]{% endfor %}"
    (tmp_path / "chatty" / "chat_template.jinja").write_text(own)
    for template, text in ((None, "[q][a]"), ("Q {question}: ", "Q q: a")):
        tokenizer = load_graded_tokenizer(str(tmp_path / "chatty"), template, SHORT)
        trainer = make(start, make_pairs(8))
        folder = tmp_path / f"model-{template is None}"
        folder.mkdir()
        save_classifier(trainer, str(tmp_path / "chatty"), tokenizer, "summary", folder)
        saved = AutoTokenizer.from_pretrained(folder)
        turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
        assert saved.apply_chat_template(turns, tokenize=False) == text


def test_microbatches_change_nothing_but_rounding(start):
    scores = [
        learn(make(start, make_pairs(16), replace(CONFIG, epochs=1, microbatch=size))).scores(
            make_pairs(4)
        )
        for size in (2, 64)
    ]
    assert scores[0] == [pytest.approx(row, abs=1e-3) for row in scores[1]]


def test_it_goes_on_to_the_bit(start, tmp_path):
    whole = learn(make(start, make_pairs(20)))

    def stop(trainer, metrics):
        if trainer.step == 4:
            trainer.save(Run(tmp_path / "run", {}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(make(start, make_pairs(20)), stop)
    resumed = make(start, make_pairs(20))
    assert not resumed.resume(Run(tmp_path / "empty", {}))
    assert resumed.resume(Run(tmp_path / "run", {})) and resumed.step == 4
    learn(resumed)
    for name, weight in whole.policy.model.state_dict().items():
        assert torch.equal(weight, resumed.policy.model.state_dict()[name]), name


def test_a_loss_that_is_not_finite_stops(start):
    trainer = make(start, make_pairs(8))
    with torch.no_grad():
        trainer.policy.model.score.weight.fill_(math.nan)
    with pytest.raises(TrainingStopped, match="at step 1 of the reward model"):
        learn(trainer)


def test_one_may_go_on_with_a_reward_model(start, tmp_path):
    trainer = learn(make(start, make_pairs(8)))
    folder = saved(trainer, start, tmp_path / "model")
    again = make(folder, make_pairs(8))
    assert again.scores(make_pairs(8)) == trainer.scores(make_pairs(8))


def test_a_reward_model_is_no_policy(start, tmp_path):
    folder = saved(learn(make(start, make_pairs(8))), start, tmp_path / "model")
    with pytest.raises(ModelNotFoundError, match="is a reward model and writes no text"):
        load_policy(folder)


def test_what_is_no_model_is_one_line(tmp_path):
    with pytest.raises(ModelNotFoundError) as caught:
        load_classifier(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "training.epochs must be at least 1"),
        ({"held_out": 1.0}, "training.held_out must be below 1"),
        ({"held_out": -0.1}, "training.held_out must be a number from 0 to 1"),
        ({"learning_rate": -1.0}, "training.learning_rate must be at least 0"),
        ({"microbatch": 1}, "training.microbatch must be at least 2"),
    ],
)
def test_settings_that_are_not_allowed(changes, message):
    with pytest.raises(ConfigError, match=message):
        RewardTrainingConfig(**changes)
