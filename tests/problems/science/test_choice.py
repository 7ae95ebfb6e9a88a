import random

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem
from r1gym.problems.science.choice import multiple_choice
from r1gym.verifiers.choice import Choice


def test_the_gold_letter_is_that_of_the_right_option():
    letters = set()
    for seed in range(50):
        question, letter, metadata = multiple_choice(
            "Which?", "right", ["left", "up", "down"], random.Random(seed)
        )
        letters.add(letter)
        assert question.split("\n")[0] == "Which?"
        assert f"{letter}) right" in question.split("\n")
        assert metadata["choices"]["ABCD".index(letter)] == "right"
        assert sorted(metadata["choices"]) == ["down", "left", "right", "up"]
        problem = Problem("p", question, letter, metadata=metadata)
        for answer in (letter, f"({letter})", "right", f"{letter}) right"):
            assert Choice().score(problem, Completion(f"<answer>{answer}</answer>")).value == 1.0
        assert Choice().score(problem, Completion("<answer>left</answer>")).value == 0.0
    assert letters == set("ABCD")


def test_an_option_takes_one_line():
    question, _, metadata = multiple_choice("Q\nmore", "x\ny", [" z  z "], random.Random(0))
    assert sorted(metadata["choices"]) == ["x y", "z z"]
    assert len(question.split("\n")) == 4


@pytest.mark.parametrize(
    ("right", "wrong"), [("a", []), ("a", ["a"]), ("a", [" a"]), ("a", [""]), ("a", "b" * 26)]
)
def test_options_that_are_no_choice(right, wrong):
    with pytest.raises(ConfigError, match="options"):
        multiple_choice("Q", right, wrong, random.Random(0))
