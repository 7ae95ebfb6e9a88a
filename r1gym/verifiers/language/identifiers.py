"""Language identification of a few words in Latin script, by a library that is loaded when used.

Both identifiers know the same languages only: on a few words, each language more is a chance more
to be wrong. They may be called from any thread, and answer the same for the same words.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from r1gym.core.checks import check_one_of
from r1gym.core.errors import ConfigError
from r1gym.verifiers.language.function_words import LATIN_LANGUAGES

_loading = threading.Lock()


class Identifier(NamedTuple):
    """What finds the language of words.

    Attributes:
        probabilities: From a text to the probability of each of `LATIN_LANGUAGES`, in that order.
        most_calls: How many texts of one completion it has the time for.
    """

    probabilities: Callable[[str], list[float]]
    most_calls: int


def check_identifier(name: str) -> None:
    """Checks that an identifier can be loaded, without the cost of loading it.

    Raises:
        ConfigError: If there is no such identifier, or its library is not installed.
    """
    check_one_of("identifier", name, _LOADERS)
    if importlib.util.find_spec(name) is None:
        raise ConfigError(f"identifier={name!r} needs a package: pip install {name}.")


def load_identifier(name: str) -> Identifier:
    """Returns the identifier of this name, loaded once for all threads."""
    with _loading:
        return _LOADERS[name]()


@lru_cache(maxsize=1)
def _load_py3langid() -> Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # One of our own: the module's functions share a global one, whose languages anyone may change.
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LATIN_LANGUAGES)

    def probabilities(text: str) -> list[float]:
        found = dict(identifier.rank(text))
        return [float(found[language]) for language in LATIN_LANGUAGES]

    return Identifier(probabilities, most_calls=1_000)


@lru_cache(maxsize=1)
def _load_langdetect() -> Identifier:
    import langdetect
    from langdetect.detector_factory import DetectorFactory

    factory = DetectorFactory()
    profiles = Path(langdetect.__file__).parent / "profiles"
    factory.load_json_profile(
        [(profiles / language).read_text("utf-8") for language in LATIN_LANGUAGES]
    )
    factory.set_seed(0)  # it samples n-grams; each detector seeds a generator of its own

    def probabilities(text: str) -> list[float]:
        detector = factory.create()
        detector.append(text.lower())  # it skips words in capitals
        try:
            found = {guess.lang: guess.prob for guess in detector.get_probabilities()}
        except langdetect.LangDetectException:  # no n-gram that it knows
            return [1 / len(LATIN_LANGUAGES)] * len(LATIN_LANGUAGES)
        return [float(found.get(language, 0.0)) for language in LATIN_LANGUAGES]

    return Identifier(probabilities, most_calls=24)


_LOADERS = {"py3langid": _load_py3langid, "langdetect": _load_langdetect}
