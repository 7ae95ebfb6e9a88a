import re

import torch

import r1gym
from r1gym.recipes.made_on import made_on


def test_date_machine_and_versions():
    on = made_on("cpu")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", on["date"]) and "cores" in on["machine"]
    assert (on["r1gym"], on["torch"]) == (r1gym.__version__, torch.__version__)


def test_an_accelerator_is_named_first(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Card of {device}")
    assert made_on("cuda:1")["machine"].startswith("Card of cuda:1; ")
