from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from r1gym.core.types import Completion, Problem, Score, Trajectory, Verdict
from r1gym.inspection.play import Played, Sample
from r1gym.report.tokens import print_episode, print_played, token_lines

TASK = SimpleNamespace(template="User: {question}.")


def sample(tokens=("[red]", "\n", "2", "⏹"), value=None, probabilities=(0.95, 0.6, 0.123, 1.0)):
    parts = {
        "accuracy": Score(1.0, Verdict.CORRECT),
        "judge": Score(None, Verdict.JUDGE_FAILED, "no [/reply]"),
    }
    verdict = Verdict.JUDGE_FAILED if value is None else Verdict.CORRECT
    said = Trajectory.single(Problem("p", "1+1", "2"), Completion("".join(tokens)))
    shown = None if probabilities is None else list(tokens)
    score = Score(value, verdict, "no reply", parts)
    return Sample(shown, probabilities and list(probabilities), said, len(tokens), score)


def played(*samples, name="mine", gold="2"):
    return Played(name, Problem("p", "1+1", gold), TASK, list(samples))


def printed(*all_played, width=80, monkeypatch=None, capsys=None):
    monkeypatch.setenv("COLUMNS", str(width))
    print_played(all_played)
    return capsys.readouterr().out


def test_every_token_with_its_probability_and_every_part_of_the_reward(capsys):
    print_episode(played(sample()))
    text = capsys.readouterr().out
    assert "prompt      User: 1+1." in text and "model       mine" in text
    assert "tokens      [red] ⏎  2  ⏹\n" in text
    assert "percent     95    60 12 100\n" in text
    assert "accuracy    1  correct" in text
    assert "judge       unknown  judge_failed  no [/reply]" in text
    assert "the right answer is 2" in text


@pytest.mark.parametrize(
    ("tokens", "width", "lines"),
    [
        (["1", "2"], 80, ["tokens      1  2", "percent     50 50"]),
        ([" the", "\t"], 80, ["tokens      ␣the ⇥", "percent     50   50"]),
        (["四"], 80, ["tokens      四", "percent     50"]),
        (
            ["12345", "67890"], 22,
            ["tokens      12345", "percent     50", "            67890", "            50"],
        ),
    ],
)  # fmt: skip
def test_probabilities_stand_in_columns_below(tokens, width, lines):
    assert [str(line) for line in token_lines(tokens, [0.5] * len(tokens), width)] == lines


def test_cards_stand_side_by_side_as_far_as_there_is_room(monkeypatch, capsys):
    two = (played(sample(value=1.0), sample(), name="base"), played(sample(), sample()))
    wide = printed(*two, width=80, monkeypatch=monkeypatch, capsys=capsys)
    assert wide.count("╮╭") == 2 and "base: 1 of 2 right, 4.0 tokens on average" in wide
    narrow = printed(*two, width=60, monkeypatch=monkeypatch, capsys=capsys)
    assert "╮╭" not in narrow and narrow.count("╭") == 4
    three = played(*[sample()] * 3)
    assert printed(three, width=120, monkeypatch=monkeypatch, capsys=capsys).count("╮╭") == 2
    assert all(len(line) <= 80 for line in wide.splitlines())


def test_an_endpoint_has_no_probabilities(capsys):
    print_episode(played(sample(probabilities=None)))
    text = capsys.readouterr().out
    assert "percent" not in text and "an endpoint gives no probabilities" in text


def test_without_a_gold_answer_nothing_is_graded(capsys):
    bare = sample()
    bare = Sample(bare.tokens, bare.probabilities, bare.trajectory, bare.length, None)
    print_episode(played(bare, gold=""), Console(file=(out := StringIO()), width=80))
    assert "not graded: give --answer" in out.getvalue()
