"""The sandbox's modules import each other at the top, in no circle; the runner stands alone."""

import ast
import graphlib
import sys
from pathlib import Path

import r1gym.sandbox

ROOT = Path(r1gym.sandbox.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path):
    parts = path.relative_to(ROOT.parents[1]).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in FILES}


def imported(node, path):
    """Returns the modules that an import statement may load."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    package = name_of(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    base = package[: len(package) - node.level + 1] if node.level else []
    base = ".".join([*base, *([node.module] if node.module else [])])
    inner = {alias.name: f"{base}.{alias.name}" for alias in node.names}
    return {inner[name] if inner[name] in MODULES else base for name in inner}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, imported(node, path)


def test_there_is_no_circle_even_of_types():
    graph = {}
    for name, path in MODULES.items():
        needed = {found for _, names in imports(path) for found in names}
        graph[name] = needed & set(MODULES)
    assert "r1gym.sandbox.runner.facts" in graph["r1gym.sandbox.runner.watch"]
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError


def test_own_modules_are_imported_at_the_top_alone():
    late = [
        f"{path.name}:{node.lineno}"
        for path in FILES
        for node, names in imports(path)
        if node.col_offset and any(name.startswith("r1gym") for name in names)
    ]
    assert late == []


def test_the_runner_needs_pythons_own_library_alone():
    foreign = set()
    for path in (ROOT / "runner").glob("*.py"):
        for node, names in imports(path):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level == 1, path
            else:
                foreign |= {name.partition(".")[0] for name in names}
    assert foreign - sys.stdlib_module_names == set()
