"""A verifier that does what its completion says, for the workers to cope with."""

import os
import re
import signal
import sys
import time
from pathlib import Path

from r1gym.core.types import Score, Verdict


class Misbehaving:
    """Scores 1, with its process id as the reason."""

    def __init__(self, *, deadline: float = 30.0, memory_mb: int = 64, broken: str = "") -> None:
        self.deadline = deadline
        self.memory_mb = memory_mb
        self.template = "none"
        if broken and broken != str(os.getpid()):  # so that only workers cannot make it
            raise RuntimeError("broken\non two lines")

    def for_template(self, template):
        self.template = template
        return self

    def score(self, problem, completion):
        match completion.text.split():
            case ["hang"]:  # in C code that never looks at signals or at the interpreter's lock
                re.match(r"(a+)+$", "a" * 60 + "b")
            case ["sleep", seconds]:
                time.sleep(float(seconds))
            case ["crash"]:
                os.kill(os.getpid(), signal.SIGSEGV)
            case ["crash-once", path] if not Path(path).exists():
                Path(path).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case ["exit"]:
                sys.exit(3)
            case ["hard-exit"]:
                os._exit(4)
            case ["memory"]:
                bytearray(2**30)
            case ["raise"]:
                raise ValueError("no")
            case ["return"]:
                return 1.0
            case ["unpicklable"]:
                return Score(1.0, Verdict.CORRECT, parts={"a": lambda: 1})
            case ["print"]:
                print("noise")
                os.write(1, b"more noise")
            case ["read"]:
                return Score(1.0, Verdict.CORRECT, repr(sys.stdin.read()))
            case ["template"]:
                return Score(1.0, Verdict.CORRECT, self.template)
            case ["hash"]:
                return Score(1.0, Verdict.CORRECT, str(hash("text")))
        return Score(1.0, Verdict.CORRECT, str(os.getpid()))
