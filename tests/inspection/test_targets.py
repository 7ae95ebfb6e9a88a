import pytest

from r1gym.core.errors import ConfigError
from r1gym.evaluation.endpoint import Endpoint
from r1gym.inspection.targets import How, is_run, open_target


def test_an_endpoint_needs_no_model_here():
    with open_target("http://localhost:8000/v1", How(model="me/m 1")) as target:
        assert isinstance(target.engine, Endpoint) and target.context is None
        assert str(target.folder) == "runs/eval-localhost-8000-v1-me-m-1"
        assert target.template == "{question}"


def test_a_run_is_told_from_a_model(run_copy, tmp_path):
    assert is_run(str(run_copy)) and not is_run(str(tmp_path)) and not is_run("me/model")
    assert not is_run(str(sorted((run_copy / "checkpoints").glob("step-*"))[-1]))
    with open_target(str(run_copy)) as target:
        assert (target.folder, target.step, target.changed) == (run_copy, 4, {})
    with open_target(str(run_copy), How(engine="transformers", folder=tmp_path)) as target:
        assert target.changed == {"engine": "transformers"} and target.folder == tmp_path


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
