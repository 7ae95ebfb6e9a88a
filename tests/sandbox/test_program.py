import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.sandbox import Limits, Pool, program


def test_a_program_as_a_worker_takes_it():
    made = program.checked("é\ud800", "python", {"pids": 3}, "apps")
    assert made == program.Program(b"\xc3\xa9\xed\xa0\x80", "python", Limits(pids=3), "apps")


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        (("", "rust", None), UnknownNameError, "language 'rust'"),
        (("", "pyhton", None), UnknownNameError, "Did you mean 'python'"),
        ((b"", "python", None), ConfigError, "code must be text, not bytes"),
        (("", "python", None, "leetcode"), UnknownNameError, "prelude 'leetcode'"),
        (("", "cpp", None, "apps"), ConfigError, "A prelude is Python; leave it out for cpp"),
        (("", "python", {"pids": 0}), ConfigError, "limits: pids"),
    ],
)
def test_what_is_no_program(given, error, told):
    with pytest.raises(error, match=told):
        program.checked(*given)


def test_a_backend_that_has_less_memory_than_asked_for():
    class Backend:
        name, memory_mb = "small", 100

    pool = Pool(Backend())
    assert program.pool_for(program.checked("", "python", {"memory_mb": 100}), pool) is pool
    with pytest.raises(ConfigError, match="memory_mb can be at most 100 with small"):
        program.pool_for(program.checked("", "python", {"memory_mb": 101}), pool)
