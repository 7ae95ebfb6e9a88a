import json
import shutil

import pytest

from r1gym.core.errors import ConfigError, RunError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation import journal, suite_runner
from r1gym.evaluation.results import load_rows, stored_results
from r1gym.evaluation.suites import Suite
from r1gym.inspection.rescore import rescore
from r1gym.inspection.suites import evaluate_suites
from r1gym.inspection.targets import How

SMALL = {"questions": 4, "samples": 2, "max_tokens": 12}


def test_suites_are_kept_each_by_its_name(run_copy):
    before = {path: path.read_bytes() for path in (run_copy / "evals").iterdir()}
    own = Suite("own", TaskSpec(problems="equations:1", split="test", max_tokens=12), samples=2,
                questions=3, measures=("pass@1", "pass@2"))  # fmt: skip
    math, mine = evaluate_suites(run_copy, ["math", own, "math"], {"samples": 2} | SMALL)
    assert (math["suite"], math["split"], math["step"]) == ("math", "test", 4)
    assert math["changed"] == SMALL and math["questions"] == 4
    assert list(math["measures"]) == ["pass@1", "pass@k", "cons@k", "mean length"]
    assert mine["changed"] == {"questions": 4}
    assert list(mine["measures"]) == ["pass@1", "pass@2"]
    assert mine["measures"]["pass@1"] == mine["pass_at"]["1"]
    assert [s["suite"] for s in stored_results(run_copy)] == ["", "", "math", "own"]
    assert {path: path.read_bytes() for path in before} == before


def test_a_suite_is_not_evaluated_twice(run_copy, monkeypatch):
    first = evaluate_suites(run_copy, ["math"], SMALL)

    def fail(*args, **kwargs):
        raise AssertionError("it is stored")

    with monkeypatch.context() as patch:
        patch.setattr("r1gym.evaluation.suite_runner.evaluate_on", fail)
        assert evaluate_suites(run_copy, ["math"], SMALL) == first
    [again] = evaluate_suites(run_copy, ["math"], SMALL, seed=1)
    assert again["changed"] == SMALL | {"seed": 1}
    assert len(stored_results(run_copy, "math")) == 2


def test_two_models_that_are_called_the_same_are_not_taken_for_each_other(
    micro_run, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for place in ("a/model", "b/model"):
        shutil.copytree(micro_run / "checkpoints" / "step-000004", tmp_path / place)
    [first] = evaluate_suites("a/model", ["math"], SMALL)
    assert evaluate_suites("a/model", ["math"], SMALL) == [first]
    with pytest.raises(ConfigError, match=r"runs/eval-model holds evaluations of .*a/model, and "):
        evaluate_suites("b/model", ["math"], SMALL)
    evaluate_suites("b/model", ["math"], SMALL, how=How(folder=tmp_path / "mine"))
    (tmp_path / "a/model/generation_config.json").write_text("{}")
    with pytest.raises(ConfigError, match="or has changed since: give --out FOLDER"):
        evaluate_suites("a/model", ["math"], SMALL)


def test_a_checkpoint_is_kept_with_its_run_by_its_step(run_copy):
    checkpoint = run_copy / "checkpoints" / "step-000004"
    [found] = evaluate_suites(checkpoint, ["math"], SMALL)
    assert found["step"] == 4 and evaluate_suites(run_copy, ["math"], SMALL) == [found]
    [before] = evaluate_suites(run_copy, ["math"], SMALL, how=How(base=True))
    assert before["step"] == 0 and len(stored_results(run_copy, "math")) == 2


def test_an_interruption_costs_the_suite_at_hand_alone(run_copy, monkeypatch):
    real, asked = suite_runner.evaluate_on, []

    def interrupted(engine, task, *rest):
        asked.append(task.spec.problems)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(engine, task, *rest)

    monkeypatch.setattr(suite_runner, "evaluate_on", interrupted)
    suites = ["math", "countdown", "logic"]
    with pytest.raises(KeyboardInterrupt):
        evaluate_suites(run_copy, suites, SMALL)
    assert [s["suite"] for s in stored_results(run_copy)] == ["", "", "math"]
    assert len(evaluate_suites(run_copy, suites, SMALL)) == 3
    assert len(asked) == 4  # math once, countdown twice, logic once


def test_nothing_is_evaluated_before_all_are_ready(run_copy, monkeypatch):
    monkeypatch.setattr(suite_runner, "evaluate_on", None)
    with pytest.raises(UnknownNameError, match="no suite 'mth'"):
        evaluate_suites(run_copy, ["math", "mth"], SMALL)
    with pytest.raises(ConfigError, match="The suite 'code': The longest prompt has .* context"):
        evaluate_suites(run_copy, ["math", "code"], {"questions": 4, "samples": 2})
    with pytest.raises(RunError, match="holds no run"):
        evaluate_suites(run_copy / "nothing", ["math"], SMALL)
    assert [s["suite"] for s in stored_results(run_copy)] == ["", ""]


def test_a_kill_costs_the_questions_at_hand_and_changes_nothing(run_copy, monkeypatch, tmp_path):
    """Killed after each of its batches, an evaluation ends with the rows of one in one go."""
    monkeypatch.setattr("r1gym.evaluation.runner._BATCH", 2)
    [whole] = evaluate_suites(run_copy, ["math"], SMALL, seed=3)
    expected = load_rows(whole)
    for path in (run_copy / "evals/math").iterdir():
        path.unlink()
    real, kills = journal.Journal.add, []

    def add(self, question, rows):
        real(self, question, rows)
        if question % 2 and len(kills) <= question // 2:
            kills.append(question)
            raise KeyboardInterrupt

    monkeypatch.setattr(journal.Journal, "add", add)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            evaluate_suites(run_copy, ["math"], SMALL, seed=3)
        assert stored_results(run_copy, "math") == []
    [again] = evaluate_suites(run_copy, ["math"], SMALL, seed=3)
    assert kills == [1, 3] and load_rows(again) == expected
    free = ("seconds",)
    assert {k: v for k, v in again.items() if k not in free} == {
        k: v for k, v in whole.items() if k not in free
    }
    assert not list(run_copy.rglob("*.partial"))


def test_what_is_stored_of_a_suite_is_scored_again(run_copy):
    evaluate_suites(run_copy, ["math"], SMALL)
    one = next(f for f in rescore(run_copy) if f.source.parent.name == "math")
    assert (one.completions, one.verdicts_changed, one.failed) == (8, 0, (0, 0))
    assert list(one.means) == ["reward", "accuracy"]


def test_before_it_begins_it_tells_what_it_will_take(run_copy):
    told = []
    evaluate_suites(run_copy, ["math", "logic"], SMALL, before=told.extend)
    assert [(a.suite, a.cost.questions, a.cost.completions, a.cost.most_tokens) for a in told] == [
        ("math", 4, 8, 96), ("logic", 4, 8, 96),
    ]  # fmt: skip
    assert told[0].usual > 0 and told[0].cost.prompt_tokens > 0
    again = []
    evaluate_suites(run_copy, ["math"], SMALL, before=again.extend)
    assert again[0].cost.questions == 0


def test_a_model_and_a_file_of_problems(run_copy, tmp_path, monkeypatch):
    """Any model on a user's own file: it is kept in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.jsonl").write_text(
        "".join(json.dumps({"problem": f"Compute {n}+1", "answer": n + 1}) + "\n" for n in range(3))
    )
    model = str(tmp_path / "my-model")
    shutil.copytree(run_copy / "checkpoints" / "step-000004", model)
    small = {"samples": 2, "max_tokens": 8}
    [one] = evaluate_suites(model, ["mine.jsonl"], small)
    assert (one["suite"], one["questions"], one["samples"]) == ("mine", 3, 2)
    assert one["file"].startswith("runs/eval-my-model/")
    with pytest.raises(ConfigError, match="give --engine NAME"):
        evaluate_suites(model, ["mine.jsonl"], small, how=How(options={"a": 1}))
    [other] = evaluate_suites(model, ["mine.jsonl"], small, how=How(engine="transformers"))
    assert other["changed"]["engine"] == "transformers" and other["file"] != one["file"]
