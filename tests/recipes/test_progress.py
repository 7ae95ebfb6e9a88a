import os
import signal
import threading

import pytest

from r1gym.core.errors import Interrupted
from r1gym.recipes.progress import Stopper, progress_bar, show_training


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


def test_the_bar_shows_reward_accuracy_length_speed_and_time_left(capsys):
    metrics = {
        "rollout/ep_rew_mean": 0.5,
        "rollout/accuracy": 0.25,
        "rollout/ep_len_mean": 12.3,
        "time/fps": 4567.8,
    }
    with progress_bar("GRPO", 10, done=4) as bar:
        show_training(bar, metrics)
        assert bar.n == 5
    shown = capsys.readouterr().err.split("\r")[-1]
    assert "5/10" in shown and "<" in shown
    assert "reward=0.50, accuracy=0.25, length=12.3, tokens/s=4,568" in shown
