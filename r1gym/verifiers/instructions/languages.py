"""Which language a response is in, of those that instructions ask for.

The script that most letters are in says which languages it can be; letter statistics choose among
those. Beside `r1gym.verifiers.language`, which counts words of a dozen languages in a mixture, this
names one language of many for a whole text.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

from r1gym.verifiers.language.function_words import FUNCTION_WORDS
from r1gym.verifiers.language.prose import sample_text, strip_notation

_BY_SCRIPT = {
    r"A-Za-zÀ-ÖØ-öø-ɏ\u1e00-\u1eff": (
        "en es pt fr de it nl pl vi sw fi sv da no cs sk sl hr hu ro tr id ms tl et lt lv af ca sq"
        " so cy"
    ),
    r"\u0400-\u052f": "ru uk bg mk sr be",
    r"\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc": "ar fa ur",
    r"\u0900-\u097f": "hi mr ne",
    r"\u0980-\u09ff": "bn",
    r"\u0a00-\u0a7f": "pa",
    r"\u0a80-\u0aff": "gu",
    r"\u0b80-\u0bff": "ta",
    r"\u0c00-\u0c7f": "te",
    r"\u0c80-\u0cff": "kn",
    r"\u0d00-\u0d7f": "ml",
    r"\u0e00-\u0e7f": "th",
    r"\u0590-\u05ff": "he",
    r"\u0370-\u03ff\u1f00-\u1fff": "el",
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3": "ko",
    r"\u3041-\u30ff\uff66-\uff9f": "ja",
    r"\u3400-\u4dbf\u4e00-\u9fff": "zh",
}
_SCRIPTS = [(re.compile(f"[{chars}]"), names.split()) for chars, names in _BY_SCRIPT.items()]
_KANA_SHARE = 0.1  # of the letters, from which on Han characters beside kana are Japanese
_TELLING = 0.1  # more of all words, by which function words outvote letter statistics
_FEW, _SURE = 3, 0.4  # words, of which letters tell the language only with this probability
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_loading = threading.Lock()

LANGUAGES = tuple(sorted({name for _, names in _SCRIPTS for name in names}))
"""ISO 639-1 codes of the languages that can be told."""


def language_of(text: str) -> str | None:
    """Returns the code of the language that a text is in; None if that cannot be told.

    It cannot where there are no letters, or a few words of which the letters say little.
    """
    prose = sample_text(strip_notation(text))
    prose = prose if _WORD.search(prose) else sample_text(text)
    counts = [len(letters.findall(prose)) for letters, _ in _SCRIPTS]
    if not any(counts):
        return None
    by_name = {names[0]: n for n, (_, names) in zip(counts, _SCRIPTS, strict=True)}
    if by_name["ja"] > _KANA_SHARE * sum(counts):
        return "ja"
    names = _SCRIPTS[counts.index(max(counts))][1]
    return names[0] if len(names) == 1 else _likeliest(prose.lower(), names)


def _likeliest(prose: str, names: list[str]) -> str | None:
    """Returns which of some languages a text is in, by function words or else letters."""
    found = _WORD.findall(prose)
    shares = {
        name: sum(word in listed for word in found) / len(found)
        for name, listed in FUNCTION_WORDS.items()
        if name in names and found
    }
    best = sorted(shares, key=lambda name: -shares[name])[:2]
    if len(best) == 2 and shares[best[0]] >= shares[best[1]] + _TELLING:
        return best[0]
    ranked = ((str(name), share) for name, share in _identifier().rank(prose) if name in names)
    name, share = next(ranked, (names[0], 0.0))
    return name if len(found) > _FEW or share >= _SURE else None


@lru_cache(maxsize=1)
def _loaded() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # reads a file of megabytes

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _identifier() -> Any:
    with _loading:
        return _loaded()
