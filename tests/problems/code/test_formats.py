import json
from pathlib import Path

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.core.types import Completion
from r1gym.problems.formats import FORMATS
from r1gym.problems.loaders import load_problems
from r1gym.sandbox import SandboxError
from r1gym.sandbox.backends import pool_of
from r1gym.verifiers.code import Code

FOLDER = Path(__file__).parent / "benchmarks"
NAMES = ("livecodebench", "apps", "taco", "humaneval", "mbpp")
ROWS = {
    name: [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for name in NAMES
}
# Where a benchmark has no solutions, one of ours.
SOLUTIONS = {
    ("livecodebench", 0): "print(sum(map(int, input().split())))",
    ("livecodebench", 1): (
        "class Solution:\n    def timesK(self, nums: List[int], k: int) -> List[int]:\n"
        "        return [n * k for n in nums]"
    ),
    ("apps", 1): "def halve(n):\n    return n / 2",
}
ALL = [(name, number) for name, rows in ROWS.items() for number in range(len(rows))]


def problem(name, number=0, **changes):
    return FORMATS.get(name)({**ROWS[name][number], **changes})


@pytest.fixture(scope="module")
def code():
    try:
        pool_of("local")
    except SandboxError as error:
        pytest.skip(str(error))
    return Code(backend="local")


@pytest.mark.parametrize(("name", "number"), ALL)
def test_a_reference_solution_earns_1_and_an_idle_one_0(name, number, code):
    one = problem(name, number)
    source = SOLUTIONS.get((name, number), one.answer)
    assert source
    right = code.score(one, Completion(f"```python\n{source}\n```"))
    assert right.value == 1, right.reason
    assert right.reason == f"{len(one.metadata['tests'])}/{len(one.metadata['tests'])} tests"
    assert code.score(one, Completion("```python\npass\n```")).value == 0


def test_livecodebench():
    programs, functions = problem("livecodebench"), problem("livecodebench", 1)
    assert [t["input"] for t in programs.metadata["tests"]] == ["1 2\n", "10 -4\n", "0 0\n"]
    assert "standard input" in programs.question
    assert (programs.id, programs.level, functions.level) == ("livecodebench/r1_a", 1, 3)
    assert functions.metadata["tests"] == [
        {"type": "call", "fn": "timesK", "args": [[1, 2], 3], "expected": [3, 6]},
        {"type": "call", "fn": "timesK", "args": [[], 7], "expected": []},
    ]
    assert "class Solution:" in functions.question


def test_apps_and_taco():
    assert problem("apps").metadata["tests"][0] == {
        "type": "stdin", "input": "3 5\n", "output": "5\n", "compare": "tokens",
    }  # fmt: skip
    assert [(t["args"], t["expected"]) for t in problem("apps", 1).metadata["tests"]] == [
        ([3], 1.5), ([4], 2),
    ]  # fmt: skip
    assert problem("apps", 1).metadata["tests"][0]["float_tol"] == 1e-6
    assert problem("apps", 1).answer == ""
    taco = problem("taco")
    assert taco.metadata["tests"][1]["input"] == "1"
    assert (taco.level, taco.metadata["limits"]["cpu_s"]) == (3, 8.0)


def test_apps_results_that_are_lists_stay_lists():
    table = {"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [1, 2]]}
    tests = problem("apps", input_output=json.dumps(table)).metadata["tests"]
    assert [test["expected"] for test in tests] == [[1], [1, 2]]


def test_humaneval():
    one = problem("humaneval")
    assert [t["expected"] for t in one.metadata["tests"]] == [[0.5, 1.0], [], [3.5]]
    assert one.metadata["prefix"].endswith("return x / 2")
    assert "suffix" not in one.metadata
    assert "r1gym_call" in problem("humaneval", 1).metadata["suffix"]


def test_mbpp():
    one = problem("mbpp")
    assert "assert set(shared((3, 4, 5, 6),(5, 7, 4, 10))) == set((4, 5))" in one.question
    assert "((1, 2), 3)" not in one.question
    assert [t["compare"] for t in one.metadata["tests"]] == ["unordered"] * 3
    assert problem("mbpp", 1).metadata["prefix"] == "import math"


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("livecodebench", {"question_content": None}, '"question_content" must be text'),
        ("livecodebench", {"public_test_cases": "[{"}, '"public_test_cases" must be JSON'),
        ("livecodebench", {"public_test_cases": "{}"}, '"public_test_cases" must be a list'),
        ("livecodebench", {"public_test_cases": '[{"input": 1}]'}, "the texts input and output"),
        ("livecodebench", {"private_test_cases": "AAAA"}, '"private_test_cases" must be JSON'),
        (
            "livecodebench",
            {"public_test_cases": "[]", "private_test_cases": "[]"},
            '"public_test_cases" must hold at least one test',
        ),
        ("apps", {"input_output": ""}, '"input_output" must be JSON'),
        ("apps", {"input_output": "[]"}, '"input_output" must be an object'),
        ("apps", {"input_output": '{"inputs": [], "outputs": []}'}, "at least one test"),
        ("apps", {"input_output": '{"inputs": ["1"], "outputs": []}'}, "as many outputs"),
        ("apps", {"input_output": '{"outputs": []}'}, '"input_output.inputs" must be a list'),
        (
            "apps",
            {"input_output": '{"fn_name": "a b", "inputs": [[1]], "outputs": [1]}'},
            "an fn_name that is a function's name",
        ),
        (
            "apps",
            {"input_output": '{"fn_name": "f", "inputs": [[NaN]], "outputs": [1]}'},
            "the tests cannot be judged",
        ),
        ("taco", {"question": " "}, '"question" must be text'),
        ("humaneval", {"entry_point": "a.b"}, '"entry_point" must be the name of a function'),
        ("humaneval", {"test": "def check(c): ("}, '"test" must be Python asserts'),
        ("humaneval", {"test": "assert other(1)"}, '"test" must hold an assert of candidate'),
        (
            "mbpp",
            {"test_list": [], "challenge_test_list": []},
            '"test_list" must be a list of asserts',
        ),
        ("mbpp", {"test_list": [1]}, '"test_list" must be a list of asserts'),
        ("mbpp", {"code": "x = 1"}, 'call a function of "code"'),
        ("mbpp", {"code": "def ("}, "must be Python"),
        (
            "mbpp",
            {"test_list": ["assert shared(x) == y"], "challenge_test_list": []},
            '"test_list" must hold an assert of shared',
        ),
    ],
)
def test_a_bad_row_names_the_field_and_what_is_expected(name, changes, message):
    with pytest.raises(ProblemFileError) as error:
        problem(name, **changes)
    assert message in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 250


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_is_something_else_is_an_error_of_ours(name):
    for row in ({}, {"problem": "1+1", "answer": "2"}, dict.fromkeys(ROWS[name][0], 5),
                dict.fromkeys(ROWS[name][0]), dict.fromkeys(ROWS[name][0], "x")):  # fmt: skip
        with pytest.raises(ProblemFileError):
            FORMATS.get(name)(row)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_loaded_by_its_formats_name(name):
    problems = load_problems(f"{name}:{FOLDER / name}.jsonl", "all")
    assert len(problems) == len(ROWS[name])
    expected = problem(name)
    assert problems[0].metadata == expected.metadata
    assert problems[0].id == f"{name}.jsonl:1:{expected.id}"
