"""The table of languages: every row is whole, and one more row is one more language everywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import r1gym
from r1gym.sandbox import LANGUAGES, run_tests
from r1gym.verifiers.code_block import extract_code

ROW = """    "perl": Language(
        source="solution.pl",
        run=("perl", f"{_BINARY}.pl"),
        checker=("perl", "-c", f"{_BINARY}.pl"),
        packages=("perl",),
        labels=("perl", "pl"),
        looks=r"^my |^print |<STDIN>",
    ),
"""
SCRIPT = """
from r1gym.cli.sandbox import SandboxBuild
from r1gym.sandbox import LANGUAGES, close_all, images, run_tests
from r1gym.verifiers.code_block import extract_code

CODE = "my $sum = 0;\\nfor (split ' ', <STDIN>) { $sum += $_ }\\nprint \\"$sum\\\\n\\";\\n"
tests = [{"type": "stdin", "input": "20 1", "output": "21"}]
blocks = f"```python\\nno\\n```\\n```pl\\n{CODE}```\\n```c\\nno\\n```"
print(extract_code(blocks, "perl") == CODE)
print(extract_code(f"<answer>{CODE}</answer>", "perl") == CODE.strip())
print(extract_code("<answer>I cannot say.</answer>", "perl"))
print(run_tests(CODE, "perl", tests, None, "local"))
print(run_tests("print 22", "perl", tests, None, "local"))
print(run_tests("print (((", "perl", tests, None, "local"))
print(run_tests("die 'so'", "perl", tests, None, "local"))
print("perl" in SandboxBuild().languages)
asked = []
images._docker = lambda arguments, data: asked.append(data.decode("latin-1"))
images.build(languages=("perl",))
print("--no-install-recommends perl python3 &&" in asked[0])
close_all()
"""


@pytest.mark.skipif(not shutil.which("perl"), reason="needs perl")
def test_a_new_language_is_one_row(local, tmp_path):
    """In a copy of the package, since runners read the table as processes of their own."""
    copy = shutil.copytree(
        Path(r1gym.__file__).parent, tmp_path / "r1gym", ignore=shutil.ignore_patterns("*.so")
    )
    table = copy / "sandbox/runner/languages.py"
    table.write_text(table.read_text().replace("LANGUAGES = {\n", f"LANGUAGES = {{\n{ROW}"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.split() == [
        "True", "True", "None", "accepted", "wrong_answer", "compile_error", "runtime_error",
        "True", "True",
    ], done.stderr  # fmt: skip


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_row_is_whole(name):
    made = LANGUAGES[name]
    assert name in made.labels
    assert made.packages
    assert made.forked or made.run
    assert extract_code(f"```{made.labels[-1].upper()}\nx\n```", name) == "x\n"


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_that_can_call_says_so(name, local):
    if name not in local.layers["languages"] or not LANGUAGES[name].calls:
        pytest.skip("cannot call here")
    code = "def f(x): return x + 1" if name == "python" else "function f(x) { return x + 1 }"
    test = {"type": "call", "fn": "f", "args": [1], "expected": 2}
    assert run_tests(code, name, [test], None, local) == "accepted"


def test_prose_is_no_program_in_any_language():
    for name in LANGUAGES:
        assert extract_code("<answer>The sum is 21.</answer>", name) is None


def test_a_byte_order_mark_and_carriage_returns_are_taken_only_where_they_are_words():
    code = b"\xef\xbb\xbfecho 1\r\n"
    assert LANGUAGES["bash"].text(code, None) == b"echo 1\n"
    assert LANGUAGES["javascript"].text(code, None) == code
    assert LANGUAGES["python"].text(code, "f") == code
