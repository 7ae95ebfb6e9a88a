"""The configurations that come with the project are read, and stand for stages that are checked."""

import json
from dataclasses import replace

import pytest

from r1gym.core.errors import UnknownNameError
from r1gym.core.settings_file import read_settings
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.recipes.config_files import config_names, find_config
from r1gym.recipes.r1 import R1
from r1gym.recipes.recipe import check_recipe
from r1gym.recipes.workplace import Workplace

CONFIGS = [find_config(name) for name in config_names() if name.startswith("r1_")]


def read(path):
    settings = read_settings(path)
    assert settings.pop("recipe") == "r1"
    return R1().changed(settings, path)


def test_there_is_one_for_each_ablation_and_one_for_a_real_run():
    assert [path.stem for path in CONFIGS] == [
        "r1_longer_preference", "r1_longer_zero", "r1_qwen", "r1_sft_on_dev2",
        "r1_without_cold_start", "r1_without_language",
    ]  # fmt: skip


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_configuration_differs_from_the_default(path):
    recipe = read(path)
    assert recipe.name == path.stem.replace("_", "-")
    assert replace(recipe, name="r1") != R1()
    assert recipe.stages()


def test_the_real_run_is_checked_with_a_tiny_model_in_its_place(tmp_path):
    save_policy(new_tiny_policy(16, 1, 2, 32, 4096, 0), tmp_path / "model")
    for name, rows in (
        (
            "reasoning",
            [{"problem": f"What is {i} plus 2", "answer": str(i + 2)} for i in range(30)],
        ),
        (
            "requests",
            [
                {"problem": f"Praise {i}", "answer": "praise", "family": "general"}
                for i in range(30)
            ],
        ),
    ):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    recipe = replace(
        read(find_config("r1_qwen")), model=str(tmp_path / "model"), device="cpu",
        dtype="float32", engine="embedded", engine_options={}, template="short",
        reasoning=str(tmp_path / "reasoning.jsonl"), general=str(tmp_path / "requests.jsonl"),
    )  # fmt: skip
    with Workplace(recipe, tmp_path / "run") as at:
        stages = check_recipe(recipe, at)
    assert [stage.name for stage in stages][-3:] == ["rules", "r1", "table"]


def test_a_path_is_a_path_and_a_name_one_of_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_config("smollm2").is_file()
    for path in ("smollm2.yaml", "./smollm2", "~/smollm2.json"):
        assert find_config(path).name == path.rpartition("/")[2]
        assert not find_config(path).exists()  # whoever reads it says so
    (tmp_path / "smollm2").write_text("{}")
    assert find_config("smollm2").resolve() == tmp_path / "smollm2"


def test_a_name_that_is_none_is_refused():
    with pytest.raises(UnknownNameError, match="no configuration 'smolm2'. Did you mean 'smollm2'"):
        find_config("smolm2")
