import pytest

from r1gym.core.errors import RunError
from r1gym.recipes.ledger import FILE, Entry, Ledger


@pytest.fixture
def model(tmp_path):
    place = tmp_path / "runs" / "base" / "step-1"
    place.mkdir(parents=True)
    return place


def test_what_was_made_is_found_again(tmp_path, model):
    folder = tmp_path / "runs" / "mine"
    ledger = Ledger(folder)
    ledger.write("base", Entry({"steps": 1}))
    assert Ledger(folder).made("base") is None
    ledger.end("base", {"base": str(model)}, 1.5)
    again = Ledger(folder)
    assert list(again.made("base")) == ["base"] and again.made("rl") is None
    [entry] = again.entries().values()
    assert (entry.config, entry.seconds, entry.keys) == ({"steps": 1}, 1.5, None)
    assert "../base/step-1" in (folder / FILE).read_text()
    again.drop("base")
    assert Ledger(folder).entries() == {} and again.last() is None


def test_stages_stand_in_the_order_of_their_recipe(tmp_path):
    ledger = Ledger(tmp_path, ["a", "b", "c"])
    for name in ("c", "gone", "b", "a"):
        ledger.write(name, Entry({}))
    assert list(Ledger(tmp_path).entries()) == ["gone", "a", "b", "c"]


def test_what_an_older_version_wrote_is_read(tmp_path):
    (tmp_path / FILE).write_text(
        '{"rl": {"config": {"a": 1}, "given": {"base": "x"}, "made": null}}'
    )
    entry = Ledger(tmp_path).last()
    assert entry == Entry({"a": 1}, {"base": "x"})


def test_which_artifacts_are_models():
    places = {"pairs": "pairs.txt", "base": "a/model", "judge": "a/reward", "table": "a.json"}
    kinds = {"pairs": "pairs", "base": "model", "judge": "reward_model", "table": "evaluation"}
    assert Entry({}, places, kinds=kinds).models(places) == ["a/model"]
    assert Entry({}).models({"base": "a/model", "table": "a.json"}) == ["a/model"]


def test_a_run_can_be_moved_with_its_neighbours(tmp_path, model):
    ledger = Ledger(tmp_path / "runs" / "mine")
    ledger.write("rl", Entry({}, {"base": str(model)}))
    (tmp_path / "runs").rename(tmp_path / "elsewhere")
    entry = Ledger(tmp_path / "elsewhere" / "mine").last()
    assert entry.made is None
    assert (tmp_path / "elsewhere" / "base" / "step-1").samefile(entry.given["base"])


def test_what_is_no_path_stays_as_it_was_given(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write("rl", Entry({}, {"base": "somebody/a-model"}))
    assert Ledger(tmp_path).last().given == {"base": "somebody/a-model"}


@pytest.mark.parametrize("text", ["", "[]", '{"rl": 3}', '{"rl": {"config": {}}}', '{"rl": {"con'])
def test_a_broken_file_is_one_line(text, tmp_path):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(RunError, match="artifacts.json is broken .* delete it") as caught:
        Ledger(tmp_path)
    assert "\n" not in str(caught.value)
