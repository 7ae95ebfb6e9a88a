import types

import pytest

from r1gym.sandbox import run_tests
from r1gym.sandbox.runner import preludes


@pytest.mark.parametrize("name", preludes.PRELUDES)
def test_a_prelude_brings_what_its_benchmark_does(name, local):
    copied = "copy.copy(3)" if name == "livecodebench" else "3"
    code = f"print(heappop([1]), gcd(4, 6), List[int], len(deque()), {copied})"
    test = {"type": "stdin", "output": "1 2 typing.List[int] 0 3"}
    assert run_tests(code, "python", [test], None, local, prelude=name) == "accepted"
    assert run_tests(code, "python", [test], None, local) == "runtime_error"


def test_modules_win_over_what_stars_bring(monkeypatch):
    for name in ("setrecursionlimit", "set_int_max_str_digits"):  # of this process
        monkeypatch.setattr(f"sys.{name}", lambda most: None)
    preludes.warm()
    module = types.ModuleType("solution")
    preludes.run("livecodebench", module)
    assert module.copy.__name__ == "copy" and module.datetime.__name__ == "datetime"
