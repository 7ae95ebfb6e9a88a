"""Which problems a component of a reward sum is for: those of some families, or all but some.

Rules score reasoning and reward models general requests, in one sum over a mixture (report section
2.3.4). A component that is not for a problem is not asked about it: it neither pays nor masks, and
its part is not there. Left out: scopes by anything but the family.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from r1gym.core.checks import check_list, shown
from r1gym.core.errors import ConfigError
from r1gym.core.groups import belongs

KEYS = ("for", "except")


@dataclass(frozen=True)
class Scope:
    """The families that a component is for.

    Attributes:
        names: Families and groups of families; none of them for every problem.
        excludes: Whether it is for all but those.
    """

    names: tuple[str, ...] = ()
    excludes: bool = False

    def holds(self, family: str) -> bool:
        """Returns whether the component is for problems of a family."""
        if not self.names:
            return True
        return any(belongs(family, name) for name in self.names) is not self.excludes

    def __str__(self) -> str:
        return f"{'except' if self.excludes else 'for'} {', '.join(self.names)}"


def take_scope(reward: str, options: dict[str, Any]) -> Scope:
    """Takes ``for`` or ``except`` out of a component's specification.

    Args:
        reward: The component's name.
        options: The specification; this removes the key.

    Raises:
        ConfigError: If both are there, or one is no list of families.
    """
    given = {key: options.pop(key) for key in KEYS if key in options}
    if not given:
        return Scope()
    if len(given) > 1:
        raise ConfigError(f"Reward {reward!r} has both 'for' and 'except': leave one out.")
    [(key, names)] = given.items()
    what = f"{key!r} of reward {reward!r}"
    check_list(what, names, "['arithmetic', 'general']")
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ConfigError(f"{what} must name families or groups of them, not {shown(names)}.")
    return Scope(tuple(names), key == "except")


def check_scopes(
    scopes: Mapping[str, Scope], families: Collection[str] | None, known: Collection[str]
) -> None:
    """Checks the scopes of a reward's components against the families of a problem set.

    A name that is known and that the set does not have is allowed: the same reward may stand for a
    mixture and for a part of it.

    Args:
        scopes: The scopes by component.
        families: The families of the set; None if it does not say.
        known: The names of families and groups that there are elsewhere.

    Raises:
        ConfigError: If a scope names no family, or no component is for a family of the set.
    """
    if families is None or not any(scope.names for scope in scopes.values()):
        return
    for component, scope in scopes.items():
        for name in scope.names:
            if name not in known and not any(belongs(family, name) for family in families):
                raise ConfigError(_unknown(component, name, {*families, *known}))
    for family in sorted(families):
        if not any(scope.holds(family) for scope in scopes.values()):
            raise ConfigError(
                f"No component of the reward is for problems of {_shown(family)}: it has "
                f"{_listed(scopes)}. Add one, or leave these problems out."
            )


def nobody_for(family: str, scopes: Mapping[str, Scope]) -> str:
    """Returns why a problem has no reward."""
    return f"no component of the reward is for {_shown(family)}: it has {_listed(scopes)}"


def _unknown(component: str, name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return (
        f"There is no family and no group {name!r}, which the scope of reward {component!r} "
        f"names.{guess} `r1gym list` has the names."
    )


def _shown(family: str) -> str:
    return f"the family {family!r}" if family else "no family"


def _listed(scopes: Mapping[str, Scope]) -> str:
    return ", ".join(f"{name} ({scope})" for name, scope in scopes.items())
