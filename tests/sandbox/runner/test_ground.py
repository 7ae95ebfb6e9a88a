"""Both grounds are whole: what a job asks of one it finds in the other."""

import inspect

import pytest

from r1gym.sandbox.runner.confined import Confined
from r1gym.sandbox.runner.ground import Ground, Lasting
from r1gym.sandbox.runner.namespaces import Sealed


def methods(kind):
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}


@pytest.mark.parametrize(
    ("made", "protocol"), [(Sealed, Ground), (Confined, Ground), (Confined, Lasting)]
)
def test_a_ground_has_all_that_is_asked_of_it(made, protocol):
    assert methods(protocol) <= methods(made)
    for name in methods(protocol):
        asked, given = (inspect.signature(getattr(one, name)) for one in (protocol, made))
        assert list(asked.parameters) == list(given.parameters), name


def test_only_where_the_kernel_does_not_count_the_supervisor_does():
    assert (Sealed.counts, Confined.counts) == (False, True)
    assert Confined.flags == 0 != Sealed.flags
