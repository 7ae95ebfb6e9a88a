import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.core.errors import ModelNotFoundError
from r1gym.envs.tokenizers import (
    TAGS,
    TINY_VOCABULARY,
    TinyTokenizer,
    describe_tokens,
    load_tokenizer,
)

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


def test_special_tokens_cannot_be_typed_and_decode_to_nothing():
    assert TINY.eos_id not in TINY.encode("<eos><pad>")
    assert TINY.decode([TINY.eos_id, TINY.pad_id]) == ""
    assert describe_tokens(TINY, [TINY.encode("7")[0], TINY.eos_id, TINY.pad_id]) == ["7", "⏹", ""]


def test_the_tiny_tokenizer_is_loaded_by_name_and_pickles():
    tokenizer = load_tokenizer("tiny")
    assert tokenizer.name == "tiny"
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert copy.encode("Compute 1+1") == tokenizer.encode("Compute 1+1")


def test_a_folder_without_a_tokenizer_is_named(tmp_path):
    pytest.importorskip("tokenizers")
    with pytest.raises(ModelNotFoundError, match="holds no tokenizer_config.json"):
        load_tokenizer(str(tmp_path))


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
