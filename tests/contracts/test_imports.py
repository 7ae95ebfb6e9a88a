"""Promise 4, the rest of it: no circle among our modules, and no import of ours in a function.

A module is named here by its last part, and a package by its own, as long as the name is unique.
"""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATHS = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "r1gym").rglob("*.py"))
}
# Imports in functions that stay, each with its reason.
DEFERRED = {
    ("best_of_n", "reward_model"): "it brings torch and transformers, which an endpoint needs not",
    ("agent", "endpoint_writer"): "it brings the client of endpoints, which is an extra",
}


def imported(name, node):
    """Returns those of our modules that an import statement names, whole."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name in PATHS]
    base = node.module or ""
    if node.level:
        is_package = PATHS[name].name == "__init__.py"
        above = name.split(".")[: len(name.split(".")) - node.level + is_package]
        base = ".".join([*above, *filter(None, [base])])
    whole = [f"{base}.{alias.name}" for alias in node.names]
    return [one if one in PATHS else base for one in whole if one in PATHS or base in PATHS]


def statements(node, is_inner=False):
    """Yields the import statements below a node, and whether each is in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, is_inner
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from statements(child, is_inner or function)


def graph():
    """Returns what each module imports, and the pairs whose import stands in a function."""
    edges, inner = {}, set()
    for name, path in PATHS.items():
        edges[name] = set()
        for node, is_inner in statements(ast.parse(path.read_text("utf-8"))):
            found = set(imported(name, node)) - {name}
            edges[name] |= found
            inner |= {(name, other) for other in found if is_inner}
    return edges, inner


def circles(edges):
    """Returns the sets of modules that can all be reached from one another."""
    reached = {}
    for start in edges:
        found, waiting = set(), [start]
        while waiting:
            new = edges[waiting.pop()] - found
            found |= new
            waiting += new
        reached[start] = found
    groups = (frozenset(o for o in reached[n] if n in reached[o]) for n in edges)
    return {group for group in groups if group}


EDGES, INNER = graph()


def short(name):
    return name.rpartition(".")[2]


def test_a_circle_is_found_in_any_kind_of_import():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == {frozenset("bc")}
    source = "import x\nif y:\n    from a import b\ndef f():\n    class C:\n        import z"
    found = [(ast.unparse(node), inner) for node, inner in statements(ast.parse(source))]
    assert found == [("import x", False), ("from a import b", False), ("import z", True)]
    relative = ast.parse(
        "from . import wire\nfrom .watch import Watch\nfrom ..pool import Pool"
    ).body
    name = "r1gym.sandbox.runner.supervise"
    assert [imported(name, node) for node in relative] == [
        ["r1gym.sandbox.runner.wire"], ["r1gym.sandbox.runner.watch"], ["r1gym.sandbox.pool"],
    ]  # fmt: skip
    assert len(EDGES) > 300 and sum(map(len, EDGES.values())) > 1_000


def test_modules_do_not_import_each_other_in_a_circle():
    found = [{short(name) for name in circle} for circle in circles(EDGES)]
    assert not found


def test_functions_import_nothing_of_ours():
    assert {(short(name), short(other)) for name, other in INNER} == DEFERRED.keys()


def test_only_tables_import_our_modules_by_a_text():
    """`import_module` hides an import: the command's table and the lazy names of r1gym may.

    So may `explain`, which needs torch only where a model answers.
    """
    found = Counter()
    for name, path in PATHS.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                place = node.args[0]
                is_ours = isinstance(place, ast.Constant) and place.value.startswith("r1gym")
                found[name] += is_ours
    assert {name for name, count in found.items() if count} == {
        "r1gym.cli", "r1gym.cli.explain", "r1gym.testing",
    }  # fmt: skip
