import json

from r1gym.models.card import model_card

EVALUATION = {
    "suite": "", "split": "test", "step": 4, "questions": 64, "samples": 8,
    "pass_at": {"1": {"mean": 0.5, "low": 0.25, "high": None}},
}  # fmt: skip


def write(folder, metrics=(), **settings):
    (folder / "config.json").write_text(json.dumps(settings))
    lines = (json.dumps(row) + "\n" for row in metrics)
    (folder / "metrics.jsonl").write_text("".join(lines))
    return folder


def test_it_says_what_was_trained_from_what_on_what_with_which_figures(tmp_path):
    metrics = [{"step": 1, "eval/pass@1": 0.1}, {"step": 4, "eval/pass@1": 0.3}, {"step": 5}]
    run = write(
        tmp_path, metrics, recipe="r1_zero", name="mine", problems="arithmetic:1-2",
        rewards={"accuracy": 1.0}, algorithm="grpo", grpo={"steps": 4}, seed=0, template="",
    )  # fmt: skip
    card = model_card(run, 4, "somebody/a-model", [EVALUATION])
    head, _, text = card.removeprefix("---\n").partition("\n---\n")
    assert "base_model: somebody/a-model" in head.split("\n")
    for line in (
        "# mine", "| trained from | somebody/a-model |", "| trained by | grpo, 4 steps |",
        "| problems | arithmetic:1-2 |", '| rewards | {"accuracy": 1.0} |', "| seed | 0 |",
        "| eval/pass@1 | 0.3 |", "| the run's own | test | 4 | 64 | 8 | 0.500 | 0.250 to nan |",
    ):  # fmt: skip
        assert line in text.split("\n"), line
    assert "template |" not in text


def test_a_folder_of_this_machine_is_named_without_its_path(tmp_path):
    (tmp_path / "secret" / "base").mkdir(parents=True)
    card = model_card(write(tmp_path, recipe="r1"), 4, str(tmp_path / "secret" / "base"))
    assert "| trained from | base |" in card
    assert "secret" not in card and "base_model" not in card


def test_what_would_break_a_table_is_written_otherwise(tmp_path):
    card = model_card(write(tmp_path, recipe="r1", template="a|b\n{question}"), 1)
    assert "| template | a\\|b {question} |" in card


def test_a_stage_is_named(tmp_path):
    card = model_card(write(tmp_path, recipe="r1", stage="dev1", algorithm="grpo"), 9)
    assert "| trained by | dev1, 9 steps |" in card
