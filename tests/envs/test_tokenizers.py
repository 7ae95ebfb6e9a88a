import json
import pickle

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import r1gym  # noqa: F401
from r1gym.core.errors import ModelNotFoundError
from r1gym.envs.embedded_tokenizers import TAGS, TINY_VOCABULARY, TinyTokenizer
from r1gym.envs.templates import encode_prompt
from r1gym.envs.tokenizers import are_same, load_tokenizer

TINY = TinyTokenizer()


def test_the_vocabulary_has_no_duplicates():
    assert len(set(TINY_VOCABULARY)) == len(TINY_VOCABULARY) == TINY.vocab_size
    assert TINY_VOCABULARY[TINY.eos_id] == "<eos>" and TINY_VOCABULARY[TINY.pad_id] == "<pad>"


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_one_token(tag):
    assert len(TINY.encode(tag)) == 1
    assert len(TINY.encode(f"a{tag}b")) == 3


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126) | st.just("\n")))
def test_ascii_text_round_trips(text):
    assert TINY.decode(TINY.encode(text)) == text


@given(st.text())
def test_any_text_can_be_encoded(text):
    ids = TINY.encode(text)
    assert all(0 <= i < TINY.vocab_size and i not in (TINY.eos_id, TINY.pad_id) for i in ids)


def test_other_characters_become_unknown():
    assert TINY.decode(TINY.encode("1€")) == "1\N{REPLACEMENT CHARACTER}"


@given(st.lists(st.integers(0, len(TINY_VOCABULARY) - 1)))
def test_tokens_decode_to_their_pieces(ids):
    silent = {"<pad>": "", "<eos>": "", "<unk>": "\N{REPLACEMENT CHARACTER}"}
    text = "".join(silent.get(TINY_VOCABULARY[i], TINY_VOCABULARY[i]) for i in ids)
    for same in (ids, tuple(ids), iter(ids), np.array(ids, int)):
        assert TINY.decode(same) == text


@pytest.mark.parametrize("number", [-1, len(TINY_VOCABULARY), 255, 256])
def test_what_is_no_token_cannot_be_decoded(number):
    with pytest.raises(ValueError):  # noqa: PT011  Python's own words
        TINY.decode([20, number])


def test_special_tokens_cannot_be_typed_and_decode_to_nothing():
    assert TINY.eos_id not in TINY.encode("<eos><pad>")
    assert TINY.decode([TINY.eos_id, TINY.pad_id]) == ""


def test_the_tiny_tokenizer_is_loaded_by_name_and_pickles():
    tokenizer = load_tokenizer("tiny")
    assert tokenizer.name == "tiny"
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert copy.encode("Compute 1+1") == tokenizer.encode("Compute 1+1")


def test_a_folder_without_a_tokenizer_is_named(tmp_path):
    pytest.importorskip("tokenizers")
    with pytest.raises(ModelNotFoundError, match="holds no model and no tokenizer: give one that"):
        load_tokenizer(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelNotFoundError, match="holds no tokenizer_config.json"):
        load_tokenizer(str(tmp_path))
    with pytest.raises(ModelNotFoundError, match="is no folder: give the one that holds the model"):
        load_tokenizer(str(tmp_path / "config.json"))


def test_a_hub_tokenizer_is_read_from_a_folder(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    words = {"<eos>": 0, "<unk>": 1, "one": 2, "two": 3}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": {"content": "<eos>"}}')
    tokenizer = load_tokenizer(str(tmp_path))
    assert (tokenizer.vocab_size, tokenizer.eos_id, tokenizer.pad_id) == (4, 0, 0)
    assert tokenizer.encode("two one") == [3, 2]
    assert tokenizer.decode([3, 2, 0]) == "two one"
    (tmp_path / "tokenizer_config.json").write_text("{}")
    load_tokenizer.cache_clear()
    with pytest.raises(ModelNotFoundError, match="names no eos_token"):
        load_tokenizer(str(tmp_path))


def save_tokenizer(folder, single):
    """Saves a tokenizer of words that puts special tokens around a text as `single` says."""
    tokenizers = pytest.importorskip("tokenizers")
    words = {"<bos>": 0, "<eos>": 1, "<unk>": 2, "one": 3, "two": 4}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    made.add_special_tokens(["<bos>", "<eos>"])
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single=single, special_tokens=[("<bos>", 0), ("<eos>", 1)]
    )
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text('{"eos_token": "<eos>"}')
    return load_tokenizer(str(folder))


@pytest.mark.parametrize(
    ("single", "before"),
    [("$A", []), ("<bos> $A", [0]), ("<bos> $A <eos>", [0]), ("$A <eos>", []), ("<eos> $A", [1])],
)
def test_a_prompt_begins_with_what_the_tokenizer_puts_before_a_text(tmp_path, single, before):
    tokenizer = save_tokenizer(tmp_path, single)
    assert tokenizer.encode("one two") == [3, 4]
    assert encode_prompt(tokenizer, "one {question}", "two") == [*before, 3, 4]
    assert tokenizer.encode("one <eos>") == [3, 1]
    assert tokenizer.encode("one <eos>", special=True) == [*before, 3, 1]


def test_an_end_token_that_begins_every_text_stays_before_an_empty_one(tmp_path):
    assert save_tokenizer(tmp_path, "<eos> $A").encode("", special=True) == [1]


def test_the_tiny_tokenizer_puts_nothing_before_a_text():
    assert TINY.encode("1+1", special=True) == TINY.encode("1+1")


def write_words(folder, **files):
    """Saves a tokenizer of words, two of which are the ends of a chat model, and more files."""
    tokenizers = pytest.importorskip("tokenizers")
    words = {w: i for i, w in enumerate(["<unk>", "</s>", "<|im_end|>", "one", "two", "three"])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    made.add_special_tokens(["</s>", "<|im_end|>"])
    made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    made.save(str(folder / "tokenizer.json"))
    for name, content in {"tokenizer_config": {}, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return made


OWN = {"tokenizer_config": {"eos_token": "</s>"}}
CHAT = OWN | {"generation_config": {"eos_token_id": [2, 1]}}


@pytest.mark.parametrize(
    ("files", "ends"),
    [
        (OWN, (1,)),
        (CHAT, (1, 2)),
        (OWN | {"generation_config": {"eos_token_id": 2}}, (1, 2)),
        ({"special_tokens_map": {"eos_token": {"content": "<|im_end|>"}}}, (2,)),
        ({"generation_config": {"eos_token_id": 1}}, (1,)),
        ({"config": {"eos_token_id": 2}}, (2,)),
        # A class's default in the model's configuration counts only where nothing else is said.
        (OWN | {"config": {"eos_token_id": 3}}, (1,)),
        (OWN | {"generation_config": {"eos_token_id": [99, None]}}, (1,)),
    ],
)
def test_every_end_is_found_and_gives_no_text(tmp_path, files, ends):
    write_words(tmp_path, **files)
    tokenizer = load_tokenizer(str(tmp_path))
    assert tokenizer.end_ids == ends
    assert tokenizer.eos_id == ends[0]
    assert tokenizer.decode([3, *ends]) == "one"


def test_an_end_in_no_file_is_refused_with_what_to_do(tmp_path):
    write_words(tmp_path)
    with pytest.raises(ModelNotFoundError, match=r"names no eos_token.*save_pretrained") as caught:
        load_tokenizer(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_every_end_ends_an_episode_in_both_environments(tmp_path):
    write_words(tmp_path, **CHAT)
    options = {"tokenizer": str(tmp_path), "template": "{question}", "max_tokens": 5}
    env = gym.make("r1/Math-v0", **options)
    many = gym.make_vec("r1/Math-v0", num_envs=3, **options)
    for end in (1, 2):
        env.reset(seed=0)
        assert env.step(3)[2:4] == (False, False)
        _, _, terminated, truncated, info = env.step(end)
        assert (terminated, truncated, info["completion"]) == (True, False, "one")
        many.reset(seed=0)
        many.step(np.array([3, 3, 3]))
        _, _, terminations, truncations, _ = many.step(np.array([end, 3, 4]))
        assert terminations.tolist() == [True, False, False]
        assert not truncations.any()


@pytest.mark.parametrize("section", ["truncation", "padding"])
def test_what_fine_tuning_left_in_the_file_cuts_and_fills_nothing(tmp_path, section):
    made = write_words(tmp_path, **OWN)
    if section == "truncation":
        made.enable_truncation(2)
    else:
        made.enable_padding(length=8, pad_id=1, pad_token="</s>")
    made.save(str(tmp_path / "tokenizer.json"))
    assert f'"{section}": {{' in (tmp_path / "tokenizer.json").read_text("utf-8")
    tokenizer = load_tokenizer(str(tmp_path))
    assert tokenizer.encode("one two three two") == [3, 4, 5, 4]
    assert tokenizer.encode("one two three two", special=True) == [3, 4, 5, 4]


@pytest.mark.parametrize("file", ["generation_config.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", ["", "[1", "[]"])
def test_a_broken_file_is_named(tmp_path, file, content):
    write_words(tmp_path, **OWN)
    (tmp_path / file).write_text(content, "utf-8")
    with pytest.raises(ModelNotFoundError, match=file) as caught:
        load_tokenizer(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_gaps_between_ids_are_part_of_the_vocabulary(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    words = {"<eos>": 0, "<unk>": 1, "one": 9}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "<eos>"}')
    assert load_tokenizer(str(tmp_path)).vocab_size == 10


def test_a_copy_is_the_same_and_another_is_not(tmp_path):
    folders = [tmp_path / name for name in ("one", "copy", "other")]
    made = []
    for folder, single in zip(folders, ("<bos> $A", "<bos> $A", "$A <eos>"), strict=True):
        folder.mkdir()
        made.append(save_tokenizer(folder, single))
    one, copy, other = made
    assert one.name != copy.name and are_same(one, copy) and are_same(copy, one)
    assert not are_same(one, other) and not are_same(one, load_tokenizer("tiny"))
    assert are_same(load_tokenizer("tiny"), load_tokenizer("tiny"))
