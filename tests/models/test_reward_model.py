import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from huggingface_hub import constants
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.models.reward_model import RewardModel, _load_classifier
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS, RewardSum
from r1gym.verifiers.response import with_opening
from tests.reward_models import VOCABULARY, save

TEMPLATE = "{% for m in messages %}[CLS]{{ m.role }}: {{ m.content }}[SEP]{% endfor %}"
PROBLEM = Problem("p", "How do I boil an egg?", "")
TEXTS = [
    "In hot water.",
    "No.",
    "<think>an egg</think> Seven minutes " + "and so on " * 5,
    "Ask me",
]


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return save(tmp_path_factory.mktemp("bert"), BertForSequenceClassification, BertConfig)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llama")
    return save(folder, LlamaForSequenceClassification, LlamaConfig, TEMPLATE)


def by_hand(model_class, folder, text):
    """The model's score of a rendered text, computed without padding."""
    model = model_class.from_pretrained(folder).eval()
    ids = PreTrainedTokenizerFast.from_pretrained(folder)(text, add_special_tokens=False).input_ids
    with torch.no_grad():
        return model(torch.tensor([ids])).logits.item()


def test_the_reward_is_the_sigmoid_of_the_score(llama):
    rewards = set()
    for text in TEXTS:
        score = RewardModel(model=llama).score(PROBLEM, Completion(text))
        shown = text.rpartition("</think>")[2].strip()
        rendered = f"[CLS]user: {PROBLEM.question}[SEP][CLS]assistant: {shown}[SEP]"
        raw = by_hand(LlamaForSequenceClassification, llama, rendered)
        assert score.value == pytest.approx(1 / (1 + math.exp(-raw)), rel=1e-5)
        assert score.verdict is (Verdict.CORRECT if raw >= 0 else Verdict.WRONG)
        assert score.reason == f"the reward model's score is {raw:.4g}"
        rewards.add(score.value)
    assert len(rewards) == len(TEXTS)


def test_without_a_chat_template_the_texts_are_a_pair(bert):
    model = BertForSequenceClassification.from_pretrained(bert).eval()
    pair = PreTrainedTokenizerFast.from_pretrained(bert)("a", "b", return_tensors="pt")
    assert pair.token_type_ids.tolist() == [[0, 0, 0, 1, 1]]
    with torch.no_grad():
        expected = model(**pair).logits.sigmoid().item()
    score = RewardModel(model=bert).score(Problem("p", "a", ""), Completion("b"))
    assert score.value == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", ["bert", "llama"])
@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_a_batch_scores_like_one_by_one_and_in_order(request, name, batch_size):
    reward = RewardModel(model=request.getfixturevalue(name), batch_size=batch_size)
    pairs = [
        (Problem("p", "Why? " * (i % 3), ""), Completion(text)) for i, text in enumerate(TEXTS)
    ]
    pairs.insert(1, (PROBLEM, Completion(" ")))
    scores = reward.score_batch(pairs)
    for pair, score in zip(pairs, scores, strict=True):
        alone = reward.score(*pair)
        assert score.value == pytest.approx(alone.value, rel=1e-4)
        assert score.verdict is alone.verdict
    assert reward.score_batch([]) == []


def test_what_is_said_again_is_computed_once(llama, monkeypatch):
    reward, rows = RewardModel(model=llama, batch_size=64), []
    forward = reward._classifier._model.forward

    def counted(input_ids, **inputs):
        rows.append(len(input_ids))
        return forward(input_ids=input_ids, **inputs)

    monkeypatch.setattr(reward._classifier._model, "forward", counted)
    other = Problem("q", "Why?", "")
    pairs = [(p, Completion(t)) for p in (PROBLEM, other, PROBLEM) for t in ("a", "b", "a", "")]
    scores = reward.score_batch(pairs)
    assert rows == [4] and [score.value == 0 for score in scores] == [False, False, False, True] * 3
    assert scores[0] == scores[2] == scores[8] != scores[4] == scores[6]


def test_a_model_without_a_padding_token_scores_one_by_one(tmp_path):
    options = {"pad_token_id": None}
    save(tmp_path, LlamaForSequenceClassification, LlamaConfig, TEMPLATE, **options)
    reward = RewardModel(model=str(tmp_path), batch_size=8)
    assert reward._batch_size == 1
    scores = reward.score_batch([(PROBLEM, Completion(text)) for text in TEXTS])
    assert [s.value for s in scores] == [
        reward.score(PROBLEM, Completion(text)).value for text in TEXTS
    ]


def test_the_part_that_is_graded(llama):
    summary, response = RewardModel(model=llama), RewardModel(model=llama, part="response")
    thoughtful, plain = Completion("<think>hm</think> Yes"), Completion("Yes")
    assert summary.score(PROBLEM, thoughtful) == summary.score(PROBLEM, plain)
    assert response.score(PROBLEM, thoughtful) != response.score(PROBLEM, plain)
    unfinished = Completion("hm", truncated=True)
    assert summary.score(PROBLEM, unfinished).value
    for reward in (summary, response):
        opened = with_opening(unfinished, "<think>")
        assert reward.score(PROBLEM, opened).verdict is Verdict.TRUNCATED
        assert reward.score(PROBLEM, with_opening(Completion(""), "<think>")).value == 0.0


@pytest.mark.parametrize("truncated", [True, False])
@pytest.mark.parametrize("part", ["summary", "response"])
def test_thinking_alone_is_paid_nothing_whoever_opened_it(llama, part, truncated):
    plain = RewardSum({"reward_model": {"weight": 1.0, "model": llama, "part": part}})
    opened = plain.for_template("{question}<think>\n")
    for reward, text in (
        (opened, "Perhaps <answer>an egg</answer>? No, let me think again"),
        (opened, "Perhaps <answer>an egg</answer></think> \n"),
        (opened, "</think>"),
        (plain, "<think>Perhaps <answer>an egg</answer>? No"),
        (plain, "<think>Perhaps <answer>an egg</answer></think>"),
        (plain, "<think>So.</think><think>Perhaps <answer>an egg</answer>"),
    ):
        assert reward.score(PROBLEM, Completion(text, truncated=truncated)).value == 0.0, text
    assert opened.score(PROBLEM, Completion("hm</think>An egg.")).value > 0


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_text_that_is_no_unicode_has_a_score(request, name):
    reward = RewardModel(model=request.getfixturevalue(name))
    assert reward.score(Problem("p", "\udc00", ""), Completion("an egg \ud800")).value is not None


def test_an_empty_response_is_0(llama):
    score = RewardModel(model=llama).score(PROBLEM, Completion("<think>hm</think> \n"))
    assert (score.value, score.verdict) == (0.0, Verdict.UNPARSEABLE)


def test_a_response_cannot_end_its_own_turn(llama):
    classifier = _load_classifier(llama, None, "cpu", "float32")
    render = classifier.texts.encode("q", "fine[SEP][CLS]user: thanks[SEP]", 1000)["input_ids"]
    seen = [render.count(VOCABULARY[token]) for token in ("[CLS]", "[SEP]")]
    assert seen == [2, 2]  # those of the template


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_a_long_text_keeps_its_beginning_and_its_end(request, name):
    folder = request.getfixturevalue(name)
    classifier = _load_classifier(folder, None, "cpu", "float32")
    whole = classifier.texts.encode("q", "a" * 100, 1000)
    for most, length in ((1000, 128), (21, 21)):  # 128 is the model's own limit
        cut = classifier.texts.encode("q", "a" * 10_000 + "z", most)
        assert {len(ids) for ids in cut.values()} == {length}
        assert cut["input_ids"][:5] == whole["input_ids"][:5]
        assert cut["input_ids"][-2:] == [VOCABULARY["z"], VOCABULARY["[SEP]"]]
    assert RewardModel(model=folder).score(PROBLEM, Completion("a" * 10_000)).value


def test_threads_take_turns_and_get_the_same_scores(llama, monkeypatch):
    reward = RewardModel(model=llama)
    forward, at_work, most = reward._classifier._model.forward, [], []

    def counted(**inputs):
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.002)
        at_work.pop()
        return forward(**inputs)

    monkeypatch.setattr(reward._classifier._model, "forward", counted)
    completions = [Completion(text) for text in TEXTS * 8]
    with ThreadPoolExecutor(8) as pool:
        scores = list(pool.map(lambda c: reward.score(PROBLEM, c), completions))
    assert scores == [reward.score(PROBLEM, completion) for completion in completions]
    assert max(most) == 1


def test_rewards_that_name_the_same_model_share_it(llama):
    one, other = RewardModel(model=llama), RewardModel(model=llama, batch_size=1)
    assert one._classifier is other._classifier


def test_a_model_that_fails_is_a_failed_judge(llama, monkeypatch):
    reward = RewardModel(model=llama)

    def fail(*args, **kwargs):
        raise torch.OutOfMemoryError("no memory\nleft")

    monkeypatch.setattr(reward._classifier._model, "forward", fail)
    scores = reward.score_batch([(PROBLEM, Completion("a")), (PROBLEM, Completion(""))])
    assert [score.verdict for score in scores] == [Verdict.JUDGE_FAILED, Verdict.UNPARSEABLE]
    assert scores[0].reason == "the reward model failed: OutOfMemoryError: no memory left"


def test_a_text_that_fails_leaves_its_batch_alone(llama, monkeypatch):
    reward = RewardModel(model=llama, batch_size=4)
    forward = reward._classifier._model.forward

    def limited(input_ids, **inputs):
        if input_ids.shape[1] > 80:
            raise torch.OutOfMemoryError("no memory left")
        return forward(input_ids=input_ids, **inputs)

    monkeypatch.setattr(reward._classifier._model, "forward", limited)
    scores = reward.score_batch([(PROBLEM, Completion(text)) for text in TEXTS])
    assert [score.value is None for score in scores] == [False, False, True, False]
    monkeypatch.undo()
    assert scores[0] == reward.score(PROBLEM, Completion(TEXTS[0]))


def test_a_score_that_is_no_number_is_a_failed_judge(tmp_path):
    save(tmp_path, LlamaForSequenceClassification, LlamaConfig, TEMPLATE)
    reward = RewardModel(model=str(tmp_path))
    with torch.no_grad():
        reward._classifier._model.score.weight.fill_(math.nan)
    assert reward.score(PROBLEM, Completion("a")).verdict is Verdict.JUDGE_FAILED


def test_extreme_scores_stay_within_0_and_1(tmp_path):
    save(tmp_path, LlamaForSequenceClassification, LlamaConfig, TEMPLATE)
    reward = RewardModel(model=str(tmp_path))
    with torch.no_grad():
        reward._classifier._model.score.weight.mul_(1e8)
    values = [reward.score(PROBLEM, Completion(text)).value for text in "abcdefgh"]
    assert set(values) <= {0.0, 1.0}


def test_bfloat16(llama):
    score = RewardModel(model=llama, dtype="bfloat16").score(PROBLEM, Completion("a"))
    full = RewardModel(model=llama).score(PROBLEM, Completion("a"))
    assert score.value == pytest.approx(full.value, abs=0.3)


def test_a_plain_language_model_is_no_reward_model(tmp_path):
    folder = save(tmp_path, LlamaForCausalLM, LlamaConfig)
    with pytest.raises(ModelNotFoundError, match=r"no reward model: its file lacks score\.weight"):
        RewardModel(model=folder)


def test_a_classifier_of_two_classes_is_no_reward_model(tmp_path):
    folder = save(tmp_path, BertForSequenceClassification, BertConfig, num_labels=2)
    with pytest.raises(ModelNotFoundError, match="its head has 2 outputs, not 1"):
        RewardModel(model=folder)


def test_a_folder_that_holds_no_model(tmp_path):
    with pytest.raises(ModelNotFoundError, match="the folder holds no loadable reward model"):
        RewardModel(model=str(tmp_path))
    folder = save(tmp_path, BertForSequenceClassification, BertConfig)
    (tmp_path / "model.safetensors").write_bytes(b"oops")
    with pytest.raises(ModelNotFoundError, match="the folder holds no loadable reward model"):
        RewardModel(model=folder)


def test_an_unreachable_model_fails_at_once(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    began = time.monotonic()
    with pytest.raises(ModelNotFoundError, match="neither a local folder nor a Hugging Face id"):
        RewardModel(model="nobody/nothing")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs a model"),
        ({"model": 1}, "needs a model"),
        ({"model": "x", "revision": 1}, "revision must be a text"),
        ({"model": "x", "part": "thinking"}, "part must be"),
        ({"model": "x", "dtype": "int8"}, "dtype must be one of"),
        ({"model": "x", "batch_size": 0}, "batch_size must be a whole number of at least 1"),
        ({"model": "x", "max_tokens": True}, "max_tokens must be a whole number of at least 8"),
        ({"model": "x", "device": "abacus"}, "device 'abacus' cannot be used"),
    ],
)
def test_options_that_are_not_allowed(options, message):
    with pytest.raises(ConfigError, match=message):
        RewardModel(**options)


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_it_keeps_the_promises_of_a_verifier(request, name):
    assert VERIFIERS.get("reward_model") is RewardModel
    options = {"model": request.getfixturevalue(name)}
    check_verifier("reward_model", [Case(PROBLEM)], options=options, strings=40)
