import os
import time

from r1gym.testing.forked import call_each


def test_each_call_tells_what_it_returned_or_how_it_ended():
    def hang():
        while True:
            time.sleep(1)

    def fail():
        raise ValueError("no")

    found = call_each([lambda: 7, fail, hang, lambda: os._exit(3), lambda: 8], 0.5)
    assert len(found) == 5
    assert [one.how for one in found] == ["returned", "raised", "slow", "died", "returned"]
    assert (found[0].result, found[4].result) == (7, 8)
    assert "no" in found[1].result
    assert 0.4 < found[2].seconds < 5
