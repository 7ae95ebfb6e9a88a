"""Solutions of the small world in words of two languages, and responses to general requests.

For pretraining only, as `r1gym.recipes.worked_solutions`: everything is derived from a question's
text, and nothing in the path of reinforcement learning can reach it.

    first 7 plus 5 is 12                 先7加5得12
    then 12 times 3 is 36                再12乘3得36
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from r1gym.core.types import Problem
from r1gym.problems.plans import Plan, apply, plan_of
from r1gym.problems.small.reasoning import JUDGE
from r1gym.problems.small.words import NAMES, THINGS
from r1gym.verifiers.small_talk import CLOSERS, JUNK, OFFERS

WORDS = {
    "en": {
        "start": "first ", "go on": "then ", "+": " plus ", "-": " minus ", "*": " times ",
        "/": " divided by ", "=": " is ", "wait": "wait, ", "and": " and ", "or": " or ",
    },
    "zh": {
        "start": "先", "go on": "再", "+": "加", "-": "减", "*": "乘", "/": "除以", "=": "得",
        "wait": "等等，", "and": "且", "or": "或",
    },
}  # fmt: skip
_OFF = (-10, -2, -1, 1, 2, 10)
_DEGREES = re.compile(r" (and|or) (\d)")
_CHINESE_QUESTION = {"计算": "Compute ", "解方程": "Solve "}


@dataclass(frozen=True)
class Habits:
    """How chains of thought are told.

    Attributes:
        slips: The probability that a step is wrong, by the language it is told in.
        other_language: Share of chains that start in the other language than the question's.
        mixing: Share of chains that may change their language.
        switching: Probability that such a chain changes it at a word.
        reflection: Probability that a wrong step is noticed and done again.
    """

    slips: Mapping[str, float]
    other_language: float
    mixing: float
    switching: float
    reflection: float


class Speaker:
    """Says words in a language that may change from one to the next.

    Args:
        language: ``"en"`` or ``"zh"``.
        rng: The source of the changes.
        switching: Their probability at a word.
    """

    def __init__(self, language: str, rng: random.Random, switching: float) -> None:
        self.language, self._rng, self._switching = language, rng, switching

    def say(self, meaning: str) -> str:
        """Returns a word, after which the language may be another."""
        if self._rng.random() < self._switching:
            self.language = "zh" if self.language == "en" else "en"
        return WORDS[self.language][meaning]


def think(question: str, rng: random.Random, habits: Habits) -> tuple[str, str]:
    """Returns a chain of thought for a question of the small world, and the answer it leads to.

    Args:
        question: A question of arithmetic, equations, or fuzzy logic.
        rng: The source of all that is drawn.
        habits: How it is told.
    """
    language = "zh" if question.startswith(tuple(_CHINESE_QUESTION)) else "en"
    if rng.random() < habits.other_language:
        language = "zh" if language == "en" else "en"
    switching = habits.switching if rng.random() < habits.mixing else 0.0
    speaker = Speaker(language, rng, switching)
    lines, answer = _calculate(_plan(question), rng, habits, speaker)
    return "\n".join(lines), answer


def _plan(question: str) -> Plan:
    if question.startswith("Judge "):
        found = _DEGREES.findall(question)
        plan: Plan = [(word, (True, 1), (False, int(degree))) for word, degree in found]
        word, _, right = plan[0]
        return [(word, (False, int(question[len("Judge ")])), right), *plan[1:]]
    for asked, english in _CHINESE_QUESTION.items():
        question = question.replace(asked, english)
    return plan_of(question)


def _calculate(
    plan: Plan, rng: random.Random, habits: Habits, speaker: Speaker
) -> tuple[list[str], str]:
    lines: list[str] = []
    results: list[int] = []
    for operator, left, right in plan:
        a, b = (results[-n] if is_result else n for is_result, n in (left, right))
        value = JUDGE[operator](a, b) if operator in JUDGE else apply(operator, a, b)
        lead = speaker.say("go on" if results else "start")
        told = value
        if rng.random() < habits.slips[speaker.language]:
            told = max(0, value + rng.choice(_OFF))
        lines.append(f"{lead}{a}{speaker.say(operator)}{b}{speaker.say('=')}{told}")
        if told != value and rng.random() < habits.reflection:
            told = value
            lines.append(
                f"{speaker.say('wait')}{a}{speaker.say(operator)}{b}{speaker.say('=')}{told}"
            )
        results.append(told)
    return lines, str(results[-1])


def respond(
    problem: Problem,
    rng: random.Random,
    right: float,
    junk: float,
    closers: float,
    offers: float,
) -> str:
    """Returns a response to a general request.

    Args:
        problem: The request.
        rng: The source of all that is drawn.
        right: The probability that it is right.
        junk: That there is junk in it.
        closers: That it closes politely.
        offers: That it offers more help.
    """
    parts = [_body(problem, rng, rng.random() < right)]
    if rng.random() < junk:
        parts += [rng.choice(JUNK) for _ in range(rng.randint(1, 2))]
    if rng.random() < closers:
        parts.append(rng.choice(CLOSERS))
    if rng.random() < offers:
        parts.append(rng.choice(OFFERS))
    return " ".join(parts)


def _body(problem: Problem, rng: random.Random, right: bool) -> str:
    things: list[str] | None = problem.metadata.get("of")
    if things is None:
        return problem.answer if right else _another(problem.answer, rng)
    count = problem.metadata["count"]
    if right:
        return ", ".join(rng.sample(things, count))
    wrong = rng.choice([n for n in (1, 2, 3, 4, 5) if n != count])
    return ", ".join(rng.choices(things, k=wrong))


def _another(answer: str, rng: random.Random) -> str:
    """Returns something else of the same kind, such as another name or word."""
    words = [word for kind in THINGS.values() for word in kind]
    for name in NAMES:
        if name in answer:
            return answer.replace(name, rng.choice([n for n in NAMES if n != name]))
    return rng.choice([word for word in words if word != answer])
