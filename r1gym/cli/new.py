"""`r1gym new`: a package of one's own, which passes its conformance test as it is written."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Literal

import tyro

from r1gym.agents.protocol import AGENTS
from r1gym.core.errors import ConfigError
from r1gym.core.files import whole_folder, write_text
from r1gym.core.registry import Registry
from r1gym.problems.families import FAMILIES
from r1gym.verifiers import VERIFIERS

_REGISTRIES: dict[str, Registry[Any]] = {
    "verifier": VERIFIERS,
    "family": FAMILIES,
    "agent": AGENTS,
}
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class New:
    """Write a package with a reward, a task family or an agent of your own, and its test."""

    kind: tyro.conf.Positional[Literal["verifier", "family", "agent"]]
    """What it brings."""
    name: tyro.conf.Positional[str]
    """The name that users will write, such as short-answer."""
    folder: Path | None = None
    """Where to write it, a new folder; if not given r1gym-NAME here."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"A name has small letters, digits and single hyphens, such as short-answer, not "
                f"{self.name!r}."
            )


def new(options: New) -> Path:
    """Writes the package. Returns its folder.

    Raises:
        ConfigError: If there is a thing of that name, or the folder is there.
    """
    registry = _REGISTRIES[options.kind]
    if options.name in registry.names():
        article = "an" if registry.kind[0] in "aeiou" else "a"
        raise ConfigError(
            f"There is {article} {registry.kind} {options.name!r} already: choose another."
        )
    folder = (options.folder or Path(f"r1gym-{options.name}")).expanduser()
    if folder.exists():
        raise ConfigError(f"{folder} is there already: name another --folder, or remove it.")
    title = "".join(word.capitalize() for word in options.name.split("-"))
    module = f"r1gym_{options.name.replace('-', '_')}"
    words = {
        "name": options.name, "kind": registry.kind, "group": registry.group, "module": module,
        "title": title, "object": "family" if options.kind == "family" else title,
    }  # fmt: skip
    with whole_folder(folder) as draft:
        write_text(draft / "pyproject.toml", _filled("pyproject.toml", words))
        write_text(draft / f"{module}.py", _filled(options.kind, words))
        write_text(draft / f"test_{module}.py", _filled(f"{options.kind}_test", words))
    return folder


def show(folder: Path) -> None:
    """Prints what comes next."""
    print(f"{folder} is a package with its test. What comes next:")
    print(f"  pip install -e {shlex.quote(f'{folder}[test]')}")
    print(f"  python -m pytest {shlex.quote(str(folder))}")


def _filled(name: str, words: dict[str, str]) -> str:
    text = files("r1gym.cli").joinpath("skeletons", f"{name}.txt").read_text("utf-8")
    return Template(text).substitute(words)
