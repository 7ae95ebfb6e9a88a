"""Functions as graders in worker processes, and the ones that we bring."""

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.graders import GRADERS, make_grader, no_opinion, read_result

REWARDS = {"accuracy": 1.0}


def grade(grader, response, gold, **options):
    return make_grader(grader, REWARDS, **options).score(
        Problem("p", "", gold), Completion(response)
    )


@pytest.mark.parametrize(
    ("result", "value", "verdict"),
    [
        (True, 1.0, Verdict.CORRECT),
        (False, 0.0, Verdict.WRONG),
        (np.float32(1.0), 1.0, Verdict.CORRECT),
        (np.True_, 1.0, Verdict.CORRECT),
        (0.1, 0.1, Verdict.WRONG),
        (-1, -1.0, Verdict.WRONG),
        (None, None, Verdict.VERIFIER_ERROR),
        ("1", None, Verdict.VERIFIER_ERROR),
        (float("nan"), None, Verdict.VERIFIER_ERROR),
        ([1], None, Verdict.VERIFIER_ERROR),
    ],
)
def test_what_a_function_may_return(result, value, verdict):
    score = read_result(result)
    assert (score.value, score.verdict) == (value, verdict)


def test_a_score_is_itself_and_no_opinion_is_told_from_a_failure():
    score = Score(0.3, Verdict.WRONG, "why")
    assert read_result(score) is score
    assert no_opinion("x").info == read_result(None).info == {"opinion": False}
    assert read_result("x").info == {}


def test_all_names_are_listed():
    assert {"r1gym", "math-verify", "sympy"} <= set(GRADERS.names())


def test_ours_is_the_reward_that_is_named():
    assert grade("r1gym", "\\boxed{42}", "42").value == 1.0
    opened = grade("r1gym", "\\boxed{42}", "42", template="{question}<think>")
    assert (opened.value, opened.verdict) == (0.0, Verdict.UNPARSEABLE)


def test_functions_see_what_the_prompt_opened(tmp_path, monkeypatch):
    (tmp_path / "seeing_grader.py").write_text("def grade(r, g): return r.startswith('<think>')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert grade("seeing_grader:grade", "x", "").value == 0.0
    assert grade("seeing_grader:grade", "x", "", template="{question}<think>").value == 1.0


def test_a_verifier_of_a_package_is_a_grader_as_well():
    grader = "r1gym.verifiers.choice:Choice"
    assert grade(grader, "<answer>B</answer>", "B").value == 1.0
    assert grade(grader, "<answer>A</answer>", "B").value == 0.0


def test_what_workers_cannot_import_is_refused():
    with pytest.raises(ConfigError, match="at the top level of a module"):
        make_grader(lambda response, gold: True, REWARDS)
    with pytest.raises(UnknownNameError, match="Did you mean 'sympy'"):
        make_grader("simpy", REWARDS)
    with pytest.raises(ConfigError, match="deadline must be a number above 0"):
        make_grader("r1gym.verifiers.graders:read_result", REWARDS, deadline=0)


@pytest.mark.parametrize("name", ["math-verify", "sympy"])
def test_other_packages_grade_in_workers(name):
    pytest.importorskip("math_verify")
    grader = make_grader(name, REWARDS, deadline=60.0)
    pairs = [
        (Problem("p", "", gold), Completion(response))
        for response, gold in (("\\boxed{\\frac12}", "0.5"), ("\\boxed{41}", "42"), ("hm", "42"))
    ]
    assert [score.value for score in grader.score_batch(pairs)] == [1.0, 0.0, 0.0]


def test_sympy_is_told_that_the_token_limit_cut_an_answer_off():
    pytest.importorskip("math_verify")
    sympy, problem = make_grader("sympy", REWARDS), Problem("p", "", "4\n#### 4")
    assert sympy.score(problem, Completion("<answer>4")).value == 1.0  # a stop string did
    cut = sympy.score(problem, Completion("<answer>4", truncated=True))
    assert (cut.value, cut.verdict) == (0.0, Verdict.UNPARSEABLE)


def test_a_number_bomb_is_killed():
    pytest.importorskip("math_verify")
    score = grade("sympy", "\\boxed{9^{9^{9^{9^9}}}}", "42", deadline=2.0)
    assert score.value != 1.0
    assert score.verdict in (Verdict.TIMEOUT, Verdict.VERIFIER_ERROR)
