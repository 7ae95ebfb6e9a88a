"""Groups of task families by name: what problem sets draw from and rewards are restricted to."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "math": ("arithmetic", "equations"),  # the first families of all, whose names do not say so
    "logic": (),
    "science": (),
    "general": (),
    "countdown": (),
    "code": (),
    "small": (),
}
"""The groups, with the members whose names do not begin with the group's."""


def belongs(family: str, name: str) -> bool:
    """Returns whether a family is the one of that name, or one of the group of that name.

    Example:
        >>> belongs("math-geometry", "math"), belongs("equations", "math")
        (True, True)
        >>> belongs("math-geometry", "math-geo"), belongs("equations", "logic")
        (False, False)
    """
    if name not in GROUPS:
        return family == name
    return family in GROUPS[name] or family.startswith(f"{name}-")
