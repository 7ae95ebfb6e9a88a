"""All checks together, and what they must not touch."""

import pytest

import r1gym  # noqa: F401
from r1gym.evaluation.preflight import (
    Status,
    examine,
    is_fit,
    stop_unless_fit,
)
from tests.evaluation.checking import make, statuses


@pytest.mark.parametrize("template", [None, "r1", "Q: {question}\nA: <think>\n"])
def test_all_is_well(template):
    found = examine(make(template=template, max_tokens=128))
    assert statuses(found) == dict.fromkeys(
        ("gold answers", "changed golds", "template", "tokenizer", "seed replay", "verification"),
        Status.OK,
    )
    assert is_fit(found)
    stop_unless_fit(found)


def test_the_checks_draw_from_no_global_stream():
    import random

    import numpy as np
    import torch

    before = random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist()
    examine(make())
    assert before == (
        random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist(),
    )  # fmt: skip
