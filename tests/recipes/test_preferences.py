"""Pairs and labels of the micro run's model, by a rule that knows what is better."""

import json
import multiprocessing
import os
import signal
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, Interrupted, RunError, UnknownNameError
from r1gym.core.run import Run, read_metrics
from r1gym.core.types import Score, Verdict
from r1gym.models.reward_training import Labelled, Pair
from r1gym.models.scoring import graded_part
from r1gym.recipes.preference_files import read_preferences
from r1gym.recipes.preference_judges import JUDGES, Judgement
from r1gym.recipes.preferences import Preferences, balance
from r1gym.recipes.workplace import Workplace
from r1gym.verifiers import register_verifier


@pytest.fixture(autouse=True)
def even():
    """A quality that has nothing to do with length: the share of even digits."""

    @register_verifier("even")
    class Even:
        def score(self, problem, completion):
            digits = [int(c) for c in completion.text if c in "0123456789"]
            share = sum(d % 2 == 0 for d in digits) / max(1, len(digits))
            return Score(share, Verdict.CORRECT if share >= 0.5 else Verdict.WRONG)


@pytest.fixture
def model(micro_run):
    return str(sorted((micro_run / "checkpoints").iterdir())[-1])


@pytest.fixture
def stage(micro):
    return Preferences(
        task=micro.tasks()["train"],
        judge={"type": "rule", "verifier": "even"},
        questions=72,
        margin=0.5,
        length_tolerance=0.2,
    )


@pytest.fixture
def make(micro, model, tmp_path):
    """Runs a stage in a folder. Returns the file and the folder."""

    def run(stage, name="one", requested=False):
        with Workplace(micro, tmp_path / name) as at:
            stage.check_problems(at)
            at.move(Run(at.folder, {"a": 1}))
            at.stopper.requested = requested
            made = stage.run(at, {"base": model})
        assert made == {"pairs": str(tmp_path / name / f"{stage.kind}.jsonl")}
        return tmp_path / name / f"{stage.kind}.jsonl", tmp_path / name

    return run


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def share(text):
    digits = [int(c) for c in text if c in "0123456789"]
    return sum(d % 2 == 0 for d in digits) / max(1, len(digits))


def test_pairs_are_clear_counted_and_about_as_long(stage, make, capsys):
    path, folder = make(stage)
    rows = rows_of(path)
    assert all(isinstance(one, Pair) for one in read_preferences(path)) and len(rows) > 10
    for row in rows:
        assert share(row["chosen"]) >= share(row["rejected"]) + 0.1 and row["margin"] > 0.5
        assert row["family"] in ("arithmetic", "equations") and row["problem_id"]
    lengths = [sum(len(graded_part(row[n], "summary")) for row in rows) for n in row_names()]
    assert max(lengths) < 1.25 * min(lengths)
    counts = {n.partition("/")[2]: v for n, v in read_metrics(folder)[-1].items()}
    assert counts["questions"] == 72 and counts["kept"] == len(rows)
    assert (
        counts["kept"]
        + sum(counts.get(why, 0) for why in ("same", "failed", "close", "unbalanced"))
        == 72
    )
    assert f"{len(rows)} pairs of 72 questions: " in capsys.readouterr().out


def row_names():
    return "chosen", "rejected"


def test_each_pair_is_judged_several_times_in_random_order(stage, make):
    asked = []

    @JUDGES.register("places")
    class Places:
        """Prefers the first place, a little, and the longer text more."""

        concurrency = 3

        def compare(self, problem, first, second, seed, number):
            asked.append((seed, number, first.text))
            longer = (len(first.text) > len(second.text)) - (len(first.text) < len(second.text))
            return Judgement(0.5 + longer)

    wide = replace(stage, judge={"type": "places"}, questions=40, margin=0.0, length_tolerance=9.0)
    rows = rows_of(make(wide)[0])
    assert {number for _, number, _ in asked} == {0, 1, 2, 3}
    firsts = {seed: {text for s, _, text in asked if s == seed} for seed, _, _ in asked}
    assert sum(len(texts) == 2 for texts in firsts.values()) > len(firsts) / 2
    for row in rows:  # the place cancels out where the order was even, and never wins
        assert len(row["chosen"]) >= len(row["rejected"]) or row["margin"] <= 0.5


def test_labels(stage, make):
    path, _ = make(replace(stage, kind="labels", samples=2))
    assert all(isinstance(one, Labelled) for one in read_preferences(path))
    for row in rows_of(path):
        assert row["label"] is (share(row["response"]) >= 0.5)


def same(one, other):
    return all(
        (one / n).read_bytes() == (other / n).read_bytes() for n in ("pairs.jsonl", "metrics.jsonl")
    )


def test_it_goes_on_at_the_chunk_where_it_was_stopped(stage, make, tmp_path):
    _, whole = make(stage)
    with pytest.raises(Interrupted, match="question 32 of 72"):
        make(stage, "stopped", requested=True)
    assert len(list((tmp_path / "stopped" / "judged").iterdir())) == 1
    _, stopped = make(stage, "stopped")
    assert same(whole, stopped)
    assert same(make(stage)[1], stopped), "run again, it changes nothing"
    broken = sorted((whole / "judged").iterdir())[0]
    broken.write_text("{")
    with pytest.raises(RunError, match="is broken: delete it and run the same command again"):
        make(stage)


def _killed(stage, model, micro, folder, calls):
    from r1gym.recipes import preferences

    original = preferences.write_text
    left = [calls]

    def write(path, text):
        original(path, text)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    preferences.write_text = write
    with Workplace(micro, folder) as at:
        at.move(Run(at.folder, {"a": 1}))
        stage.run(at, {"base": model})


@pytest.mark.parametrize("calls", [1, 2])
def test_killed_it_goes_on_to_the_same_bits(stage, make, model, micro, tmp_path, calls):
    _, whole = make(replace(stage, judge={"type": "rule", "verifier": "accuracy"}))
    stage = replace(stage, judge={"type": "rule", "verifier": "accuracy"})
    process = multiprocessing.get_context("fork").Process(
        target=_killed, args=(stage, model, micro, tmp_path / "killed", calls)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert same(make(stage, "killed")[1], whole)


def test_another_seed_asks_other_questions(stage, make):
    assert rows_of(make(stage)[0]) != rows_of(make(replace(stage, seed=1), "two")[0])


def failing(share):
    @JUDGES.register("failing")
    class Failing:
        concurrency = 1

        def compare(self, problem, first, second, seed, number):
            if seed % 100 < 100 * share:
                return Judgement(None, "it is down")
            return Judgement(2.0 if share_of(first) > share_of(second) else -2.0)

    return {"type": "failing"}


def share_of(completion):
    return (share(completion.text), completion.text)


def test_a_judgement_that_fails_is_counted_and_never_a_label(stage, make):
    path, folder = make(replace(stage, judge=failing(0.3), length_tolerance=9.0))
    last = read_metrics(folder)[-1]
    assert 5 < last["preferences/failed"] < 40
    assert len(rows_of(path)) == 72 - sum(
        last.get(f"preferences/{n}", 0) for n in ("failed", "same", "close", "unbalanced")
    )


def test_too_many_failures_stop_it_and_are_asked_again(stage, make, tmp_path):
    with pytest.raises(RunError, match=r"could not be judged; \d+ times: it is down. Mend that"):
        make(replace(stage, judge=failing(0.9)))
    assert not (tmp_path / "one" / "judged").exists()


def test_nothing_left_is_one_clear_line(stage, make):
    with pytest.raises(RunError) as caught:
        make(replace(stage, margin=2.0))
    assert str(caught.value).startswith("Of 72 questions no pairs are left: ")
    assert "within the margin" in str(caught.value) and "\n" not in str(caught.value)

    @register_verifier("fine")
    class Fine:
        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)

    with pytest.raises(
        RunError, match="responses are labelled True, from which nothing is learned"
    ):
        make(replace(stage, kind="labels", judge={"type": "rule", "verifier": "fine"}), "two")


@pytest.mark.parametrize(
    ("lengths", "tolerance", "kept"),
    [
        ([], 0.1, []),
        ([(5, 5), (7, 7)], 0.0, [0, 1]),
        ([(5, 5), (9, 5), (5, 5)], 0.1, [0, 2]),
        ([(5, 5), (5, 9), (5, 5)], 0.1, [0, 2]),
        ([(9, 5), (5, 9)], 0.1, [0, 1]),
        ([(9, 5), (8, 5), (5, 9), (5, 5)], 0.1, [1, 2, 3]),
        ([(9, 5)], 0.1, []),
        ([(9, 5)], 0.8, [0]),
    ],
)
def test_balance(lengths, tolerance, kept):
    assert balance(lengths, tolerance) == kept


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": 1}, "preferences.samples must be at least 2: a pair takes two responses"),
        ({"questions": 0}, "preferences.questions must be at least 1"),
        ({"margin": -1.0}, "preferences.margin must be at least 0"),
        ({"max_failed_share": 2.0}, "preferences.max_failed_share must be a number from 0 to 1"),
    ],
)
def test_settings_that_are_not_allowed(stage, changes, message):
    with pytest.raises(ConfigError, match=message):
        replace(stage, **changes)


def test_wrong_names_are_found_before_anything_runs(stage, micro, tmp_path):
    for judge, error in (({"type": "rul"}, UnknownNameError), ({}, ConfigError)):
        with Workplace(micro, tmp_path / "x") as at, pytest.raises(error):
            replace(stage, judge=judge).check_problems(at)
