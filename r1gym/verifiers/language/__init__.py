r"""The language reward (report section 2.3.2): words of the target language in the thinking.

The value is the share of target-language words in the chain of thought. LaTeX, code, tags, digits
and variables are no words. A script decides where it can: kana against Han, Cyrillic, Hangul and so
on against Latin; between languages in Latin script the words and the letter statistics decide
clause by clause. What counts as a word, and for how much, stands in `words`. Of a very long text,
evenly spaced stretches are read.

Left out: the summary after the thinking, which the report's reward does not look at; dialects and
scripts of Chinese (both are ``zh``).
"""

from __future__ import annotations

import difflib
from collections import Counter

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.language.counts import KNOWN_LANGUAGES, count_by_language
from r1gym.verifiers.language.identifiers import check_identifier
from r1gym.verifiers.language.prose import chain_of_thought
from r1gym.verifiers.protocol import register_verifier

__all__ = ["KNOWN_LANGUAGES", "Language", "count_by_language"]

QUESTION = "question"


@register_verifier("language")
class Language:
    """Pays the share of target-language words in the chain of thought.

    A chain of thought without a word in any language earns 0: an empty one, or one of formulas
    alone, is not in the target language, and paying for it would teach silence.

    Args:
        target: The language's ISO 639-1 code, one of `KNOWN_LANGUAGES`; or ``"question"`` for the
            language that most of the question's words are in, English where it has none.
        identifier: What tells languages in Latin script apart: ``"py3langid"``, or
            ``"langdetect"``, which needs ``pip install langdetect``.

    Raises:
        ConfigError: If the target or the identifier is unknown or not installed.
    """

    reads: frozenset[str] = frozenset()

    def __init__(self, target: str = "en", identifier: str = "py3langid") -> None:
        if target not in (QUESTION, *KNOWN_LANGUAGES):
            near = difflib.get_close_matches(str(target), KNOWN_LANGUAGES, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise ConfigError(
                f"The target language {target!r} is not known.{guess} "
                f"Known: {', '.join(KNOWN_LANGUAGES)}, and question for the question's own."
            )
        check_identifier(identifier)
        self.target = target
        self.identifier = identifier

    def target_for(self, problem: Problem) -> str:
        """Returns the language that the thinking about a problem should be in."""
        if self.target != QUESTION:
            return self.target
        counts = count_by_language(problem.question, self.identifier)
        return max(counts, key=lambda name: counts[name], default="en")

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the share of words in the target language, from 0 to 1."""
        target = self.target_for(problem)
        counts = count_by_language(chain_of_thought(completion.text), self.identifier)
        words = sum(counts.values())
        if not words:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "the chain of thought has no words")
        share = counts.get(target, 0.0) / words
        if share == 1.0:
            return Score(1.0, Verdict.CORRECT)
        others = [language for language, _ in Counter(counts).most_common(4)]
        found = ", ".join(f"{counts[name] / words:.0%} {name}" for name in others)
        return Score(share, Verdict.WRONG, f"of {words:.0f} words, {found}")
