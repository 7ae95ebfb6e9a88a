import io
import tarfile

import pytest

from r1gym.core.errors import UnknownNameError
from r1gym.sandbox import images


def test_an_unknown_language_is_refused():
    with pytest.raises(UnknownNameError, match="language 'rust'"):
        images.build(languages=("rust",))


def test_what_is_built_holds_the_runner_and_nothing_else():
    with tarfile.open(fileobj=io.BytesIO(images._context("FROM x\n"))) as tar:
        names = tar.getnames()
    assert "Dockerfile" in names
    assert "runner/main.py" in names
    assert all(name == "Dockerfile" or name.startswith("runner/") for name in names)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "sources.list",
            "# deb http://old/x\ndeb [signed-by=k] http://mirror/debian bookworm main\n",
        ),
        ("sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror/debian\nSuites: x\n"),
    ],
)
def test_packages_come_from_where_the_machine_has_its_own(tmp_path, name, text):
    (tmp_path / "apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "apt" / name).write_text(text)
    assert images.own_mirror(tmp_path) == ""
    (tmp_path / "os-release").write_text("NAME=x\nID=debian\nVERSION=12\n")
    assert images.own_mirror(tmp_path) == "http://mirror/debian"


def test_a_machine_that_tells_nothing(tmp_path):
    (tmp_path / "os-release").write_text("ID=debian\n")
    assert images.own_mirror(tmp_path) == ""
