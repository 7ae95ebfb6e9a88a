import importlib

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, TrainingStopped, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.verifiers import register_verifier
from r1gym.verifiers.adapters import verl_compute_score, verl_compute_scores

PATH = "pkg://r1gym.verifiers.adapters.verl"
GOOD = "<think>6*7=42</think><answer>42</answer>"
REWARDS = {"accuracy": 1.0, "format": {"weight": 0.5, "requires": "accuracy"}}


@pytest.fixture
def moody():
    """A component that cannot grade what says "moody". Returns what it was asked."""
    asked = []

    @register_verifier("moody")
    class Moody:
        def score(self, problem, completion):
            asked.append(problem)
            if "moody" in completion.text:
                return Score(None, Verdict.JUDGE_FAILED, "no comment")
            return Score(0.5, Verdict.CORRECT)

    return asked


def test_it_is_found_where_the_configuration_says():
    module = importlib.import_module(PATH.removeprefix("pkg://"))
    assert module.compute_score is verl_compute_score
    assert module.compute_scores is verl_compute_scores


def test_the_sum_with_its_parts():
    call = {"data_source": "math", "ground_truth": "42", "extra_info": {"index": 3}}
    assert verl_compute_score(solution_str=GOOD, **call) == {
        "score": 1.1, "acc": 1.0, "accuracy": 1.0, "format": 1.0,
    }  # fmt: skip
    assert verl_compute_score(solution_str="", rewards=REWARDS, **call) == {
        "score": 0.0, "acc": 0.0, "accuracy": 0.0, "format": 0.0,
    }  # fmt: skip
    assert verl_compute_score("math", GOOD, 42, rewards={"format": 2.0}) == {
        "score": 2.0, "format": 1.0,
    }  # fmt: skip


def test_a_batch(moody):
    found = verl_compute_scores(
        data_sources=["math"] * 2,
        solution_strs=[GOOD, "<think></think><answer>1</answer>"],
        ground_truths=["42", "42"],
        extra_infos=[{"question": "6*7?", "index": 0}, {"question": "7*6?", "index": 1}],
        rewards={"accuracy": 1.0, "moody": 1.0},
        reward_router_address="unused",
    )
    assert [row["score"] for row in found] == [1.5, 0.5]
    assert [(p.id, p.question, p.family) for p in moody] == [
        ("0", "6*7?", "math"),
        ("1", "7*6?", "math"),
    ]


def test_what_could_not_be_graded_raises(moody):
    rewards = {"accuracy": 1.0, "moody": 0.1}
    line = r"could not be graded \(judge_failed\): no comment"
    with pytest.raises(TrainingStopped, match=line):
        verl_compute_score("math", "moody", "42", rewards=rewards)
    with pytest.raises(TrainingStopped, match=line):
        verl_compute_scores(["math"] * 2, [GOOD, "moody"], ["42"] * 2, [{}] * 2, rewards=rewards)


def test_wrong_input_is_one_clear_line():
    with pytest.raises(ConfigError, match="'math' has no ground_truth"):
        verl_compute_score("math", GOOD, None)
    with pytest.raises(UnknownNameError, match="Did you mean 'format'"):
        verl_compute_score("math", GOOD, "42", rewards={"formt": 1.0})
    with pytest.raises(ConfigError, match="no JSON value"):
        verl_compute_score("math", GOOD, "42", rewards={"format": object()})


class TestWithVerl:
    """verl's own code: it loads the function, decodes the tokens and calls it."""

    @pytest.fixture(params=["naive", "dapo"])
    def manager(self, request, tmp_path):
        pytest.importorskip("verl")
        from omegaconf import OmegaConf
        from transformers import AutoTokenizer
        from verl.trainer.ppo.reward import load_reward_manager

        from r1gym.models.policy import new_tiny_policy, save_policy

        save_policy(new_tiny_policy(32, 1, 2, 48, 128, seed=0), tmp_path)
        reward = {
            "custom_reward_function": {
                "path": PATH,
                "name": "compute_score",
                "reward_kwargs": {"rewards": {**REWARDS, "moody": 0.5}},
            },
            "reward_manager": {"source": "register", "name": request.param},
        }
        config = OmegaConf.create({"reward": reward})
        return load_reward_manager(config, AutoTokenizer.from_pretrained(tmp_path))

    def run(self, manager, text, gold="42"):
        import numpy as np
        import torch
        from verl import DataProto

        ids = manager.tokenizer(text)["input_ids"] + [manager.tokenizer.eos_token_id]
        rest = [manager.tokenizer.pad_token_id] * 3
        data = DataProto.from_dict(
            tensors={
                "prompts": torch.tensor([[5, 6]]),
                "responses": torch.tensor([ids + rest]),
                "attention_mask": torch.tensor([[1, 1] + [1] * len(ids) + [0] * len(rest)]),
            },
            non_tensors={
                "data_source": np.array(["math"], dtype=object),
                "reward_model": np.array([{"ground_truth": gold}], dtype=object),
                "extra_info": np.array([{"index": 7}], dtype=object),
            },
        )
        return manager.loop.run_until_complete(manager.run_single(data))

    @pytest.mark.slow
    @pytest.mark.filterwarnings("ignore")
    def test_its_reward_managers_pay_what_we_say(self, manager, moody):
        found = self.run(manager, GOOD)
        assert found["reward_score"] == 1.75
        assert found["reward_extra_info"] == {
            "score": 1.75, "acc": 1.0, "accuracy": 1.0, "format": 1.0, "moody": 0.5,
        }  # fmt: skip
        assert self.run(manager, GOOD, gold="41")["reward_score"] == 0.25
        with pytest.raises(TrainingStopped, match="no comment"):
            self.run(manager, "moody")


@pytest.mark.parametrize(
    "gold",
    [
        *["42", 42, ["42"], np.array(["42"], dtype=object), {"target": ["41", "42"]}, '["42"]'],
        *["6*7=42\n#### 42", r"We multiply: $\boxed{42}$"],
    ],
)
def test_golds_as_data_sets_have_them(gold):
    """GSM8K's and MATH's solutions, DAPO's texts, several golds as search tasks have them."""
    for text, accuracy in ((GOOD, 1.0), ("<answer>43</answer>", 0.0)):
        found = verl_compute_score("math_dapo", text, gold, {"index": "a-b", "split": "train"})
        assert found["acc"] == accuracy


def test_a_ground_truth_of_tests():
    rewards = {"accuracy": {"type": "auto", "weight": 1.0}}
    with pytest.warns(UserWarning, match="have tests that tell nothing apart"):
        score = verl_compute_score(
            "apps", "no program", '{"inputs": ["1"], "outputs": ["2"]}', rewards=rewards
        )
    assert score == {"score": 0.0, "acc": 0.0, "accuracy": 0.0}


@pytest.mark.parametrize("gold", [True, "", {"target": 98, "numbers": [1]}, "####"])
def test_a_gold_that_cannot_be_used_names_its_row(gold):
    with pytest.raises(ConfigError, match="The row '7' of 'math' cannot be used"):
        verl_compute_score("math", GOOD, gold, {"index": 7})
