"""What the tests of the doctor's checks share."""

import json
import warnings

import gymnasium as gym

import r1gym  # noqa: F401
from r1gym.verifiers import register_verifier


def make(**changes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the checks must find it themselves
        return gym.make("r1/Math-v0", disable_env_checker=True, **changes)


def statuses(found):
    return {check.name: check.status for check in found}


def register(name, score, **attributes):
    """Registers a component with this `score`."""

    class Made:
        pass

    Made.score = lambda self, problem, completion: score(problem, completion)
    for attribute, value in attributes.items():
        setattr(Made, attribute, value)
    register_verifier(name)(Made)


def problem_file(tmp_path, rows):
    path = tmp_path / "problems.jsonl"
    named = [
        dict(zip(("problem", "answer"), row[:2], strict=True)) | dict(*row[2:]) for row in rows
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in named))
    return str(path)


def check_named(found, name):
    [check] = [check for check in found if check.name == name]
    return check


def stdin(*pairs):
    return [{"type": "stdin", "input": given, "output": wanted} for given, wanted in pairs]


ADDING = stdin(("1 2", "3\n"), ("2 2", "4\n"))
ADD = "print(sum(map(int, input().split())))"
