"""The command line: `r1gym train|eval|play|report|list`, derived from the config dataclasses.

No logic lives here: a command builds a configuration, calls a room, and prints errors in one line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import tyro
    from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo
except ImportError:
    sys.exit("r1gym: the commands need more packages: pip install 'r1gym[train]'.")

from r1gym.core.errors import Interrupted, R1GymError

_RULES = ConstructorRegistry()


@_RULES.primitive_rule
def _weights(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[dict[str, float]] | None:
    """Reads `--rewards accuracy 1.0 format 0.1`: tyro's own rule allows no other names."""
    if info.type != dict[str, float]:
        return None

    def parse(words: list[str]) -> dict[str, float]:
        if len(words) % 2:
            raise ValueError(f"names and weights in turns are expected, not {' '.join(words)!r}")
        return {n: float(weight) for n, weight in zip(words[::2], words[1::2], strict=True)}

    return PrimitiveConstructorSpec(
        nargs="*",
        metavar="NAME WEIGHT [NAME WEIGHT ...]",
        instance_from_str=parse,
        is_instance=lambda value: isinstance(value, dict),
        str_from_instance=lambda value: [w for n, x in value.items() for w in (n, f"{x:g}")],
    )


@dataclass(frozen=True)
class Eval:
    """Evaluate a run's newest checkpoint: pass@1, pass@k and cons@k with intervals."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    samples: int = 16
    """Completions a question."""
    questions: int = 256
    """The first n questions of the split."""
    split: str = "test"
    """train, validation or test."""
    temperature: float = 0.6
    """Sampling temperature."""
    top_p: float = 0.95
    """Nucleus."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""


@dataclass(frozen=True)
class Play:
    """Watch a policy answer one problem, token by token."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    problem: int = 0
    """Number of the problem in the test split."""
    base: bool = False
    """Let the base model answer instead of the trained policy."""
    temperature: float = 0.6
    """Sampling temperature."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""


@dataclass(frozen=True)
class Report:
    """Draw a run's curves and write its page."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""


@dataclass(frozen=True)
class List:
    """List what names stand for: environments, rewards, task families, templates."""


def main() -> None:
    """Runs the command line; errors made on purpose print one line and exit with 1."""
    try:
        _dispatch()
    except Interrupted as stop:
        print(f"\n{stop}", file=sys.stderr)
        sys.exit(130)
    except R1GymError as error:
        print(f"r1gym: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nInterrupted. Training goes on when the same command is run.", file=sys.stderr)
        sys.exit(130)


def _dispatch() -> None:
    # Heavy rooms are imported by the command that needs them, so that `--help` comes at once.
    arguments = sys.argv[1:]
    commands: dict[str, Callable[..., Any]] = {
        "eval": Eval,
        "play": Play,
        "report": Report,
        "list": List,
    }
    if not arguments or arguments[0] not in commands:
        from r1gym.recipes.r1_zero import R1ZeroConfig

        commands = {"train": R1ZeroConfig, **commands}
    config = tyro.extras.subcommand_cli_from_dict(
        commands,
        prog="r1gym",
        description="DeepSeek-R1 as reinforcement learning.",
        args=arguments,
        registry=_RULES,
    )
    if isinstance(config, Eval):
        from r1gym.evaluation.runner import EvalConfig
        from r1gym.recipes.evaluate import evaluate_run
        from r1gym.report.table import print_results

        options = EvalConfig(
            config.questions, config.samples, config.temperature, config.top_p, config.seed
        )
        print_results([evaluate_run(config.run, config.split, options, config.device)])
    elif isinstance(config, Play):
        from r1gym.recipes.play import play
        from r1gym.report.tokens import print_episode

        played = play(
            config.run,
            config.problem,
            config.base,
            config.temperature,
            config.seed,
            config.device,
        )
        print_episode(played)
    elif isinstance(config, Report):
        from r1gym.report.page import write_report

        print(f"Wrote {write_report(config.run)}")
    elif isinstance(config, List):
        from r1gym.report.names import print_names

        print_names()
    else:
        from r1gym.recipes.r1_zero import run
        from r1gym.report.page import write_report
        from r1gym.report.table import print_run

        folder = run(config)
        page = write_report(folder)
        print_run(folder, page)
