"""A writer and a scorer without a model: steps are letters, and some words are worth more."""

import random

from r1gym.agents.search.expansion import Expander
from r1gym.agents.search.protocol import Prefix, Step
from r1gym.agents.search.steps import Cut
from r1gym.core.types import Completion


class Letters:
    """Writes words of four letters, one a step; the fourth ends a word."""

    def __init__(self, letters="ab", length=4):
        self.letters, self.length = letters, length
        self.calls = []

    def begin(self, prompt):
        return Prefix(prompt, (0,))

    def write(self, prefixes, n, cut, most, seed):
        self.calls.append(len(prefixes))
        rng = random.Random(seed)
        return [[self._step(prefix, rng, cut) for _ in range(n)] for prefix in prefixes]

    def completion(self, prefix):
        text = "".join(step.text for step in prefix.steps)
        return Completion(text, prefix.token_ids, truncated=not prefix.ended)

    def _step(self, prefix, rng, cut):
        left = self.length - sum(len(step.text) for step in prefix.steps)
        text = "".join(rng.choice(self.letters) for _ in range(1 if cut.tokens else left))
        ids = tuple(map(ord, text))
        return Step(text, ids, (-1.0,) * len(ids), len(ids) == left, len(ids))


class Dictionary:
    """Scores the beginning of a word by a function of its text."""

    name = "dictionary"

    def __init__(self, value):
        self.value, self.calls = value, []

    def score(self, prompts, steps):
        self.calls.append(len(prompts))
        return [
            [self.value("".join(chr(t) for s in one[: i + 1] for t in s)) for i in range(len(one))]
            for one in steps
        ]


def share_of_b(text):
    """How much of a word is b: search should find bbbb."""
    return text.count("b") / 4


def toy(value=share_of_b, **options):
    """Returns an expander of letters with its writer and its scorer."""
    writer, scorer = Letters(**options), Dictionary(value)
    return Expander(writer, scorer, Cut(tokens=1)), writer, scorer


def text_of(result):
    """The answer that a search found."""
    return result.completion.text
