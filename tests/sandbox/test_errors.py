"""A missing sandbox is an error of the house, and of no other kind."""

import pytest

from r1gym.core.errors import ConfigError, R1GymError
from r1gym.sandbox import SandboxError


def test_whoever_catches_the_houses_errors_catches_it():
    with pytest.raises(R1GymError, match="the layer namespaces failed"):
        raise SandboxError("the layer namespaces failed")


def test_a_machine_that_offers_none_is_no_wrong_input():
    assert not issubclass(SandboxError, ConfigError)
