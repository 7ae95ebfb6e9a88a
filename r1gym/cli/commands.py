"""Every command of `r1gym`, a row each. Nothing is imported before its command is called.

A new command is a row here: one line for the help, what reads its options (``"module:Class"``, a
dataclass whose docstrings are the help, or a function that returns one, given the words behind the
command; a field without a default is a word without a name), the function that is called with them,
and one that shows what that returns. Either may return the exit code, a whole number; anything else
is success. A name of two words is a command of a group. Tests
go through the rows; docs/commands.md describes each.
"""

from __future__ import annotations

from dataclasses import dataclass

from r1gym.core.errors import R1GymError


class UsageError(R1GymError):
    """Words on the command line that are not understood."""


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        summary: What it does, in a line.
        options: The dataclass of its options, or a function of the words that returns it, as
            ``"module:name"``.
        run: The function that takes the options, as ``"module:function"``.
        show: The function that takes what `run` returned; empty for none.
        extra: Which of r1gym's extras has the packages that it needs.
    """

    summary: str
    options: str
    run: str
    show: str = ""
    extra: str = "cli"


COMMANDS: dict[str, Command] = {
    "train": Command(
        "Run a training recipe: R1-Zero, if no other is named.",
        "r1gym.cli.train:train_options",
        "r1gym.cli.train:train",
        "r1gym.cli.train:show_run",
        extra="train",
    ),
    "doctor": Command(
        "Check what a training run with the same options would stand on.",
        "r1gym.cli.train:doctor_options",
        "r1gym.cli.train:diagnose",
        "r1gym.cli.train:show_checks",
        extra="train",
    ),
    "eval": Command(
        "Evaluate a run, a model or an endpoint: pass@1, pass@k, cons@k.",
        "r1gym.cli.eval:Eval",
        "r1gym.cli.eval:evaluate",
        "r1gym.cli.eval:show",
        extra="train",
    ),
    "compare": Command(
        "Compare two models question by question, with a page.",
        "r1gym.cli.compare:Compare",
        "r1gym.cli.compare:compare",
        "r1gym.cli.compare:show",
    ),
    "play": Command(
        "Watch models answer one problem, token by token or side by side.",
        "r1gym.cli.play:Play",
        "r1gym.cli.play:play",
        "r1gym.report.tokens:print_played",
        extra="train",
    ),
    "explain": Command(
        "Explain what a completion earns, and why.",
        "r1gym.cli.explain:Explain",
        "r1gym.cli.explain:explain",
        "r1gym.report.verdicts:print_explanation",
    ),
    "rescore": Command(
        "Score a run's stored completions again.",
        "r1gym.cli.rescore:Rescore",
        "r1gym.cli.rescore:rescore",
        "r1gym.report.verdicts:print_rescored",
    ),
    "audit": Command(
        "Compare graders on stored completions, and how often each errs.",
        "r1gym.cli.audit:Audit",
        "r1gym.cli.audit:audit",
        "r1gym.cli.audit:show",
    ),
    "decontaminate": Command(
        "Say what a training file shares with suites or files.",
        "r1gym.cli.decontaminate:Decontaminate",
        "r1gym.cli.decontaminate:decontaminate",
        "r1gym.cli.decontaminate:show",
    ),
    "export": Command(
        "Write a run's model as a clean folder, and upload it if asked.",
        "r1gym.cli.export:Export",
        "r1gym.cli.export:export",
        "r1gym.cli.export:show",
        extra="train",
    ),
    "report": Command(
        "Write a run's page, or lay several runs over each other.",
        "r1gym.cli.runs:Report",
        "r1gym.cli.runs:report",
        extra="train",
    ),
    "list": Command(
        "List environments, rewards, task families, data sets, suites.",
        "r1gym.cli.names:List",
        "r1gym.cli.names:print_names",
    ),
    "show": Command(
        "Show a few problems of a family, a file or an environment.",
        "r1gym.cli.show:Show",
        "r1gym.cli.show:show",
        "r1gym.cli.show:print_problems",
    ),
    "new": Command(
        "Write a package with a reward, a family or an agent of yours.",
        "r1gym.cli.new:New",
        "r1gym.cli.new:new",
        "r1gym.cli.new:show",
    ),
    "bench agents": Command(
        "Run agents on environments under one budget, and compare them.",
        "r1gym.inspection.bench:BenchConfig",
        "r1gym.inspection.bench:run",
        "r1gym.report.bench:print_bench",
        extra="train",
    ),
    "bench table": Command(
        "Print a bench's table again, and draw its curves.",
        "r1gym.cli.bench:BenchTable",
        "r1gym.cli.bench:print_table",
        extra="report",
    ),
    "claims": Command(
        "Test what the DeepSeek-R1 report claims, a short run each.",
        "r1gym.cli.claims:Claims",
        "r1gym.cli.claims:claims",
        "r1gym.cli.claims:show",
        extra="train",
    ),
    "sandbox check": Command(
        "Say which sandbox works here, and run its conformance suite.",
        "r1gym.cli.sandbox:SandboxCheck",
        "r1gym.cli.sandbox:check",
    ),
    "sandbox build": Command(
        "Build the image that the docker sandbox runs.",
        "r1gym.cli.sandbox:SandboxBuild",
        "r1gym.cli.sandbox:build",
    ),
}
