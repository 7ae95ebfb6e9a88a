"""The contract between a family and the problem set: metadata, and loading by name."""

import pickle
import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.problems.families import FAMILIES, members, register_family
from r1gym.problems.problem_set import ProceduralProblems, split_of
from r1gym.report.names import print_names


def test_metadata_reaches_the_problem():
    register_family("plain", levels=1)(lambda rng, level: (f"q{rng.random()}", "1"))
    register_family("rich", levels=1)(lambda rng, level: (f"q{rng.random()}", "1", {"a": [1]}))
    assert ProceduralProblems({"plain": [1]})[0].metadata == {}
    assert ProceduralProblems({"rich": [1]})[0].metadata == {"a": [1]}


@pytest.mark.parametrize("gold", [42, np.int64(42), "42"])
def test_a_whole_number_as_gold_is_its_digits(gold):
    register_family("whole", levels=1)(lambda rng, level: (f"q{rng.random()}", gold))
    problem = ProceduralProblems({"whole": [1]})[0]
    assert problem.answer == "42" and type(problem.answer) is str
    env = gym.make("r1/Math-v0", problems={"whole": [1]}).unwrapped
    assert env.score(env.problem_set[0], "<answer>42</answer>").parts["accuracy"].value == 1.0


@pytest.mark.parametrize(
    "drawn",
    [
        ("q", 0.5),
        ("q", None),
        ("q", True),
        ("q", ["42"]),
        (7, "42"),
        "qa",
        None,
        ("q",),
        (b"q", "1"),
    ],
)
def test_what_is_no_question_with_a_gold_text_is_refused(drawn):
    register_family("odd", levels=1)(lambda rng, level: drawn)
    with pytest.raises(
        ConfigError, match="'odd' must return .question, answer., two texts"
    ) as caught:
        ProceduralProblems({"odd": [1]})[0]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"levels": 0}, "levels must be a whole number of at least 1, not 0."),
        ({"levels": True}, "levels must be a whole number of at least 1, not True."),
        ({"levels": 1, "question_bytes": 64.0}, "question_bytes must be a whole number of at least "
         "1, not 64.0."),
    ],
)  # fmt: skip
def test_numbers_of_a_family_are_checked_at_once(options, said):
    with pytest.raises(ConfigError) as caught:
        register_family("none", **options)
    assert str(caught.value) == said


def test_a_plugin_that_is_no_family_breaks_nothing_but_itself(monkeypatch, capsys):
    """Its name would put it among the families of r1/Math-v0, and r1gym list reads them all."""
    point = EntryPoint("math-odd", "json:dumps", "r1gym.families")
    vars(point)["dist"] = SimpleNamespace(name="odd-maths", version="1.0")

    def plugins(group, name=None):
        return [point] if group == "r1gym.families" and name in (None, "math-odd") else []

    monkeypatch.setattr("r1gym.core.registry.entry_points", plugins)
    monkeypatch.setattr(FAMILIES, "_left_out", set())
    with pytest.warns(
        UserWarning, match="'math-odd' is left out. .* odd-maths 1.0 is the function"
    ):
        assert "math-odd" not in members("math")
    env = gym.make("r1/Math-v0", problems={"math": [1]})
    env.reset(seed=0)
    print_names()
    shown = capsys.readouterr().out
    assert "math-modular" in shown and "math-odd" not in shown
    with pytest.raises(ConfigError, match="odd-maths 1.0 .* must name a Family"):
        gym.make("r1/Math-v0", problems={"math-odd": [1]})


def test_a_metadata_function_is_called_only_for_a_question_that_is_kept():
    drawn, made = [], []

    def generate(rng, level):
        question = f"q{rng.random()}"
        drawn.append(question)

        def metadata():
            made.append(question)
            return {"hidden": rng.random()}

        return question, "1", metadata

    register_family("costly", levels=1)(generate)
    problems = ProceduralProblems({"costly": [1]}, "test")
    found = [problems[i] for i in range(30)]
    assert made == [problem.question for problem in found]
    assert len(drawn) > 100 and all(split_of(question) == "test" for question in made)
    assert problems[7].metadata == found[7].metadata


def test_a_problem_with_metadata_can_be_sent_to_a_worker():
    problem = ProceduralProblems({"code-pair-sums": [1]})[0]
    assert pickle.loads(pickle.dumps(problem)) == problem


def test_an_item_of_code_is_the_same_on_every_call():
    mix = {"code-pair-sums": [1, 3], "code-own-clock": [2]}
    first = [ProceduralProblems(mix, "validation")[i] for i in range(10)]
    again = ProceduralProblems(mix, "validation")
    assert [again[i] for i in reversed(range(10))] == first[::-1]


@pytest.mark.parametrize("use", ["import r1gym", "import gymnasium; gymnasium.make('r1/Math-v0')"])
def test_families_of_code_are_imported_only_when_asked_for(use):
    code = f"import sys, r1gym; {use}; print([m for m in sys.modules if 'problems.code.' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("drawn", [("\ud800 what?", "2"), ("what?", "\udfff")])
def test_half_a_character_is_no_text(drawn):
    register_family("torn", levels=1)(lambda rng, level: drawn)
    with pytest.raises(ConfigError, match=r"'torn' must return .*, two texts in Unicode"):
        _ = ProceduralProblems({"torn": [1]})[0]
