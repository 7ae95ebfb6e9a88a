"""What is seen of a process that is watched without a control group."""

import platform
import subprocess
import sys
import time
from pathlib import Path

from r1gym.sandbox.runner import watch

EXIT = 60 if platform.machine() == "x86_64" else 93
LEAVE = (
    "import ctypes, threading, time\n"
    "threading.Thread(target=time.sleep, args=(60,)).start()\n"
    f"ctypes.CDLL(None).syscall({EXIT}, 0)\n"
)


def test_memory_is_seen_when_the_first_thread_has_ended():
    with subprocess.Popen([sys.executable, "-c", LEAVE]) as child:
        try:
            status = Path(f"/proc/{child.pid}/stat")
            while status.read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.01)
            assert watch._resident(str(child.pid)) > 1 << 20
            assert watch._proportional(str(child.pid)) > 1 << 20
        finally:
            child.kill()
