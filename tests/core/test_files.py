import errno
import subprocess
import sys
from pathlib import Path

import pytest

from r1gym.core.errors import RunError
from r1gym.core.files import explained, only_process, whole_folder, write_text


def test_a_file_is_written_whole_and_leaves_no_draft(tmp_path):
    path = tmp_path / "new" / "file.txt"
    write_text(path, "one")
    write_text(path, "two")
    assert path.read_text("utf-8") == "two"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_appears_only_when_its_block_ends(tmp_path):
    path = tmp_path / "folder"
    with whole_folder(path) as draft:
        (draft / "a").write_text("1")
        assert not path.exists()
    assert (path / "a").read_text() == "1"


def test_a_failed_block_leaves_the_old_folder(tmp_path):
    path = tmp_path / "folder"
    with whole_folder(path) as draft:
        (draft / "a").write_text("old")
    with pytest.raises(KeyError), whole_folder(path) as draft:
        (draft / "a").write_text("new")
        raise KeyError
    assert (path / "a").read_text() == "old"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_what_to_do(code):
    expected = "disk is full.*Free some space.*goes on from"
    with pytest.raises(RunError, match=expected), explained(Path("runs/x")):
        raise OSError(code, "full")


def test_a_library_that_hides_the_error_number_is_understood():
    with pytest.raises(RunError, match="disk is full"), explained(Path("x")):
        raise RuntimeError("I/O error: No space left on device (os error 28)")


def test_another_system_error_names_the_path():
    expected = "secret could not be used: Permission denied"
    with pytest.raises(RunError, match=expected), explained(Path("secret")):
        raise OSError(errno.EACCES, "Permission denied")


def test_other_errors_pass_through():
    with pytest.raises(ZeroDivisionError), explained(Path("x")):
        raise ZeroDivisionError


def test_a_full_disk_behind_another_error_is_found():
    def save():
        try:
            raise OSError(errno.ENOSPC, "full")
        except OSError:
            raise RuntimeError("unexpected pos 43712 vs 43600")  # noqa: B904  as torch does

    with pytest.raises(RunError, match="disk is full"), explained(Path("x")):
        save()


def test_a_failed_block_leaves_no_draft(tmp_path):
    with pytest.raises(KeyError), whole_folder(tmp_path / "folder") as draft:
        (draft / "a").write_text("half")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_belongs_to_one_process_at_a_time(tmp_path):
    refused = pytest.raises(RunError, match="Another process is at work")
    with only_process(tmp_path / "run"), refused, only_process(tmp_path / "run"):
        pass
    with only_process(tmp_path / "run"):
        pass


def test_whoever_waits_comes_in_when_the_other_has_gone(tmp_path):
    child = (
        "import sys, fcntl; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); "
        "print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", child, str(tmp_path / ".lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        other.stdout.readline()
        waits = []

        def wait():
            waits.append(1)
            if len(waits) == 3:
                other.kill()  # a kill lets go of it
                other.wait()

        with only_process(tmp_path, wait):
            assert len(waits) >= 3


def test_waiting_can_be_given_up(tmp_path):
    def give_up():
        raise KeyboardInterrupt

    with (
        only_process(tmp_path),
        pytest.raises(KeyboardInterrupt),
        only_process(tmp_path, give_up),
    ):
        pass
