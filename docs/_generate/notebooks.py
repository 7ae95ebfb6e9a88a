"""Notebooks as pages: their texts, code and outputs, with the file to download.

Left out: pictures and widgets in outputs; our notebooks print.
"""

from __future__ import annotations

import json
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOLDER = Path(__file__).parents[2] / "examples" / "notebooks"


def pages() -> dict[str, str]:
    """Returns the pages by path."""
    made = {f"notebooks/{path.stem}.md": page(path) for path in sorted(FOLDER.glob("*.ipynb"))}
    names = "\n".join(sorted(Path(name).stem for name in made))
    about = (
        "# Notebooks\n\nThey run in the tests. Open them in Jupyter, or upload one in Colab "
        "(*File*, *Upload notebook*) with the wheel that `pip wheel --no-deps .` makes in the "
        "folder with r1gym's source; the first cell installs it.\n"
    )
    toctree = f"\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    return made | {"notebooks/index.md": about + toctree}


def page(path: Path) -> str:
    """Returns a notebook as a page."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    parts = [_cell(cell) for cell in cells]
    parts.insert(1, f"{{download}}`{path.name} <../../../examples/notebooks/{path.name}>`\n")
    return "\n".join(parts)


def code_of(path: Path) -> list[str]:
    """Returns the code cells of a notebook."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _cell(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return f"{source}\n"
    said = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    shown = f"```text\n{said.rstrip()}\n```\n" if said.strip() else ""
    return f"```python\n{source}\n```\n\n{shown}"


def run(path: Path) -> list[str]:
    """Runs a notebook's code in this process and folder. Returns what each cell printed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    said = []
    for number, code in enumerate(code_of(path)):
        with redirect_stdout(StringIO()) as printed:
            exec(compile(code, f"{path.name}, cell {number}", "exec"), names)
        said.append(printed.getvalue())
    return said


def store_outputs(path: Path, said: list[str]) -> None:
    """Writes what the cells printed into a notebook, as Jupyter would."""
    book = json.loads(path.read_text("utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    for number, (cell, text) in enumerate(zip(code, said, strict=True)):
        lines = text.splitlines(keepends=True)
        stream = {"name": "stdout", "output_type": "stream", "text": lines}
        cell |= {"execution_count": number + 1, "outputs": [stream] if lines else []}
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":  # python docs/_generate/notebooks.py: runs them and keeps their outputs
    for notebook in sorted(FOLDER.glob("*.ipynb")):
        with TemporaryDirectory() as folder, chdir(folder):
            store_outputs(notebook, run(notebook))
