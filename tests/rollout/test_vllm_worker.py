"""These need vLLM, in an environment of its own: `make test-vllm`."""

from importlib.util import find_spec

import pytest
import torch

if find_spec("vllm") is None:
    pytest.skip("`make test-vllm` runs these", allow_module_level=True)

from safetensors.torch import save_file

from r1gym.rollout.vllm_worker import WeightLoader


class Worker(WeightLoader):
    """What it asks of vLLM's."""

    def __init__(self):
        self.loaded, self.model_config = {}, type("Config", (), {"logprobs_mode": "raw_logprobs"})

    def reload_weights(self, weights_iterator):
        self.loaded = dict(weights_iterator)

    def get_model(self):
        return torch.nn.Linear(1, 1)


def test_a_file_is_loaded_and_its_version_kept(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "x.safetensors")
    worker = Worker()
    assert worker.trained_state() == {"version": 0, "logprobs": "raw_logprobs"}
    assert worker.load_trained_file(str(tmp_path / "x.safetensors"), "7") == 7
    assert worker.loaded.keys() == {"a"} and worker.trained_state()["version"] == 7
