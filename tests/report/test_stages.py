import json
from dataclasses import dataclass

import pytest

from r1gym.recipes.ledger import Entry
from r1gym.recipes.run_view import load_run
from r1gym.recipes.stage import Kind, Stage
from r1gym.report.stages import StageView, stages_of, tables_of


@dataclass(frozen=True)
class Made(Stage):
    title = "A stage"
    kind: Kind = Kind.EXAMPLES

    @property
    def needs(self):
        return {"base": Kind.MODEL, "reward": Kind.REWARD_MODEL}

    @property
    def makes(self):
        return {"out": self.kind}

    def run(self, at, given):
        return {}


def view(folder, made=None, rows=(), **fields):
    folder.mkdir(exist_ok=True)
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return StageView(Made("one", **fields), folder, Entry({}, made=made, seconds=130.0))


def test_what_went_in_and_out_of_a_stage(tmp_path):
    (tmp_path / "out.jsonl").write_text("{}\n" * 1234)
    one = view(tmp_path / "one", {"out": str(tmp_path / "out.jsonl")})
    assert one.title == "one: A stage" and one.state == "2.2 min"
    assert one.went_in == ["base (model)", "reward (reward model)"]
    assert one.came_out == ["out (1,234 examples)"]
    begun = view(tmp_path / "one")
    assert begun.state == "not finished" and begun.came_out == ["out (examples)"]
    assert StageView(Made("one"), tmp_path, None).state == "not begun"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([], []),
        ([{"step": 3, "samples/right": 20, "samples/kept": 0}], ["right 20"]),
        (
            [{"step": n, "rollout/accuracy": n / 10, "train/loss": 1.0} for n in (1, 2, 4)],
            ["accuracy 0.10 to 0.40", "4 steps"],
        ),
        (
            [{"step": n, "train/loss": 3 - n} for n in (1, 2)],
            ["train/loss 2.00 to 1.00", "2 steps"],
        ),
    ],
)
def test_figures_of_any_stage(rows, lines, tmp_path):
    assert view(tmp_path / "one", {}, rows).figures() == lines


def test_tables_are_evaluations_with_columns_and_rows(tmp_path):
    place = tmp_path / "table.json"
    for text, count in (
        ("[]", 0),
        ("{", 0),
        ('{"rows": []}', 0),
        ('{"rows": [], "columns": []}', 1),
    ):
        place.write_text(text)
        made = {"out": str(place)}
        assert len(tables_of([view(tmp_path / "a", made, kind=Kind.EVALUATION)])) == count
        assert tables_of([view(tmp_path / "a", made)]) == []
    place.unlink()
    assert tables_of([view(tmp_path / "a", made, kind=Kind.EVALUATION)]) == []


def test_the_stages_of_a_run(micro_run):
    base, rl = stages_of(load_run(micro_run))
    assert (base.home, rl.home) == (micro_run / "base", micro_run)
    assert base.came_out == ["base (model)"] and rl.went_in == ["base (model)"]
    assert rl.figures()[-1] == "4 steps" and rl.entry.seconds > 0
