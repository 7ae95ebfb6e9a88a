"""A claim: what the report says, what tests it, and what would refute it. All of it is data.

section: "2.2.4"
says: Accuracy grows by reinforcement learning alone.
experiment: r1_zero
holds: {gain: {at_least: 0.4}}
refuted_by: Accuracy that stays within the interval of the base's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from r1gym.claims.experiment import check_settings
from r1gym.core.checks import check_fields
from r1gym.core.config import changed
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.settings_file import read_settings

_KNOWN = {"at_least", "at_most", "over"}


@dataclass(frozen=True)
class Bound:
    """What a number has to be.

    Attributes:
        measure: Its name among what the experiment returns.
        limit: The limit.
        is_least: Whether the limit is a least one.
        over: ``"mean"``: the mean over seeds, with its interval. ``"every"``: every seed's own.
    """

    measure: str
    limit: float
    is_least: bool = True
    over: Literal["mean", "every"] = "mean"

    def __str__(self) -> str:
        sign = ">=" if self.is_least else "<="
        return f"{self.measure} {sign} {self.limit:g}"


@dataclass(frozen=True)
class Claim:
    """A claim of the report, and the run that tests it."""

    name: str = ""
    """Its name: that of its file."""
    section: str = ""
    """Where the report says it; v2 for its long version."""
    says: str = ""
    """What it says, in a sentence of ours."""
    experiment: str = ""
    """The experiment that tests it."""
    settings: dict[str, Any] = field(default_factory=dict)
    """The experiment's settings."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds."""
    holds: dict[str, Any] = field(default_factory=dict)
    """What has to be so, by the names of the experiment's numbers."""
    shows: tuple[str, ...] = ()
    """Numbers that are told besides."""
    refuted_by: str = ""
    """What would refute it."""
    note: str = ""
    """What else a reader has to know, such as how far the experiment is from the report's."""

    def __post_init__(self) -> None:
        check_fields(self)
        for name in ("section", "says", "experiment", "refuted_by"):
            if not getattr(self, name):
                raise ConfigError(f"The claim {self.name!r} has no {name}.")
        if not self.holds or not self.seeds:
            raise ConfigError(f"The claim {self.name!r} needs something that holds, and seeds.")
        check_settings(self.experiment, self.settings)
        list(self.bounds)

    @property
    def bounds(self) -> Iterator[Bound]:
        """What has to be so."""
        for measure, said in self.holds.items():
            if not isinstance(said, Mapping) or len(said.keys() & {"at_least", "at_most"}) != 1:
                raise ConfigError(
                    f"The claim {self.name!r}: {measure} needs at_least or at_most, not {said!r}."
                )
            for word in said:
                if word not in _KNOWN:
                    raise UnknownNameError(f"word of the claim {self.name!r}", word, _KNOWN)
            over = said.get("over", "mean")
            if over not in ("mean", "every"):
                raise UnknownNameError(f"way over seeds of {self.name!r}", str(over), _OVER)
            limit = said.get("at_least", said.get("at_most"))
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                raise ConfigError(f"The claim {self.name!r}: {limit!r} is no limit of {measure}.")
            yield Bound(measure, float(limit), "at_least" in said, over)


_OVER = ("mean", "every")


def load_claims(more: Path | None = None) -> dict[str, Claim]:
    """Returns the claims by name: those of the report, by section, or those of a folder.

    Args:
        more: A folder of files of one's own, in place of the report's.

    Raises:
        ConfigError: If a file is no claim, or there is none.
    """
    folder = more or Path(str(files("r1gym.claims").joinpath("data")))
    found = [read_claim(path) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        raise ConfigError(f"{folder} holds no claims: files NAME.yaml, each a claim.")
    return {claim.name: claim for claim in sorted(found, key=_place)}


def read_claim(path: Path) -> Claim:
    """Returns the claim of a file.

    Raises:
        ConfigError: If it is none.
    """
    plain = read_settings(path)
    blank = object.__new__(Claim)
    for name, one in Claim.__dataclass_fields__.items():
        make = one.default_factory
        object.__setattr__(blank, name, make() if callable(make) else one.default)
    return changed(blank, {"name": path.stem, **plain}, path)


def choose_claims(claims: Mapping[str, Claim], names: tuple[str, ...]) -> list[Claim]:
    """Returns the claims of some names or sections; all if none is named.

    Raises:
        UnknownNameError: If there is no such claim.
    """
    chosen = []
    for name in names:
        found = [c for c in claims.values() if name in (c.name, c.section)]
        if not found:
            raise UnknownNameError("claim", name, claims)
        chosen += [claim for claim in found if claim not in chosen]
    return chosen or list(claims.values())


def _place(claim: Claim) -> tuple[Any, ...]:
    """Returns where a claim stands: as the report's sections, the long version's behind."""
    parts = claim.section.removeprefix("v2 ").split(".")
    number = tuple((p.isdigit() and int(p), p) if p.isdigit() else (99, p) for p in parts)
    return claim.section.startswith("v2"), number, claim.name
