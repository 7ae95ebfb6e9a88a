"""Benchmarks by their published columns, from local folders that `datasets` loads as it would."""

import json
import sys

import gymnasium as gym
import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.problems.data_sets import HUB
from r1gym.problems.formats import FORMATS
from r1gym.problems.loaders import load_problems
from tests.problems.benchmark_rows import ROWS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes rows to a folder in the form of a data set, which `datasets` caches elsewhere."""
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()

    def write(rows, split="test"):
        place = tmp_path / "data"
        place.mkdir(exist_ok=True)
        (place / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)))
        return str(place)

    return write


@pytest.mark.parametrize("name", ROWS)
def test_a_file_is_read_by_its_formats_name(name, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[name]) + "\n")
    (problem,) = load_problems(f"{name}:{path}", "all")
    assert problem.question == FORMATS.get(name)(ROWS[name]).question


@pytest.mark.parametrize("name", ROWS)
def test_a_data_set_is_loaded_by_its_format(name, folder):
    place = folder([ROWS[name]])
    (problem,) = load_problems({"hub": place, "format": name, "hub_split": "test"}, "all")
    expected = FORMATS.get(name)(ROWS[name])
    assert (problem.question, problem.answer) == (expected.question, expected.answer)
    assert problem.metadata == expected.metadata


def test_columns_are_named_in_a_mapping(folder):
    rows = [{"task": f"What is {n}+1?", "gold": n + 1, "grade": n} for n in range(40)]
    table = {
        "hub": folder(rows), "hub_split": "test",
        "question": "task", "answer": "gold", "level": "grade", "verifier": "judge",
    }  # fmt: skip
    problems = load_problems(table, "all")
    assert (problems[3].answer, problems[3].level) == ("4", 3)
    assert problems[3].metadata == {"verifier": "judge"}
    halves = [load_problems(table, split) for split in ("train", "validation", "test")]
    assert sum(map(len, halves)) == 40


def test_files_of_a_data_set_are_read_without_its_script(folder):
    place = folder([ROWS["gsm8k"]], "questions")
    (problem,) = load_problems(
        {"hub": place, "files": ["questions.jsonl"], "format": "gsm8k"}, "all"
    )
    assert problem.answer == "1003"


def test_a_local_file_with_columns(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"q": "1+1?", "a": 2}\n')
    table = {"file": str(path), "question": "q", "answer": "a"}
    assert load_problems(table, "all")[0].answer == "2"
    with pytest.raises(ProblemFileError, match="has no column 'question'; it has: q, a"):
        load_problems({**table, "question": "question"}, "all")


def test_a_column_that_is_not_there_is_named_with_those_that_are(folder):
    table = {"hub": folder([ROWS["gsm8k"]]), "hub_split": "test", "question": "question"}
    with pytest.raises(ProblemFileError, match="no column 'solution'; it has: question, answer"):
        load_problems({**table, "answer": "solution"}, "all")


def test_rows_without_an_answer_are_left_out_with_a_warning(folder):
    rows = [ROWS["gsm8k"], {"question": "?", "answer": "no mark"}]
    with pytest.warns(UserWarning, match="1 of 2 rows cannot be used"):
        problems = load_problems(
            {"hub": folder(rows), "format": "gsm8k", "hub_split": "test"}, "all"
        )
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ("hf:gsm8", "Did you mean 'gsm8k'"),
        ("hf:someone/something", "Say what the columns of someone/something are"),
        ({"hub": "gsm8k", "spilt": "x"}, "no key of a data set 'spilt'"),
        ({"hub": "a/b", "file": "c"}, "either 'hub', its id, or 'file'"),
        ({"hub": "a/b", "question": "q"}, "both columns"),
        ({"hub": "a/b", "question": "q", "answer": "a", "format": "aime"}, "leave out one"),
        ({"hub": 3}, "must be text"),
        ({"hub": "a/b", "format": "aimee"}, "Did you mean 'aime'"),
    ],
)
def test_a_wrong_description_says_what_is_wrong(problems, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message):
        load_problems(problems, "all")


def test_every_benchmark_of_the_hub_has_a_format():
    for name, source in HUB.items():
        assert FORMATS.get(source.format), name
        assert source.hub.count("/") == 1


@pytest.mark.parametrize("name", HUB)
def test_the_table_says_what_is_loaded(name, monkeypatch):
    seen = {}

    class Datasets:
        @staticmethod
        def load_dataset(**source):
            seen.update(source)
            raise ConnectionError("no way")

    monkeypatch.setitem(sys.modules, "datasets", Datasets)
    source = HUB[name]
    with pytest.raises(ProblemFileError, match=f"{source.hub} cannot be loaded"):
        load_problems(f"hf:{name}", "all")
    assert seen["split"] == source.hub_split
    if source.files:
        assert seen["data_files"] == [f"hf://datasets/{source.hub}/{file}" for file in source.files]
    else:
        assert (seen["path"], seen["name"]) == (source.hub, source.config)


def test_an_id_of_the_table_stands_for_its_benchmark_and_keys_go_before(monkeypatch):
    seen = []

    class Datasets:
        @staticmethod
        def load_dataset(**source):
            seen.append((source["path"], source["name"], source["split"]))
            return [ROWS["gsm8k"]]

    monkeypatch.setitem(sys.modules, "datasets", Datasets)
    for table in ("hf:gsm8k", "hf:openai/gsm8k", {"hub": "gsm8k", "hub_split": "train"}):
        assert load_problems(table, "all")[0].answer == "1003"
    assert [split for _, _, split in seen] == ["test", "test", "train"]
    assert {where[:2] for where in seen} == {("openai/gsm8k", "main")}


def test_without_a_network_there_is_one_clear_line(monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        ProblemFileError, match=r"gsm8k cannot be loaded .* takes a network"
    ) as error:
        load_problems("hf:gsm8k", "all")
    assert "\n" not in str(error.value)


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ConfigError, match=r"pip install .*datasets"):
        load_problems("hf:gsm8k", "all")


def test_an_environment_of_a_data_set(folder):
    table = {"hub": folder([ROWS["gsm8k"]]), "format": "gsm8k", "hub_split": "test"}
    env = gym.make("r1/Math-v0", problems=table, split="all", rewards={"auto": 1.0})
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.reset(seed=1)[1]["prompt"] == env.reset(seed=1)[1]["prompt"]


def test_columns_behind_the_name_of_a_data_set(monkeypatch):
    class Datasets:
        @staticmethod
        def load_dataset(**source):
            assert source["path"] == "owner/name"
            return [{"Q": "What is 1+1?", "A": "2"}]

    monkeypatch.setitem(sys.modules, "datasets", Datasets)
    for problems in ("hf:owner/name:problem=Q,answer=A", "hub:owner/name:problem=Q,answer=A"):
        assert load_problems(problems, "all")[0].answer == "2"


def test_a_file_in_a_mapping_is_read_as_its_text_is(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"problem": "What is 1+1?", "answer": "2"}')
    for problems in (str(path), path, {"file": str(path)}):
        assert load_problems(problems, "all")[0].metadata == {}
    with pytest.raises(ConfigError, match="must be text"):
        load_problems({"file": 3}, "all")
