import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.wrappers import ActionMask, MultiTurn, TokenWindow, WholeAnswer


def test_a_text_allows_its_tokens_and_the_end_token(math):
    env = ActionMask(math(), "012</answer>")
    tokenizer = env.unwrapped.tokenizer
    mask = env.action_masks()
    assert mask.shape == (tokenizer.vocab_size,) and mask.dtype == np.bool_
    assert set(mask.nonzero()[0]) == {*tokenizer.encode("012</answer>"), tokenizer.eos_id}
    mask[:] = False
    assert env.action_masks().sum() == 5, "the mask must be a copy"


def test_token_ids_allow_themselves(math):
    assert ActionMask(math(), np.array([5, 7])).action_masks().nonzero()[0].tolist() == [1, 5, 7]


def test_a_function_is_asked_before_each_action(math):
    def digits_then_end(env):
        length = len(env.unwrapped.clone_state().observation)
        seen.append(length)
        mask = np.zeros(env.action_space.n, bool)
        mask[9 if len(seen) < 3 else 1] = True
        return mask

    seen = []
    env = ActionMask(math(), digits_then_end)
    env.reset(seed=0)
    chosen = [int(env.action_masks().nonzero()[0][0]) for _ in range(3)]
    assert chosen == [9, 9, 1], "of a function the end token is its own affair"


@pytest.mark.parametrize(
    "bad", [lambda n: np.zeros(n, bool), lambda n: np.ones(n), lambda n: np.ones(n + 1, bool)]
)
def test_a_mask_of_the_wrong_kind_is_refused(math, bad):
    env = ActionMask(math(), lambda env: bad(env.action_space.n))
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="must return 107 truth values"):
        env.action_masks()


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ([107], "from 0 to 106, not 107"),
        ([-1], "from 0 to 106, not -1"),
        ([0.5], "a text, token ids or a function"),
        (7, "a text, token ids or a function"),
        ("π", "cannot write 'π'"),
    ],
)
def test_what_is_no_token_is_refused(math, allowed, message):
    with pytest.raises(ConfigError, match=message):
        ActionMask(math(), allowed)


def test_texts_and_other_environments_have_no_tokens_to_mask(math):
    with pytest.raises(ConfigError, match="ActionMask masks tokens"):
        ActionMask(WholeAnswer(math()), "01")
    with pytest.raises(ConfigError, match="not a token environment"):
        ActionMask(gym.make("CartPole-v1"), "01")


def test_checkers_find_nothing(math, passes_checks, passes_sb3):
    passes_checks(ActionMask(math(), "0123456789"))
    passes_checks(ActionMask(math(), [3, 4]))
    passes_sb3(ActionMask(math(), "0123456789"))


def test_gymnasium_and_sb3_contrib_find_the_mask_through_other_wrappers(math):
    env = TokenWindow(ActionMask(MultiTurn(math(window=400), turns=2), "0123456789"), 8)
    env.reset(seed=0)
    env.action_space.seed(0)
    mask = env.get_wrapper_attr("action_masks")()
    assert all(mask[env.action_space.sample(mask.astype(np.int8))] for _ in range(50))
    utils = pytest.importorskip("sb3_contrib.common.maskable.utils")
    assert utils.is_masking_supported(env)
    assert (utils.get_action_masks(env) == mask).all()


def test_make_vec_gives_every_row_its_mask(math):
    envs = gym.make_vec(
        "r1/Math-v0", 3, "sync", wrappers=[lambda env: ActionMask(env, "01")], max_tokens=8
    )
    assert np.stack(envs.call("action_masks")).sum(axis=1).tolist() == [3, 3, 3]
