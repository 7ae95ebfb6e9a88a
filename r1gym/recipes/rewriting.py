"""Rewriting right responses, so that they read well (report section 2.3.1, cold start).

The report has a model refine them, the thinking in the language of the question, and people check.
Here a rewriter is a function of a problem and a whole response; what it writes is verified again
and filtered again by whoever calls it, so that no answer is lost. Left out: a second check by
people; the examples are a file that they can read and mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from r1gym.core.checks import check_mapping, check_one_of, check_text, shown
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.core.types import Problem
from r1gym.verifiers.extract import after_thinking, extract_answer
from r1gym.verifiers.language import KNOWN_LANGUAGES, Language
from r1gym.verifiers.language.prose import chain_of_thought
from r1gym.verifiers.response import THINK_CLOSE, THINK_OPEN

Rewriter = Callable[[Problem, str], str]
"""Returns a response in better words, or raises `Refused`. With an attribute ``concurrency`` it
waits for a network, and up to as many calls run in threads."""

REWRITERS: Registry[Callable[..., Rewriter]] = Registry(
    "rewriter",
    group="r1gym.rewriters",
    wants="a function that makes a rewriter of its options",
    fits=callable,
    built_in={
        "none": "r1gym.recipes.rewriting:unchanged",
        "procedural": "r1gym.recipes.rewriting:procedural",
        "endpoint": "r1gym.recipes.endpoint_rewriter:EndpointRewriter [judge]",
    },
)
"""What makes rewriters, by name; each takes options by keyword, JSON values all of them."""
_EXTRA_SPACES = re.compile(r"(?<=\S) +(?= |\n|$)")  # that words which were left out leave behind


class Refused(Exception):
    """Why a response was not rewritten, in a few words."""


class Unanswered(Refused):
    """Why a rewriter could not be asked, which says nothing about the response."""


def rewrite_all(rewriter: Rewriter, pairs: Sequence[tuple[Problem, str]]) -> list[str | Refused]:
    """Returns what a rewriter makes of responses, in order; for some, why it refused.

    Args:
        rewriter: The rewriter.
        pairs: Problems with whole responses.

    Raises:
        ConfigError: If it fails in any other way.
    """

    def rewrite(pair: tuple[Problem, str]) -> str | Refused:
        try:
            text = rewriter(*pair)
        except Refused as refused:
            return refused
        except Exception as error:  # a plugin's code may fail in any way
            why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise ConfigError(
                f"The rewriter failed on a response to problem {pair[0].id} ({why}): mend it, or "
                "take another."
            ) from error
        return text if isinstance(text, str) and text.strip() else Refused("it wrote nothing")

    threads = min(getattr(rewriter, "concurrency", 1), len(pairs))
    if threads <= 1:
        return [rewrite(pair) for pair in pairs]
    with ThreadPoolExecutor(threads, thread_name_prefix="r1gym-rewrite") as pool:
        return list(pool.map(rewrite, pairs))


def unchanged() -> Rewriter:
    """Returns the rewriter that leaves every response as it is."""
    return lambda problem, response: response


def procedural(
    *,
    summary: Mapping[str, str] | str = "",
    words: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "question",
) -> Rewriter:
    """Returns a rewriter that goes by tables: for small worlds whose texts are simple.

    Args:
        summary: What follows the thinking, a text with ``{answer}`` in it, or one for each
            language. Empty leaves what followed it.
        words: For each language, what is written in place of words of others in the thinking;
            nothing in their place leaves them out: ``{"en": {"先": "first ", "嗯": ""}}``.
        language: In which language it is to be: ``"question"`` for the question's, or a code, see
            `r1gym.verifiers.language.Language`.

    Raises:
        ConfigError: If a summary has no ``{answer}``, or a language is unknown.
    """
    tables = {
        name: _Table(name, table) for name, table in _by_language("words", words or {}).items()
    }
    summaries = {"": summary} if isinstance(summary, str) else _by_language("summary", summary)
    for text in summaries.values():
        if check_text("summary", text, "a text") and "{answer}" not in text:
            raise ConfigError(f"The rewriter's summary must hold {{answer}}, unlike {shown(text)}.")
    verifier = Language(language)

    def rewrite(problem: Problem, response: str) -> str:
        if THINK_CLOSE not in response:
            raise Refused("its thinking is not closed")
        thinking, rest = chain_of_thought(response), after_thinking(response)
        target = verifier.target_for(problem)
        if target in tables:
            thinking = tables[target].translated(thinking)
        form = summaries.get(target, summaries.get("", ""))
        if form:
            if (answer := extract_answer(response)) is None:
                raise Refused("it states no answer")
            rest = form.replace("{answer}", answer)
        elif "" not in summaries:
            raise Refused(f"there is no summary for the language {target}")
        return f"{THINK_OPEN}{thinking}{THINK_CLOSE}{rest}"

    return rewrite


class _Table:
    """Texts with what is written in their place, the longest first."""

    def __init__(self, language: str, table: Mapping[str, str]) -> None:
        for one, other in check_mapping(
            f"The words of {language!r}", table, "{'先': 'first '}"
        ).items():
            check_text("A word", one, "a text")
            check_text(f"What stands for {one!r}", other, "a text")
        if not table or "" in table:
            raise ConfigError(f"The words of {language!r} need a text in front of each text.")
        self._table = dict(table)
        longest = sorted(table, key=len, reverse=True)
        self._find = re.compile("|".join(map(_whole, longest)))

    def translated(self, text: str) -> str:
        """Returns a text with every text of the table replaced, once and from the left."""
        made = self._find.sub(lambda found: self._table[found[0]], text)
        return text if made == text else _EXTRA_SPACES.sub("", made)


def _whole(text: str) -> str:
    """Returns a pattern of a text that is no part of a longer word in Latin letters."""
    latin = "[A-Za-zÀ-ÖØ-öø-ɏ]"
    before = f"(?<!{latin})" if re.match(latin, text) else ""
    after = f"(?!{latin})" if re.match(latin, text[-1]) else ""
    return f"{before}{re.escape(text)}{after}"


def _by_language(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    for language in check_mapping(f"The rewriter's {name}", given, "{'en': ...}"):
        check_one_of(f"A language of the rewriter's {name}", language, KNOWN_LANGUAGES)
    return dict(given)
