"""Is anything trained on that is evaluated on? Overlaps of n words, as the report looks for them.

A question of an evaluation is contaminated if it shares n words in a row with a row of the training
data (10 in section 2.2 and B.3 of the report, v2), and one of fewer words if all of them stand in a
row there. Words are compared without case and punctuation, so that another notation of the same
text is found and a paraphrase is not.

Left out: near duplicates in other words; solutions of the evaluation, which its files rarely hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

WORDS = 10
_LEAST = 3  # words of a question, below which it is no evidence
_WORD = re.compile(r"\w+")

Gram = tuple[str, ...]


@dataclass
class Overlap:
    """What training data share with one evaluation.

    Attributes:
        questions: How many questions it has.
        contaminated: Numbers of its questions that rows share words with, with their rows' numbers.
        shared: How often rows hold the words of which question, by the words.
    """

    questions: int
    contaminated: dict[int, list[int]] = field(default_factory=dict)
    shared: Counter[str] = field(default_factory=Counter)


class Grams:
    """The runs of words of some evaluations' questions.

    Args:
        evaluations: Their questions by name.
        words: How many words make a run.
    """

    def __init__(self, evaluations: Mapping[str, Sequence[str]], words: int = WORDS) -> None:
        self.words = words
        self.overlaps = {name: Overlap(len(texts)) for name, texts in evaluations.items()}
        self._where: dict[Gram, list[tuple[str, int]]] = {}
        self._short: set[int] = set()
        for name, texts in evaluations.items():
            for number, text in enumerate(texts):
                for gram in set(self._of_question(text)):
                    self._where.setdefault(gram, []).append((name, number))

    def _of_question(self, text: str) -> Iterator[Gram]:
        found = _words(text)
        if _LEAST <= len(found) < self.words:
            self._short.add(len(found))
            yield tuple(found)
        yield from _runs(found, self.words)

    def look(self, row: int, text: str) -> set[str]:
        """Looks for the evaluations' words in a row, and adds what it finds to the overlaps.

        Args:
            row: The row's number.
            text: All of its text.

        Returns:
            The names of the evaluations that it shares words with.
        """
        found = _words(text)
        names = set()
        for length in (self.words, *sorted(self._short)):
            for gram in set(_runs(found, length)):
                for name, number in self._where.get(gram, ()):
                    overlap = self.overlaps[name]
                    rows = overlap.contaminated.setdefault(number, [])
                    if row not in rows[-1:]:
                        rows.append(row)
                    overlap.shared[" ".join(gram)] += 1
                    names.add(name)
        return names


def find_overlaps(
    texts: Iterable[str], evaluations: Mapping[str, Sequence[str]], words: int = WORDS
) -> dict[str, Overlap]:
    """Returns what training data share with evaluations, by their names.

    Args:
        texts: The text of each row.
        evaluations: The questions of each evaluation.
        words: How many words in a row count.

    Example:
        >>> train = ["So: what is the sum of 2 and 3, and why is it 5?"]
        >>> find_overlaps(train, {"sums": ["What is the sum of 2 and 3?"]})["sums"].contaminated
        {0: [0]}
    """
    grams = Grams(evaluations, words)
    for row, text in enumerate(texts):
        grams.look(row, text)
    return grams.overlaps


def texts_of(value: object) -> Iterator[str]:
    """Yields every text in a row, however deep: the fields of training files have many names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from texts_of(one)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: Sequence[str], length: int) -> Iterator[Gram]:
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
