"""Open requests, from topics, readers and constraints.

There is no one right answer, so each problem names the verifier ``judge`` with the rubric
``helpfulness``, to be scored through the reward ``auto``. The answer of a problem is a line on what
a good response does: for people to read, the rubric does not look at it.

``r1/General-v0`` has the reward ``auto`` without a judge, so that it can be made and stepped
without a network. Every score is then ``verifier_error``, with the line that a model is missing:
episodes are masked and pay 0.0, and training stops at once. To train, give it an endpoint,

    rewards={"accuracy": {"type": "auto", "weight": 1.0,
                          "options": {"judge": {"model": "Qwen/Qwen3-32B", "base_url": "..."}}}}

or a reward model in the judge's place, ``"options": {"judge": {"type": "reward_model", "model":
"folder"}}``. An endpoint that does not answer gives ``judge_failed``, which is masked as well.

Left out: harmful requests, which need care beyond a table of words, and conversations of many
turns.
"""

from __future__ import annotations

import random
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.general import words

Request = tuple[str, str, dict[str, Any]]


@family("general-explain", levels=3, question_bytes=260)
def explain(rng: random.Random, level: int) -> Request:
    """Level 1 names a reader, 2 a length as well, 3 also how it should be told."""
    topic, reader = rng.choice(words.TOPICS), rng.choice(words.AUDIENCES)
    ask = rng.choice(("Explain {t} to {r}", "Tell {r} {t}", "Describe to {r} {t}"))
    return _request(rng, level, ask.format(t=topic, r=reader), f"makes clear {topic}, to {reader}")


@family("general-compare", levels=3, question_bytes=260)
def compare(rng: random.Random, level: int) -> Request:
    """Level 1 names what to look at, 2 a length as well, 3 also how it should be told."""
    one, other = rng.sample(rng.choice(words.PAIRS), 2)
    first, second = rng.sample(words.ASPECTS, 2)
    ask = rng.choice(("Compare {a} with {b}", "Weigh {a} against {b}", "Set {a} beside {b}"))
    text = f"{ask.format(a=one, b=other)} with regard to {first} and {second}"
    return _request(rng, level, text, f"is fair to {one} and {other}, on {first} and {second}")


@family("general-write", levels=3, question_bytes=260)
def write(rng: random.Random, level: int) -> Request:
    """Level 1 names the piece and its tone, 2 a length as well, 3 also how it should be told."""
    piece, subject, tone = (rng.choice(w) for w in (words.PIECES, words.SUBJECTS, words.TONES))
    ask = rng.choice(("Write {p} about {s}", "Compose {p} about {s}", "Draft {p} on {s}"))
    text = f"{ask.format(p=piece, s=subject)} in a tone that is {tone}"
    return _request(rng, level, text, f"is {piece} about {subject}, {tone}")


@family("general-advise", levels=3, question_bytes=260)
def advise(rng: random.Random, level: int) -> Request:
    """Level 1 names a person and a wish, 2 a length as well, 3 also how it should be told."""
    person, wish = rng.choice(words.PERSONS), rng.choice(words.WISHES)
    wish += f" and can spend {rng.randint(1, 30) * 10} euros on it"
    ask = rng.choice(("Advise {p} who {w}", "Give advice to {p} who {w}", "Help {p} who {w}"))
    return _request(rng, level, ask.format(p=person, w=wish), f"helps {person} who {wish}")


@family("general-summarise", levels=3, question_bytes=900)
def summarise(rng: random.Random, level: int) -> Request:
    """Level n has a text of 2n + 1 sentences."""
    club, town = rng.choice(words.CLUBS), rng.choice(words.TOWNS)
    start, members = rng.randint(1900, 2020), rng.randint(12, 400)
    facts = [
        f"It was founded in {start} and has {members} members today",
        f"The yearly fee is {rng.randint(5, 90)} euros, and pupils pay half",
        f"Last year {rng.randint(2, 40)} members left and {rng.randint(2, 60)} joined",
        f"It meets on {rng.choice(('Mondays', 'Tuesdays', 'Fridays', 'Sundays'))} at {town} school",
        f"A new roof will cost {rng.randint(3, 90)},000 euros",
        f"The town gives {rng.randint(1, 9)},500 euros a year",
        "Most of the work is done by volunteers, and there are too few of them",
        f"{rng.choice(('Mrs', 'Mr'))} {rng.choice(('Hale', 'Okoro', 'Lind', 'Marsh'))} has led it "
        f"for {rng.randint(2, 30)} years and wants to stop",
    ]
    chosen = rng.sample(facts, 2 * level)
    text = ". ".join([f"The {club} of {town} reports on its year", *chosen])
    length = rng.choice(
        ("in one sentence", "in at most 30 words", "as a headline and one sentence")
    )
    ask = rng.choice(("Summarise this", "Sum this up", "Give the gist of this"))
    good = f"says {length} what matters of: {'; '.join(chosen)}"
    return f"{ask} {length}: {text}", good, _metadata()


def _request(rng: random.Random, level: int, text: str, good: str) -> Request:
    """Returns a request with as many constraints as its level has above 1."""
    wanted = [rng.choice(words.LENGTHS), rng.choice(words.MANNERS)][: level - 1]
    if wanted:
        text += f", {' and '.join(wanted)}"
        good += f", {' and '.join(wanted)}"
    return text, good, _metadata()


def _metadata() -> dict[str, Any]:
    return {"verifier": {"type": "judge", "rubric": "helpfulness"}}
