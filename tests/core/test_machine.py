"""A machine is described in one line."""

import os

from r1gym.core.machine import describe_machine


def test_it_names_processor_cores_and_python():
    line = describe_machine()
    assert "\n" not in line and f"{os.cpu_count()} cores, Python 3." in line
