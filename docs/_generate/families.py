"""The gallery: every task family with a question of each level, a page a group."""

from __future__ import annotations

import sys

from _generate.examples import as_html, asks, first_paragraph, table
from r1gym.inspection.show import draw
from r1gym.problems import problem_set as _problem_set  # noqa: F401  registers the oldest families
from r1gym.problems.families import FAMILIES, GROUPS, members

_OTHERS = "others"  # families of no group


def groups() -> dict[str, tuple[str, ...]]:
    """Returns the families of every group; those of none are a group of their own."""
    found = {group: members(group) for group in GROUPS}
    inside = {name for names in found.values() for name in names}
    others = tuple(name for name in FAMILIES.working() if name not in inside)
    return found | ({_OTHERS: others} if others else {})


def pages() -> dict[str, str]:
    """Returns the pages by path."""
    made = {f"families/{group}.md": page(group, names) for group, names in groups().items()}
    return made | {"families/index.md": _index()}


def page(group: str, names: tuple[str, ...]) -> str:
    """Returns the page of a group: each family with one question of each of its levels."""
    parts = [f"# Families of the group {group}\n" if group != _OTHERS else "# Other families\n"]
    parts += [next(filter(None, map(_module_doc, names)), "")]
    for name in names:
        family = FAMILIES.get(name)
        parts += [
            f"## {name}\n",
            f"{asks(family)}\n",
            f"```console\nr1gym show {name}:1-{family.levels}\n```\n",
        ]
        for level in range(1, family.levels + 1):
            parts += [f"**Level {level}**\n", as_html(draw(name, level))]
    return "\n".join(parts)


def _module_doc(name: str) -> str:
    """Returns what the package of a family says of itself."""
    package = FAMILIES.get(name).generate.__module__.rpartition(".")[0]
    doc = first_paragraph(sys.modules[package].__doc__)
    return f"{doc}\n" if package.startswith("r1gym.problems.") else ""


def _index() -> str:
    rows = []
    for group, names in groups().items():
        listed = ", ".join(f"`{name}`" for name in names)
        rows.append((f"[{group}]({group}.md)", str(len(names)), listed))
    return (
        "# Gallery of task families\n\nEvery family with a question of each of its levels. A "
        "command shows more:\n\n```console\nr1gym show logic-zebra:3\nr1gym show logic --count 1\n"
        "```\n\n"
        '`problems={"logic-zebra": [3]}` puts a family into an environment, and the name of a '
        "group all of its families.\n\n"
        f"{table(('group', 'families', 'names'), rows)}\n```{{toctree}}\n:hidden:\n\n"
        + "\n".join(groups())
        + "\n```\n"
    )
