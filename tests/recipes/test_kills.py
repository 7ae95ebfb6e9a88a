"""Killed with -9 at eight moments in each stage, a recipe ends with the same bits."""

from dataclasses import replace

import pytest

from tests.recipes.kills import killed, same, start
from tests.recipes.micro_r1 import micro_r1


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_all_of_r1_is_killed_eight_times_in_each_stage(tmp_path):
    recipe = micro_r1(save_every=1, eval_every=1)
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    writes = start(recipe, tmp_path / "whole", "", 0)
    names = [stage.name for stage in recipe.stages()]
    assert list(writes) == names and all(count >= 2 for count in writes.values()), writes
    assert killed(recipe, tmp_path / "killed", writes) >= 6 * len(names)
    same(tmp_path / "killed" / recipe.name, tmp_path / "whole" / recipe.name)


def test_the_moments_are_counted_and_a_kill_is_one(micro, tmp_path):
    recipe = replace(micro, learner=replace(micro.learner, steps=2))
    assert start(recipe, tmp_path, "rl", 5) is None
    assert start(recipe, tmp_path, "base", 1) is None  # that is there: it dies behind it
    writes = start(recipe, tmp_path, "", 0)
    assert "base" not in writes or writes["base"] < 5
    assert writes["rl"] > 5 and (tmp_path / "micro" / "checkpoints" / "step-000002").exists()
