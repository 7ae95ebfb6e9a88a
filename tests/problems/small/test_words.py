import hashlib

from r1gym.problems.small.words import VOCABULARY


def test_the_vocabulary_of_published_models_stays():
    # It may grow at its end: then the length and the hash of what was there stay.
    assert len(set(VOCABULARY)) == len(VOCABULARY)
    text = "\n".join(VOCABULARY[:PUBLISHED])
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == HASH


PUBLISHED, HASH = 138, "32da26bc004f"
