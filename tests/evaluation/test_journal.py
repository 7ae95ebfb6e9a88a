import pytest

from r1gym.core.errors import RunError
from r1gym.evaluation.journal import Journal

OF = {"step": 3, "data": "ab"}


def test_what_is_done_is_there_again(tmp_path):
    path = tmp_path / "evals" / "x.partial"
    journal = Journal(path, OF)
    journal.add(0, [{"id": "a"}])
    journal.add(2, [{"id": "c"}])
    assert Journal(path, OF).done == {0: [{"id": "a"}], 2: [{"id": "c"}]}
    assert Journal(path, OF | {"step": 4}).done == {}
    assert Journal(path, OF).done == {}  # the other has begun anew
    journal.close()
    journal.close()
    assert not path.exists()


@pytest.mark.parametrize("torn", ['{"question": 1, "ro', '{"question": 1}\n', "\n", "[]\n"])
def test_a_line_that_a_kill_has_torn_is_dropped(tmp_path, torn):
    path = tmp_path / "x.partial"
    Journal(path, OF).add(0, [{"id": "a"}])
    with path.open("a") as file:
        file.write(torn)
    again = Journal(path, OF)
    assert again.done == {0: [{"id": "a"}]}
    again.add(1, [{"id": "b"}])
    assert Journal(path, OF).done == {0: [{"id": "a"}], 1: [{"id": "b"}]}


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "evals").write_text("a file")
    with pytest.raises(RunError, match="could not be used"):
        Journal(tmp_path / "evals" / "x.partial", OF)
