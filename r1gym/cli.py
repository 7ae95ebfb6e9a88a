"""The command line: `r1gym train|doctor|eval|play|explain|rescore|report|list|sandbox`.

It is derived from the config dataclasses. No logic lives here: a command builds a configuration,
calls a room, and prints errors in one line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

try:
    import tyro
    from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo
except ImportError:
    sys.exit("r1gym: the commands need more packages: pip install 'r1gym[train]'.")

from r1gym.core.errors import Interrupted, R1GymError
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.component import ComponentSpec

_RULES = ConstructorRegistry()
_Rewards = dict[str, ComponentSpec]


@_RULES.primitive_rule
def _rewards(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[_Rewards] | None:
    """Reads `--rewards accuracy 1 language '{"weight": 0.2, "target": "en"}'`.

    Tyro's own rule allows no names but those of the default.
    """
    if info.type != _Rewards:
        return None

    def parse(words: list[str]) -> _Rewards:
        if len(words) % 2:
            raise ValueError(f"names and weights in turns are expected, not {' '.join(words)!r}")
        return {n: _spec(n, word) for n, word in zip(words[::2], words[1::2], strict=True)}

    return PrimitiveConstructorSpec(
        nargs="*",
        metavar="NAME WEIGHT|JSON [NAME WEIGHT|JSON ...]",
        instance_from_str=parse,
        is_instance=lambda value: isinstance(value, dict),
        str_from_instance=lambda value: [w for n, x in value.items() for w in (n, _word(x))],
    )


def _spec(name: str, word: str) -> ComponentSpec:
    try:
        if not word.lstrip().startswith("{"):
            return float(word)
        return dict(json.loads(word))
    except ValueError as error:
        raise ValueError(
            f"after {name} a weight is expected, or a JSON object such as "
            f"""{{"weight": 0.2, "requires": "accuracy"}}, not {word!r} ({error})"""
        ) from error


def _word(spec: ComponentSpec) -> str:
    return json.dumps(spec) if isinstance(spec, Mapping) else f"{spec:g}"


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
class Explain:
    """Explain what a completion earns: its final answer, and every component's verdict."""

    completion: tyro.conf.Positional[str] = "-"
    """The completion's text; - reads standard input."""
    file: str = ""
    """Read the completion from this file."""
    question: str = ""
    """The question, of a problem of your own."""
    answer: str = ""
    """Its gold answer."""
    problems: str = "arithmetic:2-5 equations:1-3"
    """Task families with their levels, or a .jsonl file, for --problem."""
    problem: int | None = None
    """Number of one of these problems."""
    split: str = ""
    """Their split; empty for the test split of families and for the whole of a file."""
    rewards: _Rewards = field(default_factory=lambda: dict(ANY_DOMAIN))
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}."""
    template: str = ""
    """Prompt template, if the reward depends on it."""
    truncated: bool = False
    """The completion was cut off by the token limit."""


@dataclass(frozen=True)
class Rescore:
    """Score a run's stored completions again, with other rewards or today's verifiers."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    rewards: _Rewards = field(default_factory=dict)
    """Reward components with their weights, or with JSON; none for those of the run."""


@dataclass(frozen=True)
class Report:
    """Draw a run's curves and write its page."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""


@dataclass(frozen=True)
class List:
    """List what names stand for: environments, rewards, task families, templates."""


@dataclass(frozen=True)
class SandboxCheck:
    """Print which sandbox works on this machine, and run its conformance suite."""

    backend: str = "auto"
    """local, docker, or auto for what the machine has."""


@dataclass(frozen=True)
class SandboxBuild:
    """Build the image that the docker sandbox runs."""

    image: str = "r1gym-sandbox:latest"
    """Its name."""
    languages: tuple[str, ...] = ("python", "c", "cpp", "javascript")
    """What it can run, besides bash."""
    base: str = "debian:bookworm-slim"
    """A Debian image to start from, or debootstrap to make one without a registry."""
    mirror: str = ""
    """Debian's mirror, for debootstrap; empty for its default."""


@dataclass(frozen=True)
class Sandbox:
    """Check the sandbox for programs, or build its image."""

    command: (
        Annotated[SandboxCheck, tyro.conf.subcommand("check")]
        | Annotated[SandboxBuild, tyro.conf.subcommand("build")]
    )


@dataclass(frozen=True)
class BenchTable:
    """Print a bench's table again, and draw its curves."""

    run: tyro.conf.Positional[Path] = Path("runs/bench")
    """The bench's folder."""


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
        "explain": Explain,
        "rescore": Rescore,
        "report": Report,
        "list": List,
        "sandbox": tyro.conf.OmitArgPrefixes[tyro.conf.OmitSubcommandPrefixes[Sandbox]],
    }
    if not arguments or arguments[0] not in commands:
        from r1gym.recipes.doctor import DoctorConfig
        from r1gym.recipes.r1_zero import R1ZeroConfig

        commands = {"train": R1ZeroConfig, "doctor": DoctorConfig, "bench": _bench(), **commands}
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
    elif isinstance(config, Explain):
        _explain(config)
    elif isinstance(config, Rescore):
        from r1gym.recipes.rescore import rescore
        from r1gym.report.verdicts import print_rescored

        print_rescored(rescore(config.run, config.rewards or None))
    elif isinstance(config, Report):
        from r1gym.report.page import write_report

        print(f"Wrote {write_report(config.run)}")
    elif isinstance(config, List):
        from r1gym.report.names import print_names

        print_names()
    elif isinstance(config, BenchTable):
        from r1gym.report.bench import print_bench

        print_bench(config.run)
    elif isinstance(config, Sandbox):
        _sandbox(config.command)
    elif arguments[0] == "doctor":
        from r1gym.recipes.checks import is_fit
        from r1gym.recipes.doctor import diagnose
        from r1gym.report.verdicts import print_checks

        checks = diagnose(config)
        print_checks(checks)
        sys.exit(not is_fit(checks))
    elif arguments[0] == "bench":
        from r1gym.recipes.bench import run as run_bench
        from r1gym.report.bench import print_bench

        print_bench(run_bench(config))
    else:
        from r1gym.recipes.r1_zero import run
        from r1gym.report.page import write_report
        from r1gym.report.table import print_run

        folder = run(config)
        page = write_report(folder)
        print_run(folder, page)


def _bench() -> Any:
    """Returns what `r1gym bench` reads: agents to run, or a table to print again."""
    from r1gym.recipes.bench import BenchConfig

    table = Annotated[BenchTable, tyro.conf.subcommand("table")]
    agents = Annotated[BenchConfig, tyro.conf.subcommand("agents")]
    return tyro.conf.OmitSubcommandPrefixes[agents | table]  # type: ignore[misc]


def _explain(config: Explain) -> None:
    from r1gym.core.types import Completion
    from r1gym.recipes.explain import choose_problem, explain, read_completion
    from r1gym.report.verdicts import print_explanation

    problem = choose_problem(
        config.question, config.answer, config.problems, config.problem, config.split
    )
    text = read_completion(config.completion, config.file)
    completion = Completion(text, truncated=config.truncated)
    print_explanation(explain(problem, completion, config.rewards, config.template))


def _sandbox(command: SandboxCheck | SandboxBuild) -> None:
    if isinstance(command, SandboxCheck):
        from r1gym.sandbox.conformance import check

        sys.exit(not check(command.backend))
    from r1gym.sandbox.images import build

    print(f"Built {build(command.image, command.languages, command.base, command.mirror)}")
