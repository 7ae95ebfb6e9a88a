"""Compiles the math verifier with mypyc: the same source, more than twice as fast.

Its constants are `Final`, which spares a look-up in a dict at each use: a sixth of the time.
Where there is no C compiler, or no headers of Python, it is installed as it stands. All else is in
`pyproject.toml`.
"""

from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup

verifiers = Path("r1gym/verifiers")
engine = {verifiers / "boxes.py", verifiers / "statements.py", *verifiers.glob("math/[!_]*.py")}
engine.remove(verifiers / "math/verify.py")
modules = mypycify(
    # Following the imports would take minutes; what they bring is treated as untyped.
    ["--follow-imports=skip", *sorted(map(str, engine))],
    group_name="r1gym",
    debug_level="0",
)
for module in modules:
    module.optional = True
setup(ext_modules=modules)
for library in Path().glob("r1gym__mypyc*"):
    library.touch()  # if only a comment changed too: the tests refuse what is older than its source
