import pytest

from r1gym.evaluation.preflight import Status
from r1gym.evaluation.results import load_results
from r1gym.report.learned import Outcome, health, outcome, told
from tests.evaluation.evaluated import stored
from tests.report.test_page import Outline


def log(steps=20, **values):
    """Metrics of a healthy run, some of them others: numbers, or functions of the step."""
    sound = {
        "rollout/ep_rew_mean": lambda i: 0.3 + i / 50,
        "rollout/accuracy": lambda i: 0.2 + i / 50 + 0.01 * (i % 2),
        "rollout/zero_variance_share": 0.2, "rollout/truncated_share": 0.0,
        "rollout/unparseable_share": 0.1, "rollout/failed_share": 0.0, "train/entropy": 0.4,
        "train/kl": lambda i: 0.001 * i, "train/grad_norm": 0.5, "train/learning_rate": 1e-4,
    }  # fmt: skip
    changed = {next(n for n in sound if n.endswith(f"/{name}")): v for name, v in values.items()}
    of = {name: v if callable(v) else (lambda i, v=v: v) for name, v in (sound | changed).items()}
    return [{"step": i + 1} | {name: value(i) for name, value in of.items()} for i in range(steps)]


FLAT = {"ep_rew_mean": 0.3}


def warned(rows):
    return {c.name: c.detail for c in health(rows) if c.status is Status.WARNING}


def test_a_sound_run_is_fine_throughout():
    assert warned(log()) == {} and len(health(log())) == 10
    found = outcome([], log())
    assert found.learned and "accuracy in training" in found.text
    text = told(found, health(log()))
    Outline(text)
    assert "It learned: " in text and "10 of 10 checks" in text and "flag" not in text


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        (
            {"zero_variance_share": 0.97, "accuracy": 0.0} | FLAT,
            "groups",
            "0% correct, 97% without",
        ),
        ({"zero_variance_share": 1.0, "accuracy": 0.0} | FLAT, "groups", "easier problems"),
        ({"zero_variance_share": 0.9, "accuracy": 0.99} | FLAT, "groups", "harder problems"),
        ({"zero_variance_share": 0.9, "accuracy": 0.5} | FLAT, "groups", "these teach nothing"),
        ({"truncated_share": 0.6}, "token limit", "60.0% cut off: raise --grpo.max-tokens"),
        ({"unparseable_share": 0.9}, "answers", "90.0% without a readable answer"),
        ({"failed_share": 0.05}, "grading", "doctor"),
        ({"grad_norm": 0.0}, "gradient", "the weights are what they were"),
        ({"learning_rate": lambda i: i * 1e-6}, "learning rate", "still warming up"),
        ({"kl": 1e-6}, "distance", "hardly moved"),
        ({"kl": 3.0}, "distance", "which is far"),
        ({"entropy": lambda i: 0.5 / 10**i}, "entropy", "all but the same"),
        ({"accuracy": 0.2}, "reward", "what else is paid for"),
    ],
)
def test_each_fault_is_named_and_nothing_else(values, name, words):
    assert list(warned(log(**values))) == [name]
    assert words in warned(log(**values))[name]


def test_few_steps_tell_nothing():
    rows = log(steps=4)
    assert outcome([], rows).learned is None and "too few" in warned(rows)["steps"]
    assert health([]) == [] and health([{"step": 1, "train/loss": 1.0}]) == []


def test_a_flat_run_learned_nothing_and_the_page_says_why():
    rows = log(accuracy=lambda i: 0.1 * (i % 2), ep_rew_mean=0.1, truncated_share=0.8)
    found = outcome([], rows)
    assert found.learned is False
    text = told(found, health(rows))
    assert "It learned nothing that can be told: " in text and "<b>token limit</b>" in text
    assert "told flag" in text and "Why:" in text


def test_without_a_fault_it_says_what_to_try():
    assert "more steps" in told(Outcome(False, "flat"), [])


@pytest.mark.parametrize(("after", "learned"), [("right", True), ("same", False), ("worse", False)])
def test_evaluations_decide_where_there_are_two(after, learned, tmp_path):
    before = [[str(i), "x"] if i < 10 else ["x", "x"] for i in range(40)]
    answers = {"right": [[str(i), str(i)] for i in range(40)], "same": before,
               "worse": [["x", "x"]] * 40}[after]  # fmt: skip
    stored(tmp_path, before)
    stored(tmp_path, answers, step=7)
    results = load_results(tmp_path, "test", "sums")
    found = outcome(results, log())
    assert found.learned is learned and "on the same 40 questions" in found.text
    assert ("It got worse: " in told(found, [])) is (after == "worse")
