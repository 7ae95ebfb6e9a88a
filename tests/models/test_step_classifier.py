import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForTokenClassification,
)

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import load_policy, new_tiny_policy, save_policy
from r1gym.models.step_classifier import TokenClassifierScorer, cut_readings, read_tokens
from r1gym.models.step_scorer import make_step_scorer
from r1gym.models.step_training import new_step_classifier, save_step_classifier
from tests.policies import new_llama, new_qwen

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "<sep>"]
VOCABULARY = {piece: i for i, piece in enumerate([*SPECIAL, "\n", *map(chr, range(32, 127))])}
CHAT = "{% for m in messages %}[CLS]{{ m.role }}: {{ m.content }}{% endfor %}[CLS]"
STEPS = ["7+5=12\n", "12*3=36\n", "<answer>36</answer>"]


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [3]}, max_tokens=40))


def encoded(task, question="Compute (7+5)*3", steps=STEPS):
    encode = task.tokenizer.encode
    return encode(task.template.replace("{question}", question)), [encode(step) for step in steps]


def third_party(folder, model_class, config_class, chat=None, labels=2, **names):
    """Writes a random classifier with a tokenizer of characters, as somebody else would."""
    characters = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    characters.pre_tokenizer = pre_tokenizers.Split("", behavior="isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=characters, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        additional_special_tokens=["<sep>"],
    )  # fmt: skip
    tokenizer.chat_template = chat
    tokenizer.save_pretrained(folder)
    config = config_class(
        vocab_size=len(VOCABULARY), hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=128, pad_token_id=0, num_labels=labels,
        **({"num_key_value_heads": 2} if config_class is Qwen2Config else {}), **names,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = model_class(config)
        with torch.no_grad():
            for weight in model.parameters():  # so that texts differ in their scores
                weight.mul_(8 if weight.ndim > 1 else 1)
    model.save_pretrained(folder)
    return str(folder)


def by_hand(model_class, folder, text, good=1):
    """The probability of the good label at each separator of a text."""
    model = model_class.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(text, add_special_tokens=False).input_ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    separator = tokenizer.convert_tokens_to_ids("<sep>")
    return [float(logits[i].softmax(-1)[good]) for i, token in enumerate(ids) if token == separator]


@pytest.mark.parametrize(
    ("model_class", "config_class", "chat", "before"),
    [
        (Qwen2ForTokenClassification, Qwen2Config, CHAT, "[CLS]user: Compute (7+5)*3[CLS]"),
        (BertForTokenClassification, BertConfig, None, "Compute (7+5)*3"),
    ],
)
def test_anybodys_classifier_reads_question_and_steps_with_separators(
    task, tmp_path, model_class, config_class, chat, before
):
    folder = third_party(tmp_path, model_class, config_class, chat)
    scorer = make_step_scorer("token_classifier", task, {"model": folder, "separator": "<sep>"})
    prompt, steps = encoded(task)
    text = f"{before}7+5=12<sep>12*3=36<sep><answer>36</answer><sep>"
    expected = by_hand(model_class, folder, text)
    other, shorter = encoded(task, "Compute 2+3", ["2+3=5</think>"])
    found = scorer.score([prompt, other, prompt], [steps, shorter, steps[:1]])
    assert found[0] == pytest.approx(expected, rel=1e-4)
    assert len({round(value, 5) for value in expected}) == 3
    assert list(map(len, found)) == [3, 1, 1]
    if config_class is Qwen2Config:  # causal: a beginning alone is worth the same
        assert found[2] == pytest.approx(expected[:1], rel=1e-4)


def test_the_good_label_goes_by_its_name(task, tmp_path):
    names = {"id2label": {0: "+", 1: "-", 2: "?"}, "label2id": {"+": 0, "-": 1, "?": 2}}
    folder = third_party(tmp_path, Qwen2ForTokenClassification, Qwen2Config, labels=3, **names)
    prompt, steps = encoded(task)
    with pytest.raises(ConfigError, match=r"has 3 labels: say by good=.* one of \+, -, \?"):
        TokenClassifierScorer(task, model=folder, separator="<sep>")
    with pytest.raises(ConfigError, match="good must be a label of"):
        TokenClassifierScorer(task, model=folder, separator="<sep>", good="right")
    text = "Compute (7+5)*37+5=12<sep>12*3=36<sep><answer>36</answer><sep>"
    for number, label in enumerate("+-?"):
        scorer = TokenClassifierScorer(task, model=folder, separator="<sep>", good=label)
        expected = by_hand(Qwen2ForTokenClassification, folder, text, number)
        assert scorer.score([prompt], [steps])[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("separator", "message"),
    [
        (None, r"say by separator=\.\.\. which text stands behind each step"),
        ("", "say by separator="),
        ("+-", "is 2 tokens of"),
    ],
)
def test_a_separator_is_one_token(task, tmp_path, separator, message):
    folder = third_party(tmp_path, Qwen2ForTokenClassification, Qwen2Config)
    with pytest.raises(ConfigError, match=message):
        TokenClassifierScorer(task, model=folder, separator=separator)


@pytest.fixture(params=[new_llama, new_qwen])
def own(request, tmp_path):
    """A step scorer of ours with a head that is not 0, and its folder."""
    save_policy(request.param(), tmp_path / "policy")
    classifier = new_step_classifier(str(tmp_path / "policy"))
    with torch.no_grad():
        classifier.model.score.weight.normal_(0, 0.05, generator=torch.Generator().manual_seed(0))
    save_step_classifier(classifier, tmp_path / "scorer")
    return classifier, str(tmp_path / "scorer")


def test_one_of_ours_reads_the_policys_tokens_where_steps_end(task, own):
    classifier, folder = own
    prompt, steps = encoded(task)
    ids = [*prompt, *(token for step in steps for token in step)]
    with torch.no_grad():
        outputs = classifier.model(torch.tensor([ids])).logits[0, :, 0].sigmoid()
    ends = [len(prompt) + sum(map(len, steps[: i + 1])) - 1 for i in range(3)]
    other, shorter = encoded(task, "Compute 2+3", ["2+3=5</think>", "<answer>5"])
    scorer = make_step_scorer("token_classifier", task, {"model": folder})
    first, second, beginning = scorer.score([prompt, other, prompt], [steps, shorter, steps[:2]])
    assert first == pytest.approx([float(outputs[end]) for end in ends], rel=1e-4)
    assert len({round(value, 4) for value in first}) == 3
    assert beginning == pytest.approx(first[:2], rel=1e-4)
    assert len(second) == 2
    small = TokenClassifierScorer(task, model=folder, most_tokens=1)
    assert small.score([prompt, other], [steps, shorter])[1] == pytest.approx(second, rel=1e-4)


def test_one_of_ours_is_loaded_by_transformers_as_it_is(own):
    classifier, folder = own
    loaded = type(classifier.model).from_pretrained(folder)
    for name, weight in classifier.model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight), name
    assert loaded.config.id2label == {0: "right"}


def test_a_scorer_is_no_policy(own):
    with pytest.raises(ModelNotFoundError, match="writes no text: give a causal language model"):
        load_policy(own[1])


def test_what_cannot_score_is_refused_in_one_line(task, own, tmp_path):
    _, folder = own
    with pytest.raises(ConfigError, match="was trained here, without a separator"):
        TokenClassifierScorer(task, model=folder, separator="\n")
    save_policy(new_llama(), tmp_path / "lm")
    with pytest.raises(ModelNotFoundError, match="is no step scorer: its file lacks score"):
        TokenClassifierScorer(task, model=str(tmp_path / "lm"))
    with pytest.raises(ModelNotFoundError, match="cannot be loaded: .* Give the folder or the hub"):
        TokenClassifierScorer(task, model=str(tmp_path / "nothing"))
    save_policy(new_tiny_policy(16, 1, 2, 16, 64, 0, tokenizer="bilingual"), tmp_path / "zh")
    save_step_classifier(new_step_classifier(str(tmp_path / "zh")), tmp_path / "other")
    with pytest.raises(
        ConfigError, match="reads other tokens than those of the task .tiny.: they have"
    ):
        TokenClassifierScorer(task, model=str(tmp_path / "other"))


def test_readings_of_like_lengths_are_computed_together():
    readings = [read_tokens([1] * n, [[2]]) for n in (9, 1, 4, 1)]
    assert readings[1].ids == [1, 2] and readings[1].ends == [1]
    assert list(cut_readings(readings, 10)) == [[1, 3], [2], [0]]
    assert list(cut_readings(readings, 1)) == [[1], [3], [2], [0]]


def test_what_is_longer_than_the_context_is_refused(task, tmp_path):
    folder = third_party(tmp_path, BertForTokenClassification, BertConfig)
    scorer = TokenClassifierScorer(task, model=folder, separator="<sep>")
    prompt, _ = encoded(task)
    with pytest.raises(ConfigError, match="has 143 tokens, and the context .* is 128"):
        scorer.score([prompt], [[task.tokenizer.encode("1" * 127)]])
    assert scorer.score([], []) == []
