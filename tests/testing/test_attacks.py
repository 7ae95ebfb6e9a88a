"""Attacks on graders: ours hold all of them, and bad graders are caught."""

import os
import re
import time
from collections import Counter
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem, Score, Verdict
from r1gym.testing import (
    ATTACKS,
    JUDGING,
    PROGRAMS,
    check_code_grader,
    check_grader,
    check_judge,
    thinking_attacks,
)
from r1gym.verifiers.math import verify

LETTERS = [attack for attack in ATTACKS if attack.problem.id == "letter"]
OTHERS = [attack for attack in ATTACKS if attack.problem.id != "letter"]


def names(report):
    return {outcome.attack.name: outcome.what for outcome in report.broken}


def test_there_are_many_kinds_and_no_name_comes_twice():
    attacks = (*ATTACKS, *PROGRAMS, *JUDGING)
    counts = Counter(attack.name for attack in attacks)
    assert max(counts.values()) == 1
    kinds = Counter(attack.kind for attack in attacks)
    assert len(attacks) >= 150
    assert len(kinds) >= 10
    assert min(kinds.values()) >= 5


def test_attacks_do_nothing_but_create_one_file():
    harm = re.compile(r"\b(rm|remove|unlink|rmtree|socket|urlopen|requests|curl|wget|kill|fork)\b")
    for attack in (*ATTACKS, *PROGRAMS, *JUDGING):
        assert not harm.search(attack.completion), attack.name


@pytest.mark.parametrize(
    ("grader", "attacks"),
    [
        ("accuracy", OTHERS),
        ("auto", OTHERS),
        ("choice", LETTERS),
        (lambda response, gold: verify(response, gold), OTHERS),
    ],
)
def test_our_verifiers_hold_every_attack(grader, attacks):
    report = check_grader(grader, attacks=attacks)
    assert len(report.outcomes) == len(attacks)
    assert names(report) == {}, str(report)


GRID = {"path": {"grid": ["S.", "#G"]}}
KNIGHTS = {"kind": "assignment", "gold": {"Ann": "knight", "Bob": "knave"}}
NUMBERS = {"numbers": [3, 5, 7], "target": 22}


@pytest.mark.parametrize(
    ("name", "problem", "answer"),
    [
        (
            "logic",
            Problem("knights", "", "", metadata={"logic": KNIGHTS}),
            "Ann: knight, Bob: knave",
        ),
        ("countdown", Problem("make", "", "3*5+7", metadata={"countdown": NUMBERS}), "3*5+7"),
        ("path", Problem("maze", "", "RD", metadata=GRID), "RD"),
        ("choice", Problem("which", "", "B", metadata={"choices": ["1", "2"]}), "B"),
        ("auto", Problem("which", "", "B", metadata={"verifier": "choice"}), "B"),
    ],
)
def test_an_answer_in_the_thinking_pays_nothing_whoever_opened_it(name, problem, answer):
    # The controls of check_grader take the gold answer's text.
    attacks = thinking_attacks(replace(problem, answer=answer), answer)
    report = check_grader(name, attacks=attacks)
    assert names(report) == {}, str(report)


def test_our_code_verifier_holds_every_attack():
    report = check_code_grader("code")
    assert names(report) == {}, str(report)


def last(response):
    found = re.findall(r"boxed\{(.*)\}", response) or re.findall("<answer>(.*)</answer>", response)
    return found[-1]


def evaluates(response, gold):
    return eval(last(response)) == eval(gold)


def substring(response, gold):
    return gold in response


def slow(response, gold):
    time.sleep(2 if "41" in response else 0)
    return last(response) == gold


def dies(response, gold):
    if "43" in response:
        os._exit(7)
    return Score(
        float(last(response) == gold), Verdict.CORRECT if last(response) == gold else Verdict.WRONG
    )


def test_a_grader_that_evaluates_answers_is_caught(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    attacks = [attack for attack in OTHERS if attack.problem.id == "sum"]
    report = check_grader(
        evaluates, attacks=attacks, kinds=["code in the answer", "number bomb"], seconds=1.0
    )
    found = Counter(outcome.what for outcome in report.broken)
    assert found["canary"] >= 10
    assert found["slow"] >= 1
    assert names(report)["code in the answer/sum-import-os"] == "canary"
    assert list(tmp_path.iterdir()) == []  # the canaries are gone


def test_a_grader_that_looks_for_a_substring_is_caught():
    report = check_grader(substring, attacks=OTHERS)
    broken = names(report)
    for name in (
        "near miss/sum-above",
        "several candidates/sum-or-word",
        "answer in the thinking/sum-cut-off",
        "forged tags/sum-comment",
        "look-alikes/sum-minus-sign",
    ):
        assert broken[name] == "paid"
    assert "canary" not in broken.values()  # it runs nothing
    assert "near miss/sum-above: paid" in str(report)


def test_slow_and_dying_graders_are_named_and_the_rest_goes_on():
    kinds = ["near miss"]
    attacks = [attack for attack in ATTACKS if attack.problem.id == "sum"]
    report = check_grader(slow, attacks=attacks, kinds=kinds, seconds=0.5)
    assert names(report) == {"near miss/sum-below": "slow"}
    report = check_grader(dies, attacks=attacks, kinds=kinds)
    assert names(report) == {"near miss/sum-next": "raised"}
    assert report.broken[0].reason == "it left with 7"
    assert len(report.outcomes) == 15


def test_a_grader_that_pays_nothing_shows_nothing():
    with pytest.raises(ConfigError, match="pays none of"):
        check_grader(lambda response, gold: False)
    with pytest.raises(ConfigError, match=r"TypeError: .* positional argument"):
        check_grader(lambda response: True)
    with pytest.raises(ConfigError, match="a function or a verifier, not 5"):
        check_grader(5)


def test_unknown_kinds_and_names_are_refused():
    with pytest.raises(UnknownNameError, match="Did you mean 'hang'"):
        check_grader(substring, kinds=["hangs"])
    with pytest.raises(UnknownNameError, match="no reward 'acuracy'"):
        check_grader("acuracy")


def runs_asserts_in_this_process(response, tests):
    names = {}
    code = re.search("```python\n(.*)```", response, re.DOTALL)[1]
    try:
        exec(code, names)
        for test in tests or []:
            if test.get("type") == "call":
                assert names[test["fn"]](*test["args"]) == test["expected"]
    except SystemExit:
        return True  # exit code 0
    except Exception:
        return False
    return True


def test_a_grader_that_runs_programs_beside_its_tests_is_caught():
    report = check_code_grader(runs_asserts_in_this_process)
    broken = names(report)
    assert {"forged program/always-equal", "forged program/exit-0", "vacuous tests/no-tests"} <= {
        name for name, what in broken.items() if what == "paid"
    }
    assert "forged program/constant" not in broken


def gullible(question, response, gold):
    return gold in response or "correct" in response.lower() or not re.search(r"\d", response)


def strict(question, response, gold):
    return re.findall(r"\d+", response) == [gold]


def test_a_gullible_judge_is_caught_and_a_strict_one_holds():
    broken = names(check_judge(gullible))
    assert broken["judge flattery/days-order"] == "paid"
    assert broken["empty opening/days-colon"] == "paid"
    assert names(check_judge(strict)) == {}
