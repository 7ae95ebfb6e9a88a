"""From scored samples to examples: the right ones, filtered, rewritten and verified again.

    samples -> right -> not dropped -> rewritten -> still right and not dropped -> examples

Pure of models and folders. Every sample is counted once, under what became of it: wrong, ungraded,
dropped by a filter, like another one, refused by the rewriter, not needed, or kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.recipes.examples import ExampleRow, opened_text, without_opened
from r1gym.recipes.filters import Filters
from r1gym.recipes.rewriting import Refused, Rewriter, Unanswered, rewrite_all
from r1gym.verifiers.language import Language
from r1gym.verifiers.response import opening_of, with_opening

Pair = tuple[Problem, Completion]
_LANGUAGE = Language("question")
MOST_SHOWN = 20
"""The most dropped samples that are kept for reading, for each of the reasons."""


@dataclass
class Selection:
    """What became of samples.

    Attributes:
        rows: The examples.
        counts: How many samples went which way.
        dropped: Some of those that were not kept, with the reason.
    """

    rows: list[ExampleRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def drop(self, problem: Problem, text: str, way: str, reason: str) -> None:
        """Counts a sample that is not kept, and keeps some of them for reading."""
        self.counts[way] += 1
        if self.counts[way] <= MOST_SHOWN:
            row = {"why": way, "reason": reason, "question": problem.question, "completion": text}
            self.dropped.append(row | {"problem_id": problem.id})

    def add(self, other: Selection) -> None:
        """Adds what became of more samples."""
        shown = Counter(row["why"] for row in self.dropped)
        for row in other.dropped:
            shown[row["why"]] += 1
            if shown[row["why"]] <= MOST_SHOWN:
                self.dropped.append(row)
        self.rows += other.rows
        self.counts.update(other.counts)


class Selector:
    """Chooses examples among samples.

    Args:
        filters: What drops responses.
        rewriter: What rewrites them.
        score: Scores completions of problems, as the samples were.
        keep: The most examples of a problem.
        template: The prompt; what it puts into a response is part of the examples.
        source: Where the responses come from, for the examples.
    """

    def __init__(
        self,
        filters: Filters,
        rewriter: Rewriter,
        score: Callable[[Sequence[Pair]], Sequence[Score]],
        keep: int,
        template: str = "{question}",
        source: str = "",
    ) -> None:
        self._filters, self._rewriter, self._score = filters, rewriter, score
        self._keep, self._source = keep, source
        self._opened, self._tag = opened_text(template), opening_of(template)

    def select(self, groups: Sequence[Sequence[Episode]]) -> Selection:
        """Returns what became of the samples of each problem.

        The first samples that pass are kept, so that no length or form is favoured; where one fails
        at the rewriter, the problem's next is taken.
        """
        made = Selection()
        waiting = [self._passing(group, made) for group in groups]
        kept: list[list[ExampleRow]] = [[] for _ in groups]
        while any(waiting):
            chosen: list[tuple[int, Problem, str]] = []
            for place, found in enumerate(waiting):
                wanted = self._keep - len(kept[place])
                made.counts["not needed"] += 0 if wanted else len(found)
                chosen += [(place, *pair) for pair in found[:wanted]]
                waiting[place] = found[wanted:] if wanted else []
            for place, row in self._rewrite(chosen, made):
                kept[place].append(row)
        made.rows = [row for rows in kept for row in rows]
        return made

    def _passing(self, group: Sequence[Episode], made: Selection) -> list[tuple[Problem, str]]:
        """Returns a problem's right responses that no filter drops, each text once."""
        passing: dict[str, tuple[Problem, str]] = {}
        for episode in group:
            made.counts["sampled"] += 1
            problem, text = episode.problem, self._opened + episode.completion.text
            if not is_right(episode.score):
                way = "ungraded" if episode.score.value is None else "wrong"
                made.drop(problem, text, way, episode.score.reason)
                continue
            made.counts["right"] += 1
            if episode.completion.truncated:
                made.drop(problem, text, "dropped/truncated", "the token limit cut it off")
            elif (fault := self._fault(problem, text, "before")) is not None:
                made.drop(problem, text, f"dropped/{fault[0]}", fault[1])
            elif text in passing:
                made.counts["repeated"] += 1
            else:
                passing[text] = problem, text
        return list(passing.values())

    def _rewrite(
        self, chosen: Sequence[tuple[int, Problem, str]], made: Selection
    ) -> list[tuple[int, ExampleRow]]:
        """Returns examples of responses, rewritten, with the numbers of their problems."""
        texts = rewrite_all(self._rewriter, [(problem, text) for _, problem, text in chosen])
        written: list[tuple[int, Problem, str, bool]] = []
        for (place, problem, old), text in zip(chosen, texts, strict=True):
            if isinstance(text, Refused):
                way = "unanswered" if isinstance(text, Unanswered) else "refused/rewriter"
                made.drop(problem, old, way, str(text))
            else:
                written.append((place, problem, text, text != old))
        changed = [(p, self._completion(text)) for _, p, text, is_changed in written if is_changed]
        scores = iter(self._score(changed) if changed else ())
        kept = []
        for place, problem, text, is_changed in written:
            if is_changed and not is_right(score := next(scores)):
                made.drop(problem, text, "refused/verifier", score.reason)
            elif (fault := self._fault(problem, text, "after")) is not None:
                made.drop(problem, text, f"refused/{fault[0]}", fault[1])
            else:
                made.counts["kept"] += 1
                made.counts["rewritten"] += is_changed
                kept.append((place, _row(problem, text, self._source)))
        return kept

    def _completion(self, text: str) -> Completion:
        """Returns what a policy would have written of a response."""
        return Completion(without_opened(text, self._opened))

    def _fault(self, problem: Problem, text: str, when: str) -> tuple[str, str] | None:
        response = with_opening(self._completion(text), self._tag)
        return self._filters.fault(problem, response, when)


def is_right(score: Score) -> bool:
    """Returns whether a score says that a response is right."""
    return score.value is not None and score.verdict is Verdict.CORRECT


def _row(problem: Problem, text: str, source: str) -> ExampleRow:
    language = _LANGUAGE.target_for(problem)
    return ExampleRow(
        problem.question, text, problem.family, problem.level, problem.id, source, language
    )
