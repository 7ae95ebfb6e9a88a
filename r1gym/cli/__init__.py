"""The command line: `r1gym COMMAND`. Every command is a row of `r1gym.cli.commands`.

No logic lives here: a command's options are read, a room is called, and what went wrong is one
line. Usage errors (an unknown command or option, a value that is none) exit with 2, everything else
that went wrong with 1, an interruption with 130. Without tyro there is still help.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from r1gym.cli.commands import COMMANDS, Command, UsageError
from r1gym.core.errors import ConfigError, Interrupted, R1GymError, UnknownNameError
from r1gym.core.extras import install

_GOES_ON = ("train", "eval", "bench agents")


def main() -> None:
    """Runs the command line of ``sys.argv`` and exits with its code."""
    # Before torch is loaded: threads that spin while they wait slow a small model down several
    # times over on a busy machine. A library must not choose that for its host; a command may.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    words, name = sys.argv[1:], ""
    try:
        if words[:1] == ["help"] and words[1:]:  # `r1gym help play`, as git and pip take it
            words = [*words[1:], "--help"]
        if not words or words[0] in ("-h", "--help", "help"):
            print(_help(), file=sys.stdout if words else sys.stderr)
            sys.exit(0 if words else 2)
        if words[0] in ("-V", "--version"):
            print(f"r1gym {import_module('r1gym').__version__}")
            return
        name, rest = _split(words)
        try:
            code = _run_in_ranks(name, rest)
        finally:  # help exits at once, and its reader may be gone as well
            sys.stdout.flush()
    except UsageError as error:
        _stop(f"r1gym: {error}", 2)
    except Interrupted as stop:
        _stop(f"\n{stop}", 130)
    except R1GymError as error:
        _stop(f"r1gym: {error}", 1)
    except BrokenPipeError:  # `r1gym list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python complains when it flushes
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"r1gym: {where}{error.strerror or error}.", 1)
    except KeyboardInterrupt:
        more = " Run the same command to go on." if name in _GOES_ON else ""
        _stop(f"\nInterrupted.{more}", 130)
    sys.exit(code)


def _stop(line: str, code: int) -> None:
    print(line, file=sys.stderr)
    sys.exit(code)


def _help(group: str = "") -> str:
    """Returns what commands there are, a line each; of a group only those."""
    chosen = {n: c for n, c in COMMANDS.items() if not group or n.startswith(f"{group} ")}
    width = max(map(len, chosen))
    return "\n".join(
        [
            f"usage: r1gym {group or 'COMMAND'} [options]",
            *(() if group else ("", "DeepSeek-R1 as reinforcement learning.")),
            "",
            *(f"  {name:<{width}}  {command.summary}" for name, command in chosen.items()),
            "",
            f"`r1gym {next(iter(chosen))} --help` lists the options of a command.",
            *(() if group else ("`r1gym --version` says which version this is.",)),
        ]
    )


def _split(words: Sequence[str]) -> tuple[str, list[str]]:
    """Returns the command's name, of one word or two, and the words behind it."""
    for count in (2, 1):
        if (name := " ".join(words[:count])) in COMMANDS:
            return name, list(words[count:])
    group = words[0]
    inside = [name.removeprefix(f"{group} ") for name in COMMANDS if name.startswith(f"{group} ")]
    if not inside:
        first = {name.partition(" ")[0] for name in COMMANDS}
        raise UsageError(str(UnknownNameError("command", group, first)))
    if len(words) == 1:
        raise UsageError(f"`r1gym {group}` needs one more word: {' or '.join(inside)}.")
    if words[1] in ("-h", "--help"):
        print(_help(group))
        sys.exit(0)
    raise UsageError(str(UnknownNameError(f"command r1gym {group}", words[1], inside)))


def _run_in_ranks(name: str, words: Sequence[str]) -> int:
    """Runs a command; of the processes that `torchrun` starts, the first does. Returns the code."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        leads = os.environ.get("RANK", "0") == "0"
        if name != "train" and leads:
            raise ConfigError(f"`r1gym {name}` runs in one process: call it without torchrun.")
        if not leads:
            follows = name == "train" and not {"-h", "--help"} & set(words)
            code = int(import_module("r1gym.agents.ranks").follow()) if follows else 0
            # Not in order: now and then gloo's threads abort a process that takes itself down, and
            # torchrun then takes a run that is done for one that failed.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return _run(name, words)


def _run(name: str, words: Sequence[str]) -> int:
    """Runs a command. Returns its exit code."""
    command = COMMANDS[name]
    try:
        parse = import_module("r1gym.cli.parse").parse
        options, run = _load(command.options), _load(command.run)
        if not isinstance(options, type):  # they depend on what is asked for
            options = options(words)
        show = _load(command.show) if command.show else None  # now, and not when the work is done
    except R1GymError:
        raise
    except ImportError as error:
        raise _explained(name, command, error) from error
    result = run(parse(name, options, words))
    if show is not None:
        result = show(result)
    return result if type(result) is int else 0


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _explained(name: str, command: Command, error: ImportError) -> ImportError | ConfigError:
    if error.name and error.name.partition(".")[0] == "r1gym":
        return error  # ours, and not for want of a package
    return ConfigError(
        f"`r1gym {name}` needs a package that cannot be loaded ({error}): {install(command.extra)}."
    )
