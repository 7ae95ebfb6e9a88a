import pytest

from r1gym.core.errors import RunError
from r1gym.recipes.ledger import FILE, Ledger


@pytest.fixture
def model(tmp_path):
    place = tmp_path / "runs" / "base" / "step-1"
    place.mkdir(parents=True)
    return place


def test_what_was_made_is_found_again(tmp_path, model):
    folder = tmp_path / "runs" / "mine"
    ledger = Ledger(folder)
    ledger.begin("base", {"steps": 1}, {})
    assert Ledger(folder).made("base") is None
    ledger.end("base", {"base": str(model)})
    again = Ledger(folder)
    assert list(again.made("base", {"steps": 1})) == ["base"]
    assert again.made("base", {"steps": 2}) is None and again.made("rl") is None
    assert "../base/step-1" in (folder / FILE).read_text()


def test_a_run_can_be_moved_with_its_neighbours(tmp_path, model):
    ledger = Ledger(tmp_path / "runs" / "mine")
    ledger.begin("rl", {}, {"base": str(model)})
    (tmp_path / "runs").rename(tmp_path / "elsewhere")
    given, made = Ledger(tmp_path / "elsewhere" / "mine").last()
    assert made == {}
    assert (tmp_path / "elsewhere" / "base" / "step-1").samefile(given["base"])


def test_what_is_no_path_stays_as_it_was_given(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.begin("rl", {}, {"base": "somebody/a-model"})
    assert Ledger(tmp_path).last() == ({"base": "somebody/a-model"}, {})


@pytest.mark.parametrize("text", ["", "[]", '{"rl": 3}', '{"rl": {"config": {}}}', '{"rl": {"con'])
def test_a_broken_file_is_one_line(text, tmp_path):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(RunError, match="artifacts.json is broken .* delete it") as caught:
        Ledger(tmp_path)
    assert "\n" not in str(caught.value)
