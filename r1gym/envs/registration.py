"""The environments of r1gym, as strings: nothing is imported before `gymnasium.make` needs it.

Ids are the API: another problem set or another reward is a new version.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def register_with_gymnasium() -> None:
    """Registers every ``r1/*`` id now, or as soon as Gymnasium is imported.

    Rewards do without Gymnasium, whose import takes most of the time of `import r1gym`.
    """
    if "gymnasium" in sys.modules:
        register_environments()
    elif not any(isinstance(finder, _Registrar) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Registrar())


class _Registrar(MetaPathFinder):
    """Lets others find Gymnasium, and registers the environments once it has been imported."""

    def __init__(self) -> None:
        self._asks_others = False

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "gymnasium" or self._asks_others:
            return None
        self._asks_others = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asks_others = False
        if spec is not None and spec.loader is not None:
            spec.loader = _RegisteringLoader(spec.loader)
        return spec


class _RegisteringLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:  # what inspect and importlib.resources ask for
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        # Only now: whoever asks for the spec alone must not disarm this.
        sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, _Registrar)]
        register_environments()


_ANY = {"accuracy": {"type": "auto", "weight": 1.0}, "format": 0.1}
# All of the group but the Chinese word problems, which the tiny tokenizer cannot read.
_MATH = (
    "arithmetic", "equations", "math-linear-systems", "math-modular", "math-number-theory",
    "math-combinatorics", "math-sequences", "math-polynomial-roots", "math-probability",
    "math-geometry", "math-fractions", "math-bases", "math-word-problems",
)  # fmt: skip
# Tokens of a completion: the tiny tokenizer's are characters, others need a fraction of them.
_ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "r1/Math-v0": {
        "problems": {name: [1, 2, 3] for name in _MATH},
        "max_tokens": 256,
    },
    "r1/Code-v0": {
        "problems": {"code": [1, 2, 3]},
        "rewards": {"accuracy": {"type": "code", "weight": 1.0}, "format": 0.1},
        "max_tokens": 1536,
    },
    "r1/Science-v0": {
        "problems": {"science": [1, 2, 3, 4]}, "rewards": _ANY, "max_tokens": 256,
    },
    "r1/Logic-v0": {"problems": {"logic": [1, 2, 3]}, "rewards": _ANY, "max_tokens": 256},
    "r1/Countdown-v0": {
        "problems": {"countdown": [1, 2, 3]},
        "rewards": {"accuracy": {"type": "countdown", "weight": 1.0}, "format": 0.1},
        "max_tokens": 256,
    },
    "r1/General-v0": {"problems": {"general": [1, 2, 3]}, "rewards": _ANY, "max_tokens": 512},
    # Where agents are debugged: from random weights they climb within a minute.
    "r1/Digits-v0": {
        "problems": {"digits": [1]}, "rewards": {"exact": 1.0}, "tokenizer": "digits",
        "max_tokens": 2, "at_limit": "terminate", "categorical": True,
    },
    # The domains whose answers rules can check, in the proportions of the report's reasoning
    # prompts (26, 17, 22 and 15 thousand). Its last stage adds general prompts, which need a judge.
    "r1/Mixed-v0": {
        "problems": {
            **{name: {"levels": [1, 2, 3], "weight": 26 / len(_MATH)} for name in _MATH},
            "code": {"levels": [1, 2, 3], "weight": 17},
            "science": {"levels": [1, 2, 3], "weight": 22},
            "logic": {"levels": [1, 2, 3], "weight": 15},
        },
        "rewards": _ANY,
        "max_tokens": 1536,
    },
}  # fmt: skip


def register_environments() -> None:
    """Registers every ``r1/*`` id, once."""
    from gymnasium.envs.registration import register, registry

    if "r1/Math-v0" in registry:
        return
    for name, kwargs in _ENVIRONMENTS.items():
        register(
            id=name,
            entry_point="r1gym.envs.token_env:TokenEnv",
            vector_entry_point="r1gym.envs.vector_env:TokenVectorEnv",
            kwargs=kwargs,
        )
    register(
        id="r1/ReasoningGym-v0",
        entry_point="r1gym.envs.reasoning_gym:make_env",
        vector_entry_point="r1gym.envs.reasoning_gym:make_vector_env",
        kwargs={
            "task": "chain_sum",
            "rewards": {"accuracy": {"type": "reasoning_gym", "weight": 1.0}, "format": 0.1},
            "max_tokens": 256,
        },
    )
