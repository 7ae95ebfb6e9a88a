import re

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.recipes.preference_judges import JUDGES, Judgement, make_judge
from r1gym.verifiers import register_verifier
from tests.chat_server import ChatServer, chat, serving

PROBLEM = Problem("p", "2+2?", "4")
RIGHT, WRONG = Completion("<think>2+2</think><answer>4</answer>"), Completion("<answer>5</answer>")


@pytest.fixture(autouse=True)
def scored():
    @register_verifier("number")
    class Number:
        def score(self, problem, completion):
            value = float(completion.text)
            if value < 0:
                return Score(None, Verdict.INFRA_ERROR, "it is down")
            return Score(value, Verdict.CORRECT if value >= 0.5 else Verdict.WRONG)


def compare(judge, one, other, seed=0):
    return judge.compare(PROBLEM, Completion(one), Completion(other), seed, 0)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [("0.9", "0.1", 2), ("0.5", "0.4", 1), ("0.45", "0.4", 0), ("0.1", "0.9", -2), ("1", "1", 0)],
)
def test_a_rule_compares_values(one, other, value):
    judge = make_judge({"type": "rule", "verifier": "number"})
    assert compare(judge, one, other).value == value
    assert compare(judge, other, one).value == -value


def test_a_rule_labels_by_the_value():
    judge = make_judge({"type": "rule", "verifier": {"type": "number"}})
    assert [judge.label(PROBLEM, Completion(t), 0).value for t in ("0.5", "0.4")] == [1, 0]


def test_noise_turns_a_share_of_pairs_round_whatever_their_order():
    judge = make_judge({"type": "rule", "verifier": "number", "noise": 0.1})
    values = [compare(judge, "1", "0", seed).value for seed in range(2000)]
    assert 0.08 < values.count(-2.0) / 2000 < 0.12 and set(values) == {2.0, -2.0}
    assert values == [-compare(judge, "0", "1", seed).value for seed in range(2000)]
    labels = [judge.label(PROBLEM, Completion("1"), seed).value for seed in range(2000)]
    assert 0.08 < labels.count(0.0) / 2000 < 0.12


def test_a_rule_that_fails_says_nothing():
    judge = make_judge({"type": "rule", "verifier": "number"})
    assert compare(judge, "1", "-1") == Judgement(None, "it is down")
    assert judge.label(PROBLEM, Completion("-1"), 0) == Judgement(None, "it is down")
    assert "raised ValueError" in compare(judge, "1", "x").reason


@pytest.fixture
def server():
    def answer(request):
        text = request["messages"][-1]["content"]
        if "=== RESPONSE A" not in text:
            marker = re.search(r"END OF RESPONSE ([0-9a-f]{16}) ===", text)[1]
            grade = 9 if "answer›4" in text else 2
            return chat(f"Hm.\nVERDICT {marker} {grade}")
        marker = re.search("VERDICT ([0-9a-f]{16}) <verdict>", text)[1]
        first = text.partition("=== RESPONSE A")[2].partition("=== END")[0]
        return chat(
            f"My answer: 4.\nVERDICT {marker} {'[[A>>B]]' if 'answer›4' in first else '[[B>A]]'}"
        )

    with serving(ChatServer([answer])) as server:
        yield server


def endpoint(server, **options):
    return make_judge(
        {
            "type": "endpoint", "model": "m", "base_url": server.url, "api_key_env": None,
            "max_retries": 0, "timeout": 5, **options,
        }
    )  # fmt: skip


def test_an_endpoint_compares_and_sees_the_summary_only(server):
    judge = endpoint(server)
    assert judge.compare(PROBLEM, RIGHT, WRONG, 0, 0).value == 2
    assert judge.compare(PROBLEM, WRONG, RIGHT, 0, 0).value == -1
    assert "think" not in server.requests[0]["messages"][-1]["content"]
    whole = endpoint(server, part="response")
    whole.compare(PROBLEM, RIGHT, WRONG, 0, 0)
    assert "‹think›2+2‹/think›" in server.requests[-1]["messages"][-1]["content"]
    assert judge.concurrency == 8


def test_an_endpoint_labels_by_its_grade(server):
    judge = endpoint(server, rubric="harmlessness")
    assert judge.label(PROBLEM, RIGHT, 0).value == 1
    assert judge.label(PROBLEM, WRONG, 0).value == 0


def test_an_endpoint_that_fails_says_nothing(server):
    server.script = [chat("[[A>B]]")]
    judge = endpoint(server)
    failed = judge.compare(PROBLEM, RIGHT, WRONG, 0, 0)
    assert failed.value is None and "asked twice" in failed.reason
    assert judge.label(PROBLEM, RIGHT, 0).value is None


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ([], ConfigError, "The judge of preferences must be a mapping such as"),
        ({}, ConfigError, "needs a type, as in"),
        ({"type": "rul"}, UnknownNameError, "Did you mean 'rule'"),
        ({"type": "rule"}, ConfigError, "missing 1 required keyword-only argument: 'verifier'"),
        ({"type": "rule", "verifier": "number", "x": 1}, ConfigError, "argument 'x'"),
        ({"type": "rule", "verifier": "numbr"}, UnknownNameError, "Did you mean 'number'"),
        ({"type": "rule", "verifier": {"measure": 1}}, ConfigError, "The verifier of a rule is"),
        ({"type": "rule", "verifier": 3}, ConfigError, "The verifier of a rule is"),
        ({"type": "rule", "verifier": "number", "noise": 2}, ConfigError, "The noise of a rule"),
        ({"type": "endpoint"}, ConfigError, "needs a model"),
        ({"type": "endpoint", "model": "m", "part": "x", "api_key_env": None}, ConfigError, "part"),
    ],
)
def test_specifications_that_are_not_allowed(spec, error, message):
    with pytest.raises(error, match=message) as caught:
        make_judge(spec)
    assert "\n" not in str(caught.value)


def test_a_judge_of_ones_own():
    @JUDGES.register("longer")
    class Longer:
        concurrency = 1

        def compare(self, problem, first, second, seed, number):
            return Judgement(float(len(first.text) - len(second.text)))

    assert compare(make_judge({"type": "longer"}), "aa", "a").value == 1
