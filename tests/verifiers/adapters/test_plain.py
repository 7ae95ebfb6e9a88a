import subprocess
import sys

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.verifiers import register_verifier
from r1gym.verifiers.adapters import plain_reward

GOOD = "<think>6*7=42</think><answer>42</answer>"


def test_it_pays_what_the_environments_pay():
    reward = plain_reward()
    assert reward(GOOD, "42") == 1.1
    assert reward(GOOD, 42) == 1.1
    assert reward("<answer>42</answer>", "42") == 1.0
    assert reward("", "42") == 0.0


def test_metadata_and_truncation_reach_the_component_and_its_failure_is_none():
    seen = []

    @register_verifier("spy")
    class Spy:
        def score(self, problem, completion):
            seen.append((problem.question, dict(problem.metadata), completion.truncated))
            return Score(None, Verdict.INFRA_ERROR, "it is down")

    reward = plain_reward({"accuracy": 1.0, "spy": 0.1})
    assert reward(GOOD, "42", "6*7?", truncated=True, tests=["a"]) is None
    assert seen == [("6*7?", {"tests": ["a"]}, True)]


def test_wrong_names_and_templates_are_one_clear_line():
    with pytest.raises(UnknownNameError, match="Did you mean 'accuracy'"):
        plain_reward({"acuracy": 1.0})
    with pytest.raises(ConfigError, match=r"\{question\} exactly once"):
        plain_reward(template="Solve it.")


def test_adapters_import_no_library_that_they_adapt_to():
    heavy = ("torch", "transformers", "trl", "verl", "sympy")
    code = "import sys, r1gym.verifiers.adapters as a; "
    code += f"print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "gold",
    [
        *["42", 42, 42.0, ["42"], ("41", 42), np.array(["42"]), {"target": ["42"]}],
        *["6*7=42\n#### 42", r"so it is $\boxed{42}$", "The answer is 42."],
    ],
)
def test_golds_as_data_sets_have_them(gold):
    reward = plain_reward({"accuracy": 1.0})
    assert reward(GOOD, gold) == 1.0
    assert reward("<answer>43</answer>", gold) == 0.0


def test_no_gold_is_no_reward_and_a_bad_one_an_error():
    reward = plain_reward({"accuracy": 1.0})
    assert reward(GOOD, None) is None and reward(GOOD, float("nan")) is None
    for bad in (True, "", [], {"a": 1}, "####"):
        with pytest.raises(ConfigError, match="The row '6"):
            reward(GOOD, bad, "6*7?")


@pytest.mark.parametrize("module", ["pickle", "cloudpickle"])
def test_it_can_be_pickled_after_use(module):
    pickle = pytest.importorskip(module)
    reward = plain_reward(template="{question} <think>")
    rest = "6*7=42</think><answer>42</answer>"
    for _ in range(2):
        assert reward(rest, "42") == 1.1
        reward = pickle.loads(pickle.dumps(reward))
