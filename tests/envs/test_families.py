"""The contract between a family and the problem set: metadata, and loading by name."""

import pickle
import subprocess
import sys

import pytest

from r1gym.envs.families import FAMILIES, register_family
from r1gym.envs.problem_set import ProceduralProblems, split_of


@pytest.fixture(autouse=True)
def _own_names(monkeypatch):
    monkeypatch.setattr(FAMILIES, "_entries", dict(FAMILIES._entries))


def test_metadata_reaches_the_problem():
    register_family("plain", levels=1)(lambda rng, level: (f"q{rng.random()}", "1"))
    register_family("rich", levels=1)(lambda rng, level: (f"q{rng.random()}", "1", {"a": [1]}))
    assert ProceduralProblems({"plain": [1]})[0].metadata == {}
    assert ProceduralProblems({"rich": [1]})[0].metadata == {"a": [1]}


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
    code = f"import sys, r1gym; {use}; print([m for m in sys.modules if 'envs.code.' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
