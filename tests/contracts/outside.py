"""Packages of somebody else, made of what a page shows: one module and one entry point."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def package_of(page, folder):
    """Lays the module and the entry point of a page into a folder, as pip would.

    Args:
        page: The page, such as ``"engines"``: a Python block whose docstring begins with the name
            of its file, and a TOML block with the entry point.
        folder: Where to.
    """
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    [module] = re.findall(r'```python\n("""(\w+)\.py:.*?)```', text, re.DOTALL)
    [(group, name, place)] = re.findall(
        r'\[project\.entry-points\."([\w.]+)"\]\n(\w+) = "([\w:]+)"', text
    )
    (folder / f"{module[1]}.py").write_text(module[0])
    info = folder / f"{module[1]}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module[1]}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {place}\n")


def run_with(folder, code):
    """Runs code in a process that has the package. Returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
