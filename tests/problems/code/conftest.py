"""The families of a test module are those of its second solvers."""

import pytest

from tests.problems.code import checking

COUNTS = [10, pytest.param(110, marks=pytest.mark.slow)]


@pytest.fixture
def second(request):
    """The module of second solvers."""
    return request.module.second


def pytest_generate_tests(metafunc):
    """Gives each test every family of its module, with every level where it asks for one."""
    solvers = getattr(metafunc.module, "second", None)
    if solvers is None or "name" not in metafunc.fixturenames:
        return
    if "level" in metafunc.fixturenames:
        metafunc.parametrize(("name", "level"), checking.cells_of(solvers))
    else:
        metafunc.parametrize("name", checking.names_of(solvers))
    if "count" in metafunc.fixturenames:
        metafunc.parametrize("count", COUNTS)
