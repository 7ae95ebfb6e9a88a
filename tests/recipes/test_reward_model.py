"""The recipe `reward_model`, on what a user brings."""

import pytest

from r1gym.core.errors import ConfigError, RunError
from r1gym.core.types import Score, Verdict
from r1gym.models.policy import save_policy
from r1gym.models.reward_model import RewardModel
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.recipes.preference_files import read_preferences
from r1gym.recipes.recipe import run
from r1gym.recipes.reward_model import RewardModelRecipe
from r1gym.recipes.reward_modelling import read_report
from r1gym.recipes.run_view import load_run
from r1gym.report.page import write_report
from r1gym.report.table import print_run
from r1gym.verifiers import register_verifier
from tests.policies import new_qwen

ROW = (
    '{"prompt": "Say %d", "chosen": [{"role": "assistant", "content": "yes"}], "rejected": "no"}\n'
)


@pytest.fixture
def given(tmp_path):
    save_policy(new_qwen(), tmp_path / "qwen")
    (tmp_path / "mine.jsonl").write_text("".join(ROW % (i % 12) for i in range(40)))
    return {"model": str(tmp_path / "qwen"), "pairs": str(tmp_path / "mine.jsonl")}


def make(given, **changes):
    training = RewardTrainingConfig(epochs=1, batch_size=16)
    return RewardModelRecipe(given=given, training=training, **changes)


def test_a_model_and_pairs_of_ones_own(given, tmp_path, capsys):
    folder = run(make(given), tmp_path / "runs")
    assert RewardModel(model=str(folder / "model"), batch_size=8)
    assert load_run(folder).config == make(given)
    assert "No problem was asked" in write_report(folder).read_text()
    print_run(folder, folder / "report.html")
    assert f"Made        reward_model: {folder / 'model'}" in capsys.readouterr().out
    before = (folder / "model" / "model.safetensors").stat().st_mtime_ns
    assert run(make(given), tmp_path / "runs") == folder
    assert (folder / "model" / "model.safetensors").stat().st_mtime_ns == before


def test_preferences_may_be_made_of_the_models_own_responses(micro_run, tmp_path):
    model = sorted((micro_run / "checkpoints").iterdir())[-1]

    @register_verifier("many")
    class Many:
        def score(self, problem, completion):
            return Score(float(any(c in "02468" for c in completion.text)), Verdict.CORRECT)

    made = make(
        {"model": str(model)}, problems="arithmetic:1", questions=24, max_tokens=24,
        judge={"type": "rule", "verifier": "many"}, margin=0.0, length_tolerance=9.0,
    )  # fmt: skip
    folder = run(made, tmp_path / "runs")
    rows = read_preferences(folder / "preferences" / "pairs.jsonl")
    assert rows and read_report(folder / "model")["trained_on"] < len(rows)
    assert load_run(folder).config == made


def test_what_is_missing_is_said(given, tmp_path):
    with pytest.raises(ConfigError, match="needs 'model': bring it with --given model="):
        run(make({"pairs": given["pairs"]}), tmp_path)
    with pytest.raises(ConfigError, match="bring them with --given pairs=FILE, or say with --prob"):
        run(make({"model": given["model"]}), tmp_path)


def test_a_file_that_is_none_is_one_line(given, tmp_path):
    (tmp_path / "mine.jsonl").write_text('{"prompt": "q"}\n')
    with pytest.raises(RunError, match="mine.jsonl, line 1: it has no response or completion"):
        run(make(given), tmp_path / "runs")
    with pytest.raises(ConfigError, match="is not there"):
        run(make(given | {"pairs": str(tmp_path / "none.jsonl")}), tmp_path / "runs")
