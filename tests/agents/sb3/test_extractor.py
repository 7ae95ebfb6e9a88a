import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from stable_baselines3 import PPO

import r1gym  # noqa: F401
from r1gym.agents.sb3.extractor import TokenExtractor, favour_occurring_tokens
from r1gym.core.errors import ConfigError
from tests.agents.tolerance import assert_same_sums

WINDOW, VOCAB, HIDDEN = 9, 20, 16
ADDITIONS = 2 * WINDOW + HIDDEN  # places from either end, then a layer


def make_extractor(**options):
    high = np.full(WINDOW + 1, VOCAB - 1)
    high[-1] = WINDOW
    torch.manual_seed(0)
    return TokenExtractor(Box(np.zeros_like(high), high, dtype=np.int64), hidden=HIDDEN, **options)


@pytest.fixture
def extractor():
    return make_extractor()


def observation(tokens, padding=0):
    row = [padding] * (WINDOW + 1)
    row[: len(tokens)] = tokens
    row[-1] = len(tokens)
    return row


def features(extractor, *rows):
    # SB3 hands over whole numbers as floats.
    return extractor(torch.tensor(rows, dtype=torch.float32))


def test_one_hot_tokens_are_refused():
    with pytest.raises(ConfigError, match="categorical=False"):
        TokenExtractor(gym.spaces.MultiDiscrete([VOCAB] * WINDOW + [WINDOW + 1]), hidden=HIDDEN)


def test_padding_has_no_part_in_the_features(extractor):
    for tokens in ([5], [5, 6], [5, 6, 7, 8], list(range(2, 2 + WINDOW))):
        one, other = features(extractor, observation(tokens, 0), observation(tokens, 17))
        assert_same_sums(one, other, ADDITIONS)
        assert one.shape == (extractor.features_dim,)


def test_order_length_and_every_token_show(extractor):
    rows = [[5, 6, 7, 8, 9], [6, 5, 7, 8, 9], [5, 6, 7, 9, 8], [5, 6, 7, 8], [5, 6, 7, 8, 10]]
    hidden = features(extractor, *map(observation, rows))[:, :16]
    for i in range(len(rows)):
        for j in range(i):
            assert not torch.allclose(hidden[i], hidden[j])


def test_tokens_are_known_by_their_place_from_the_end(extractor):
    with torch.no_grad():
        extractor._embedding.weight[: WINDOW * VOCAB] = 0  # places from the beginning
        extractor._embedding.weight[(WINDOW + 3) * VOCAB :] = 0  # all but three from the end
    short, long, other = features(
        extractor, observation([7, 8, 9]), observation([5, 6, 7, 8, 9]), observation([5, 8, 9])
    )[:, :16]
    assert_same_sums(short, long, ADDITIONS)
    assert not torch.allclose(short, other)


def test_tokens_are_known_by_line_and_column():
    newline = 19
    extractor = make_extractor(newline=newline, lines=2, columns=2, last=1)

    def hidden(*rows):
        return features(extractor, *map(observation, rows))[:, :16]

    # A longer first line moves the second one; its third token and the third line are not seen.
    first, moved, more, swapped, up = hidden(
        [5, 6, newline, 7, 8, newline, 3],
        [5, 6, 4, newline, 7, 8, newline, 3],
        [5, 6, newline, 7, 8, 9, newline, 4, 3],
        [5, 6, newline, 8, 7, newline, 3],
        [7, 8, newline, 5, 6, newline, 3],
    )
    assert_same_sums(first, moved, ADDITIONS)
    assert_same_sums(first, more, ADDITIONS)
    assert not torch.allclose(first, swapped)
    assert not torch.allclose(first, up)
    # Padding ends no line.
    tokens = [5, 6, 7]
    one, other = features(extractor, observation(tokens), observation(tokens, newline))
    assert_same_sums(one, other, ADDITIONS)


def test_only_the_last_tokens_count_as_occurring():
    rows = [observation([5, 6, 7, 8]), observation([9])]
    occurring = features(make_extractor(last=2), *rows)[:, 16:]
    assert occurring[0].nonzero().flatten().tolist() == [7, 8]
    assert occurring[1].nonzero().flatten().tolist() == [9]


def test_it_says_which_tokens_occur(extractor):
    occurring = features(extractor, observation([5, 6, 5, 0]), observation([3]))[:, 16:]
    assert occurring[0].nonzero().flatten().tolist() == [0, 5, 6]
    assert occurring[1].nonzero().flatten().tolist() == [3]


def test_a_new_policy_can_favour_what_the_prompt_holds():
    env = gym.make("r1/Math-v0", problems={"equations": [1]}, max_tokens=4)
    model = PPO(
        "MlpPolicy",
        env,
        n_steps=8,
        batch_size=8,
        device="cpu",
        policy_kwargs={"features_extractor_class": TokenExtractor, "net_arch": []},
    )
    favour_occurring_tokens(model.policy, 5.0)
    observation, _ = env.reset(seed=0)
    with torch.no_grad():
        logits = model.policy.get_distribution(torch.tensor(observation)[None]).distribution.logits
    occurring = np.isin(np.arange(107), observation[: observation[-1]])
    assert logits[0, occurring].min() > logits[0, ~occurring].max() + 4


def test_what_would_not_fit_in_memory_is_refused():
    high = np.full(513, 151_000)
    with pytest.raises(ConfigError, match="tiny"):
        TokenExtractor(Box(np.zeros_like(high), high, dtype=np.int64))
