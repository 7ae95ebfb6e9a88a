"""The recipe `reward_model`, on what a user brings."""

import pytest

from r1gym.core.errors import ConfigError, RunError
from r1gym.models.policy import save_policy
from r1gym.models.reward_model import RewardModel
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.recipes.recipe import run
from r1gym.recipes.reward_model import RewardModelRecipe
from r1gym.recipes.run_view import load_run
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


def test_a_model_and_pairs_of_ones_own(given, tmp_path):
    folder = run(make(given), tmp_path / "runs")
    assert RewardModel(model=str(folder / "model"), batch_size=8)
    assert load_run(folder).config == make(given)
    before = (folder / "model" / "model.safetensors").stat().st_mtime_ns
    assert run(make(given), tmp_path / "runs") == folder
    assert (folder / "model" / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize("missing", ["model", "pairs"])
def test_what_is_missing_is_said(given, missing, tmp_path):
    del given[missing]
    with pytest.raises(ConfigError, match=f"needs '{missing}': bring it with --given {missing}="):
        run(make(given), tmp_path)


def test_a_file_that_is_none_is_one_line(given, tmp_path):
    (tmp_path / "mine.jsonl").write_text('{"prompt": "q"}\n')
    with pytest.raises(RunError, match="mine.jsonl, line 1: it has no response or completion"):
        run(make(given), tmp_path / "runs")
    with pytest.raises(ConfigError, match="is not there"):
        run(make(given | {"pairs": str(tmp_path / "none.jsonl")}), tmp_path / "runs")
