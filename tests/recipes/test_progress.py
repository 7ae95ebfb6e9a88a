import os
import signal
import threading

import pytest

from r1gym.core.errors import Interrupted
from r1gym.recipes.progress import Stopper


def test_nothing_happens_until_a_stop_is_asked_for():
    with Stopper() as stopper:
        stopper.check("step 1")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_waits_and_the_second_does_not(number, capsys):
    before = signal.getsignal(number)
    with Stopper() as stopper:
        os.kill(os.getpid(), number)
        assert stopper.requested
        with pytest.raises(Interrupted, match=r"Stopped at step 3 of 9; saved\. Run the same"):
            stopper.check("step 3 of 9")
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
    assert "Press Ctrl-C again" in capsys.readouterr().out


def test_off_the_main_thread_signals_are_left_alone():
    before = signal.getsignal(signal.SIGINT)
    found = []

    def work():
        with Stopper():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]
