import json
from pathlib import Path

import pytest

from r1gym.core.errors import RunError, RunExistsError
from r1gym.core.run import Run, read_config, read_metrics

CONFIG = {"seed": 1, "grpo": {"steps": 3, "levels": (1, 2)}}


def test_a_run_keeps_its_configuration(tmp_path):
    Run(tmp_path / "run", CONFIG)
    assert read_config(tmp_path / "run") == {"seed": 1, "grpo": {"steps": 3, "levels": [1, 2]}}


def test_the_same_configuration_opens_the_run_again(tmp_path):
    Run(tmp_path, CONFIG).log({"a": 1.0}, 1)
    Run(tmp_path, CONFIG).log({"a": 2.0}, 2)
    assert [row["a"] for row in read_metrics(tmp_path)] == [1.0, 2.0]


def test_another_configuration_is_refused_with_what_differs(tmp_path):
    Run(tmp_path, CONFIG).log({"a": 1.0}, 1)
    with pytest.raises(RunExistsError, match=r"grpo\.steps: 3 -> 4.*another --name"):
        Run(tmp_path, {"seed": 1, "grpo": {"steps": 4, "levels": (1, 2)}})


def test_settings_that_may_change_are_written_and_others_refused(tmp_path):
    Run(tmp_path, CONFIG).log({"a": 1.0}, 1)
    longer = {"seed": 1, "grpo": {"steps": 4, "levels": (1, 2)}}
    Run(tmp_path, longer, may_change=("grpo.steps",))
    assert read_config(tmp_path)["grpo"]["steps"] == 4
    with pytest.raises(RunExistsError, match=r"\(seed: 1 -> 2\)"):
        Run(tmp_path, {**CONFIG, "seed": 2}, may_change=("grpo.steps",))
    assert read_config(tmp_path)["grpo"]["steps"] == 4  # a refusal changes nothing


def test_a_run_that_came_to_nothing_gives_way_to_another_configuration(tmp_path):
    Run(tmp_path, CONFIG)
    Run(tmp_path, {"seed": 2})
    assert read_config(tmp_path) == {"seed": 2}


def test_rewinding_drops_what_came_after(tmp_path):
    run = Run(tmp_path, CONFIG)
    for step in (1, 2, 3):
        run.log({"a": float(step)}, step)
        run.log_sample(step, text="x")
        run.log_group(step, members=[])
    run.rewind(2)
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2]
    for name in ("samples.jsonl", "groups.jsonl"):
        lines = (tmp_path / name).read_text("utf-8").splitlines()
        assert [json.loads(line)["step"] for line in lines] == [1, 2]


def test_a_line_cut_short_by_a_kill_is_left_out(tmp_path):
    run = Run(tmp_path, CONFIG)
    run.log({"a": 1.0}, 1)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "a"')
    assert len(read_metrics(tmp_path)) == 1
    run.rewind(1)
    run.log({"a": 2.0}, 2)
    assert [row["a"] for row in read_metrics(tmp_path)] == [1.0, 2.0]


def test_sinks_get_every_line(tmp_path):
    seen = []
    run = Run(tmp_path, CONFIG)
    run.sinks.append(lambda metrics, step: seen.append((dict(metrics), step)))
    run.log({"a": 1.0}, 7)
    assert seen == [({"a": 1.0}, 7)]


def test_a_folder_without_a_run_says_so(tmp_path):
    with pytest.raises(RunError, match=r"holds no run: there is no config\.json"):
        read_config(tmp_path)
    assert read_metrics(tmp_path) == []


def test_a_broken_configuration_is_one_line(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        read_config(tmp_path)


@pytest.mark.parametrize("line", ["garbage", "[]", '{"loss": 1}', '{"step": "1"}', "\0\0"])
def test_a_broken_line_is_named_and_nothing_is_dropped(tmp_path, line):
    run = Run(tmp_path, {})
    run.log({"loss": 1.0}, 1)
    path = tmp_path / "metrics.jsonl"
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    before = path.read_bytes()
    for read in (lambda: read_metrics(tmp_path), lambda: run.rewind(0)):
        with pytest.raises(RunError, match=r"Line 2 of .*metrics.jsonl is broken: delete") as e:
            read()
        assert "\n" not in str(e.value)
    assert path.read_bytes() == before


def test_an_empty_log_is_no_log(tmp_path):
    (tmp_path / "metrics.jsonl").write_text("", "utf-8")
    assert read_metrics(tmp_path) == []


@pytest.mark.parametrize("content", ["", "{", "5", "[1]"])
def test_a_broken_configuration_is_named(tmp_path, content):
    (tmp_path / "config.json").write_text(content, "utf-8")
    with pytest.raises(RunError, match=r"config.json cannot be read .* start anew") as caught:
        read_config(tmp_path)
    assert "\n" not in str(caught.value)


def test_where_there_is_no_run_those_that_are_there_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"in it\. `r1gym train` makes one\.$"):
        read_config(Path("runs/a"))
    for name in "abcdefg":
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "config.json").write_text('{"recipe": "r1_zero"}')
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text('{"model_type": "llama"}')
    for given in ("runs", "runs/z", "nothing", "runs/a/config.json"):
        with pytest.raises(RunError, match="There is runs/a, runs/b, .*, runs/e and 2 more") as no:
            read_config(Path(given))
        assert str(no.value).startswith(f"{given} holds no run")
