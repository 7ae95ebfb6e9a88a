import pytest

from r1gym.sandbox import RunVerdict, TestResult
from r1gym.sandbox.modules import missing


def said(name, verdict=RunVerdict.RUNTIME_ERROR):
    return TestResult(verdict, stderr=f"ModuleNotFoundError: No module named '{name}'\n")


@pytest.mark.parametrize(
    ("code", "name", "told"),
    [
        ("import numpy as np", "numpy", "the sandbox has no module numpy"),
        ("from numpy import array", "numpy", "the sandbox has no module numpy"),
        ("import scipy.stats", "scipy.stats", "the sandbox has no module scipy.stats"),
        ("import os, sympy", "sympy", "the sandbox has no module sympy"),
        ("print(1)  # import numpy", "numpy", ""),
        ("import numpy", "the-answer", ""),
        ("import json", "json", ""),
        ("raise ModuleNotFoundError(input())", "secret", ""),
    ],
)
def test_a_module_counts_where_the_source_imports_it(code, name, told):
    assert missing(said(name), code) == told


def test_only_a_runtime_error_lacks_a_module():
    assert missing(said("numpy", RunVerdict.WRONG_ANSWER), "import numpy") == ""
    assert missing(TestResult(RunVerdict.RUNTIME_ERROR), "import numpy") == ""
