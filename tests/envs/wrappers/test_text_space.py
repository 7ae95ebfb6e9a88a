import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Text, flatten, flatten_space, unflatten

from r1gym.envs.tokenizers import load_tokenizer
from r1gym.envs.wrappers import TextObservation
from r1gym.envs.wrappers.text_space import UnicodeText, longest_token


def test_it_contains_every_text_up_to_its_length():
    space = UnicodeText(3)
    for text in ("", "abc", "\0\n\t", "二\N{GRINNING FACE}\N{REPLACEMENT CHARACTER}"):
        assert text in space
    for other in ("abcd", b"abc", 3, None, ["a"]):
        assert other not in space


def test_samples_are_texts_of_it_and_short_where_wanted():
    space = UnicodeText(100, sample_length=4, seed=0)
    lengths = {len(space.sample()) for _ in range(200)}
    assert lengths == {0, 1, 2, 3, 4}
    assert len(space.sample(mask=(50, None))) == 50


def test_spaces_are_equal_if_they_contain_and_draw_the_same():
    space = UnicodeText(5, sample_length=2)
    assert space == copy.deepcopy(space) == pickle.loads(pickle.dumps(space))
    assert space != UnicodeText(5) and space != UnicodeText(6, sample_length=2)
    assert space != Text(5, min_length=0, charset=space.characters)


def test_gymnasium_flattens_every_character_and_brings_it_back():
    space = UnicodeText(6)
    for text in ("", "a\n\0", "二\N{GRINNING FACE}\N{REPLACEMENT CHARACTER}\U0010ffff"):
        flat = flatten(space, text)
        assert flat in flatten_space(space) and unflatten(space, flat) == text
    assert "é" in space.character_set and "ab" not in space.character_set
    assert space.character_list[233] == "é" and space.character_list[65:67] == ["A", "B"]


def test_no_token_adds_more_characters_than_said():
    tokenizer = load_tokenizer("tiny")
    most = longest_token("tiny")
    before = "<think>"
    ids = tokenizer.encode(before)
    assert all(len(tokenizer.decode([*ids, token])) - len(before) <= most for token in range(107))
    assert most == 1 + len(". Assistant:")


def test_tokens_of_bytes_add_no_more_characters_than_said(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    words = {char: i for i, char in enumerate(tokenizers.pre_tokenizers.ByteLevel.alphabet())}
    words["<eos>"] = len(words)
    made = tokenizers.Tokenizer(tokenizers.models.BPE(words, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "<eos>"}')
    tokenizer = load_tokenizer(str(tmp_path))
    assert longest_token(tokenizer.name) == 2
    random = np.random.default_rng(0)
    for size in (1, 2, 3, 8, 50):
        for _ in range(100):
            ids = random.integers(0, 256, size).tolist()
            assert len(tokenizer.decode(ids)) <= size
    ids = tokenizer.encode("二\N{GRINNING FACE}")
    assert len(ids) == 7 and "\N{REPLACEMENT CHARACTER}" in tokenizer.decode(ids[:-1])

    env = gym.make("r1/Math-v0", tokenizer=tokenizer.name, max_tokens=64, template="short")
    env = TextObservation(env)
    env.reset(seed=0)
    for token in ids:
        text = env.step(token)[0]
        assert text in env.observation_space
    assert text.endswith("二\N{GRINNING FACE}")
