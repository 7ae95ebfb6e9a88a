import shutil

import pytest
import torch

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.evaluation.endpoint import Endpoint
from r1gym.inspection.targets import How, open_target


def test_an_endpoint_needs_no_model_here():
    with open_target("http://localhost:8000/v1", How(model="me/m 1")) as target:
        assert isinstance(target.engine, Endpoint) and target.context is None
        assert str(target.folder) == "runs/eval-localhost-8000-v1-me-m-1"
        assert target.template == "{question}"


def test_a_run_and_its_checkpoints(run_copy, tmp_path):
    with open_target(str(run_copy)) as target:
        assert (target.folder, target.step, target.changed) == (run_copy, 4, {})
    with open_target(str(run_copy), How(engine="transformers", folder=tmp_path)) as target:
        assert target.changed == {"engine": "transformers"} and target.folder == tmp_path
    checkpoint = str(run_copy / "checkpoints" / "step-000002")
    with open_target(checkpoint) as target:
        assert (target.folder, target.step, target.template) == (run_copy, 2, None)
        assert target.name == "micro, step 2"
    with open_target(checkpoint, How(base=True)) as target:
        assert (target.step, target.name) == (0, "micro, its base")


def test_a_model_is_told_from_another_by_that_name(micro_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for place in ("a/model", "b/model"):
        shutil.copytree(micro_run / "checkpoints" / "step-000004", tmp_path / place)
    with open_target("a/model") as one, open_target(str(tmp_path / "a/model")) as same:
        assert one.about == same.about and str(one.folder) == "runs/eval-model"
    with open_target("b/model") as other:
        assert other.folder == one.folder and other.about != one.about


def test_the_type_of_the_weights_can_be_another(run_copy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    half, model = How(dtype="bfloat16"), str(run_copy / "checkpoints" / "step-000002")
    shutil.copytree(model, tmp_path / "alone")
    for place in (str(run_copy), model, "alone"):
        with open_target(place, half) as target:
            assert target.policy.dtype is torch.bfloat16
            assert target.changed == {"dtype": "bfloat16"}
        with open_target(place, How(dtype="float32")) as target:
            assert target.policy.dtype is torch.float32 and target.changed == {}


def test_options_of_another_kind_are_refused(run_copy):
    for how, line in (
        (How(model="m"), "give its address"),
        (How(options={"a": 1}), "give --engine NAME"),
        (How(engine="transformers", options={"a": 1}), "no option of the engine"),
    ):
        with pytest.raises(Exception, match=line) as caught, open_target(str(run_copy), how):
            pass
        assert "\n" not in str(caught.value)
    with (
        pytest.raises(ConfigError, match="--device is for"),
        open_target("https://x/v1", How(model="m", device="cpu")),
    ):
        pass


def test_a_run_without_its_folder_is_guessed(run_copy, monkeypatch):
    monkeypatch.chdir(run_copy.parent.parent)
    line = "cannot be loaded.* A run of that name is here: write runs/micro.$"
    with pytest.raises(ModelNotFoundError, match=line), open_target("micro"):
        pass
    with pytest.raises(ModelNotFoundError) as caught, open_target("mikro"):
        pass
    assert "A run" not in str(caught.value)
