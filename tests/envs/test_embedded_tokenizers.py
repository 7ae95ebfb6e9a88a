import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.envs.embedded_tokenizers import (
    BILINGUAL_VOCABULARY,
    BilingualTokenizer,
    DigitsTokenizer,
    pattern_of,
)

BILINGUAL = BilingualTokenizer()


def test_it_begins_with_the_tiny_vocabulary_and_has_no_duplicates():
    assert len(set(BILINGUAL_VOCABULARY)) == len(BILINGUAL_VOCABULARY) == BILINGUAL.vocab_size
    assert BILINGUAL_VOCABULARY[:3] == ("<pad>", "<eos>", "<unk>")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126) | st.just("\n")))
def test_ascii_text_round_trips(text):
    assert BILINGUAL.decode(BILINGUAL.encode(text)) == text


@given(st.lists(st.sampled_from(BILINGUAL_VOCABULARY[3:])))
def test_texts_of_its_pieces_round_trip(pieces):
    text = "".join(pieces)
    assert BILINGUAL.decode(BILINGUAL.encode(text)) == text


@pytest.mark.parametrize("text", ["first 7 plus 5 is 12", "先7加5得12", "等等，先7 plus 5得12"])
def test_words_are_one_token(text):
    words = len([c for c in text if c.isdigit()]) + 3 + ("等" in text)
    assert len(BILINGUAL.encode(text)) == words


def test_other_characters_become_unknown():
    assert BILINGUAL.decode(BILINGUAL.encode("1€")) == "1\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("number", [-1, len(BILINGUAL_VOCABULARY)])
def test_what_is_no_token_cannot_be_decoded(number):
    with pytest.raises(ValueError, match="tokens, from 0"):
        BILINGUAL.decode([20, number])


def test_special_tokens_cannot_be_typed_and_decode_to_nothing():
    assert BILINGUAL.eos_id not in BILINGUAL.encode("<eos><pad>")
    assert BILINGUAL.decode([BILINGUAL.eos_id, BILINGUAL.pad_id]) == ""


def test_the_longest_piece_is_taken_first():
    assert pattern_of(("<pad>", "<eos>", "<unk>", "a", "bc", "bcd")) == r"bcd|bc|[\s\S]"
    assert pattern_of(("<pad>", "<eos>", "<unk>", "a", "b")) == r"[\s\S]"


def test_digits_are_eight_tokens():
    digits = DigitsTokenizer()
    assert digits.vocab_size == 8 and digits.default_template == "{question}="
    assert digits.encode("1=03a") == [5, 3, 4, 7, 2]
    assert digits.decode([5, 3, 4, 7, 1, 0]) == "1=03"
