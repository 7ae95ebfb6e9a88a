"""Runs `r1gym ...` and sends a signal to itself at a chosen moment; run by path, in a new process.

moment    a function, "module:name", and the number of the call after which the signal comes
"""

import os
import sys
from importlib import import_module
from operator import attrgetter


def arm(moment, number, signal):
    module, _, name = moment.partition(":")
    owner_name, _, name = name.rpartition(".")
    owner = import_module(module)
    owner = attrgetter(owner_name)(owner) if owner_name else owner
    original, calls = getattr(owner, name), 0

    def wrapped(*args, **kwargs):
        nonlocal calls
        result = original(*args, **kwargs)
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal)
        return result

    setattr(owner, name, wrapped)


if __name__ == "victim":
    os.chdir(folder)  # noqa: F821  names without a definition come from runpy
    sys.argv = ["r1gym", *arguments]  # noqa: F821
    sys.stdout = sys.stderr = open("output.txt", "w", buffering=1)  # noqa: PTH123, SIM115
    arm(*trigger)  # noqa: F821
    import_module("r1gym.cli").main()
