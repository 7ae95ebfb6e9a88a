"""The f1 reward: how many words an answer shares with the gold (DROP, arXiv 1903.00161).

Articles, punctuation and the notation of numbers do not count; a number that the gold states must
be stated. A gold of several spans lists them behind semicolons, and so must the answer: spans are
paired so that the mean over the longer list is highest. Left out: words for numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.protocol import register_verifier

_ARTICLES = frozenset({"a", "an", "the"})
_EDGE = re.compile(r"^[^\w.+\0]+|[^\w%]+$")
_PART = re.compile(r"[\s/–—-]+")
_MOST_PAIRED = 6  # spans that are tried in every order; beyond, the best pair comes first

Words = Counter[str]


@register_verifier("f1")
class F1:
    """Pays the F1 of the words of the final answer and of the gold, from 0 to 1.

    The verdict is ``correct`` where all words agree.

    Example:
        >>> problem = Problem("p", "Who scored?", "the Chicago Bears")
        >>> F1().score(problem, Completion("<answer>Bears</answer>")).value
        0.6666666666666666
    """

    reads = frozenset({"answer"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the overlap of the completion's final answer with the gold."""
        gold = [words(span) for span in spans(problem.answer)]
        if not any(gold):
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id} has no gold answer")
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "there is no final answer")
        value = overlap([words(span) for span in spans(answer)], gold)
        verdict = Verdict.CORRECT if value == 1 else Verdict.WRONG
        return Score(value, verdict, f"the words agree by {value:.2f}")

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers have the same words."""
        return [words(span) for span in spans(one)] == [words(span) for span in spans(other)]


def spans(answer: str) -> list[str]:
    """Returns the spans of an answer that lists them behind semicolons or lines."""
    found = [span for span in re.split(r"[;\n]", answer) if span.strip()]
    return found or [answer]


def words(span: str) -> Words:
    """Returns the words of a span that count, numbers in one notation."""
    parts = (_EDGE.sub("", part) for part in _PART.split(_signed(span.lower())))
    return Counter(_plain(part) for part in parts if part and part not in _ARTICLES)


def _signed(text: str) -> str:
    """Returns a text in which a minus sign is no hyphen."""
    return re.sub(r"(?<!\w)[-−](?=\.?\d)", "\0", text)


def _plain(part: str) -> str:
    number = part.replace("\0", "-").replace(",", "").strip("$€£%")
    try:
        return f"{float(number):g}" if re.fullmatch(r"[+-]?\d*\.?\d+", number) else _bare(part)
    except (ValueError, OverflowError):
        return _bare(part)


def _bare(part: str) -> str:
    return re.sub(r"[^\w]", "", part)


def overlap(found: Sequence[Words], gold: Sequence[Words]) -> float:
    """Returns the mean F1 over spans that are paired as well as they can be."""
    longer, shorter = (found, gold) if len(found) >= len(gold) else (gold, found)
    is_found = longer is found
    table = [[_f1(one, other) if is_found else _f1(other, one) for other in shorter]
             for one in longer]  # fmt: skip
    if len(longer) <= _MOST_PAIRED:
        places = range(len(shorter))
        orders = permutations(range(len(longer)), len(shorter))
        best = max(sum(table[order[i]][i] for i in places) for order in orders)
    else:
        best = _greedy(table)
    return best / len(longer)


def _greedy(table: Sequence[Sequence[float]]) -> float:
    cells = [(value, i, j) for i, row in enumerate(table) for j, value in enumerate(row)]
    rows: set[int] = set()
    columns: set[int] = set()
    total = 0.0
    for value, i, j in sorted(cells, reverse=True):
        if i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            total += value
    return total


def _f1(found: Words, gold: Words) -> float:
    numbers = {word for word in gold if _is_number(word)}
    if numbers and not numbers & found.keys():
        return 0.0
    shared = (found & gold).total()
    if not shared:
        return float(found == gold)
    precision, recall = shared / found.total(), shared / gold.total()
    return 2 * precision * recall / (precision + recall)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"-?[\d.]+(?:e[+-]?\d+)?", word) is not None
