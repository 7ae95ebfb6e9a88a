"""Installs r1gym as it stands. `R1GYM_COMPILE=1 pip wheel .` makes a wheel with compiled modules.

mypyc compiles the math verifier's own source, which then takes less than half the time; its
constants are `Final`, which spares a look-up in a dict at each use. Left out: compiling in place,
since such modules go on shadowing their source after it was changed. All else of the package is in
`pyproject.toml`.
"""

import os
import sys
from pathlib import Path

from setuptools import setup

if os.environ.get("R1GYM_COMPILE", "0") in ("", "0"):
    setup()
elif "editable_wheel" in sys.argv:
    sys.exit("R1GYM_COMPILE makes wheels only: unset it to install r1gym editable, as it stands.")
elif "bdist_wheel" not in sys.argv:
    setup(setup_requires=["mypy==2.4.1"])  # nobody else needs it to build r1gym
else:
    from mypyc.build import mypycify

    verifiers = Path("r1gym/verifiers")
    engine = {verifiers / "boxes.py", verifiers / "statements.py", *verifiers.glob("math/[!_]*.py")}
    engine.remove(verifiers / "math/verify.py")
    modules = mypycify(
        # Following the imports would take minutes; what they bring is treated as untyped.
        ["--follow-imports=skip", *sorted(map(str, engine))],
        group_name="r1gym",
        debug_level="0",
    )
    setup(ext_modules=modules)
