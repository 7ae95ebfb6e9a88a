from dataclasses import replace

import pytest

from r1gym.agents.distill import DistillConfig
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.ledger import Entry
from r1gym.recipes.sft import FineTuning
from r1gym.report.published import beside, is_zero
from r1gym.report.stages import StageView
from tests.report.test_course import stage
from tests.report.test_page import Outline


def zero(folder):
    return stage(folder, "rl", 3, accuracy=lambda i: 0.5)


def test_reinforcement_learning_straight_on_a_base_is_r1_zero(tmp_path):
    assert is_zero([zero(tmp_path)])


def chat(one):
    task = TaskSpec(env="r1/Math-v0", tokenizer="smollm2", template="chat")
    return StageView(replace(one.stage, tasks={"train": task}), one.home, one.entry)


def distilled(one):
    learner = DistillConfig(teacher="x")
    return StageView(replace(one.stage, learner=learner), one.home, one.entry)


def judged(one):
    changed = replace(one.stage, reward_models={"helpful": {"artifact": "m"}})
    return StageView(changed, one.home, one.entry)


@pytest.mark.parametrize("change", [chat, distilled, judged])
def test_a_chat_model_a_teacher_or_a_reward_model_make_it_another(change, tmp_path):
    assert not is_zero([change(zero(tmp_path))])


def test_fine_tuning_before_it_or_several_stages_make_it_another(tmp_path):
    one = zero(tmp_path)
    tuned = StageView(FineTuning("sft"), tmp_path / "sft", Entry({}))
    assert not is_zero([tuned, one]) and not is_zero([]) and not is_zero([tuned])
    assert not is_zero([one, stage(tmp_path, "more", 3)])


def test_the_sketch_says_that_it_is_one():
    text = beside()
    Outline(text)
    for part in ("15.6 % to 71.0 %", "86.7 %", "hundreds", "thousands", "not traced", "Figure 3"):
        assert part in text, part
