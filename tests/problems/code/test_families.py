"""The room of code problems as a whole: no family is without a second solver."""

from importlib import import_module
from pathlib import Path

from r1gym.problems.families import FAMILIES
from tests.problems.code.checking import items, names_of

NAMES = [name for name in FAMILIES.names() if name.startswith("code-")]
SECOND = [
    import_module(f"tests.problems.code.second.{path.stem}")
    for path in sorted((Path(__file__).parent / "second").glob("*.py"))
]


def test_there_are_enough_families_and_each_has_a_second_solver():
    assert len(NAMES) >= 46
    assert sorted(NAMES) == sorted(name for second in SECOND for name in names_of(second))
    kinds = [items(name, 1, 1)[0].metadata["tests"][0]["type"] for name in NAMES]
    assert 0.3 < kinds.count("stdin") / len(kinds) < 0.7
    assert all(FAMILIES.get(name).levels == 3 for name in NAMES)
