"""What the recipe ``r1`` is by default: the small world, filters, and what is expected of it."""

from __future__ import annotations

from typing import Any

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.recipes.rejection_sampling import SamplingConfig
from r1gym.recipes.spoken_solutions import WORDS
from r1gym.recipes.stage_table import Bound, Row

REASONING = "arithmetic:2-3 equations:1-2 small-logic:1-2"
GENERAL = "small-greet:1 small-who:1 small-list-things:1 small-translate:1"
FAMILIES: dict[str, Any] = {
    "arithmetic": {"levels": [2, 3], "weight": 40},
    "equations": {"levels": [1, 2], "weight": 22},
    "small-logic": {"levels": [1, 2], "weight": 13},
    "small-greet": {"levels": [1], "weight": 6},
    "small-who": {"levels": [1], "weight": 6},
    "small-list-things": {"levels": [1], "weight": 6},
    "small-translate": {"levels": [1], "weight": 7},
}
"""The corpus of the base model: three quarters of it reasoning."""
READABLE: dict[str, dict[str, Any]] = {
    "repetition": {},
    "long_paragraphs": {},
    "code_blocks": {},
    "format": {},
}
REWRITER: dict[str, Any] = {
    "type": "procedural",
    "summary": {"en": "The answer is {answer}", "zh": "答案是{answer}"},
    "words": {
        one: {WORDS[other][meaning]: word for meaning, word in WORDS[one].items()}
        for one, other in (("en", "zh"), ("zh", "en"))
    },
}
"""Translates the words of the other language, and writes a summary behind the thinking."""

HELPFUL: dict[str, Any] = {
    "judge": {
        "type": "rule", "verifier": {"type": "small_talk", "measure": "quality"}, "noise": 0.1,
    },
    "questions": 5000, "samples": 4, "margin": 0.5, "part": "summary",
    "length_tolerance": 0.2,
}  # fmt: skip
"""Two of four responses to 5,000 requests, judged by the hidden quality, one in ten wrongly."""
HARMLESS: dict[str, Any] = {
    "judge": {
        "type": "rule", "verifier": {"type": "small_talk", "measure": "polite"}, "noise": 0.05,
    },
    "kind": "labels", "questions": 1000, "samples": 2, "part": "response",
}  # fmt: skip
"""Single responses, good without junk."""

MEASURES = (
    Row("reasoning", "reasoning"),
    Row("reasoning at T 1", "reasoning", "", 1.0, 1.0),
    Row("purity at T 1", "reasoning", "language", 1.0, 1.0),
    Row("general", "general"),
    Row("true preference", "general", "quality"),
)
BOUNDS = (
    Bound("a", "reasoning", "dev1", "zero", most=-0.02),
    Bound("a", "purity at T 1", "dev1", least=0.98),
    Bound("a", "purity at T 1", "dev1", "zero", least=0.0),
    Bound("b", "reasoning", "dev2", "dev1", least=0.02),
    Bound("b", "true preference", "dev2", "dev1", least=-0.04, most=0.04),
    Bound("c", "general", "dev3", "dev2", least=0.10),
    Bound("d", "true preference", "r1", "dev3", least=0.06),
    Bound("d", "reasoning", "r1", "dev3", least=-0.03, most=0.03),
    Bound("e", "reasoning", "r1", "zero"),
)
"""The shapes of the report's table: (a) the cold start costs reasoning and buys readability, (b)
reasoning RL wins it back and hardly moves preference, (c) mixed fine-tuning moves general use, (d)
the preference phase moves preference and reasoning little, (e) Zero stays best on one benchmark:
reported whatever it is."""


def zero_rl() -> GRPOConfig:
    """Returns how R1-Zero is trained."""
    return GRPOConfig(steps=160, questions=16, learning_rate=3e-4)


def cold_start() -> SamplingConfig:
    """Returns how many samples of R1-Zero the cold start takes."""
    return SamplingConfig(prompts=400, samples=4, keep=1)


def cold_requests() -> SamplingConfig:
    """Returns how many general requests are among them."""
    return SamplingConfig(prompts=100, samples=4, keep=1)


def cold_start_sft() -> SFTConfig:
    """Returns how the base is fine-tuned on a few hundred of them."""
    return SFTConfig(
        steps=140, batch_size=32, matrix_learning_rate=0.004, learning_rate=1.5e-3, warmup_steps=5
    )


def reasoning_rl() -> GRPOConfig:
    """Returns how the first stage of reinforcement learning is done: ratios are clipped at 10."""
    return GRPOConfig(steps=120, questions=16, learning_rate=3e-4, clip_low=1.0, clip_high=10.0)


def reasoning_samples() -> SamplingConfig:
    """Returns how many reasoning problems the second fine-tuning has samples of."""
    return SamplingConfig(prompts=3000, samples=1, keep=1, chunk=256)


def general_samples() -> SamplingConfig:
    """Returns the same for general requests."""
    return SamplingConfig(prompts=1500, samples=4, keep=1, chunk=256)


def final_sft() -> SFTConfig:
    """Returns how the base is fine-tuned on all of these."""
    return SFTConfig(
        steps=160, batch_size=64, matrix_learning_rate=0.004, learning_rate=1e-3, warmup_steps=10
    )


def rules_rl() -> GRPOConfig:
    """Returns how the last stage begins, on reasoning alone."""
    return GRPOConfig(steps=40, questions=16, learning_rate=2e-4)


def mixed_rl() -> GRPOConfig:
    """Returns how it ends: general requests too, at temperature 0.7, as in the report."""
    return GRPOConfig(steps=50, questions=16, learning_rate=2e-4, temperature=0.7)


def long_rl() -> GRPOConfig:
    """Returns how it goes on for four times as long."""
    return GRPOConfig(steps=200, questions=16, learning_rate=2e-4, temperature=0.7)
