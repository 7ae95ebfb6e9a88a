"""How a family is written: what is asked, what is run, what is shown and what stays hidden."""

import random

from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=2,
    call="above(numbers: list[int]) -> int",
    source="""
    def above(numbers):
        return sum(n > LIMIT for n in numbers)
    """,
)
def counting(rng, level):
    """Counts the numbers above a limit."""
    limit = rng.randint(10, 20) * level
    edges = [[[]], [[limit]], [[limit + 1]], [[limit]]]
    draw = lambda rng, size: [[rng.randint(0, 50) for _ in range(size)]]  # noqa: E731
    return Task(f"Count the numbers above {limit}.", {"LIMIT": limit}, draw, edges, 12)


@code_family(
    levels=1,
    source="""
    def solve(text):
        return text.strip()[::-1]
    """,
)
def back_to_front(rng, level):
    """Turns a word around."""
    return Task("Reverse it.", {}, lambda rng, size: "".join(rng.choices("ab", k=size)))


def test_a_call_is_asked_with_its_rule_its_signature_and_two_examples():
    question, answer, metadata = counting.generate(random.Random(0), 2)
    limit = int(answer.partition("\n")[0].removeprefix("LIMIT = "))
    assert limit % 2 == 0 and 20 <= limit <= 40
    head, how, examples = question.split("\n\n")
    assert head == f"Count the numbers above {limit}."
    assert how == "Write a Python function `above(numbers: list[int]) -> int`."
    shown = examples.splitlines()
    assert shown[0] == "Examples:" and len(shown) == 3
    scope = {}
    exec(answer, scope)
    assert all(eval(example, scope) for example in shown[1:])
    tests = metadata()["tests"]
    assert [test["args"] for test in tests[:3]] == [[[]], [[limit]], [[limit + 1]]]  # no edge twice
    assert [test["expected"] for test in tests[:3]] == [0, 0, 1]
    assert 8 <= len(tests) <= 20 and max(len(test["args"][0]) for test in tests) == 12
    for test in tests:
        assert test["fn"] == "above" and test["expected"] == scope["above"](*test["args"])
        assert f"above({test['args'][0]!r}) ==" not in examples


def test_a_program_reads_stdin_and_its_tests_end_in_a_newline():
    question, answer, metadata = back_to_front.generate(random.Random(0), 1)
    assert "Write a Python program that reads standard input" in question
    assert answer.endswith("import sys\n\nprint(solve(sys.stdin.read()))\n")
    for test in metadata()["tests"]:
        assert test["type"] == "stdin" and test["output"] == test["input"][::-1] + "\n"


def test_examples_are_of_the_statement_and_hidden_tests_of_the_item():
    (question, _, one), (again, _, other) = (
        back_to_front.generate(random.Random(seed), 1) for seed in (1, 2)
    )
    assert question == again and one()["tests"] != other()["tests"]


def test_the_family_is_named_after_its_function():
    assert (counting.name, counting.levels) == ("code-counting", 2)
    assert back_to_front.name == "code-back-to-front"
    assert counting.generate.__qualname__ == "counting"
