import os

import pytest

from r1gym.sandbox import LocalBackend, Pool, SandboxError
from r1gym.sandbox.backends import pool_of


@pytest.fixture(scope="session")
def local():
    """The shared pool of the local backend, if this machine can sandbox."""
    try:
        return pool_of("local")
    except SandboxError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def docker():
    """The shared pool of the docker backend, if an engine with our image answers."""
    try:
        return pool_of("docker")
    except SandboxError as error:
        if os.environ.get("R1GYM_REQUIRE_DOCKER"):  # CI has an engine, or something is wrong
            raise
        pytest.skip(str(error))


@pytest.fixture
def one_worker(local):
    """A pool of the local backend with a single worker."""
    pool = Pool(LocalBackend(), size=1)
    yield pool
    pool.close()
