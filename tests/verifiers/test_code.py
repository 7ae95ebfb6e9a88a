import subprocess
import sys

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.sandbox import SandboxError
from r1gym.sandbox.backends import pool_of
from r1gym.testing import Case, check_verifier, odd_strings
from r1gym.verifiers import RewardSum
from r1gym.verifiers import code as code_module
from r1gym.verifiers.code import Code
from r1gym.verifiers.response import with_opening

SECRET_INPUT, SECRET_OUTPUT = 918273, 645546


def call(given, expected):
    return {"type": "call", "fn": "double", "args": [given], "expected": expected}


def problem(tests=None, **metadata):
    if tests is None:
        tests = [call(n, 2 * n) for n in (1, 2, -3, 0)]
    return Problem("double", "Double it.", "", metadata={"tests": tests, **metadata})


def completion(code, **options):
    return Completion(f"<think>.</think>```python\n{code}\n```", **options)


RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return x * x"  # right for 2 and 0
LOOP = "def double(x):\n    while True: pass"
FAST = {"cpu_s": 0.3}


@pytest.fixture
def local():
    try:
        pool_of("local")
    except SandboxError as error:
        pytest.skip(str(error))
    return Code(backend="local")


@pytest.fixture
def no_sandbox(monkeypatch):
    asked = []

    def refuse(backend):
        asked.append(backend)
        raise SandboxError("No sandbox works on this machine.")

    monkeypatch.setattr(code_module, "pool_of", refuse)
    return asked


def test_a_right_program_earns_1_and_a_wrong_one_0(local):
    right, wrong = (local.score(problem(), completion(c)) for c in (RIGHT, WRONG))
    assert (right.value, right.verdict, right.reason) == (1.0, Verdict.CORRECT, "4/4 tests")
    assert (wrong.value, wrong.verdict) == (0.0, Verdict.WRONG)
    assert wrong.reason == "0/4 tests: wrong_answer on test 1"
    assert [test.verdict for test in right.info["tests"]] == ["accepted"] * 4
    first = right.info["tests"][0]
    assert 0 < first.cpu_s < 2 and first.wall_s > 0 and 1 < first.memory_mb < 256
    assert local.score(problem(), completion(RIGHT)).info == right.info, "times do not count"
    assert len(wrong.info["tests"]) == 1


@pytest.mark.parametrize(
    ("code", "verdict", "reason"),
    [
        ("def double(x): return 1 / 0", Verdict.WRONG, "0/4 tests: runtime_error on test 1"),
        ("def double(x: return x", Verdict.WRONG, "0/4 tests: compile_error on test 1"),
        ("def double(x): return 'x' * 10**10", Verdict.WRONG, None),
        (LOOP, Verdict.TIMEOUT, "0/4 tests: time_limit on test 1"),
        ("def double(x): return x if x == 1 else 2 * x", Verdict.WRONG, None),
        ("def double(x): return True", Verdict.WRONG, None),
        ("import os\nos._exit(0)", Verdict.WRONG, None),
    ],
)
def test_what_fails_has_a_verdict_of_its_own(local, code, verdict, reason):
    score = local.score(problem(limits=FAST), completion(code))
    assert (score.value, score.verdict) == (0.0, verdict)
    assert reason is None or score.reason == reason


def test_the_share_of_passed_tests(local):
    score = Code(backend="local", partial=True).score(problem(), completion(WRONG))
    assert (score.value, score.verdict) == (0.5, Verdict.WRONG)
    assert score.reason == "2/4 tests: wrong_answer on tests 1, 3"
    stopped = Code(backend="local", partial=True, early_stop=True)
    assert stopped.score(problem(), completion(WRONG)).value == 0.0
    whole = Code(backend="local", early_stop=False).score(problem(), completion(WRONG))
    assert (whole.value, whole.reason) == (0.0, "2/4 tests: wrong_answer on tests 1, 3")


def test_a_long_list_of_failures_is_cut_short(local):
    tests = [call(n, 2 * n + (n > 1)) for n in range(14)]
    score = Code(backend="local", early_stop=False).score(problem(tests), completion(RIGHT))
    assert score.reason == ("2/14 tests: wrong_answer on tests 3, 4, 5, 6, 7, 8, 9, 10 and 4 more")


def test_no_input_and_no_expected_output_is_told(local):
    tests = [call(SECRET_INPUT, SECRET_OUTPUT)]
    code = "import sys\ndef double(x):\n    print(x, file=sys.stderr)\n    raise ValueError(x)"
    for text in (code, RIGHT, LOOP):
        score = local.score(problem(tests, limits=FAST), completion(text))
        told = f"{score.reason} {score.info}"
        assert str(SECRET_INPUT) not in told and str(SECRET_OUTPUT) not in told


@pytest.mark.parametrize(
    ("text", "truncated", "verdict"),
    [
        ("", False, Verdict.UNPARSEABLE),
        (RIGHT, False, Verdict.UNPARSEABLE),
        (f"<think>```python\n{RIGHT}\n```", False, Verdict.UNPARSEABLE),
        (f"<think>{RIGHT}", True, Verdict.TRUNCATED),
        ("<answer>It is easy.</answer>", False, Verdict.UNPARSEABLE),
    ],
)
def test_no_program_is_no_answer(no_sandbox, text, truncated, verdict):
    score = Code().score(problem(), Completion(text, truncated=truncated))
    assert (score.value, score.verdict) == (0.0, verdict)


def test_under_a_template_that_opens_the_thinking_a_draft_is_no_answer(local):
    draft = Completion(f"```python\n{RIGHT}\n```")
    assert local.score(problem(), draft).value == 1.0
    assert local.score(problem(), with_opening(draft, "<think>")).verdict is Verdict.UNPARSEABLE
    done = Completion(f"So.</think>```python\n{RIGHT}\n```")
    assert local.score(problem(), with_opening(done, "<think>")).value == 1.0


@pytest.mark.parametrize(
    "metadata",
    [
        {"tests": []},
        {"tests": {"type": "stdin"}},
        {"tests": "all"},
        {"tests": ["one"]},
        {"tests": [{"type": "other"}]},
        {"tests": [{"type": "call", "fn": "not a name", "args": [], "expected": 1}]},
        {"language": "cobol"},
        {"language": 7},
        {"limits": {"cpu": 1}},
        {"limits": "long"},
    ],
)
def test_a_problem_that_cannot_be_judged_is_masked(local, metadata):
    score = local.score(problem(**metadata), completion(RIGHT))
    assert (score.value, score.verdict) == (None, Verdict.VERIFIER_ERROR)
    assert "problem double" in score.reason


def test_a_machine_without_a_sandbox_masks_programs_and_says_why(no_sandbox):
    pairs = [(problem(), completion(RIGHT))] * 5 + [(problem(), Completion(""))]
    scores = Code().score_batch(pairs)
    assert [score.value for score in scores] == [None] * 5 + [0.0]
    assert no_sandbox == ["auto"], "it must be looked for once a batch"
    assert scores[0].verdict is Verdict.INFRA_ERROR
    assert scores[0].reason == (
        "No sandbox works on this machine. `r1gym sandbox check` tells more."
    )
    assert Code().score(*pairs[0]) == scores[0]


def test_a_batch_keeps_its_order_and_one_fault_spoils_no_other(local):
    codes = [RIGHT, LOOP, WRONG, RIGHT, "def double(x: pass", RIGHT] * 2
    pairs = [(problem(limits=FAST), completion(code)) for code in codes]
    pairs[3] = (problem(tests=[{"type": "other"}]), completion(RIGHT))
    scores = RewardSum({"code": {"weight": 1.0, "backend": "local"}}).score_batch(pairs)
    assert [score.value for score in scores] == [1, 0, 0, None, 0, 1, 1, 0, 0, 1, 0, 1]
    assert scores[1].verdict is Verdict.TIMEOUT


def test_limits_of_the_reward_stand_in_place_of_the_problems(local):
    busy = "def double(x):\n    data = bytearray(200 << 20)\n    return 2 * x"
    own = problem(limits={"memory_mb": 64})
    assert local.score(own, completion(busy)).value == 0.0
    wide = Code(backend="local", limits={"memory_mb": 400})
    assert wide.score(own, completion(busy)).value == 1.0


def test_other_languages_and_programs_that_read_input(local):
    tests = [{"type": "stdin", "input": "20 1\n", "output": "21\n"}]
    text = "<answer>\n```sh\nread a b; echo $((a + b))\n```\n</answer>"
    assert local.score(problem(tests, language="bash"), Completion(text)).value == 1.0


def test_source_around_a_submission(local):
    around = {
        "prefix": "def helper(x):\n    return x + x",
        "suffix": "def outer(x): return double(x)",
    }
    tests = [{**call(4, 8), "fn": "outer"}]
    code = "def double(x): return helper(x)"
    assert local.score(problem(tests, **around), completion(code)).value == 1.0
    future = f"from __future__ import annotations\n{RIGHT}"
    assert local.score(problem(tests, **around), completion(future)).value == 1.0


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"backend": "dockr"}, UnknownNameError, "Did you mean 'docker'"),
        ({"partial": 1}, ConfigError, "partial"),
        ({"early_stop": "no"}, ConfigError, "early_stop"),
        ({"concurrency": 0}, ConfigError, "concurrency"),
        ({"concurrency": True}, ConfigError, "concurrency"),
        ({"limits": 3}, ConfigError, "limits"),
        ({"limits": {"cpu": 3}}, ConfigError, "unknown 'cpu'"),
        ({"limits": {"cpu_s": -1}}, ConfigError, "cpu_s"),
    ],
)
def test_options_are_checked(options, error, message):
    with pytest.raises(error, match=message):
        Code(**options)
    with pytest.raises(error, match=message):
        RewardSum({"accuracy": {"type": "code", "weight": 1.0, **options}})


@pytest.mark.slow
def test_it_keeps_the_promises_of_a_verifier(local):
    gold = f"<think>.</think><answer>\n{RIGHT}\n</answer>"
    wrong = (completion(WRONG).text, RIGHT, "<answer>print(2)</answer>", "```python\n42\n```")
    options = {"backend": "local"}
    check_verifier("code", [Case(problem(), gold, wrong)], options=options, strings=1000)


def test_any_text_has_the_same_score_twice(local):
    pairs = [
        (problem(), Completion(text)) for text in odd_strings(200, 1, [completion(WRONG).text])
    ]
    first = local.score_batch(pairs)
    assert local.score_batch(pairs) == first
    assert {score.value for score in first} == {0.0}


def test_a_submission_is_never_parsed_or_run_here(local, monkeypatch):
    """Not a line of it: whatever would do so fails, and the score is the same."""

    def refuse(*args, **kwargs):
        raise AssertionError("a submission was handed to Python")

    for name in ("compile", "eval", "exec"):
        monkeypatch.setattr(f"builtins.{name}", refuse)
    assert local.score(problem(), completion(RIGHT)).value == 1.0


def test_nothing_is_started_by_making_one():
    code = (
        "import os, threading\nfrom r1gym.verifiers import RewardSum\n"
        "RewardSum({'code': 1.0}).for_template('{question}')\n"
        "from r1gym.sandbox import backends\n"
        "print(backends._pools, threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "{} 1\n"
