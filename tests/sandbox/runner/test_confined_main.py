"""The confined worker refuses where the kernel offers too little for it."""

import subprocess
import sys

import pytest

from r1gym.sandbox.runner import confined_main


def test_without_landlock_it_refuses():
    code = (
        "from r1gym.sandbox import SandboxError, run_tests\n"
        "from r1gym.sandbox.runner import kernel, seccomp\n"
        "number = seccomp._JOB['landlock_create_ruleset'][seccomp._column()]\n"
        "kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)\n"
        "seccomp.install(seccomp._filter({number: [seccomp._answer(seccomp.ENOSYS)]}))\n"
        "try: run_tests('', 'python', [{'type': 'stdin'}], None, 'confined')\n"
        "except SandboxError as error: print(error)\n"
    )
    text = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)
    assert "the layer landlock failed: no Landlock: it needs Linux 5.13" in text


@pytest.mark.parametrize(
    ("abi", "user", "told"),
    [(0, 1000, "no Landlock: it needs Linux 5.13"), (2, 0, "before Linux 6.2, .* hold root")],
)
def test_too_old_a_kernel_is_named(monkeypatch, abi, user, told):
    monkeypatch.setattr(confined_main.landlock, "abi", lambda: abi)
    monkeypatch.setattr(confined_main.os, "geteuid", lambda: user)
    with pytest.raises(OSError, match=told):
        confined_main._confine("r1gym-1-x")


def test_a_kernel_that_has_all_makes_a_ground(monkeypatch):
    monkeypatch.setattr(confined_main.landlock, "abi", lambda: 2)
    monkeypatch.setattr(confined_main.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(confined_main, "Confined", lambda name: ("ground", name))
    assert confined_main._confine("r1gym-1-x") == ("ground", "r1gym-1-x")
