import sys
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, R1GymError
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.suite_runner import make_ready
from r1gym.evaluation.suites import Suite, suite_named

SPEC = TaskSpec(problems="equations:1", split="test", max_tokens=24)
SUITE = Suite("x", SPEC, samples=4, questions=8)


def test_the_policys_tokens_and_template_are_taken():
    assert make_ready(SUITE, "tiny").task.template.startswith("User: ")
    assert make_ready(SUITE, "tiny", "Q: {question} A:").task.template == "Q: {question} A:"
    own = replace(SUITE, spec=replace(SPEC, template="{question}"))
    assert make_ready(own, "tiny", "Q: {question} A:").task.template == "{question}"


def test_what_was_changed_is_told_and_nothing_else():
    given = {"samples": 4, "questions": 2, "split": "train", "max_tokens": 24, "top_p": 0.5}
    ready = make_ready(SUITE, "tiny", changes=given, seed=3)
    assert ready.changed == {"questions": 2, "top_p": 0.5, "seed": 3}
    assert (ready.split, ready.config.samples, ready.config.seed) == ("train", 4, 3)
    assert make_ready(SUITE, "tiny", changes={"temperature": 0.6}).changed == {}


def test_a_set_without_an_end_needs_a_number(tmp_path):
    with pytest.raises(ConfigError, match="The suite 'x': its problems have no end, so it needs"):
        make_ready(replace(SUITE, questions=None), "tiny")
    path = tmp_path / "two.jsonl"
    path.write_text('{"problem": "1+1", "answer": "2"}\n{"problem": "2+1", "answer": "3"}\n')
    two = Suite("x", replace(SPEC, problems=str(path), split="all"))
    ready = make_ready(two, "tiny")
    assert (len(ready.problems), ready.config.questions) == (2, 2)


def test_a_context_that_is_too_short_is_named_before_anything_is_sampled():
    ready = make_ready(SUITE, "tiny")
    ready.check_context(None)
    ready.check_context(200)
    with pytest.raises(ConfigError, match="The suite 'x': The longest prompt .* context is 30"):
        ready.check_context(30)


@pytest.fixture
def no_hub(monkeypatch):
    """A hub that cannot be reached, without the waiting."""
    datasets = pytest.importorskip("datasets")

    def fail(**source):
        raise ConnectionError(f"no network for {source['path']}")

    monkeypatch.setattr(datasets, "load_dataset", fail)


@pytest.mark.parametrize("name", ["aime24", "math500", "gpqa_diamond", "livecodebench", "gsm8k"])
def test_without_the_hub_one_line_says_what_to_put_where(no_hub, name):
    with pytest.raises(ConfigError) as caught:
        make_ready(suite_named(name), "tiny")
    line = str(caught.value)
    assert line.startswith(f"The suite {name!r}: The data set {suite_named(name).hub}")
    assert line.endswith(f"JSON lines, Parquet or CSV: --suites {name} --problems FILE.")
    assert "\n" not in line and "no network" in line


def test_without_the_package_as_well(monkeypatch):
    monkeypatch.setattr("r1gym.evaluation.suite_runner.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install .*--suites aime24 --problems FILE"):
        make_ready(suite_named("aime24"), "tiny")


ROWS = {
    "aime24": '{"problem": "Compute 1+1", "answer": 2}',
    "gsm8k": '{"question": "Compute 1+1", "answer": "1+1=2\\n#### 2"}',
    "math500": '{"problem": "Compute 1+1", "answer": "2", "level": 3}',
}


@pytest.mark.parametrize("name", ROWS)
def test_a_copy_in_a_file_does(name, tmp_path, no_hub):
    path = tmp_path / "copy.jsonl"
    path.write_text(ROWS[name] + "\n")
    ready = make_ready(suite_named(name), "tiny", changes={"problems": str(path)})
    assert [(p.question, p.answer) for p in ready.problems] == [("Compute 1+1", "2")]
    assert ready.changed == {"problems": str(path)}
    with pytest.raises(ProblemFileError, match="nothing.jsonl cannot be read"):
        make_ready(suite_named(name), "tiny", changes={"problems": "nothing.jsonl"})


@pytest.mark.parametrize(
    "changes",
    [{"samples": 0}, {"top_p": 2}, {"split": "tset"}, {"max_tokens": 0}, {"samples": "x"}],
)
def test_settings_that_are_not_allowed(changes):
    with pytest.raises(R1GymError) as caught:
        make_ready(SUITE, "tiny", changes=changes)
    assert "\n" not in str(caught.value)


def test_an_id_of_another_kind_is_refused():
    with pytest.raises(ConfigError, match="The suite 'x': .*CartPole"):
        make_ready(Suite("x", TaskSpec(env="CartPole-v1"), questions=2), "tiny")


def test_the_questions_are_part_of_what_is_stored(tmp_path):
    path = tmp_path / "mine.jsonl"
    suite = Suite("x", replace(SPEC, problems=str(path), split="all"))
    about = []
    for answer in ("2", "2", "3"):
        path.write_text(f'{{"problem": "Compute 1+1", "answer": "{answer}"}}\n')
        about.append(make_ready(suite, "tiny")._about())
    assert about[0] == about[1] != about[2]
    assert sys.getsizeof(about[0]["data"]) < 100
