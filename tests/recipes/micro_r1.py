"""The recipe ``r1`` in seconds: a base that guesses fuzzy logic, and a few steps of everything."""

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.evaluation.runner import EvalConfig
from r1gym.recipes.bilingual import BilingualBase
from r1gym.recipes.r1 import R1
from r1gym.recipes.r1_defaults import HARMLESS, HELPFUL
from r1gym.recipes.rejection_sampling import SamplingConfig


def micro_r1(**changes):
    sft, rl = SFTConfig(steps=3, batch_size=8), GRPOConfig(steps=2, questions=4, group_size=4)
    samples = SamplingConfig(prompts=40, samples=4)
    settings = {
        "name": "micro", "reasoning": "small-logic:1",
        "base": BilingualBase(
            32, 2, 2, 64, worked=0, late_worked=0, broken_tags=0, random_answers=0, junk=0.5,
            sft=SFTConfig(steps=250, batch_size=32, warmup_steps=10),
        ),
        "zero": rl, "dev2": rl, "rules": rl, "mixed": rl, "longer": rl, "dev1": sft, "dev3": sft,
        "cold_start": samples, "samples": samples, "requests": samples, "cold_requests": samples,
        "readable": {}, "rewriter": {"type": "none"},
        "helpful": HELPFUL | {"questions": 64, "margin": 0.0},
        "harmless": HARMLESS | {"questions": 32},
        "eval": EvalConfig(questions=8, samples=2),
        "quick_eval": EvalConfig(questions=8, samples=2),
    }  # fmt: skip
    return R1(**(settings | changes))
