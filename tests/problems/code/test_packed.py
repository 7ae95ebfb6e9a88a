import base64
import json
import os
import pickle
import zlib

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.problems.code import packed

TESTS = [{"input": "1\n", "output": "ü\n", "testtype": "stdin"}]


def pack(value, protocol=None):
    return base64.b64encode(zlib.compress(pickle.dumps(value, protocol))).decode()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_text_is_read(protocol):
    assert packed.unpack(pack(json.dumps(TESTS, ensure_ascii=False), protocol)) == TESTS


def test_plain_json_and_plain_data_are_taken():
    assert packed.unpack(json.dumps(TESTS)) == packed.unpack(TESTS) == TESTS


def test_long_texts_are_read():
    tests = [{"input": "x" * 100_000, "output": "y"}]
    assert packed.unpack(pack(json.dumps(tests))) == tests


class Attack:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_pickle_that_runs_code_is_refused_and_not_run(tmp_path):
    path = tmp_path / "made"
    for value in (Attack(path), [json.dumps(TESTS), Attack(path)], Attack(path).__reduce__()):
        with pytest.raises(ProblemFileError, match="more than a text"):
            packed.unpack(pack(value))
    assert not path.exists()
    pickle.loads(zlib.decompress(base64.b64decode(pack(Attack(path)))))
    assert path.exists(), "the attack itself must work, or the test shows nothing"


@pytest.mark.parametrize(
    "value",
    ["not json", "", "e30=", pack(["x"]), pack(b"x"), pack(1), pack(None), pack("no json"),
     base64.b64encode(zlib.compress(b"r\xff\xff\xff\x7f.")).decode(),
     base64.b64encode(zlib.compress(b"\x80\x04\x95")).decode(),
     base64.b64encode(zlib.compress(b"")).decode(), "ü"],
)  # fmt: skip
def test_anything_else_is_an_error_that_names_the_field(value):
    with pytest.raises(ProblemFileError, match="private_test_cases"):
        packed.unpack(value)


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(packed, "MOST_BYTES", 1 << 16)
    with pytest.raises(ProblemFileError, match="more than"):
        packed.unpack(pack("0" * (1 << 20)))
