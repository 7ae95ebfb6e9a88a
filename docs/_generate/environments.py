"""A page for every registered environment: what it asks, its spaces, rewards, arguments, examples.

Left out: what every environment shares, which docs/environments.md tells.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import gymnasium as gym
import numpy as np

import r1gym  # noqa: F401  registers the environments
from _generate.episode import draw
from _generate.examples import as_html, asks, first_paragraph, table, terms
from r1gym.core.errors import R1GymError
from r1gym.core.types import Problem
from r1gym.envs.spec import TaskSpec
from r1gym.problems.cells import cells_of
from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.verifiers import VERIFIERS

EXAMPLES = 5  # of each level

# One sentence on what it is for; the registry has none. An id that is missing has its tables alone.
_SAYS = {
    "Math": "Questions with one short answer, which is compared as mathematics: `0.5` is `1/2`. "
    "The first environment to try, and the one that R1-Zero trains on here.",
    "Science": "Physics, chemistry and biology with numbers, units and formulas, as free answers "
    "and as multiple choice.",
    "Logic": "Puzzles with exactly one solution: who lies, who lives where, what follows.",
    "Countdown": "Make a number out of others, each used once. Any expression that does is right.",
    "Code": "Programs in Python, run in a sandbox against tests that the agent never sees.",
    "Digits": "Five digits, of which the last is the answer: where agents are debugged. If yours "
    "does not solve it in a minute, the fault is in the agent, and "
    "[its page](../../digits.md) says which.",
    "General": "Open requests without one right answer. They want a judge or a reward model: "
    "without one, episodes are masked and pay nothing.",
    "Mixed": "Mathematics, code, science and logic together, in the proportions of the report's "
    "reasoning prompts.",
    "ReasoningGym": "Any task of the package reasoning-gym, by its name: "
    '`gym.make("r1/ReasoningGym-v0", task="chain_sum")`.',
}


def ids() -> list[str]:
    """Returns the registered ids, in the order of their registration."""
    return [name for name in gym.registry if name.startswith("r1/")]


def pages() -> dict[str, str]:
    """Returns the pages and pictures by path."""
    made = {"environments/index.md": _index()}
    for name in ids():
        picture = draw(_env(name)) if _env(name) else ""
        made[f"environments/{_file(name)}.md"] = page(name, bool(picture))
        if picture:
            made[f"environments/{_file(name)}.svg"] = picture
    return made


def page(name: str, has_picture: bool = False) -> str:
    """Returns the page of an environment.

    Args:
        name: Its id.
        has_picture: Whether one of its episodes is drawn.
    """
    parts = [f"# {name}\n", says(name)]
    if has_picture:
        parts.append(f"![An episode of {name}]({_file(name)}.svg){{.episode}}\n")
    parts += [
        f'```python\nimport gymnasium as gym\nimport r1gym\n\nenv = gym.make("{name}")\n'
        'observation, info = env.reset(seed=0)\nprint(info["prompt"])\n```\n',
        "" if _env(name) else _lacking(name),
        _facts(name),
        "## Rewards\n",
        _rewards(name),
        "## Arguments\n",
        "Keywords of `gym.make` and `gym.make_vec`, with this environment's own values.\n",
        terms(_arguments(name)),
    ]
    if cells := _cells(name):
        parts += ["## Families\n", table(("family", "levels", "what it asks"), _families(cells))]
        parts += ["## Examples\n", *_examples(name, cells)]
    parts += ["## Versions\n", _versions(name)]
    return "\n".join(parts)


def says(name: str) -> str:
    """Returns what an environment is for, in a sentence or two; empty if nobody wrote it down."""
    text = _SAYS.get(_stem(name), "")
    return f"{text}\n" if text else ""


def _index() -> str:
    rows = [(f"[`{name}`]({_file(name)}.md)", says(name)) for name in ids()]
    listed = "\n".join(map(_file, ids()))
    return (
        "# All environments\n\nEach page is made from the registry: spaces, rewards, arguments, "
        "and five questions of every level.\n\n"
        f"{table(('id', 'what it is'), rows)}\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"
    )


def _facts(name: str) -> str:
    env = _env(name)
    if env is None:
        return ""
    base: Any = env.unwrapped
    rows = [
        ("Action space", f"`{_short(env.action_space)}`: the next token"),
        (
            "Observation space",
            f"`{_short(env.observation_space)}`: the tokens so far, padded on the right, and in "
            "the last slot how many they are",
        ),
        ("Episode ends", f"with the end token, or after {base.task.max_tokens} tokens"),
        ("Reward", "0 until the end, then the sum below"),
        ("Many at once", f'`gym.make_vec("{name}", num_envs=64)`'),
    ]
    return table(("property", "value"), rows)


def _short(space: Any) -> str:
    """Returns a space as it prints, in one line, with few of many bounds."""
    with np.printoptions(threshold=10, edgeitems=2):
        return re.sub(r"\s+", " ", repr(space)).replace("[ ", "[")


def _rewards(name: str) -> str:
    rewards: Mapping[str, Any] = TaskSpec(env=name).filled().rewards or {}
    rows = []
    for part, given in rewards.items():
        options = dict(given) if isinstance(given, Mapping) else {"weight": given}
        kind = options.get("type", part)
        pays = first_paragraph(VERIFIERS.get(kind).__doc__)
        rows.append((f"`{part}`", f"{options['weight']:g}", f"`{kind}`", pays))
    return table(("component", "weight", "verifier", "what it pays"), rows)


def _arguments(name: str) -> Iterator[tuple[str, str, str]]:
    filled = TaskSpec(env=name).filled()
    own = gym.spec(name).kwargs
    for argument, meaning in attributes(TaskSpec).items():
        if argument == "env" or (argument == "problems" and "task" in own):
            continue
        yield f"`{argument}`", meaning, _value(argument, getattr(filled, argument))
    for argument in ("task", "task_options"):
        if "task" in own:
            value = own.get(argument)
            yield f"`{argument}`", "The task of reasoning-gym, and its options.", f"`{value!r}`"
    yield "`render_mode`", '"ansi", which returns a text, or "human", which prints it.', "`None`"


def _value(argument: str, value: Any) -> str:
    if argument == "problems" and len(str(value)) > 120:
        return "all [families](#families) below"
    return f"`{value!r}`"


def attributes(kind: type) -> dict[str, str]:
    """Returns what a docstring in Google style says of each attribute."""
    text = inspect.cleandoc(kind.__doc__ or "")
    section = re.search(r"^Attributes:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if section is None:
        return {}
    parts = re.split(r"^ {4}(\w+): ", section[1], flags=re.MULTILINE)[1:]
    return {
        name: " ".join(meaning.split())
        for name, meaning in zip(parts[::2], parts[1::2], strict=True)
    }


def _cells(name: str) -> dict[str, list[int]]:
    problems = gym.spec(name).kwargs.get("problems")
    if problems is None:
        return {}
    found: dict[str, list[int]] = {}
    for cell in cells_of(problems):
        found.setdefault(cell.family.name, []).append(cell.level)
    return found


def _families(cells: Mapping[str, list[int]]) -> Iterator[tuple[str, str, str]]:
    for family, levels in cells.items():
        yield f"`{family}`", ", ".join(map(str, levels)), asks(FAMILIES.get(family))


def _examples(name: str, cells: Mapping[str, list[int]]) -> Iterator[str]:
    for level in sorted({level for levels in cells.values() for level in levels}):
        yield f"### Level {level}\n"
        yield as_html(examples(cells, level))


def examples(cells: Mapping[str, list[int]], level: int) -> list[Problem]:
    """Returns five problems of a level, of five families if there are as many."""
    names = [family for family, levels in cells.items() if level in levels]
    step = max(1, len(names) // EXAMPLES)
    chosen = (names[::step] * EXAMPLES)[:EXAMPLES]
    found: list[Problem] = []
    for family in chosen:
        problems = ProceduralProblems({family: [level]})
        seen = {problem.question for problem in found}
        found.append(
            next(p for p in map(problems.__getitem__, range(999)) if p.question not in seen)
        )
    return found


def _versions(name: str) -> str:
    same = [other for other in ids() if _stem(other) == _stem(name)]
    lines = [f"- `{other}`{': the newest' if other == same[-1] else ''}" for other in same]
    return (
        "Another problem set or another reward is another version, so that figures stay "
        "comparable.\n\n" + "\n".join(lines) + "\n"
    )


@cache
def _env(name: str) -> gym.Env[Any, Any] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return gym.make(name, disable_env_checker=True)
    except R1GymError:
        return None


def _lacking(name: str) -> str:
    """Returns what to install, without the place where r1gym was when the page was made."""
    try:
        gym.make(name, disable_env_checker=True)
    except R1GymError as error:
        extra = re.search(r"\[([\w-]+)\]", str(error))
        how = f"`pip install '.[{extra[1]}]'`" if extra else str(error)
        return f"It needs an extra: {how}. It was not there when this page was made.\n"
    return ""


def _stem(name: str) -> str:
    return name.removeprefix("r1/").rpartition("-v")[0]


def _file(name: str) -> str:
    return name.removeprefix("r1/").lower()
