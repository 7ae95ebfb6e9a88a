"""Filters of samples (report section 2.3.3): which right responses are fit to be learnt.

The report drops chains of thought with mixed languages, long paragraphs and code blocks. A filter
is a pure function of a problem and a whole response; the registry holds what makes one of options.
Left out: filters that compare samples with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from r1gym.core.checks import check_flag, check_one_of, check_share, check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.core.types import Completion, Problem
from r1gym.recipes.parts import make_part
from r1gym.verifiers.code_block import fenced_blocks
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.format import Format
from r1gym.verifiers.language import KNOWN_LANGUAGES, Language, count_by_language
from r1gym.verifiers.language.prose import chain_of_thought
from r1gym.verifiers.repetition import Repetition, split_units
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN

Filter = Callable[[Problem, Completion], str | None]
"""Returns why a response is dropped, in a few words; None if it is kept."""

FILTERS: Registry[Callable[..., Filter]] = Registry(
    "filter",
    group="r1gym.filters",
    wants="a function that makes a filter of its options",
    fits=callable,
    built_in={
        name: f"r1gym.recipes.filters:{name}"
        for name in ("code_blocks", "length", "long_paragraphs", "mixing", "repetition")
    }
    | {"format": "r1gym.recipes.filters:well_formed"},
)
"""What makes filters, by name; each takes options by keyword, JSON values all of them."""

WHEN = ("before", "after", "both")
ANY = "any"
_TAGS = re.compile("|".join((THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE)))


class Filters:
    """Several filters by name, in order.

    Args:
        specs: The options of each by its name, perhaps with ``type`` and with ``when``: whether it
            looks at a response ``"before"`` it is rewritten, ``"after"``, or at ``"both"``.

    Raises:
        UnknownNameError: If there is no such filter.
        ConfigError: If an option is not allowed.
    """

    def __init__(self, specs: Mapping[str, Mapping[str, object]]) -> None:
        self._filters: dict[str, tuple[str, Filter]] = {}
        for name, spec in specs.items():
            options = dict(spec) if isinstance(spec, Mapping) else spec
            when = options.pop("when", "both") if isinstance(options, dict) else "both"
            check_one_of(f"The 'when' of the filter {name!r}", when, WHEN)
            self._filters[name] = str(when), make_part(FILTERS, name, options)

    def fault(self, problem: Problem, response: Completion, when: str) -> tuple[str, str] | None:
        """Returns the first filter that drops a response, and why; None if none does.

        Args:
            problem: What was asked.
            response: The whole response.
            when: ``"before"`` or ``"after"`` it is rewritten.

        Raises:
            ConfigError: If a filter fails.
        """
        for name, (at, drops) in self._filters.items():
            if at not in (when, "both"):
                continue
            try:
                why = drops(problem, response)
            except Exception as error:  # a plugin's code may fail in any way
                said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                raise ConfigError(
                    f"The filter {name!r} failed on a response to problem {problem.id} ({said}): "
                    "mend it, or leave it out."
                ) from error
            if why is not None:
                return name, str(why)
        return None


def repetition(*, n: int = 8, least: float = 0.8) -> Filter:
    """Drops responses that go round in circles, see `r1gym.verifiers.repetition.Repetition`.

    Args:
        n: How many units an n-gram has.
        least: The least share of distinct n-grams.
    """
    verifier = Repetition(n)
    check_share("least", least)

    def drops(problem: Problem, response: Completion) -> str | None:
        score = verifier.score(problem, response)
        return score.reason if score.value is None or score.value < least else None

    return drops


def mixing(*, least: float = 0.95, language: str = ANY, identifier: str = "py3langid") -> Filter:
    """Drops responses whose thinking mixes languages; one without words mixes none.

    Args:
        least: The least share of the thinking's words in one language.
        language: Which one: ``"any"``, ``"question"`` for the question's, or an ISO 639-1 code.
        identifier: What tells languages in Latin script apart, see
            `r1gym.verifiers.language.Language`.
    """
    check_share("least", least)
    check_one_of("language", language, (ANY, "question", *KNOWN_LANGUAGES))
    verifier = None if language == ANY else Language(language, identifier)

    def drops(problem: Problem, response: Completion) -> str | None:
        counts = count_by_language(chain_of_thought(response.text), identifier)
        if not (words := sum(counts.values())):
            return None
        commonest = max(counts, key=lambda name: counts[name])
        target = verifier.target_for(problem) if verifier else commonest
        share = counts.get(target, 0.0) / words
        return None if share >= least else f"{share:.0%} of {words:.0f} words are {target}"

    return drops


def long_paragraphs(*, most: int = 200) -> Filter:
    """Drops responses whose thinking has a long stretch without a line break.

    Args:
        most: The most words and symbols of such a stretch.
    """
    check_whole("most", most, least=1)

    def drops(problem: Problem, response: Completion) -> str | None:
        lines = chain_of_thought(response.text).splitlines()
        longest = max((len(split_units(line)) for line in lines), default=0)
        return None if longest <= most else f"a paragraph has {longest} words and symbols"

    return drops


def code_blocks() -> Filter:
    """Drops responses whose thinking holds a fenced block of code."""

    def drops(problem: Problem, response: Completion) -> str | None:
        blocks = fenced_blocks(chain_of_thought(response.text))
        return f"the thinking holds {len(blocks)} blocks of code" if blocks else None

    return drops


def well_formed(*, tags: bool = False, thinking: bool = True) -> Filter:
    """Drops responses that are not a thinking between tags and then an answer.

    Args:
        tags: Whether the answer must stand in ``<answer>``, with nothing around it, as the reward
            ``format`` asks for.
        thinking: Whether there must be any thinking between the tags.
    """
    check_flag("tags", tags), check_flag("thinking", thinking)
    strict = Format()

    def drops(problem: Problem, response: Completion) -> str | None:
        if tags and (score := strict.score(problem, response)).reason:
            return score.reason
        text = response.text.strip()
        for tag in (THINK_OPEN, THINK_CLOSE):
            if text.count(tag) != 1:
                return f"{tag} stands {text.count(tag)} times, not once"
        if not text.startswith(THINK_OPEN):
            return f"it does not begin with {THINK_OPEN}"
        if thinking and not chain_of_thought(text).strip():
            return "there is no thinking"
        return None if after_thinking(text).strip() else "nothing follows the thinking"

    return drops


def length(*, least: int = 0, most: int | None = None) -> Filter:
    """Drops responses that are too short or too long.

    Args:
        least: The least words and symbols, see `r1gym.verifiers.repetition.split_units`; tags are
            none.
        most: The most of them; None for no limit.
    """
    check_whole("least", least, least=0)
    if most is not None and check_whole("most", most, least=1) < least:
        raise ConfigError(f"most ({most}) must not be below least ({least}).")

    def drops(problem: Problem, response: Completion) -> str | None:
        units = len(split_units(_TAGS.sub(" ", response.text)))
        if units < least:
            return f"it has {units} words and symbols, fewer than {least}"
        return f"it has {units} words and symbols" if most is not None and units > most else None

    return drops
