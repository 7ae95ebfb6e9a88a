import subprocess
import sys

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import ProblemSet
from r1gym.problems.sources import SOURCES

MODULE = """
from r1gym.core.types import Problem
from r1gym.problems.stored import StoredProblems


def squares(given, split, seed, *, most=100):
    rows = [Problem(f"squares:{n}", f"Square {n}", str(n * n)) for n in range(most)]
    return StoredProblems(rows, split, f"squares {given!r}")
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of somebody else: one module and one entry point."""
    (tmp_path / "sums_of_squares.py").write_text(MODULE)
    info = tmp_path / "sums_of_squares-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sums-of-squares\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[r1gym.problem_sources]\nsquares = sums_of_squares:squares\n"
    )
    # What a package has brought stays for the process, and this package goes.
    monkeypatch.setattr(SOURCES, "_entries", dict(SOURCES._entries))
    monkeypatch.setattr(SOURCES, "_loaded", set(SOURCES._loaded))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("sums_of_squares", None)


@pytest.fixture
def scoped():
    with SOURCES.scoped():
        yield


@pytest.mark.parametrize(
    "problems", ["squares:small", {"squares": "small"}, {"squares": "small", "most": 40}]
)
def test_another_package_brings_a_source_by_one_file_and_one_entry_point(package, problems):
    env = gym.make("r1/Math-v0", problems=problems)
    _, info = env.reset(seed=0)
    assert info["problem_id"].startswith("squares:") and "Square " in info["prompt"]
    most = 40 if "most" in problems else 100
    sizes = [len(load_problems(problems, split)) for split in ("train", "validation", "test")]
    assert sum(sizes) == most and all(sizes)


def test_a_source_of_another_package_can_be_mixed(package):
    problems = load_problems("squares:small*1 arithmetic:1*1")
    families = [problems[i].family for i in range(400)]
    assert families.count("arithmetic") == 200


def test_a_command_finds_the_source_of_another_package(package):
    words = ["explain", "<answer>0</answer>", "--problems", "squares:small", "--problem", "0"]
    code = f"import sys; sys.path.insert(0, {str(package)!r}); from r1gym.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "Square 0" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ("square:small", "Did you mean 'squares:small'"),
        ({"square": "small"}, "no problem source 'square'. Did you mean 'squares'"),
        ({"squares": "small", "msot": 3}, "cannot be mixed with others: leave out msot"),
    ],
)
def test_a_typo_gets_the_near_name(package, problems, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message):
        load_problems(problems)


@pytest.mark.parametrize(
    "wrong", [lambda *_: [Problem("a", "b", "c")], lambda *_: None, lambda *_: {"a": 1}]
)
def test_a_source_that_returns_no_problem_set_is_told(scoped, wrong):
    SOURCES.register("wrong")(wrong)
    with pytest.raises(ConfigError, match="source 'wrong' returned .* is no problem set: derive"):
        load_problems("wrong:x")


def test_a_set_of_ones_own_needs_no_base_class(scoped):
    class Ones:
        question_bytes = 1
        order = staticmethod(lambda epoch, seed: [0])
        longest = staticmethod(lambda encode, tried=None: len(encode("1")))
        check = staticmethod(lambda reward: None)
        stored = staticmethod(lambda: ())

        def __len__(self):
            return 1

        def __getitem__(self, index):
            return Problem("one", "1", "1")

    SOURCES.register("ones")(lambda given, split, seed: Ones())
    assert isinstance(load_problems("ones:x"), ProblemSet)
    assert load_problems("ones:x").longest(list) == 1


def test_a_source_does_not_take_the_name_of_a_family(scoped):
    SOURCES.register("arithmetic")(lambda given, split, seed: None)
    assert load_problems("arithmetic:1")[0].family == "arithmetic"
    assert load_problems({"arithmetic": [1]})[0].family == "arithmetic"


@pytest.mark.parametrize("given", ["3", "1-2"])
def test_what_looks_like_levels_is_given_to_the_source_as_it_is(scoped, given):
    seen = []

    def told(given, split, seed):
        seen.append((given, split, seed))
        return load_problems({"arithmetic": [1]}, split, seed)

    SOURCES.register("told")(told)
    load_problems(f"told:{given}", "test", 4)
    assert seen == [(given, "test", 4)]
