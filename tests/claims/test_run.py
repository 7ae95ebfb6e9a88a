"""Claims are run once, share experiments, and are judged by what is there."""

import json
from dataclasses import replace

import pytest

from r1gym.claims.claim import Claim
from r1gym.claims.outcome import Outcome
from r1gym.claims.run import judge_claim, run_claims
from r1gym.core.errors import RunError

MODULE = """
def run(folder, seed, most=9):
    with open(folder.parent / "calls", "a") as file:
        file.write(f"{seed} ")
    if seed >= most:
        raise ValueError("too many")
    return {"x": seed}
"""


@pytest.fixture
def claim(tmp_path, monkeypatch):
    (tmp_path / "my_own_experiment.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    holds = {"x": {"at_least": 0, "over": "every"}}
    return Claim("c", "1", "S.", "my_own_experiment:run", holds=holds, refuted_by="N.")


def test_what_is_missing_is_run_in_processes_and_claims_share_it(claim, tmp_path):
    home = tmp_path / "home"
    assert judge_claim(claim, home).outcome is None
    assert run_claims([claim, replace(claim, name="other")], home, jobs=2) == []
    judged = judge_claim(claim, home)
    assert judged.outcome is Outcome.HOLDS and judged.numbers[0].values == (0, 1, 2)
    assert judged.minutes > 0
    more = replace(claim, seeds=(0, 1, 2, 3))
    assert judge_claim(more, home).outcome is None
    assert run_claims([more], home, jobs=1) == []
    assert sorted((home / "work" / "calls").read_text().split()) == ["0", "1", "2", "3"]


def test_one_that_fails_is_told_and_the_others_are_kept(claim, tmp_path):
    (line,) = run_claims([replace(claim, settings={"most": 1}, seeds=(0, 1))], tmp_path, 1)
    assert line.startswith("my_own_experiment:run, seed 1: ValueError('too many'), see ")
    assert len(list((tmp_path / "cells").glob("*.json"))) == 1


def test_a_broken_result_is_said(claim, tmp_path):
    run_claims([replace(claim, seeds=(0,))], tmp_path, 1)
    (path,) = (tmp_path / "cells").glob("*.json")
    path.write_text(json.dumps({"found": 3}), "utf-8")
    with pytest.raises(RunError, match="is broken: delete it"):
        judge_claim(replace(claim, seeds=(0,)), tmp_path)
