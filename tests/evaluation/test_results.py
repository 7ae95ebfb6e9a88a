import pytest

from r1gym.core.errors import RunError
from r1gym.evaluation.results import load_result, load_results


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe"])
def test_a_broken_evaluation_is_named(tmp_path, content):
    path = tmp_path / "evals" / "test-step-000004.json"
    assert load_result(tmp_path, "test", 4) is None
    path.parent.mkdir()
    path.write_bytes(content)
    for read in (lambda: load_result(tmp_path, "test", 4), lambda: load_results(tmp_path, "test")):
        with pytest.raises(RunError, match=r"test-step-000004.json is broken: delete") as caught:
            read()
        assert "\n" not in str(caught.value)
