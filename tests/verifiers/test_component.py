import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.verifiers import RewardSum, register_verifier
from r1gym.verifiers.component import Component


@pytest.fixture(autouse=True)
def entries():
    @register_verifier("fruit")
    class Fruit:
        def __init__(self, *, kind="apple", ripe=True):
            if kind == "stone":
                raise ConfigError("A stone is no fruit.")
            self.kind, self.ripe = kind, ripe + 0

        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)


def refusal(spec, name="fruit", error=ConfigError):
    with pytest.raises(error) as caught:
        RewardSum({name: spec})
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_number_is_the_weight():
    component = Component.build("fruit", 2)
    assert (component.weight, component.requires, component.options) == (2, None, {})


def test_a_mapping_has_the_weight_the_gate_and_the_options():
    spec = {"weight": 0.5, "requires": "accuracy", "kind": "plum", "ripe": False}
    component = Component.build("fruit", spec)
    assert (component.weight, component.requires) == (0.5, "accuracy")
    assert (component.bare.kind, component.bare.ripe) == ("plum", 0)
    assert spec["weight"] == 0.5, "the caller's mapping is left alone"


@pytest.mark.parametrize("weight", [True, "1", None, float("nan"), float("inf"), 10**400])
def test_weights_that_are_no_finite_numbers_are_refused(weight):
    assert refusal(weight) == refusal({"weight": weight})
    assert "weight of reward 'fruit' must be" in refusal(weight)


def test_a_mapping_without_weight_is_refused():
    assert refusal({"kind": "plum"}) == "Reward 'fruit' needs a weight: {'weight': 1.0, ...}."


def test_an_unknown_option_gets_the_nearest_and_all_of_them():
    assert refusal({"weight": 1, "kidn": 1}) == (
        "Reward 'fruit' has no option 'kidn'. Did you mean 'kind'? It has: kind, ripe."
    )
    assert refusal({"weight": 1, "x": 1}, "accuracy").startswith("Reward 'accuracy' has no option")


def test_options_are_what_json_brings_back():
    assert Component.build("fruit", {"weight": 1, "kind": ("a", "b")}).bare.kind == ["a", "b"]
    for value in (object(), float("nan"), {1, 2}):
        message = refusal({"weight": 1, "kind": value})
        assert message.startswith("The option 'kind' of reward 'fruit' must be a JSON value, not")


def test_what_the_constructor_says_reaches_the_user():
    assert refusal({"weight": 1, "kind": "stone"}) == "A stone is no fruit."
    assert refusal({"weight": 1, "ripe": "no"}).startswith(
        "Reward 'fruit' cannot be made with the options {'ripe': 'no'}: TypeError: "
    )


def test_unknown_names_and_names_that_are_none_are_refused():
    assert "Did you mean 'fruit'?" in refusal(1.0, "friut", UnknownNameError)
    assert refusal(1.0, 7) == "A reward is named by a string, not 7."


def test_what_is_no_verifier_is_refused():
    register_verifier("none")(dict)
    assert refusal(1.0, "none") == (
        "Reward 'none' is no verifier: it has no score(problem, completion)."
    )


def test_a_factory_that_takes_any_option_gets_them():
    @register_verifier("any")
    class Anything:
        def __init__(self, **options):
            self.options = options

        score = None

    assert "no verifier" in refusal({"weight": 1, "whatever": 2}, "any")


def test_one_component_stands_in_a_sum_under_several_names():
    reward = RewardSum(
        {"red": {"type": "fruit", "weight": 1}, "green": {"type": "fruit", "weight": 2}}
    )
    assert reward.components["red"].bare is not reward.components["green"].bare
    assert "fruit" in refusal({"type": "fruti", "weight": 1}, "red", UnknownNameError)
    assert "type" in refusal({"type": 1, "weight": 1})
