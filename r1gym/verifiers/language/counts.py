"""How many words of a text are in which language."""

from __future__ import annotations

from collections.abc import Sequence

from r1gym.verifiers.language.function_words import FUNCTION_WORDS, LATIN_LANGUAGES
from r1gym.verifiers.language.han import assign_han
from r1gym.verifiers.language.identifiers import load_identifier
from r1gym.verifiers.language.latin import assign_latin
from r1gym.verifiers.language.prose import sample_text, strip_notation
from r1gym.verifiers.language.words import (
    LANGUAGE_OF_SCRIPT,
    OTHER,
    Boundary,
    Word,
    count_words,
    split_words,
)

KNOWN_LANGUAGES = tuple(
    sorted({*LATIN_LANGUAGES, "zh", "ja", *LANGUAGE_OF_SCRIPT.values()} - {OTHER})
)
_LONGEST_NAME = 3  # words
_TOO_FEW = 4  # words in Latin script, from which on their letters can tell the language


def count_by_language(text: str, identifier: str = "py3langid") -> dict[str, float]:
    """Returns how many words of a text are in which language.

    Args:
        text: Any text; LaTeX, code and tags are left out.
        identifier: What tells languages in Latin script apart, see `Language`.

    Returns:
        Word counts by language code; ``"other"`` for scripts that are not known. A few words in
        Latin script, and nothing else, are in none. Of a very long text, the counts of a sample.
    """
    words = _without_names(split_words(sample_text(strip_notation(text))))
    languages = [
        han or LANGUAGE_OF_SCRIPT.get(word.script, OTHER)
        for word, han in zip(words, assign_han(words), strict=True)
    ]
    places, latin = _latin_words(words)
    if latin:
        found = assign_latin(latin, load_identifier(identifier))
        # Among words of another script a few say enough: they are not in its language.
        says = len(words) > len(latin) or len(latin) >= _TOO_FEW or _are_telling(latin, found)
        for i, language in zip(places, found, strict=True):
            languages[i] = language if says else ""
    counts: dict[str, float] = {}
    for word, language in zip(words, languages, strict=True):
        if not language:
            continue
        counts[language] = counts.get(language, 0.0) + count_words(word, language)
    return counts


def _latin_words(words: Sequence[Word]) -> tuple[list[int], list[Word]]:
    """Returns the Latin words and their places; other scripts between them end a clause."""
    places: list[int] = []
    latin: list[Word] = []
    boundary = Boundary.NONE
    for i, word in enumerate(words):
        boundary = max(boundary, word.before)
        if word.script == "latin":
            places.append(i)
            latin.append(word._replace(before=boundary))
            boundary = Boundary.NONE
        else:
            boundary = max(boundary, Boundary.CLAUSE)
    return places, latin


def _are_telling(words: Sequence[Word], found: Sequence[str]) -> bool:
    """Returns whether two of a few words are function words of their language and of no other."""
    telling = sum(
        [name for name, listed in FUNCTION_WORDS.items() if word.text.lower() in listed]
        == [language]
        for word, language in zip(words, found, strict=True)
    )
    return telling >= 2


def _without_names(words: Sequence[Word]) -> list[Word]:
    """Returns the words without names in Latin letters that stand in another script's sentence.

    Chinese says "Python" and "Newton" as well; such a name is in no language.
    """
    kept: list[Word] = []
    boundary = Boundary.NONE  # of the names left out just before
    start = 0
    while start < len(words):
        end = start + 1
        while (
            words[start].script == "latin"
            and end < len(words)
            and words[end].script == "latin"
            and not words[end].before
        ):
            end += 1
        if _is_name(words[start:end]) and _is_in_foreign_sentence(words, start, end):
            boundary = max(boundary, words[start].before)
        else:
            first = words[start]
            kept.append(first._replace(before=max(boundary, first.before)))
            kept += words[start + 1 : end]
            boundary = Boundary.NONE
        start = end
    return kept


def _is_name(run: Sequence[Word]) -> bool:
    return (
        len(run) <= _LONGEST_NAME
        and all(word.script == "latin" and word.text[0].isupper() for word in run)
        and not any(word.text.lower() in _ANY_FUNCTION_WORD for word in run)
    )


def _is_in_foreign_sentence(words: Sequence[Word], start: int, end: int) -> bool:
    before = start > 0 and words[start].before < Boundary.SENTENCE and words[start - 1]
    after = end < len(words) and words[end].before < Boundary.SENTENCE and words[end]
    return any(word and word.script != "latin" for word in (before, after))


_ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())
