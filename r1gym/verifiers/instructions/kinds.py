"""The kinds of verifiable instructions, a function each (Zhou et al. 2023, arXiv 2311.07911, A).

A function takes the response and the arguments of the instruction under their published names, and
returns whether the response follows it. Words are compared in whatever case, as there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Literal

from r1gym.verifiers.instructions import texts
from r1gym.verifiers.instructions.languages import language_of

Relation = Literal["less than", "at least"]
_CONSTRAINED = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_QUOTES = (('"', '"'), ("“", "”"))
_COMMAS = re.compile("[,，﹐]")


def _holds(count: int, relation: Relation, number: int) -> bool:
    return count < number if relation == "less than" else count >= number


def _existence(text: str, keywords: list[str]) -> bool:
    return all(texts.occurrences(text, keyword, whole=False) for keyword in keywords)


def _frequency(text: str, keyword: str, frequency: int, relation: Relation) -> bool:
    return _holds(texts.occurrences(text, keyword), relation, frequency)


def _forbidden_words(text: str, forbidden_words: list[str]) -> bool:
    return not any(texts.occurrences(text, word) for word in forbidden_words)


def _letter_frequency(text: str, letter: str, let_frequency: int, let_relation: Relation) -> bool:
    return _holds(text.lower().count(letter.strip().lower()), let_relation, let_frequency)


def _response_language(text: str, language: str) -> bool:
    return language_of(text) in (None, language)


def _number_sentences(text: str, num_sentences: int, relation: Relation) -> bool:
    return _holds(len(texts.sentences(text)), relation, num_sentences)


def _number_paragraphs(text: str, num_paragraphs: int) -> bool:
    parts = texts.divided(text)
    return parts is not None and len(parts) == num_paragraphs


def _number_words(text: str, num_words: int, relation: Relation) -> bool:
    return _holds(len(texts.words(text)), relation, num_words)


def _nth_paragraph_first_word(
    text: str, num_paragraphs: int, nth_paragraph: int, first_word: str
) -> bool:
    parts = texts.paragraphs(text)
    if len(parts) != num_paragraphs or not 1 <= nth_paragraph <= len(parts):
        return False
    found = texts.words(parts[nth_paragraph - 1])[:1]
    return [word.lower() for word in found] == [first_word.strip().lower()]


def _number_placeholders(text: str, num_placeholders: int) -> bool:
    return texts.placeholders(text) >= num_placeholders


def _postscript(text: str, postscript_marker: str) -> bool:
    # "P. S." is as good as "P.S.", and the last dot of "P.P.S" as good as none.
    letters = [re.escape(c) for c in postscript_marker.strip() if not c.isspace()]
    mark = r"\s?".join(letters)
    return re.search(rf"(?:^|[\n.!?,:;)*_\"”])[\s*_>#(]*{mark}", text, re.IGNORECASE) is not None


def _number_bullet_lists(text: str, num_bullets: int) -> bool:
    return texts.bullets(text) == num_bullets


def _constrained_response(text: str) -> bool:
    return any(option in text for option in _CONSTRAINED)


def _number_highlighted_sections(text: str, num_highlights: int) -> bool:
    return texts.highlighted(text) >= num_highlights


def _multiple_sections(text: str, section_spliter: str, num_sections: int) -> bool:
    return texts.sections(text, section_spliter) >= num_sections


def _json_format(text: str) -> bool:
    try:
        json.loads(texts.unfenced(text), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _title(text: str) -> bool:
    return texts.has_title(text)


def _two_responses(text: str) -> bool:
    parts = [part.strip() for part in text.split("******")]
    inner = parts[(not parts[0]) : len(parts) - (not parts[-1])]
    return len(inner) == 2 and all(inner) and inner[0] != inner[1]


def _repeat_prompt(text: str, prompt_to_repeat: str) -> bool:
    said, asked = (" ".join(part.split()).lower() for part in (text, prompt_to_repeat))
    return said.startswith(asked)


def _end_checker(text: str, end_phrase: str) -> bool:
    said, phrase = (part.strip().strip('"').strip().lower() for part in (text, end_phrase))
    return said.endswith(phrase)


def _capital_word_frequency(text: str, capital_frequency: int, capital_relation: Relation) -> bool:
    return _holds(texts.in_capitals(text), capital_relation, capital_frequency)


def _english_capital(text: str) -> bool:
    return text.isupper() and language_of(text) in (None, "en")


def _english_lowercase(text: str) -> bool:
    return text.islower() and language_of(text) in (None, "en")


def _no_comma(text: str) -> bool:
    return _COMMAS.search(text) is None


def _quotation(text: str) -> bool:
    said = text.strip()
    return any(
        len(said) > 1 and said.startswith(opening) and said.endswith(closing)
        for opening, closing in _QUOTES
    )


KINDS: dict[str, Callable[..., bool]] = {
    "keywords:existence": _existence,
    "keywords:frequency": _frequency,
    "keywords:forbidden_words": _forbidden_words,
    "keywords:letter_frequency": _letter_frequency,
    "language:response_language": _response_language,
    "length_constraints:number_sentences": _number_sentences,
    "length_constraints:number_paragraphs": _number_paragraphs,
    "length_constraints:number_words": _number_words,
    "length_constraints:nth_paragraph_first_word": _nth_paragraph_first_word,
    "detectable_content:number_placeholders": _number_placeholders,
    "detectable_content:postscript": _postscript,
    "detectable_format:number_bullet_lists": _number_bullet_lists,
    "detectable_format:constrained_response": _constrained_response,
    "detectable_format:number_highlighted_sections": _number_highlighted_sections,
    "detectable_format:multiple_sections": _multiple_sections,
    "detectable_format:json_format": _json_format,
    "detectable_format:title": _title,
    "combination:two_responses": _two_responses,
    "combination:repeat_prompt": _repeat_prompt,
    "startend:end_checker": _end_checker,
    "change_case:capital_word_frequency": _capital_word_frequency,
    "change_case:english_capital": _english_capital,
    "change_case:english_lowercase": _english_lowercase,
    "punctuation:no_comma": _no_comma,
    "startend:quotation": _quotation,
}
"""Instructions by their published ids."""
