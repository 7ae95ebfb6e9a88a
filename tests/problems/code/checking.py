"""What every family of code problems is held to: a second solver, sizes, wrong solutions."""

import ast
import copy
import json
import random
import re
from types import SimpleNamespace

from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import SPLITS, ProceduralProblems, split_of
from r1gym.sandbox import run_tests

SOLVER = re.compile(r"\n\nimport sys\n\nprint\(solve\(sys.stdin.read\(\)\)\)\n$")


def names_of(second):
    """The families that a module of second solvers is about."""
    return [f"code-{name.replace('_', '-')}" for name in second.WRONG]


def cells_of(second):
    """Each of those families at each of its levels."""
    return [
        (name, level)
        for name in names_of(second)
        for level in range(1, FAMILIES.get(name).levels + 1)
    ]


def _of(second, name):
    word = name.removeprefix("code-").replace("-", "_")
    return getattr(second, word), second.WRONG[word]


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


def check_second(second, name, level, count):
    """The second solver agrees on every hidden test."""
    solver, _ = _of(second, name)
    for problem in items(name, level, count):
        known = constants(problem.answer)
        for test in problem.metadata["tests"]:
            given = [test["input"]] if test["type"] == "stdin" else copy.deepcopy(test["args"])
            assert passes(lambda *a: solver(known, *a), test), (  # noqa: B023
                f"{problem.question}\n{known}\n{test}\nsecond: {solver(known, *given)}"
            )


def check_items(name, level):
    """Items are of a good size, one constant does not pass, and the gold answer does."""
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


def check_rules(name, level):
    """There are many questions, each is one rule, and all splits fill."""
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


def check_rejects(second, name):
    """Hidden tests reject wrong solutions."""
    _, wrong = _of(second, name)
    assert len(wrong) >= 2
    for case in wrong:
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


def check_sandbox(name):
    """The gold answer passes in the sandbox."""
    for level in range(1, FAMILIES.get(name).levels + 1):
        for problem in items(name, level, 2, start=1000):
            found = run_tests(problem.answer, "python", problem.metadata["tests"], backend="local")
            assert found.verdict == "accepted", (problem.question, found)
