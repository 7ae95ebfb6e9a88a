import pytest

from r1gym.core.errors import ConfigError
from r1gym.verifiers.language.function_words import LATIN_LANGUAGES
from r1gym.verifiers.language.identifiers import check_identifier, load_identifier


@pytest.mark.parametrize("name", ["py3langid", "langdetect"])
def test_identifiers_give_a_probability_for_each_language(name):
    identifier = load_identifier(name)
    assert identifier is load_identifier(name)
    for text in ("the sum of the digits is even", "", "123", "x", "ß" * 1000):
        found = identifier.probabilities(text)
        assert len(found) == len(LATIN_LANGUAGES)
        assert all(0.0 <= p <= 1.0 + 1e-6 for p in found)
        assert found == identifier.probabilities(text)
    english = identifier.probabilities("the sum of the digits is even")
    assert max(english) == english[LATIN_LANGUAGES.index("en")]


def test_an_identifier_that_is_not_there(monkeypatch):
    with pytest.raises(ConfigError, match="identifier must be one of py3langid, langdetect"):
        check_identifier("fasttext")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install langdetect"):
        check_identifier("langdetect")
