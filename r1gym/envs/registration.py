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

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
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
        register_environments()


def register_environments() -> None:
    """Registers every ``r1/*`` id, once."""
    from gymnasium.envs.registration import register, registry

    if "r1/Math-v0" not in registry:
        register(
            id="r1/Math-v0",
            entry_point="r1gym.envs.token_env:TokenEnv",
            vector_entry_point="r1gym.envs.vector_env:TokenVectorEnv",
            kwargs={"problems": {"arithmetic": [1, 2, 3, 4, 5], "equations": [1, 2, 3]}},
        )
    if "r1/Code-v0" not in registry:
        register(
            id="r1/Code-v0",
            entry_point="r1gym.envs.token_env:TokenEnv",
            vector_entry_point="r1gym.envs.vector_env:TokenVectorEnv",
            kwargs={
                "problems": {"code": [1, 2, 3]},
                "rewards": {"accuracy": {"type": "code", "weight": 1.0}, "format": 0.1},
                # Of the tiny tokenizer, whose tokens are characters.
                "max_tokens": 1536,
            },
        )
