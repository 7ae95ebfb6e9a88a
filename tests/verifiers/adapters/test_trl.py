import math

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.types import Score, Verdict
from r1gym.verifiers import register_verifier
from r1gym.verifiers.adapters import trl_reward, trl_rewards

GOOD = "<think>6*7=42</think><answer>42</answer>"
BARE = "<answer>42</answer>"
WRONG = "<think></think><answer>41</answer>"
BOTH = {"accuracy": 1.0, "format": 0.5}


@pytest.fixture
def moody():
    """A component that cannot grade what says "moody". Returns what it was asked."""
    asked = []

    @register_verifier("moody")
    class Moody:
        def score(self, problem, completion):
            asked.append((problem, completion))
            if "moody" in completion.text:
                return Score(None, Verdict.JUDGE_FAILED, "no comment")
            return Score(1.0, Verdict.CORRECT)

    return asked


def call(function, completions, **columns):
    columns = {"answer": ["42"] * len(completions), **columns}
    return function(prompts=["6*7?"] * len(completions), completions=completions, **columns)


def test_the_sum():
    reward = trl_reward(BOTH)
    assert reward.__name__ == "r1gym"
    assert call(reward, [GOOD, BARE, WRONG, ""]) == [1.5, 1.0, 0.5, 0.0]


def test_one_function_a_component():
    functions, weights = trl_rewards(BOTH)
    assert [f.__name__ for f in functions] == ["accuracy", "format"] and weights == [1.0, 0.5]
    completions = [GOOD, BARE, WRONG]
    assert [call(f, completions) for f in functions] == [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]


def test_what_could_not_be_graded_is_none_in_every_function(moody):
    functions, _ = trl_rewards({**BOTH, "moody": 1.0})
    completions = [GOOD, GOOD + "moody", WRONG]
    assert [call(f, completions) for f in functions] == [
        [1.0, None, 0.0],
        [1.0, None, 1.0],
        [1.0, None, 1.0],
    ]
    assert call(trl_reward({**BOTH, "moody": 1.0}), completions) == [2.5, None, 1.5]


def test_a_batch_is_scored_once_and_the_next_one_again(moody):
    functions, _ = trl_rewards({"accuracy": 1.0, "format": 1.0, "moody": 1.0})
    for round_number in (1, 2):
        for function in functions:
            call(function, [GOOD, WRONG])
        assert len(moody) == 2 * round_number
    call(functions[1], [WRONG, WRONG])
    assert len(moody) == 6
    call(functions[0], [WRONG, WRONG], answer=["41", "41"])
    assert len(moody) == 8


def test_a_component_that_requires_another_counts_only_with_it(moody):
    rewards = {
        "accuracy": 1.0,
        "format": {"weight": 0.5, "requires": "accuracy"},
        "moody": {"weight": 0.1, "requires": "format"},
    }
    functions, weights = trl_rewards(rewards)
    completions = [GOOD, WRONG, BARE]
    columns = [call(f, completions) for f in functions]
    assert columns == [[1.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    sums = [
        sum(w * c for w, c in zip(weights, row, strict=True)) for row in zip(*columns, strict=True)
    ]
    assert sums == pytest.approx(call(trl_reward(rewards), completions))


def test_conversations_and_other_columns(moody):
    prompts = [
        [{"role": "system", "content": "Think."}, {"role": "user", "content": "6*7?"}],
        [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "and this?"}]}],
        [{"role": "user", "content": "6*7?"}],
    ]
    completions = [
        [{"role": "assistant", "content": GOOD}],
        [{"role": "assistant", "content": BARE, "reasoning_content": "hm"}],
        [
            {"role": "assistant", "content": GOOD, "tool_calls": []},
            {"role": "tool", "content": GOOD},
            {"role": "assistant", "content": WRONG},
        ],
    ]
    reward = trl_reward({**BOTH, "moody": 1.0}, answer="solution")
    found = reward(
        prompts=prompts,
        completions=completions,
        completion_ids=[[1], [2], [3]],
        solution=["42", 42, "42"],
        tests=[["a"], ["b"], ["c"]],
        trainer_state=object(),
    )
    assert found == [2.5, 2.5, 1.5]
    assert [p.question for p, _ in moody] == ["6*7?", "and this?", "6*7?"]
    assert [p.metadata["tests"] for p, _ in moody] == [["a"], ["b"], ["c"]]


def test_truncation_is_told_by_the_end_tokens(moody):
    ids = [[5, 1], [5, 6], [], [5, 2]]
    for ends, truncated in ((1, [False, True, True, True]), ([1, 2], [False, True, True, False])):
        moody.clear()
        call(trl_reward({"moody": 1.0}, eos_token_id=ends), [GOOD] * 4, completion_ids=ids)
        assert [c.truncated for _, c in moody] == truncated
    moody.clear()
    call(trl_reward({"moody": 1.0}), [GOOD] * 4, completion_ids=ids)
    assert not any(c.truncated for _, c in moody)
    assert [c.token_ids for _, c in moody] == [(5, 1), (5, 6), (), (5, 2)]


def test_rows_without_a_gold_answer_are_left_to_other_functions():
    assert call(trl_reward(BOTH), [GOOD, GOOD], answer=[None, "42"]) == [None, 1.5]


def test_a_missing_column_is_one_clear_line():
    with pytest.raises(ConfigError, match="no column 'gold' of gold answers; it has answer, level"):
        call(trl_reward(BOTH, answer="gold"), [GOOD, GOOD], level=[1, 2], trainer_state=object())


def test_failures_are_logged_and_stop_training_when_they_are_too_many(moody):
    metrics, extra = {}, {}
    hooks = {"log_metric": metrics.__setitem__, "log_extra": extra.__setitem__}
    functions, _ = trl_rewards({"accuracy": 1.0, "moody": 1.0})
    for function in functions:
        call(function, [GOOD, WRONG, GOOD + "moody", WRONG], **hooks)
    assert metrics == {"r1gym/failed_share": 0.25}
    assert extra == {"verdict": ["correct", "wrong", "judge_failed", "wrong"]}
    with pytest.raises(TrainingStopped, match="3 of 4 completions could not .*: no comment"):
        call(functions[0], [GOOD + "moody"] * 3 + [GOOD])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing:FutureWarning")  # TRL's own calls
@pytest.mark.parametrize("conversational", [False, True])
def test_trl_trains_with_them(conversational, train):
    """GRPOTrainer's own steps: names, weights, None as missing, the end token, metrics."""
    import torch
    from datasets import Dataset

    @register_verifier("flaky")
    class Flaky:
        """Pays the share of lower-case letters, and cannot grade every third completion."""

        def score(self, problem, completion):
            if len(problem.metadata["calls"]) % 3 == 0:
                score = Score(None, Verdict.INFRA_ERROR, "down")
            else:
                low = sum(c.islower() for c in completion.text)
                score = Score(low / max(1, len(completion.text)), Verdict.CORRECT)
            calls.append((completion, score))
            return score

    calls = []
    tokenizer = train.tokenizer
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m['content'] }}{% endfor %}"
        "{% if add_generation_prompt %}. Assistant:{% endif %}"
    )
    questions = [f"{a}+{a}?" for a in range(8)]
    prompts = [[{"role": "user", "content": q}] for q in questions] if conversational else questions
    rows = {
        "prompt": prompts,
        "solution": [str(2 * a) for a in range(8)],
        "calls": [[0] * a for a in range(8)],
    }
    functions, weights = trl_rewards(
        {"accuracy": 1.0, "format": 0.1, "flaky": 0.5},
        answer="solution",
        eos_token_id=tokenizer.eos_token_id,
        max_failed_share=0.75,
    )
    advantages, before = [], []

    def watch(trainer):
        inner = trainer._generate_and_score_completions

        def spy(inputs):
            output = inner(inputs)
            advantages.extend(output["advantages"].tolist())
            return output

        trainer._generate_and_score_completions = spy
        before.extend(w.detach().clone() for w in trainer.model.parameters())

    trainer = train(
        functions,
        Dataset.from_dict(rows),
        watch,
        per_device_train_batch_size=16,
        num_generations=4,
        max_completion_length=8,
        reward_weights=weights,
        learning_rate=1e-3,
        beta=0.0,
    )
    assert any(
        not torch.equal(a, b) for a, b in zip(before, trainer.model.parameters(), strict=True)
    )
    failed = [score.value is None for _, score in calls]
    # 8 questions in 2 steps of 4, 4 completions each; those with 0, 3 and 6 calls fail whole.
    assert len(calls) == len(advantages) == 32 and sum(failed) == 12
    for is_failed, advantage in zip(failed, advantages, strict=True):
        assert not is_failed or advantage == 0
    assert any(abs(a) > 0.1 for a in advantages)
    assert any(c.truncated for c, _ in calls)
    for completion, _ in calls:
        assert completion.truncated == (completion.token_ids[-1] != tokenizer.eos_token_id)
    logs = [row for row in trainer.state.log_history if "reward" in row]
    for step, row in enumerate(logs):
        batch = [s.value for _, s in calls[16 * step : 16 * step + 16] if s.value is not None]
        assert row["rewards/flaky/mean"] == pytest.approx(sum(batch) / len(batch), abs=1e-5)
        assert row["r1gym/failed_share"] == 1 - len(batch) / 16
        assert math.isfinite(row["reward"]) and {"rewards/accuracy/mean"} <= set(row)


AUTO = {"accuracy": {"type": "auto", "weight": 1.0}}


@pytest.mark.parametrize(
    "golds",
    [
        ["6*7=42\n#### 42", r"We multiply and get $\boxed{42}$."],
        [["42"], ("41", "42")],
        [{"target": ["42"]}, {"target": np.array(["40", "42"])}],
        np.array([42, 42]),
        [42.0, '["42"]'],
    ],
)
def test_golds_as_data_sets_have_them(golds):
    for answer in ("42", "43"):
        found = call(
            trl_reward({"accuracy": 1.0}), [f"<answer>{answer}</answer>"] * 2, answer=golds
        )
        assert found == [float(answer == "42")] * 2


@pytest.mark.parametrize("gold", [True, "", [], {"a": 1}, "####", object()])
def test_a_row_that_cannot_be_used_is_an_error_and_later_masked(gold):
    reward = trl_reward({"accuracy": 1.0})
    with pytest.raises(ConfigError, match=r"Row 1 of the batch \('6\*7\?'\) cannot be used"):
        call(reward, [BARE, BARE], answer=["42", gold])
    assert call(reward, [BARE, BARE]) == [1.0, 1.0]
    assert call(reward, [BARE, BARE], answer=["42", gold]) == [1.0, None]


def test_a_row_of_tests_needs_no_gold_and_empty_columns_are_none():
    tests = ['[{"input": "1", "output": "2"}, {"input": "2", "output": "3"}]', None, [], "[]"]
    columns = {"tests": tests, "verifier": [None] * 4, "choices": [None, None, None, ["41", "42"]]}
    completions = ["no program", BARE, BARE, BARE]
    found = call(trl_reward(AUTO), completions, answer=[None, "42", None, "B"], **columns)
    assert found == [0.0, 1.0, None, 1.0]
    assert call(trl_reward(AUTO), ["no program"], answer=[None], tests=tests[:1]) == [0.0]


def test_the_same_texts_with_another_column_are_another_batch():
    functions, _ = trl_rewards({**AUTO, "format": 0.1})
    tests = [{"input": "1", "output": "2"}, {"input": "2", "output": "3"}]
    assert call(functions[0], [BARE], tests=[tests]) == [0.0]
    assert call(functions[1], [BARE], tests=[None]) == [0.0]
    assert functions[0]._batch._scores[0].parts["accuracy"].value == 1


@pytest.mark.parametrize("module", ["pickle", "cloudpickle"])
def test_rewards_can_be_pickled_after_use(module):
    pickle = pytest.importorskip(module)
    functions, _ = trl_rewards({**AUTO, "format": 0.5})
    for _ in range(2):
        assert [call(f, [GOOD, WRONG]) for f in functions] == [[1.0, 0.0], [1.0, 1.0]]
        functions = pickle.loads(pickle.dumps(functions))
        assert [f.__name__ for f in functions] == ["accuracy", "format"]
    assert functions[0]._batch is functions[1]._batch
    assert call(pickle.loads(pickle.dumps(trl_reward(BOTH))), [GOOD, WRONG]) == [1.5, 0.5]
