"""Components that are for problems of some families, and components that are only watched."""

import copy
import json
import math
import pickle
from dataclasses import replace

import gymnasium as gym
import pytest

from r1gym.agents.episodes import describe
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Score, Trajectory, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.preflight import Status, examine
from r1gym.inspection.explain import explain
from r1gym.verifiers import RewardSum, register_verifier
from r1gym.verifiers.adapters import plain_reward
from r1gym.verifiers.adapters.trl import trl_rewards
from r1gym.verifiers.adapters.verl import compute_scores
from r1gym.verifiers.problem_checks import unread_fields
from r1gym.verifiers.scope import Scope
from r1gym.verifiers.votes import group_votes

SUM = Problem("s", "Compute 6*7", "42", "arithmetic")
GREETING = Problem("g", "Say hello", "hello", "general-greeting")
GOOD = Completion("<think></think><answer>42</answer>")
REWARDS = {
    "accuracy": {"weight": 1.0, "except": ["general"]},
    "format": 0.1,
    "liked": {"weight": 2.0, "for": ["general"]},
}


@pytest.fixture(autouse=True)
def liked():
    seen = []

    @register_verifier("liked")
    class Liked:
        reads = frozenset()

        def score(self, problem, completion):
            seen.append(problem.id)
            return Score(0.5, Verdict.CORRECT)

    return seen


@pytest.fixture
def broken():
    @register_verifier("broken")
    class Broken:
        def score(self, problem, completion):
            return Score(None, Verdict.JUDGE_FAILED, "it is down")


@pytest.mark.parametrize(
    ("scope", "family", "holds"),
    [
        (Scope(), "", True),
        (Scope(("general",)), "general-write", True),
        (Scope(("general",)), "generalwrite", False),
        (Scope(("general",)), "arithmetic", False),
        (Scope(("math",)), "arithmetic", True),
        (Scope(("math",)), "math-geometry", True),
        (Scope(("math-word-problems",)), "math-word-problems-zh", False),
        (Scope(("math", "general-write")), "general-write", True),
        (Scope(("math", "general-write")), "general-advise", False),
        (Scope(("general",), excludes=True), "general-write", False),
        (Scope(("general",), excludes=True), "", True),
        (Scope(("mine",)), "mine", True),
        (Scope(("mine",)), "mine-too", False),
    ],
)
def test_families_and_groups(scope, family, holds):
    assert scope.holds(family) is holds


def test_a_component_that_is_not_for_a_problem_is_not_asked_and_has_no_part(liked):
    reward = RewardSum(REWARDS)
    score = reward.score(SUM, GOOD)
    assert (score.value, score.verdict, list(score.parts)) == (
        1.1, Verdict.CORRECT, ["accuracy", "format"],
    )  # fmt: skip
    assert liked == []
    score = reward.score(GREETING, GOOD)
    assert (score.value, list(score.parts)) == (pytest.approx(1.1), ["format", "liked"])


def test_a_batch_scores_as_one_by_one(liked):
    for reward in (RewardSum(REWARDS), RewardSum(REWARDS).for_template("{question}<think>")):
        pairs = [(p, Completion(t)) for p in (SUM, GREETING, SUM) for t in (GOOD.text, "", "42")]
        assert reward.score_batch(pairs) == [reward.score(*pair) for pair in pairs]
    assert set(liked) == {"g"}


def test_one_that_fails_masks_the_problems_that_it_is_for_and_no_other(broken):
    reward = RewardSum({"accuracy": 1.0, "broken": {"weight": 1.0, "for": ["general"]}})
    assert reward.score(SUM, GOOD).value == 1.0
    assert reward.score(GREETING, GOOD).verdict is Verdict.JUDGE_FAILED


def test_a_gate_that_is_not_for_a_problem_is_closed(liked):
    bonus = {"type": "liked", "weight": 1.0, "requires": "accuracy"}
    reward = RewardSum({"accuracy": {"weight": 1.0, "for": ["math"]}, "format": 0.5, "b": bonus})
    assert reward.score(SUM, GOOD).value == 2.0
    assert reward.score(GREETING, GOOD).value == 0.5


def test_a_problem_that_no_component_is_for_is_masked_with_a_reason():
    reward = RewardSum({"accuracy": {"weight": 1, "for": ["logic", "math"]}})
    for score in (reward.score(GREETING, GOOD), reward.score_batch([(GREETING, GOOD)])[0]):
        assert (score.value, score.verdict) == (None, Verdict.VERIFIER_ERROR)
        assert score.reason == (
            "no component of the reward is for the family 'general-greeting': "
            "it has accuracy (for logic, math)"
        )


def test_it_is_json_both_ways_and_is_copied():
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards=REWARDS)
    back = TaskSpec.from_json(json.loads(json.dumps(spec.to_json())))
    assert back == spec
    reward = RewardSum(back.rewards)
    for other in (copy.deepcopy(reward), pickle.loads(pickle.dumps(reward))):
        assert other.components["liked"].scope == Scope(("general",))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"for": "general"}, "'for' of reward 'accuracy' must be a list such as"),
        ({"for": []}, "'for' of reward 'accuracy' must name families or groups of them, not []."),
        ({"except": [1]}, "'except' of reward 'accuracy' must name families or groups"),
        ({"for": ["math"], "except": ["math"]}, "has both 'for' and 'except': leave one out."),
        ({"For": ["math"]}, "has no option 'For'"),
    ],
)
def test_scopes_that_are_none_are_refused(spec, message):
    with pytest.raises(ConfigError) as caught:
        RewardSum({"accuracy": {"weight": 1.0, **spec}})
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_auto_has_the_scope_itself():
    with pytest.raises(ConfigError, match="'judge' must not hold 'for', which is for 'auto'"):
        options = {"judge": {"model": "m", "for": ["general"]}}
        RewardSum({"accuracy": {"type": "auto", "weight": 1.0, "options": options}})


JUDGE = {"type": "choice"}  # stands in for one, and knows no such request
MIXTURE = {"mixture": [{"problems": "arithmetic:1"}, {"problems": "general:1"}]}


def make(problems, **scopes):
    rewards = {
        "accuracy": {"weight": 1.0, **scopes.get("accuracy", {})},
        "liked": {"weight": 1.0, **scopes.get("liked", {})},
    }
    return gym.make("r1/Math-v0", problems=problems, rewards=rewards)


@pytest.mark.parametrize("problems", [{"arithmetic": [1]}, "arithmetic:1", MIXTURE])
def test_a_name_that_is_none_is_refused_where_the_problems_are_known(problems):
    with pytest.raises(ConfigError) as caught:
        make(problems, liked={"for": ["genral"]})
    assert str(caught.value) == (
        "There is no family and no group 'genral', which the scope of reward 'liked' names. Did "
        "you mean 'general'? `r1gym list` has the names."
    )
    for name in ("general", "general-write", "code"):  # known, even where the set has none
        make(problems, liked={"for": [name]})


def test_a_family_that_no_component_is_for_is_refused():
    with pytest.raises(ConfigError) as caught:
        make(MIXTURE, accuracy={"for": ["logic"]}, liked={"for": ["general"]})
    assert str(caught.value) == (
        "No component of the reward is for problems of the family 'arithmetic': it has accuracy "
        "(for logic), liked (for general). Add one, or leave these problems out."
    )


def test_the_families_of_a_file(tmp_path):
    rows = [{"question": "Say hi", "answer": "hi", "family": "chat"}]
    rows += [{"question": f"{i}+1?", "answer": str(i + 1), "family": "sums"} for i in range(3)]
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    kinds = {p.family for p in make(f"{file}", liked={}).unwrapped.task.problem_set.stored()}
    one = sorted(kinds)[0]
    assert make(str(file), liked={"for": [one]}).unwrapped.task.problem_set.families == kinds
    with pytest.raises(ConfigError, match="no group 'chatt'"):
        make(str(file), liked={"for": ["chatt"]})


def test_the_checks_before_training_respect_it():
    """A reward model says nothing of golds, nor does what is only watched."""
    env = gym.make("r1/Math-v0", problems=MIXTURE, rewards=REWARDS)
    watched = {"type": "auto", "weight": 0.0, "for": ["general"], "options": {"judge": JUDGE}}
    env = gym.make("r1/Math-v0", problems=MIXTURE, rewards=REWARDS | {"watched": watched})
    checks = {check.name: check for check in examine(env)}
    assert checks["gold answers"].status is Status.OK
    assert checks["template"].status is Status.OK
    assert all(check.status is not Status.FAIL for check in checks.values())


def test_who_judges_a_family_may_be_said_by_the_reward_alone():
    request = Problem("r", "Say hello", "", "general-x", metadata={"verifier": "judge"})
    assert unread_fields(RewardSum({"liked": 1.0}), request) is not None
    assert unread_fields(RewardSum({"liked": {"weight": 1.0, "except": ["math"]}}), request)
    assert unread_fields(RewardSum(REWARDS), request) is None


def test_votes_are_those_of_the_component_for_the_problem(liked):
    reward = RewardSum(REWARDS)
    texts = [Completion(f"<answer>{text}</answer>") for text in ("42", "42.0")]
    assert group_votes(reward, SUM, texts) == [0, 0]
    assert group_votes(reward, GREETING, texts) == [0, 1]


def test_an_explanation_has_the_parts_of_the_problem():
    found = explain(GREETING, GOOD, REWARDS)
    assert [part.name for part in found.parts] == ["format", "liked"]


def test_adapters_leave_it_out(liked):
    functions, weights = trl_rewards(REWARDS)
    columns = {"answer": ["42", "hello"], "family": ["arithmetic", "general-greeting"]}
    rows = ["Compute 6*7", "Say hello"], [GOOD.text] * 2
    values = [function(*rows, **columns) for function in functions]
    assert values == [[1.0, None], [1.0, 1.0], [None, 0.5]] and weights == [1.0, 0.1, 2.0]
    first, second = compute_scores(
        ["arithmetic", "general-x"], rows[1], ["42", "hello"], [{}, {}], rewards=REWARDS
    )
    assert first.keys() == second.keys()
    assert first["score"] == 1.1 and math.isnan(first["liked"]) and second["liked"] == 0.5
    plain = plain_reward(REWARDS)
    assert plain(GOOD.text, "42", "Compute 6*7", family="general-write") == pytest.approx(1.1)


def test_what_weighs_nothing_is_watched_and_masks_nothing(broken, liked):
    watched = {"type": "broken", "weight": 0.0}
    score = RewardSum({"accuracy": 1.0, "watched": watched}).score(SUM, GOOD)
    assert (score.value, score.verdict) == (1.0, Verdict.CORRECT)
    assert score.parts["watched"].reason == "it is down"
    score = RewardSum({"watched": watched, "liked": 0}).score(SUM, GOOD)
    assert (score.value, score.verdict) == (0.0, Verdict.CORRECT)
    alone = RewardSum({"watched": watched}).score(SUM, GOOD)
    assert (alone.value, alone.verdict, alone.reason) == (None, Verdict.JUDGE_FAILED, "it is down")


def test_a_gate_of_weight_0_is_no_bystander(broken):
    gate = {"type": "broken", "weight": 0}
    reward = RewardSum({"gate": gate, "format": {"weight": 1.0, "requires": "gate"}})
    assert reward.score(SUM, GOOD).verdict is Verdict.JUDGE_FAILED


def test_a_watched_part_is_logged_as_the_mean_over_what_it_is_for():
    reward = RewardSum({"accuracy": 1.0, "liked": {"weight": 0.0, "for": ["general"]}})
    turn = Turn(GOOD.text, (1, 2), (-1.0, -1.0))
    episodes = [
        Episode(Trajectory(replace(p, id=str(i)), (turn,)), reward.score(p, GOOD))
        for i, p in enumerate([SUM, GREETING, SUM])
    ]
    found = describe(episodes)
    assert found["rollout/liked"] == 0.5
    assert found["rollout/accuracy"] == pytest.approx(2 / 3)
