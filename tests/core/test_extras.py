import shlex
from importlib import metadata
from pathlib import Path

import pytest

from r1gym.core import extras
from r1gym.core.errors import ConfigError, MissingPackageError, R1GymError
from r1gym.core.extras import install, needs

ROOT = Path(__file__).parents[2]
METADATA = """\
Metadata-Version: 2.4
Name: r1gym
Version: 0.1.0
Requires-Dist: numpy>=2
Provides-Extra: cli
Requires-Dist: rich>=13; extra == "cli"
Requires-Dist: tyro>=1; extra == "cli"
Provides-Extra: report
Requires-Dist: r1gym[cli]; extra == "report"
Requires-Dist: matplotlib>=3.9; extra == "report"
Provides-Extra: both
Requires-Dist: r1gym[cli,report]; extra == "both"
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Makes r1gym known as an installation from somewhere."""

    def make(direct_url=None):
        info = tmp_path / "r1gym-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(METADATA)
        if direct_url is not None:
            (info / "direct_url.json").write_text(direct_url)
        found = metadata.PathDistribution(info)
        build = tmp_path / "r1gym.egg-info"
        build.mkdir()
        (build / "PKG-INFO").write_text(METADATA)
        left = metadata.PathDistribution(build)  # found first in the source's own folder
        monkeypatch.setattr(extras, "distributions", lambda name: iter([left, found]))

    return make


def test_a_wheel_is_named_again(installed, tmp_path):
    wheel = tmp_path / "my wheels" / "r1gym-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()
    installed(f'{{"archive_info": {{}}, "url": "{wheel.as_uri()}"}}')
    assert shlex.split(install("judge")) == ["pip", "install", f"{wheel}[judge]"]


@pytest.mark.parametrize(("info", "options"), [("{}", []), ('{"editable": true}', ["-e"])])
def test_a_folder_is_named_again(info, options, installed, tmp_path):
    installed(f'{{"dir_info": {info}, "url": "{tmp_path.as_uri()}"}}')
    assert shlex.split(install("judge")) == ["pip", "install", *options, f"{tmp_path}[judge]"]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        '{"archive_info": {}, "url": "file:///gone/r1gym-0.1.0-py3-none-any.whl"}',
        '{"vcs_info": {"vcs": "git"}, "url": "https://example.org/r1gym.git"}',
    ],
)
def test_where_the_origin_is_gone_the_packages_are_named(origin, installed):
    installed(origin)
    assert install("cli") == "pip install 'rich>=13' 'tyro>=1'"
    assert install("report") == "pip install 'rich>=13' 'tyro>=1' 'matplotlib>=3.9'"
    assert install("both") == install("report")  # each once


def test_source_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(extras, "distributions", lambda name: iter(()))
    assert shlex.split(install("cli")) == ["pip", "install", "-e", f"{ROOT}[cli]"]


def test_a_missing_package_is_one_line_and_an_import_error():
    with pytest.raises(ImportError) as caught, needs("judge", "r1gym.somewhere"):
        import no_such_package_of_tests  # noqa: F401
    assert isinstance(caught.value, MissingPackageError) and isinstance(caught.value, ConfigError)
    assert caught.value.name == "no_such_package_of_tests"
    assert str(caught.value) == (
        "r1gym.somewhere needs a package that cannot be loaded (No module named "
        f"'no_such_package_of_tests'): {install('judge')}."
    )


def test_the_innermost_module_is_named_once():
    with pytest.raises(MissingPackageError) as caught, needs("a", "outer"), needs("b", "inner"):
        import no_such_package_of_tests  # noqa: F401
    assert str(caught.value).startswith("inner needs ") and install("b") in str(caught.value)


def test_a_fault_of_ours_is_no_missing_package():
    with pytest.raises(ImportError, match="cannot import name") as caught, needs("x", "y"):
        from r1gym.core.errors import nothing  # noqa: F401
    assert not isinstance(caught.value, R1GymError)


def test_other_errors_pass():
    with pytest.raises(ValueError, match="mine"), needs("x", "y"):
        raise ValueError("mine")
