import json

import pytest

from r1gym.core.errors import ConfigError, RunError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.inspection.rescore import Means, rescore, stored_completions
from r1gym.verifiers import register_verifier
from r1gym.verifiers.format import Format


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def contents(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def by_name(found):
    return {one.source.name: one for one in found}


def test_the_runs_own_rewards_change_nothing(run_copy):
    before = contents(run_copy)
    found = rescore(run_copy)
    assert contents(run_copy) == before
    assert [one.source.name for one in found] == [
        "samples.jsonl", "test-step-000000.jsonl", "test-step-000004.jsonl",
    ]  # fmt: skip
    for one in found:
        assert one.completions == len(read(one.source)) > 0
        assert (one.verdicts_changed, one.failed, one.changed) == (0, (0, 0), None)
        assert list(one.means) == ["reward", "accuracy", "format"]
        assert all(m.old == pytest.approx(m.new) for m in one.means.values())


def test_other_rewards(run_copy):
    @register_verifier("low")
    class Low:
        """Correct if the gold answer is below 10, and not to be graded if it is above 20."""

        def score(self, problem, completion):
            if float(problem.answer) > 20:
                return Score(None, Verdict.INFRA_ERROR, "none")
            low = float(problem.answer) < 10
            return Score(float(low), Verdict.CORRECT if low else Verdict.WRONG)

    before = contents(run_copy)
    seen = []
    found = by_name(rescore(run_copy, {"low": 2.0, "format": 1.0}, seen.append))
    source = run_copy / "evals" / "test-step-000000.jsonl"
    one, rows = found["test-step-000000.jsonl"], read(source)
    assert sum(seen) == sum(f.completions for f in found.values())
    assert {p: b for p, b in contents(run_copy).items() if p in before} == before
    graded = [r for r in rows if float(r["answer"]) <= 20]
    assert one.failed == (0, len(rows) - len(graded)) and 0 < len(graded) < len(rows)
    low = [float(float(r["answer"]) < 10) for r in graded]
    assert one.means["low"] == Means(None, pytest.approx(sum(low) / len(low)))
    assert one.means["accuracy"].new is None and one.means["format"].old is not None
    new = [2 * value + r["reward/format"] for value, r in zip(low, graded, strict=True)]
    assert one.means["reward"] == Means(
        pytest.approx(sum(r["reward"] for r in rows) / len(rows)),
        pytest.approx(sum(new) / len(new)),
    )
    assert one.changed == source.with_name("test-step-000000.rescored-1.jsonl")
    changed = read(one.changed)
    assert len(changed) == one.verdicts_changed > 0
    for row in changed:
        assert row["verdict"] != row["old"]["verdict"]
        assert "reward/low" in row and "reward/accuracy" not in row
        assert "reward/accuracy" in row["old"] and "reward/low" not in row["old"]
        kept = {n: row[n] for n in ("problem", "answer", "completion", "tokens")}
        assert any(kept.items() <= old.items() for old in rows)
    again = by_name(rescore(run_copy, {"low": 2.0, "format": 1.0}))
    assert again.keys() == found.keys()
    assert again[source.name].changed.name == "test-step-000000.rescored-2.jsonl"


def test_a_value_that_changes_without_the_verdict_is_written(run_copy, monkeypatch):
    monkeypatch.setattr(Format, "score", lambda *_: Score(0.25, Verdict.WRONG))
    for one in rescore(run_copy, {"accuracy": 1.0, "format": 0.1}):
        assert one.verdicts_changed == 0 and one.changed is not None
        assert len(read(one.changed)) == one.completions


def test_problem_files_bring_their_fields_and_lengths_tell_truncation(run_copy, tmp_path):
    seen = []

    @register_verifier("spy")
    class Spy:
        def score(self, problem, completion):
            seen.append((problem.id, dict(problem.metadata), completion.truncated))
            return Score(0.0, Verdict.WRONG)

    path = tmp_path / "problems.jsonl"
    path.write_text('{"problem": "1+1", "answer": "2", "notes": ["a"]}\n')
    tasks = json.loads((run_copy / "tasks.json").read_text())
    tasks["train"]["problems"] = str(path)
    (run_copy / "tasks.json").write_text(json.dumps(tasks))
    stored = {"answer": "2", "completion": "2", "reward": 0.0, "verdict": "wrong"}
    rows = [
        {"problem": "1+1", "tokens": 24, **stored},
        {"problem": "1+2", "tokens": 23, **stored},
        {"problem": "1+2", "tokens": 24, "truncated": False, **stored},
    ]
    (run_copy / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    rescore(run_copy, {"spy": 1.0})
    assert seen[:3] == [
        ("problems.jsonl:1", {"notes": ["a"]}, True),
        ("stored", {}, False),
        ("stored", {}, False),
    ]


@pytest.mark.parametrize("problems", ["{}*2 arithmetic:1", "{}:problem=problem,answer=answer"])
def test_the_files_of_a_mixture_and_those_with_columns_bring_their_fields(
    run_copy, tmp_path, problems
):
    seen = []

    @register_verifier("spy")
    class Spy:
        def score(self, problem, completion):
            seen.append((problem.id, dict(problem.metadata)))
            return Score(0.0, Verdict.WRONG)

    path = tmp_path / "problems.jsonl"
    rows = ({"problem": f"{n}+1", "answer": n + 1, "notes": ["a"]} for n in range(40))
    path.write_text("\n".join(map(json.dumps, rows)))
    tasks = json.loads((run_copy / "tasks.json").read_text())
    tasks["train"]["problems"] = problems.format(path)
    (run_copy / "tasks.json").write_text(json.dumps(tasks))
    row = {"answer": "4", "completion": "2", "reward": 0.0, "verdict": "wrong"}
    (run_copy / "samples.jsonl").write_text(json.dumps({"problem": "3+1", **row}) + "\n")
    rescore(run_copy, {"spy": 1.0})
    assert seen[0] == ("problems.jsonl:4", {"notes": ["a"]})


def test_what_cannot_be_rescored_is_one_line(run_copy, tmp_path):
    with pytest.raises(RunError, match="holds no run: there is no config.json"):
        rescore(tmp_path / "nothing")
    with pytest.raises(UnknownNameError, match="There is no reward 'acuracy'"):
        rescore(run_copy, {"acuracy": 1.0})
    with pytest.raises(ConfigError, match="has no option 'level'"):
        rescore(run_copy, {"accuracy": {"weight": 1.0, "level": 2}})
    samples = run_copy / "samples.jsonl"
    samples.write_text(samples.read_text() + '{"problem": "1+1"')  # cut short by a kill
    assert rescore(run_copy)[0].completions > 0
    samples.write_text('{"problem": "1+1", "answer": "2"}\n')
    with pytest.raises(RunError, match=r"samples.jsonl, line 1, is no stored completion: .*compl"):
        rescore(run_copy)
    samples.unlink()
    for path in (run_copy / "evals").iterdir():
        path.unlink()
    with pytest.raises(RunError, match="holds no completions yet"):
        stored_completions(run_copy)
