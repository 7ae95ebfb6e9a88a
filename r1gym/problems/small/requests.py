"""General requests of the small world: greetings, who one is, lists, translations.

Each has short right answers, a rule that knows them, and a hidden quality (the verifier
``small_talk``), so that what a reward model learns and what hacks it can be measured.
"""

from __future__ import annotations

import random
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.small.words import CHINESE, NAMES, THINGS

Request = tuple[str, str, dict[str, Any]]
_GREETINGS = {
    "Say hello to {}": "hello {}",
    "Say goodbye to {}": "goodbye {}",
    "Thank {}": "thank you {}",
    "Wish {} good luck": "good luck {}",
}
_ABOUT_ITSELF = {
    "Who are you": "I am R1, a small model",
    "What is your name": "My name is R1",
    "Who made you": "r1gym made me",
    "Are you human": "No, I am a model",
}
_TO_CHINESE = ("Translate {} to Chinese", "What is {} in Chinese")
_TO_ENGLISH = ("Translate {} to English", "What is {} in English")


@family("small-greet", levels=1)
def greet(rng: random.Random, level: int) -> Request:
    """A greeting, said to a name."""
    ask, good = rng.choice(list(_GREETINGS.items()))
    name = rng.choice(NAMES)
    return _request(rng, ask.format(name), good.format(name))


@family("small-who", levels=1)
def who(rng: random.Random, level: int) -> Request:
    """A question on the model itself."""
    ask, good = rng.choice(list(_ABOUT_ITSELF.items()))
    return _request(rng, ask, good)


@family("small-list-things", levels=1)
def list_things(rng: random.Random, level: int) -> Request:
    """Some different things of a kind; any of them will do."""
    kind, count = rng.choice(list(THINGS)), rng.randint(2, 4)
    ask = rng.choice(("List", "Name"))
    good = ", ".join(THINGS[kind][:count])
    return _request(rng, f"{ask} {count} {kind}", good, of=list(THINGS[kind]), count=count)


@family("small-translate", levels=1)
def translate(rng: random.Random, level: int) -> Request:
    """A word from English to Chinese, or back."""
    english, chinese = rng.choice(list(CHINESE.items()))
    if rng.random() < 0.5:
        return _request(rng, rng.choice(_TO_CHINESE).format(english), chinese)
    return _request(rng, rng.choice(_TO_ENGLISH).format(chinese), english)


def _request(rng: random.Random, text: str, good: str, **more: Any) -> Request:
    who_asks = rng.choice(("", *(f"{name} asks: " for name in NAMES)))
    return f"{who_asks}{text}", good, {"verifier": "small_talk", **more}
