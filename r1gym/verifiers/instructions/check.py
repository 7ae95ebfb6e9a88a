"""Instructions as data, and whether a response follows them: strictly, or loosely.

Loosely (section 2.3 of the paper) an instruction is followed if one of eight versions of the
response follows it: as it is, without its first line, without its last, without both, and each of
these without asterisks. That forgives an introduction, a farewell, and emphasis.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from r1gym.core.checks import (
    check_list,
    check_mapping,
    check_one_of,
    check_text,
    check_whole,
    shown,
)
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.plain import is_missing, plain
from r1gym.verifiers.instructions.kinds import KINDS
from r1gym.verifiers.instructions.languages import LANGUAGES


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        id: Its published id, such as ``"length_constraints:number_words"``.
        arguments: Its arguments under their published names.

    Raises:
        R1GymError: If there is no such instruction, or its arguments are not what it takes.

    Example:
        >>> one = Instruction("keywords:existence", {"keywords": ["tea"]})
        >>> one.follows("Green tea."), one.follows("Coffee.")
        (True, False)
    """

    id: str
    arguments: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.id not in KINDS:
            raise UnknownNameError("instruction", str(self.id), KINDS)
        given = {name: v for name, v in self.arguments.items() if not is_missing(v)}
        wanted = _arguments_of(self.id)
        for name in given:
            if name not in wanted:
                raise UnknownNameError(f"argument of {self.id}", str(name), wanted)
        if missing := [name for name in wanted if name not in given]:
            raise ConfigError(f"The instruction {self.id} needs the argument {missing[0]!r}.")
        checked = {name: _checked(self.id, name, given[name], wanted[name]) for name in wanted}
        object.__setattr__(self, "arguments", checked)

    def follows(self, response: str, loose: bool = False) -> bool:
        """Returns whether a response follows the instruction; an empty one follows none."""
        versions = loose_versions(response) if loose else [response]
        return any(text.strip() and KINDS[self.id](text, **self.arguments) for text in versions)


def read_instructions(ids: object, kwargs: object) -> list[Instruction]:
    """Returns the instructions of a row in the published form.

    Args:
        ids: ``instruction_id_list``.
        kwargs: A mapping of arguments for each; those that are null are left out.

    Raises:
        R1GymError: If the two do not fit each other, or an instruction is not allowed.
    """
    names = check_list("instruction_id_list", plain(ids), "['punctuation:no_comma']")
    given = check_list("kwargs of the instructions", plain(kwargs), "[{'num_words': 100}]")
    if not names or len(names) != len(given):
        raise ConfigError(
            f"instruction_id_list has {len(names)} and kwargs {len(given)} entries: each "
            "instruction needs its own, {} for one without arguments."
        )
    such_as = "{'num_words': 100, 'relation': 'at least'}"
    return [
        Instruction(name, check_mapping(f"kwargs of {name}", arguments or {}, such_as))
        for name, arguments in zip(names, given, strict=True)
    ]


def loose_versions(response: str) -> list[str]:
    """Returns the versions of a response that a loose check looks at, the response first."""
    lines = response.split("\n")
    cuts = (lines, lines[1:], lines[:-1], lines[1:-1])
    plain_ones = ["\n".join(cut).strip() for cut in cuts[1:]]
    versions = [response, *plain_ones]
    return list(dict.fromkeys([*versions, *(text.replace("*", "") for text in versions)]))


@dataclass(frozen=True)
class Levels:
    """Shares of what was followed, as benchmarks of instructions report them.

    Attributes:
        prompt_strict: Of prompts, all of whose instructions were followed.
        instruction_strict: Of instructions.
        prompt_loose: The same, loosely.
        instruction_loose: The same, loosely.
    """

    prompt_strict: float
    instruction_strict: float
    prompt_loose: float
    instruction_loose: float


def levels(prompts: Sequence[tuple[Sequence[bool], Sequence[bool]]]) -> Levels:
    """Returns the shares at both levels.

    Args:
        prompts: For each prompt which of its instructions were followed strictly, and loosely.

    Raises:
        ValueError: If there is no prompt, or one without instructions.
    """
    if not prompts or not all(strict and len(strict) == len(loose) for strict, loose in prompts):
        raise ValueError("levels need prompts, each with at least one instruction")
    shares = []
    for which in (0, 1):
        followed = [prompt[which] for prompt in prompts]
        flat = [one for prompt in followed for one in prompt]
        shares += [sum(map(all, followed)) / len(followed), sum(flat) / len(flat)]
    return Levels(*shares)


@cache
def _arguments_of(id: str) -> dict[str, Any]:
    """Returns the names of an instruction's arguments with their types."""
    hints = typing.get_type_hints(KINDS[id])
    return {name: kind for name, kind in hints.items() if name not in ("text", "return")}


def _checked(id: str, name: str, value: object, kind: Any) -> Any:
    what = f"{name} of {id}"
    if kind is int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return check_whole(what, whole, least=0)
    if kind is str:
        return _check_word(what, name, value)
    if typing.get_origin(kind) is list:
        found = [_check_word(f"Each of {what}", name, one) for one in check_list(what, value)]
        if not found:
            raise ConfigError(f"{what} must name at least one, not {shown(value)}.")
        return found
    return check_one_of(what, value, typing.get_args(kind))


def _check_word(what: str, name: str, value: object) -> str:
    text = check_text(what, value, "a text")
    if not text.strip():
        raise ConfigError(f"{what} must not be empty.")
    if name == "language" and text not in LANGUAGES:
        raise UnknownNameError("language", text, LANGUAGES)
    if name == "letter" and len(text.strip()) != 1:
        raise ConfigError(f"{what} must be one character, not {shown(value)}.")
    return text
