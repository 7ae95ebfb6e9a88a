"""What the language reward does and costs: the ablation of the long report's B.6, in small."""

from __future__ import annotations

from pathlib import Path

from r1gym.agents.grpo import GRPO
from r1gym.claims.experiment import Found
from r1gym.claims.materials import pause, shared
from r1gym.core.types import Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.policy import Policy
from r1gym.recipes.bilingual import BilingualBase
from r1gym.recipes.embedded_base import make_base
from r1gym.recipes.r1_defaults import FAMILIES, REASONING, zero_rl
from r1gym.rollout.embedded import EmbeddedEngine

_CHINESE = {
    "small-arithmetic-zh": {"levels": [2, 3], "weight": 40},
    "small-equations-zh": {"levels": [1, 2], "weight": 22},
}
_BOTH = f"{REASONING} small-arithmetic-zh:2-3 small-equations-zh:1-2"


def run(folder: Path, seed: int, both: bool = False) -> Found:
    """GRPO from a bilingual base without the language reward, and with it.

    The base's English steps are wrong in one of five, its Chinese ones in one of a hundred, so that
    there is a reason to mix. Purity is the share of words of the target language, at temperature 1.
    About 3 minutes a seed; the base, 3 minutes, is made once.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of both runs.
        both: Whether half of the questions are Chinese, each to be thought about in its language.

    Returns:
        ``base_LANGUAGE``, ``without_LANGUAGE``, ``with_LANGUAGE``: purity on English (and Chinese)
        questions. ``base_accuracy``, ``without_accuracy``, ``with_accuracy``: pass@1 at temperature
        0.6. ``falls``: by how much purity falls without the reward, on English questions.
        ``reaches``: the least purity with it. ``costs``: accuracy without less accuracy with.
    """
    found = {f"base_{name}": value for name, value in look(base(folder, both), both).items()}
    for rewarded in (False, True):
        policy = base(folder, both)
        task = TokenTask(spec("train", seed, rewarded, both))
        GRPO(policy, task, zero_rl(), seed).learn(progress_bar=False)
        arm = "with" if rewarded else "without"
        found |= {f"{arm}_{name}": value for name, value in look(policy, both).items()}
    pure = [found[f"with_{asked}"] for asked in ("english", "chinese") if f"with_{asked}" in found]
    return {
        **found,
        "falls": found["base_english"] - found["without_english"],
        "reaches": min(pure),
        "costs": found["without_accuracy"] - found["with_accuracy"],
    }


def base(folder: Path, both: bool) -> Policy:
    """Returns the base model; one that reads Chinese questions has seen some."""
    families = FAMILIES | _CHINESE if both else FAMILIES
    home = shared(folder) / f"base-{'both' if both else 'english'}"
    return make_base(BilingualBase(english_slips=0.2), families, home, wait=pause)


def spec(split: str, seed: int, rewarded: bool, both: bool) -> TaskSpec:
    """Returns the task; without the reward the language is only watched."""
    language = {"weight": float(rewarded), "target": "question"}
    return TaskSpec(
        problems=_BOTH if both else REASONING,
        split=split,
        problem_seed=seed if split == "train" else 0,
        rewards={"accuracy": 1.0, "format": 0.1, "language": language},
        tokenizer="bilingual",
        max_tokens=64,
    )


def look(policy: Policy, both: bool) -> dict[str, float]:
    """Returns purity by the language of the question at temperature 1, and accuracy at 0.6."""
    task, engine = TokenTask(spec("test", 0, True, both)), EmbeddedEngine(policy)
    mixed = evaluate(engine, task, EvalConfig(samples=4, temperature=1.0, top_p=1.0))
    purity: dict[str, list[float]] = {"english": [], "chinese": []}
    for episode in mixed.episodes:
        part = episode.score.parts["language"]
        asked = "chinese" if "-zh" in episode.problem.family else "english"
        if part.value is not None and part.verdict is not Verdict.UNPARSEABLE:
            purity[asked].append(part.value)
    found = {asked: sum(values) / len(values) for asked, values in purity.items() if values}
    return {**found, "accuracy": evaluate(engine, task, EvalConfig(samples=4)).pass_at[1].mean}
