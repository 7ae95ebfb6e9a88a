"""TRL's own trainer on a set of mathematics and programs, whose missing columns Arrow fills."""

import math

import pytest

from r1gym.verifiers.adapters import trl_rewards


@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing:FutureWarning")  # TRL's own calls
def test_a_mixed_set_trains(train):
    from datasets import Dataset

    stdin = [{"type": "stdin", "input": str(n), "output": str(n + 1)} for n in range(2)]
    calls = [{"type": "call", "fn": "f", "args": [n], "expected": n + 1} for n in range(2)]
    rows = [
        {"prompt": "6*7?", "solution": "6*7=42\n#### 42"},
        {"prompt": "1/2?", "solution": r"It is $\boxed{\frac12}$."},
        {"prompt": "Which?", "solution": "B", "choices": ["2", "3"], "verifier": "choice"},
        {"prompt": "Add 1.", "tests": stdin, "language": "python"},
        {"prompt": "Write f.", "tests": calls, "limits": {"cpu_s": 2.0}},
        {"prompt": "No gold."},
        {"prompt": "Add one.", "tests": [*stdin, *calls], "limits": {"wall_s": 9.0}},
        {"prompt": "2+2?", "solution": "4"},
    ]
    columns = {name for row in rows for name in row}
    data = Dataset.from_list([{name: row.get(name) for name in columns} for row in rows])
    assert data[0]["tests"] is None and data[3]["tests"][0]["args"] is None
    functions, weights = trl_rewards(
        {"accuracy": {"type": "auto", "weight": 1.0}, "format": 0.1},
        answer="solution",
        eos_token_id=train.tokenizer.eos_token_id,
    )
    given = []
    inner = functions[0]._batch.reward.score_batch

    def spy(pairs):
        scores = inner(pairs)
        given.extend((problem, score) for (problem, _), score in zip(pairs, scores, strict=True))
        return scores

    functions[0]._batch.reward.score_batch = spy
    trainer = train(
        functions,
        data,
        per_device_train_batch_size=8,
        num_generations=2,
        max_completion_length=4,
        reward_weights=weights,
    )
    asked = {problem.question: problem for problem, _ in given}
    assert set(asked) == {row["prompt"] for row in rows} - {"No gold."}
    assert all(score.value is not None for _, score in given)
    assert asked["6*7?"].metadata == {} and asked["Which?"].metadata["verifier"] == "choice"
    assert asked["Add one."].metadata == {"tests": [*stdin, *calls], "limits": {"wall_s": 9.0}}
    logs = [row for row in trainer.state.log_history if "reward" in row]
    assert len(logs) == 2 and all(math.isfinite(row["reward"]) for row in logs)
    assert all(row["r1gym/failed_share"] == 0 for row in logs)
