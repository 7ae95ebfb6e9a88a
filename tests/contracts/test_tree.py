"""The tests are the same tree as the source: one test file a source file, of its name."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARE = 0.9


def sources():
    """Yields the files that hold code of their own: not an `__init__` that only passes on names."""
    for path in sorted((ROOT / "r1gym").rglob("*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)
        if path.stem != "__main__" and (path.stem != "__init__" or defines):
            yield path.relative_to(ROOT / "r1gym")


def test_file(source):
    """Returns where the tests of a source file are; those of a package lie inside it."""
    name = source.parent.name if source.stem == "__init__" else source.stem
    return ROOT / "tests" / source.parent / f"test_{name}.py"


test_file.__test__ = False


def test_source_files_have_a_test_file_of_their_name():
    files = list(sources())
    lack = [source.as_posix() for source in files if not test_file(source).exists()]
    share = 1 - len(lack) / len(files)
    print(f"{share:.3f} of {len(files)} files have one. Without:", *lack, sep="\n")
    assert share >= SHARE, f"{share:.3f} have one; these have none: {', '.join(lack)}"
