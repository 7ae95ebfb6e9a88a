"""Multiple choice as GPQA asks it: lettered options in a random order, the gold answer a letter.

Pure: used by the science families and by the readers of benchmark files.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from r1gym.core.errors import ConfigError


def multiple_choice(
    question: str, right: str, wrong: Sequence[str], rng: random.Random
) -> tuple[str, str, dict[str, Any]]:
    r"""Returns a question with its options, the letter of the right one, and the metadata.

    The options are shuffled, so that a right answer that a file always lists first is in no fixed
    place (GPQA, arXiv 2311.12022, section 3).

    Args:
        question: The question alone.
        right: The text of the right option.
        wrong: The texts of the wrong ones, up to 25.
        rng: Decides the order, and is asked for nothing else.

    Returns:
        The question with a line ``A) ...`` for each option, the gold letter, and the metadata that
        the reward "choice" needs: ``{"verifier": "choice", "choices": [...]}``.

    Raises:
        ConfigError: If there is no wrong option or too many, or two options are the same text.

    Example:
        >>> question, letter, metadata = multiple_choice("1+1?", "2", ["3", "11"], random.Random(0))
        >>> question, letter
        ('1+1?\nA) 2\nB) 11\nC) 3', 'A')
    """
    texts = [" ".join(text.split()) for text in (right, *wrong)]
    if not 2 <= len(texts) <= len(ascii_uppercase):
        raise ConfigError(f"A choice needs 2 to {len(ascii_uppercase)} options, not {len(texts)}.")
    if not all(texts) or len(set(texts)) < len(texts):
        raise ConfigError(f"The options of a choice must differ and none be empty: {texts}.")
    order = list(range(len(texts)))
    rng.shuffle(order)
    choices = [texts[i] for i in order]
    lines = [f"{letter}) {text}" for letter, text in zip(ascii_uppercase, choices, strict=False)]
    gold = ascii_uppercase[order.index(0)]
    return "\n".join([question, *lines]), gold, {"verifier": "choice", "choices": choices}
