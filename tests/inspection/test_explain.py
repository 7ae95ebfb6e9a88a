import io

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.inspection.explain import choose_problem, explain, read_completion
from r1gym.verifiers import RewardSum, register_verifier

PROBLEM = Problem("p", "6*7?", "42")
GOOD = "<think>6*7=42</think><answer>42</answer>"


def test_every_component_is_explained():
    rewards = {"accuracy": 1.0, "format": {"weight": 0.5, "requires": "accuracy"}}
    for text in (GOOD, "<think></think><answer>41</answer>", "hm", ""):
        found = explain(PROBLEM, text, rewards)
        assert found.score == RewardSum(rewards).score(PROBLEM, Completion(text))
        assert {part.name: part.score for part in found.parts} == found.score.parts
        assert [(p.weight, p.requires) for p in found.parts] == [(1.0, None), (0.5, "accuracy")]
        assert all(0 <= part.seconds < 1 for part in found.parts)
    assert found.answer is None
    assert explain(PROBLEM, GOOD, rewards).answer == "42"
    truncated = explain(PROBLEM, Completion("<think>", truncated=True), rewards)
    assert truncated.score.verdict is Verdict.TRUNCATED


def test_the_template_counts():
    @register_verifier("fitted")
    class Fitted:
        def __init__(self, *, opened: bool = False):
            self.opened = opened

        def for_template(self, template):
            return Fitted(opened=template.endswith("<think>"))

        def score(self, problem, completion):
            return Score(float(self.opened), Verdict.CORRECT if self.opened else Verdict.WRONG)

    for template, value in (("", 0), ("r1", 0), ("{question}<think>", 1)):
        assert explain(PROBLEM, GOOD, {"fitted": 1.0}, template).score.value == value
    with pytest.raises(UnknownNameError, match="no template"):
        explain(PROBLEM, GOOD, {"fitted": 1.0}, "R1")


def test_what_loads_slowly_is_not_timed_but_who_is_asked_is_asked_once():
    asked = []

    class Counts:
        def score(self, problem, completion):
            asked.append(self)
            return Score(None, Verdict.JUDGE_FAILED, "down")

    register_verifier("loads")(Counts)

    @register_verifier("asks")
    class Asks(Counts):
        concurrency = 2

    assert explain(PROBLEM, GOOD, {"loads": 1.0}).score.value is None
    assert len(asked) == 2
    explain(PROBLEM, GOOD, {"asks": 1.0})
    assert len(asked) == 3


def test_problems():
    assert choose_problem("6*7?", "42", "", None).answer == "42"
    first = choose_problem("", "", "arithmetic:2 equations:1", 5)
    assert first == choose_problem("", "", "arithmetic:2 equations:1", 5, "test")
    assert first != choose_problem("", "", "arithmetic:2 equations:1", 5, "train")
    for number, answer in ((None, ""), (3, "42")):
        with pytest.raises(ConfigError, match="Which problem is it"):
            choose_problem("", answer, "arithmetic:2", number)
    for number in (-1, 1_000_000):
        with pytest.raises(ConfigError, match=f"from 0 to 999999, not {number}"):
            choose_problem("", "", "arithmetic:2", number)
    with pytest.raises(UnknownNameError, match="no task family"):
        choose_problem("", "", "arithmetik:2", 0)


def test_a_file_is_numbered_as_a_whole(tmp_path):
    path = tmp_path / "problems.jsonl"
    path.write_text("".join(f'{{"problem": "{i}+1", "answer": {i + 1}}}\n' for i in range(30)))
    assert [choose_problem("", "", str(path), i).answer for i in range(30)] == [
        str(i + 1) for i in range(30)
    ]


def test_completions(tmp_path, monkeypatch):
    assert read_completion(GOOD) == GOOD
    (tmp_path / "c.txt").write_text(GOOD + "\n")
    assert read_completion("-", str(tmp_path / "c.txt")) == GOOD + "\n"
    with pytest.raises(ConfigError, match="c.txt is a file: give --file"):
        read_completion(str(tmp_path / "c.txt"))
    assert read_completion("no.txt") == "no.txt" and read_completion("é" * 999) == "é" * 999
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe"))
    assert read_completion("-") == "from a pipe"
    with pytest.raises(ConfigError, match="not both"):
        read_completion(GOOD, "c.txt")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_completion("-", str(tmp_path))
    (tmp_path / "c.txt").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        read_completion("-", str(tmp_path / "c.txt"))
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(ConfigError, match="There is no completion"):
        read_completion("-")
