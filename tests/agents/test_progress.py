import pytest

from r1gym.agents.progress import (
    figures_of,
    fitting,
    progress_bar,
    sample_text,
    show_training,
    showing,
)
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict

METRICS = {
    "rollout/ep_rew_mean": 0.5,
    "rollout/accuracy": 0.25,
    "rollout/ep_len_mean": 12.3,
    "time/fps": 4567.8,
}


def episode(text="<answer>3</answer>", question="1+1", verdict=Verdict.WRONG):
    parts = {"accuracy": Score(0.0, Verdict.WRONG), "format": Score(1.0, Verdict.CORRECT)}
    score = Score(None if verdict is Verdict.VERIFIER_ERROR else 0.1, verdict, "", parts)
    return Episode.single(Problem("p", question, "2"), Completion(text), score)


def test_figures_come_in_the_order_in_which_they_matter():
    assert figures_of(METRICS) == ["reward 0.50", "25% right", "12 tokens", "4,568/s"]
    assert figures_of({k: v for k, v in METRICS.items() if "accuracy" not in k})[1] == "12 tokens"
    assert figures_of({"train/loss": 1.23456}) == ["loss 1.235"]


@pytest.mark.parametrize(
    ("room", "count"), [(100, 4), (44, 4), (43, 3), (35, 3), (34, 2), (24, 2), (23, 1), (0, 1)]
)
def test_only_whole_figures_are_shown(room, count):
    assert len(fitting(figures_of(METRICS), room)) == count


@pytest.mark.parametrize(("columns", "last"), [(80, "25% right"), (120, "4,568/s"), (50, "reward")])
def test_the_bar_fits_the_terminal(columns, last, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    with progress_bar(
        "", 1200, 4, parts="{desc}{n_fmt}/{total_fmt} |{bar}|{elapsed}{postfix}"
    ) as bar:
        bar.set_description_str("ExpertIteration ")
        show_training(bar, METRICS)
        bar.ncols, bar.dynamic_ncols = columns, None
        line = str(bar).rstrip()
    assert len(line) <= columns and last in line and "reward 0.50" in line and "5/1200" in line


def test_a_sample_is_question_answer_verdict_and_gold():
    assert sample_text(20, episode("<think>1+1\n\n=3</think>\n<answer>3</answer>")) == (
        "Step 20: wrong, reward 0.10 (accuracy wrong, format correct)\n"
        "  asked 1+1\n"
        "  said  <think>1+1\n"
        "        =3</think>\n"
        "        <answer>3</answer>\n"
        "  gold  2"
    )
    assert "said  nothing" in sample_text(1, episode(""))
    assert "ungraded" in sample_text(1, episode(verdict=Verdict.VERIFIER_ERROR))


def test_long_samples_are_cut():
    lines = sample_text(1, episode("\n".join(["x" * 200] * 20))).splitlines()
    assert len(lines) == 11 and lines[-2].strip() == "..." and max(map(len, lines)) == 108


def test_nothing_is_shown_if_nobody_wants_it(capsys):
    with showing(False, "GRPO", 4, 0, 1) as show:
        show(1, [episode()], METRICS)
    assert capsys.readouterr() == ("", "")
    with showing(True, "GRPO", 4, 0, 2) as show:
        show(1, [episode()], METRICS)
        show(2, [episode()], METRICS)
    text = capsys.readouterr().err
    assert text.count("Step ") == 1 and "Step 2: wrong" in text and "GRPO 2/4" in text
