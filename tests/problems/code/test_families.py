"""Every family of code problems: gold against a second solver, tests against wrong solutions."""

import ast
import copy
import importlib.util
import json
import random
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import SPLITS, ProceduralProblems, split_of

SECOND, WRONG = {}, {}
for path in sorted((Path(__file__).parent / "second").glob("*.py")):
    spec = importlib.util.spec_from_file_location(f"second_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, cases in module.WRONG.items():
        SECOND[f"code-{name.replace('_', '-')}"] = getattr(module, name)
        WRONG[f"code-{name.replace('_', '-')}"] = cases

NAMES = [name for name in FAMILIES.names() if name.startswith("code-")]
CELLS = [(name, level) for name in NAMES for level in range(1, FAMILIES.get(name).levels + 1)]
SOLVER = re.compile(r"\n\nimport sys\n\nprint\(solve\(sys.stdin.read\(\)\)\)\n$")


def items(name, level, count, start=0):
    problems = ProceduralProblems({name: [level]})
    return [problems[i] for i in range(start, start + count)]


def constants(source):
    """The assignments at the head of a gold answer."""
    head = ast.parse(source.split("\n\n")[0]).body
    return SimpleNamespace(**{node.targets[0].id: ast.literal_eval(node.value) for node in head})


def load(source, test):
    """The function that a solution defines, without running its program part."""
    scope = {}
    exec(compile(SOLVER.sub("\n", source), "solution", "exec"), scope)
    return scope[test.get("fn", "solve")]


def passes(function, test):
    """Whether a function gives the expected output; an exception is a no."""
    test = json.loads(json.dumps(test))
    try:
        if test["type"] == "stdin":
            return same_lines(function(test["input"]), test["output"])
        actual, expected = json.loads(json.dumps(function(*test["args"]))), test["expected"]
    except Exception:
        return False
    if "float_tol" in test and isinstance(actual, float | int):
        return abs(actual - expected) <= test["float_tol"] * max(1, abs(expected))
    return actual == expected and type(actual) is type(expected)


def same_lines(a, b):
    return [x.rstrip() for x in a.rstrip().split("\n")] == [
        x.rstrip() for x in b.rstrip().split("\n")
    ]


def test_there_are_enough_families_and_each_has_a_second_solver():
    assert len(NAMES) >= 46
    assert set(NAMES) == set(SECOND) == set(WRONG)
    kinds = [items(name, 1, 1)[0].metadata["tests"][0]["type"] for name in NAMES]
    assert 0.3 < kinds.count("stdin") / len(kinds) < 0.7
    assert all(FAMILIES.get(name).levels == 3 for name in NAMES)


@pytest.mark.parametrize("count", [10, pytest.param(110, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_on_every_hidden_test(name, level, count):
    for problem in items(name, level, count):
        known = constants(problem.answer)
        for test in problem.metadata["tests"]:
            given = [test["input"]] if test["type"] == "stdin" else copy.deepcopy(test["args"])
            assert passes(lambda *a: SECOND[name](known, *a), test), (  # noqa: B023
                f"{problem.question}\n{known}\n{test}\nsecond: {SECOND[name](known, *given)}"
            )


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_an_item_is_sound(name, level):
    for problem in items(name, level, 10):
        tests = problem.metadata["tests"]
        text = json.dumps(problem.metadata)
        assert problem.metadata["language"] == "python"
        assert 8 <= len(tests) <= 20
        assert len(text) < 64_000
        inputs = [json.dumps(test.get("input", test.get("args"))) for test in tests]
        assert len(set(inputs)) == len(inputs)
        outputs = {json.dumps(test.get("output", test.get("expected"))) for test in tests}
        assert len(outputs) >= 2, "one constant would pass"
        function = load(problem.answer, tests[0])
        assert all(passes(function, test) for test in tests), problem.answer
        assert len(problem.question.encode()) <= FAMILIES.get(name).question_bytes
        assert len(problem.answer) < 1500, "r1/Code-v0 ends completions at 1536 tokens"
        assert all(len(line) < 1000 for line in problem.question.splitlines())
        prose = problem.question.split("Write a Python")[0]
        assert not re.search(r"  |[a-z]\.[A-Z]|None|\{[a-z]+\}", prose), prose


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_there_are_many_questions_and_each_is_one_rule(name, level):
    rng, rules = random.Random(0), {}
    generate = FAMILIES.get(name).generate
    for _ in range(2000):
        question, answer, _ = generate(rng, level)
        assert rules.setdefault(question, answer) == answer
        if len(rules) == 200:
            break
    assert len(rules) == 200
    assert {split_of(question) for question in rules} == set(SPLITS)


def wrong_source(answer, case):
    old, new = case[:2]
    assert old in answer, f"{old!r} is not in\n{answer}"
    return answer.replace(old, new)


@pytest.mark.parametrize("name", NAMES)
def test_hidden_tests_reject_wrong_solutions(name):
    assert len(WRONG[name]) >= 2
    for case in WRONG[name]:
        first, only = (*case[2:], *(1, {})[len(case) - 2 :])
        rejected = total = 0
        for level in range(first, FAMILIES.get(name).levels + 1):
            for problem in items(name, level, 8):
                known = vars(constants(problem.answer))
                if any(known[key] != value for key, value in only.items()):
                    continue
                tests = problem.metadata["tests"]
                function = load(wrong_source(problem.answer, case), tests[0])
                total += 1
                rejected += not all(passes(function, test) for test in tests)
        assert rejected >= 0.7 * total > 0, case


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_references_pass_in_the_sandbox(name):
    from r1gym.sandbox import run_tests

    for level in range(1, FAMILIES.get(name).levels + 1):
        for problem in items(name, level, 2, start=1000):
            found = run_tests(problem.answer, "python", problem.metadata["tests"], backend="local")
            assert found.verdict == "accepted", (problem.question, found)
