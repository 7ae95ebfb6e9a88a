"""What Landlock closes, and what the filter does where it is too old."""

import pytest

from r1gym.sandbox.runner import landlock, seccomp
from tests.sandbox.runner.separate import run


def test_older_landlocks_are_helped_out_by_the_filter():
    now, before = seccomp.job_filter(1 << 20, False, 7), seccomp.job_filter(1 << 20, False, 2)
    assert len(before) > len(now) > len(seccomp.job_filter(1 << 20, False))
    assert landlock.HOLDS_ROOT == 3


@pytest.mark.skipif(not landlock.abi(), reason="needs Landlock")
@pytest.mark.parametrize("keep", [False, True])
def test_files_are_made_in_the_jobs_folder_alone(tmp_path, keep):
    mine, others = tmp_path / "mine", tmp_path / "others"
    for folder in (mine, others):
        folder.mkdir()
        (folder / "old").write_text("old")
    script = f"""
import pytest

from tests.sandbox.runner.separate import run
from r1gym.sandbox.runner import kernel, landlock
fence = landlock.Fence(keep={keep})
rules = fence.rules({str(mine)!r})
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
landlock.restrict(rules)
fence.done(rules)
for path, mode in (({str(mine)!r}, 'w'), ({str(others)!r}, 'w'), ({str(others)!r}, 'r')):
    for name in ('new', 'old'):
        try: open(f'{{path}}/{{name}}', mode).close(); print('done')
        except OSError as error: print(type(error).__name__)
open('/dev/null', 'w').write('x')
"""
    no, missing = "PermissionError", "FileNotFoundError"
    assert run(script).split() == ["done", "done", no, no, missing, "done"]


@pytest.mark.skipif(not landlock.abi(), reason="needs Landlock")
def test_what_is_only_listed_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "file").write_text("told")
    script = f"""
import pytest

from tests.sandbox.runner.separate import run
from r1gym.sandbox.runner import kernel, landlock
place = {str(tmp_path)!r}
rules = landlock.Fence({{place: False, f'{{place}}/open': True}}).rules()
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
landlock.restrict(rules)
print(sorted(os.listdir(place)), open(f'{{place}}/open/file').read())
try: open(f'{{place}}/secret')
except PermissionError: print('closed')
"""
    assert run(script) == "['open', 'secret'] told\nclosed\n"


def test_kept_rules_are_made_once_for_the_same_folders(tmp_path, monkeypatch):
    made = iter(range(100, 200))
    monkeypatch.setattr(landlock, "abi", lambda: 5)
    monkeypatch.setattr(landlock.kernel, "syscall", lambda name, *_: next(made))
    kept = landlock.Fence(keep=True)
    first = kept.rules(str(tmp_path))
    assert kept.rules(str(tmp_path)) == first != kept.rules(str(tmp_path), "/tmp")
    kept.done(first)  # and is not closed
    assert kept.rules(str(tmp_path)) == first


def test_an_old_kernel_is_asked_for_no_more_than_it_knows(monkeypatch):
    sizes = {}
    for abi in (1, 2, 3, 4, 6):
        monkeypatch.setattr(landlock, "abi", lambda abi=abi: abi)
        fence = landlock.Fence(keep=True)
        sizes[abi] = len(fence._attributes), fence._rights.bit_length()
    assert sizes == {1: (8, 13), 2: (8, 14), 3: (8, 15), 4: (16, 15), 6: (24, 16)}


def test_without_landlock_there_are_no_rules(monkeypatch):
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    fence = landlock.Fence(keep=True)
    assert fence.rules("/tmp") is None
    fence.done(None)
