import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.interactions import load_interaction, register_interaction
from r1gym.envs.interactions.try_again import TryAgain


class Echo:
    turns, feedback_tokens, discount = 2, 8, 1.0

    def respond(self, so_far, score):
        return so_far.completion.text


def test_a_name_a_mapping_and_an_object_are_one():
    assert load_interaction(None) is None
    assert load_interaction("try_again") == TryAgain()
    assert load_interaction({"type": "try_again", "turns": 5}) == TryAgain(turns=5)
    mine = Echo()
    assert load_interaction(mine) is mine
    register_interaction("echo")(Echo)
    assert isinstance(load_interaction("echo"), Echo)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ("try_agian", UnknownNameError, "Did you mean 'try_again'"),
        ({"turns": 2}, ConfigError, "needs its name as 'type'"),
        ({"type": 3}, ConfigError, "needs its name as 'type'"),
        ({"type": "try_again", "turn": 2}, ConfigError, "does not take these: .*'turn'"),
        ({"type": "try_again", "turns": 0}, ConfigError, "turns must be a whole number"),
        ({"type": "try_again", "discount": 2}, ConfigError, "discount must be"),
        (object(), ConfigError, "has respond, turns, feedback_tokens and discount"),
        (7, ConfigError, "has respond"),
    ],
)
def test_what_is_none_is_refused_in_one_line(given, error, said):
    with pytest.raises(error, match=said) as caught:
        load_interaction(given)
    assert "\n" not in str(caught.value)
