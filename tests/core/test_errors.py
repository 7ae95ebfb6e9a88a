"""Errors are one line that says what to do, and reach other processes whole."""

import pickle

import pytest

from r1gym.core import errors


def test_a_long_list_of_names_is_cut_but_the_guess_is_not():
    error = errors.UnknownNameError("family", "number-77x", [f"number-{i}" for i in range(100)])
    assert "Did you mean 'number-77'?" in str(error)
    assert str(error).endswith("and 70 more.") and len(str(error)) < 500


@pytest.mark.parametrize(
    "error",
    [
        errors.UnknownNameError("reward", "acuracy", ["accuracy"], "A plugin brings more."),
        errors.ConfigError("no"),
        errors.RunExistsError("there"),
    ],
)
def test_an_error_comes_back_from_another_process(error):
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error) and str(back) == str(error)
    assert getattr(back, "name", None) == getattr(error, "name", None)


@pytest.mark.parametrize(
    ("name", "meant"), [("PPO", "ppo"), ("R1", "r1"), ("ppo2", "ppo"), ("Gpqa", "GPQA"), ("x", "")]
)
def test_other_letters_are_no_other_name(name, meant):
    error = str(errors.UnknownNameError("thing", name, ["ppo", "r1", "GPQA"]))
    assert f"Did you mean {meant!r}?" in error if meant else "Did you mean" not in error
