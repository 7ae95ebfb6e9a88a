import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.runner import first_distinct
from r1gym.evaluation.suites import SUITES, Suite, suite_named

SPEC = TaskSpec(problems="equations:1", split="test", max_tokens=24)
OURS = ("math", "code", "science", "logic", "countdown", "mixed")


@pytest.mark.parametrize("name", SUITES.names())
def test_every_suite_says_what_it_is(name):
    suite = suite_named(name)
    assert (suite.name, suite.temperature, suite.top_p) == (name, 0.6, 0.95)
    assert suite.description.endswith(".")
    assert TaskSpec.from_json(suite.spec.to_json()) == suite.spec


@pytest.mark.parametrize("name", OURS)
def test_suites_of_ours_are_the_test_split_of_an_id_and_can_be_earned(name):
    spec = suite_named(name).spec
    filled = spec.filled()
    assert (filled.split, spec.problems, spec.max_tokens) == ("test", None, None)
    task = TokenTask(spec)
    for problem in first_distinct(task.problem_set, 4):
        right = f"<think></think><answer>{problem.answer}</answer>"
        assert task.score(problem, right).value == 1
        assert task.score(problem, "<think></think><answer>?</answer>").value == 0


WRONG = {
    "name": ["", "a b", "../x", ".x", None, "x/y"],
    "spec": [None, {}, "r1/Math-v0"],
    "samples": [0, -1, 1.5, True, "4", None],
    "questions": [0, -3, 2.5],
    "temperature": [-1, float("nan"), float("inf"), "hot", None],
    "top_p": [0, 1.1, float("nan"), None],
    "measures": [(), "pass@1", ("pass@17",), ("best",), ("pass@1", "pass@1")],
    "description": [None, 3],
    "prompt": ["", "no place", "{question} {question}", None],
    "window": [("2024-01-01",), ("2025-01-01", "2024-01-01"), ("now", "then"), 3],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_a_suite_that_is_none_is_refused_in_a_line(name, value):
    with pytest.raises(R1GymError) as caught:
        Suite(**{"name": "x", "spec": SPEC} | {name: value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("left_open", [{"tokenizer": "tiny"}, {"curriculum": {"start": 1}}])
def test_what_an_evaluation_would_drop_is_refused(left_open):
    with pytest.raises(ConfigError, match=f"The suite 'x': leave the {next(iter(left_open))} out"):
        Suite("x", replace(SPEC, **left_open))


def test_settings_are_changed_for_once():
    suite = suite_named("math")
    changed = suite.changed({"samples": 2, "top_p": 1.0, "max_tokens": 9, "split": "train"})
    assert (changed.samples, changed.top_p, changed.questions) == (2, 1.0, 256)
    assert (changed.spec.max_tokens, changed.spec.split) == (9, "train")
    assert suite.changed({}) == suite == suite_named("math")
    fixed = replace(suite, measures=("pass@16",))
    with pytest.raises(ConfigError, match="pass@16 needs 16 samples of a question, and 4 are"):
        fixed.changed({"samples": 4})


HUB_SPECS = [
    ("hf:gsm8k", {"format": "gsm8k"}),
    ("hub:gsm8k", {"format": "gsm8k"}),
    ({"hf": "gsm8k"}, {"format": "gsm8k"}),
    ("hf:me/mine:problem=q,answer=a", {"map": {"problem": ["q"], "answer": ["a"]}}),
    ({"hub": "gsm8k"}, {"format": "gsm8k"}),
    ({"hub": "openai/gsm8k"}, {"format": "gsm8k"}),
    ({"hub": "me/mine", "question": "q", "answer": "a"}, {"question": "q", "answer": "a"}),
    ({"hub": "me/mine", "map": {"problem": "q"}}, {"map": {"problem": "q"}}),
]


@pytest.mark.parametrize(("problems", "read"), HUB_SPECS)
def test_a_copy_of_the_data_is_read_as_the_data_is(problems, read):
    suite = Suite("x", replace(SPEC, problems=problems))
    assert suite.hub in ("openai/gsm8k", "me/mine")
    assert suite.changed({"problems": "a.jsonl"}).spec.problems == {"file": "a.jsonl", **read}
    for own in ("apps:a.jsonl", "a.csv:problem=q,answer=a"):  # says itself how
        assert suite.changed({"problems": own}).spec.problems == own
    with pytest.raises(ConfigError, match="a copy of its data, not 'hf:mbpp'"):
        suite.changed({"problems": "hf:mbpp"})


def test_a_suite_with_problems_of_its_own_takes_no_file():
    assert suite_named("math").hub is None
    for suite in (suite_named("math"), Suite("x", SPEC)):
        with pytest.raises(ConfigError, match="brings its own problems, .*leave --problems out"):
            suite.changed({"problems": "a.jsonl"})


def test_names(monkeypatch):
    with pytest.raises(UnknownNameError, match="There is no suite 'aime'. Did you mean 'aime2"):
        suite_named("aime")
    SUITES.register("alias")(Suite("own", SPEC))
    with pytest.raises(ConfigError, match="The suite 'alias' calls itself 'own'"):
        suite_named("alias")
    points = [EntryPoint("odd", "json:dumps", "r1gym.suites")]
    monkeypatch.setattr("r1gym.core.registry.entry_points", lambda group, name=None: points)
    with pytest.raises(ConfigError, match="its entry point must name a Suite"):
        suite_named("odd")


def test_a_file_of_problems_is_a_suite_by_its_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("mine.jsonl", "my set.v2.csv"):
        (tmp_path / name).write_text("problem,answer\n1+1,2\n")
    assert suite_named("mine.jsonl").name == "mine"
    mapped = suite_named("my set.v2.csv:problem=problem,answer=answer")
    assert (mapped.name, mapped.hub, mapped.samples) == ("my-set", None, 16)
    assert suite_named("gsm8k:mine.jsonl").spec.problems == "gsm8k:mine.jsonl"
    with pytest.raises(UnknownNameError, match="no suite 'yours.jsonl'"):
        suite_named("yours.jsonl")


def test_names_cost_no_torch():
    code = (
        "import sys; from r1gym.evaluation.suites import SUITES; SUITES.working(); "
        "sys.exit(bool({'torch', 'datasets'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
