"""The runner stands alone: it is copied into images, where there is no package at all."""

import ast
import sys

from r1gym.sandbox import boot


def test_it_needs_pythons_own_library_alone():
    foreign, files = set(), list(boot.RUNNER.glob("*.py"))
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                foreign |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                foreign.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1, f"{path.name} reaches above its folder"
    assert len(files) > 15
    assert foreign - sys.stdlib_module_names == set()
