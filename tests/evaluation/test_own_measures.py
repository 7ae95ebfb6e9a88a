"""Measures of benchmarks of their own, on a few rows."""

import math

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.evaluation.measures import OWN
from r1gym.evaluation.own_measures import OWN_MEASURES, Evaluated
from r1gym.verifiers.instructions import Instructions


def row(completion="x", reward=1.0, verdict="correct"):
    return {"completion": completion, "reward": reward, "verdict": verdict}


def test_win_rates_with_and_without_length():
    problems = [Problem(str(n), "q", "", metadata={"reference": "y" * 50}) for n in range(20)]
    # Whoever is longer wins.
    rows = [row("x" * (40 if n % 4 == 0 else 60), float(n % 4 != 0)) for n in range(20)]
    rows[0]["reward"] = None
    found = Evaluated(problems, rows, 1)
    assert OWN_MEASURES["win rate"](found).mean == pytest.approx(15 / 19)
    controlled = OWN_MEASURES["controlled win rate"](found)
    assert abs(controlled.mean - 0.5) < 0.2 < 15 / 19 - 0.5
    nothing = Evaluated(problems[:1], [row(reward=None)], 1)
    assert all(
        math.isnan(OWN_MEASURES[n](nothing).mean) for n in ("win rate", "controlled win rate")
    )


def test_levels_of_instructions():
    metadata = {
        "instruction_id_list": ["punctuation:no_comma", "startend:quotation"],
        "kwargs": [{}, {}],
    }
    problem = Problem("p", "q", "", metadata=metadata)
    texts = ['"all"', 'Sure, here\n"it\'s"', "one, two"]
    rows = [row(text, Instructions().score(problem, Completion(text)).value) for text in texts]
    rows.append(row("", None))
    found = Evaluated([problem, problem], rows, 2)
    means = {name: OWN_MEASURES[name](found).mean for name in list(OWN_MEASURES)[2:6]}
    assert means == pytest.approx({
        "prompt strict": 1 / 3, "instruction strict": 2 / 6,
        "prompt loose": 2 / 3, "instruction loose": 4 / 6,
    })  # fmt: skip


def test_every_name_has_its_measure():
    assert tuple(OWN_MEASURES) == OWN
