"""A changed setting reruns its stage and those behind it, and nothing else; nothing is lost."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from r1gym.core.errors import RunExistsError
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.lora import LoRASettings
from r1gym.recipes import plan as planning
from r1gym.recipes.plan import _entry
from r1gym.recipes.recipe import Recipe, run
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.run_view import load_run
from r1gym.recipes.stage import Kind, Stage

RAN = []


@dataclass(frozen=True)
class Write(Stage):
    """Writes what it is given and a word of its own, one line a stage that came before."""

    takes: tuple = ()
    word: str = ""
    grown: int = 1

    uses = ("eval",)

    @property
    def needs(self):
        return dict.fromkeys(self.takes, Kind.EXAMPLES)

    @property
    def makes(self):
        return {f"{self.name}/out": Kind.EXAMPLES}

    def run(self, at, given):
        RAN.append(self.name)
        text = "".join(Path(given[name]).read_text() for name in self.takes)
        path = at.folder / "out.jsonl"
        path.write_text(f"{text}{self.name} {self.word} {self.grown}\n")
        (at.folder / "evals").mkdir(exist_ok=True)
        (at.folder / "evals" / "look.json").write_text("{}")
        return {f"{self.name}/out": str(path)}

    def against(self, changed, folder):
        return super().against({n: t for n, t in changed.items() if n != "grown"}, folder)


@dataclass(frozen=True)
class Web(Recipe):
    """a -> b -> d, a -> c, d -> e: the last works in the run's own folder."""

    recipe = "web"
    name: str = "web"
    words: str = "abcde"
    grown: int = 1
    mine: str = ""

    def tasks(self):
        return {"train": TaskSpec(env="r1/Math-v0")}

    def stages(self):
        a, b, c, d, e = self.words
        return [
            Write("a", (), a, self.grown),
            Write("b", ("a/out", "user") if "user" in self.given else ("a/out",), b),
            Write("c", ("a/out",), c),
            Write("d", ("b/out",), d),
            Write("e", ("d/out",), e),
        ]


@pytest.fixture
def web(tmp_path):
    RECIPES.register("web")(Web)
    RAN.clear()
    run(Web(), tmp_path)
    assert list("abcde") == RAN
    RAN.clear()
    return Web()


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        ("Xbcde", "abcde"),
        ("aXcde", "bde"),
        ("abXde", "c"),
        ("abcXe", "de"),
        ("abcdX", "e"),
        ("abXXe", "cde"),
    ],
)
def test_a_changed_setting_reruns_its_stage_and_those_behind_it(words, ran, web, tmp_path, capsys):
    folder = tmp_path / "web"
    before = {name: (folder / name / "out.jsonl").read_text() for name in "abcd"}
    before["e"] = (folder / "out.jsonl").read_text()
    assert run(replace(web, words=words), tmp_path) == folder
    said = capsys.readouterr().out
    assert "".join(RAN) == ran
    fresh = run(replace(web, name="fresh", words=words), tmp_path)
    for name in "abcde":
        place = "" if name == "e" else name
        after = (folder / place / "out.jsonl").read_text()
        assert after == (fresh / place / "out.jsonl").read_text()
        assert (f"Stage {name} runs again: " in said) == (name in ran)
        assert (folder / "replaced" / f"{name}-1").exists() == (name in ran)
        if name in ran:  # nothing is lost
            assert (folder / "replaced" / f"{name}-1" / "out.jsonl").read_text() == before[name]
            assert (folder / "replaced" / f"{name}-1" / "evals" / "look.json").exists()
    changed = [name for name, word in zip("abcde", words, strict=True) if word == "X"]
    for name in ran:
        why = f"word: {name} -> X" if name in changed else "out is another"
        assert f"{why}. What it had made is in {folder / 'replaced' / name}-1.\n" in said
    assert load_run(folder).config.words == words
    assert json.loads((folder / "a" / "config.json").read_text())["words"] == words
    RAN.clear()
    run(replace(web, words=words), tmp_path)
    assert RAN == [] and capsys.readouterr().out == ""


def test_back_and_forth_keeps_everything(web, tmp_path):
    run(replace(web, words="abcXe"), tmp_path)
    run(web, tmp_path)
    folder = tmp_path / "web" / "replaced"
    assert sorted(path.name for path in folder.iterdir()) == ["d-1", "d-2", "e-1", "e-2"]
    assert json.loads((folder / "e-1" / "config.json").read_text())["words"] == "abcde"
    assert json.loads((folder / "e-2" / "config.json").read_text())["words"] == "abcXe"
    assert "d d 1" in (tmp_path / "web" / "out.jsonl").read_text()


def test_a_stage_that_can_go_on_does_and_those_behind_it_run_again(web, tmp_path, capsys):
    run(replace(web, grown=2), tmp_path)
    assert list("abcde") == RAN and not (tmp_path / "web" / "replaced" / "a-1").exists()
    said = capsys.readouterr().out
    assert "Stage a goes on: grown: 1 -> 2.\n" in said and "Stage b runs again" in said


def test_settings_of_the_run_that_a_stage_uses(web, tmp_path):
    run(replace(web, save_every=3, device="cpu:0", quick_eval=EvalConfig(samples=3)), tmp_path)
    assert RAN == []
    run(replace(web, eval=EvalConfig(samples=3)), tmp_path)
    assert list("abcde") == RAN


def test_options_of_the_engine_and_adapters_count_once_there_are_any(web):
    stage = ReinforcementLearning()
    none = _entry(stage, {"base": ""}, web).settings
    assert not {"engine_options", "lora"} & none.keys()
    for changes in ({"engine_options": {"chunk": 4}}, {"lora": LoRASettings(rank=2)}):
        found = _entry(stage, {"base": ""}, replace(web, **changes)).settings
        assert found.keys() - none.keys() == changes.keys()


def test_what_is_brought_is_known_by_its_content(web, tmp_path):
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"question": "q", "completion": "one"}\n')
    run(replace(web, given={"user": str(mine)}), tmp_path)
    assert list("bde") == RAN
    moved = mine.rename(tmp_path / "moved.jsonl")
    RAN.clear()
    run(replace(web, given={"user": str(moved)}), tmp_path)
    assert RAN == []
    moved.write_text('{"question": "q", "completion": "two"}\n')
    run(replace(web, given={"user": str(moved)}), tmp_path)
    assert list("bde") == RAN and "two" in (tmp_path / "web" / "out.jsonl").read_text()


def test_a_change_while_a_stage_had_not_finished(web, tmp_path, monkeypatch):
    monkeypatch.setattr(Write, "makes", property(lambda s: {"lost": Kind.EXAMPLES}))
    monkeypatch.setattr(Web, "stages", lambda s: [Write("a", (), s.words[0]), Write("z")])
    with pytest.raises(Exception, match="did not make 'lost'|makes 'lost'"):
        run(replace(web, words="Xbcde"), tmp_path)
    monkeypatch.undo()
    RAN.clear()
    run(replace(web, words="Ybcde"), tmp_path)
    assert list("abcde") == RAN and "a Y" in (tmp_path / "web" / "out.jsonl").read_text()


@pytest.mark.parametrize("moment", range(1, 30))
def test_stopped_while_what_was_made_is_moved(moment, web, tmp_path, monkeypatch):
    """At any write or move of the change: run again it comes to the same, and all is kept."""
    calls = []

    def stop(*args, **kwargs):
        calls.append(1)
        if len(calls) == moment:
            raise KeyboardInterrupt

    for owner, name in ((Path, "replace"), (planning.Ledger, "drop"), (planning.Ledger, "write")):
        original = getattr(owner, name)

        def wrapped(*args, original=original, **kwargs):
            stop()
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapped)
    changed = replace(web, words="abcXX")
    try:
        run(changed, tmp_path)
    except KeyboardInterrupt:
        monkeypatch.undo()
        run(changed, tmp_path)
    folder = tmp_path / "web"
    assert "e X" in (folder / "out.jsonl").read_text() and set(RAN) <= set("de")
    kept = [path.read_text() for path in (folder / "replaced").rglob("out.jsonl")]
    assert sum("d d 1\n" in text for text in kept) == 2
    assert [path.name for path in (folder / "replaced").iterdir() if "e-" in path.name] == ["e-1"]
    assert (folder / "replaced" / "e-1" / "evals" / "look.json").exists()


def test_without_its_ledger_a_changed_run_goes_on_with_nothing(web, tmp_path):
    (tmp_path / "web" / "artifacts.json").unlink()
    run(web, tmp_path)
    assert list("abcde") == RAN and not (tmp_path / "web" / "replaced").exists()
    (tmp_path / "web" / "artifacts.json").unlink()
    run(replace(web, words="abcdX"), tmp_path)
    assert len(list((tmp_path / "web" / "replaced").iterdir())) == 5


def test_another_recipe_or_version_is_refused(web, tmp_path, monkeypatch):
    (tmp_path / "web" / "metrics.jsonl").write_text("")
    monkeypatch.setattr(Web, "version", 2)
    with pytest.raises(RunExistsError, match="version: 1 -> 2.*another --name"):
        run(web, tmp_path)
    assert RAN == []
