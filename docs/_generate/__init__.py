"""Pages that are made from the registries when the site is built: nothing in them is by hand.

Each module has a function `pages() -> dict`, paths below ``docs/generated`` with their texts.
"""

from __future__ import annotations

from pathlib import Path

from _generate import commands, environments, families, notebooks


def write_all(folder: Path) -> None:
    """Writes every generated page, and nothing that is there as it should be.

    Sphinx reads again what is newer, so an unchanged page keeps its time.

    Args:
        folder: Where to, ``docs/generated``.
    """
    made: dict[str, str] = {}
    for module in (environments, families, commands, notebooks):
        made |= module.pages()
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
