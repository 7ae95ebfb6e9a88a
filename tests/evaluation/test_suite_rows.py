"""Every benchmark reads its published columns, pays its golds, and refuses other files."""

import json

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Completion
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.suite_runner import make_ready
from r1gym.evaluation.suites import BUILT_IN, suite_named
from r1gym.problems.data_sets import HUB
from r1gym.verifiers.judge import Judge
from tests.evaluation.published_rows import ROWS

OURS = ("math", "code", "science", "logic", "countdown", "mixed")
ELSEWHERE = ("swe_verified", "aider")
BENCHMARKS = sorted(set(BUILT_IN) - {*OURS, *ELSEWHERE, "codeforces"})
SAMPLES = {
    "aime24": 64, "aime25": 64, "cnmo": 64, "gpqa_diamond": 64, "math500": 16, "livecodebench": 8,
    "humaneval": 16, "gsm8k": 4, "mbpp": 4,
}  # fmt: skip
JUDGE = {"model": "judge", "base_url": "http://localhost:1/v1", "api_key_env": None}
JUDGED = ("simpleqa", "c_simpleqa", "frames", "alpaca_eval", "arena_hard")
WINDOW = ("2026-01-01", "2026-12-31")  # of the rows that stand for LiveCodeBench's


def written(tmp_path, rows):
    path = tmp_path / "copy.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def ready(name, tmp_path, rows=None, **changes):
    changes["problems"] = written(tmp_path, ROWS[name] if rows is None else rows)
    if suite_named(name).window:
        changes["window"] = WINDOW
    if name in JUDGED:
        changes.setdefault("judge", JUDGE)
    return make_ready(suite_named(name), "tiny", changes=changes)


def answer_to(problem):
    """A completion that states the problem's gold."""
    kind = problem.metadata["verifier"]
    fence = f"```python\n{problem.answer}\n```"
    return fence if kind == "code" else f"So it is <answer>{problem.answer}</answer>."


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_is_sampled_as_in_the_report_and_says_where_it_is_from(name):
    suite = suite_named(name)
    assert (suite.name, suite.temperature, suite.top_p) == (name, 0.6, 0.95)
    assert suite.samples == SAMPLES.get(name, 1)
    assert suite.hub == HUB[name].hub and HUB[name].hub in suite.description
    assert (suite.spec.max_tokens, suite.questions, suite.spec.split) == (32_768, None, "all")
    assert suite.columns and TaskSpec.from_json(suite.spec.to_json()) == suite.spec
    for row in ROWS[name]:
        assert all(set(one.split("|")) & row.keys() for one in suite.columns)


GOLDS = sorted(set(BENCHMARKS) - {"ifeval", "alpaca_eval", "arena_hard", "livecodebench"})


@pytest.mark.parametrize("name", GOLDS)
def test_each_pays_its_own_golds_and_no_others(name, tmp_path, monkeypatch):
    monkeypatch.setattr(Judge, "_find_verdict", lambda self, *shown: "INCORRECT")
    if name == "mmlu_redux":
        with pytest.warns(UserWarning, match='1 of 4 rows cannot be used.*"error_type" is bad'):
            suite = ready(name, tmp_path)
    else:
        suite = ready(name, tmp_path)
    problems = suite.problems
    assert len(problems) >= 2
    for number, problem in enumerate(problems):
        right = suite.task.score(problem, Completion(answer_to(problem)))
        assert (right.value, right.verdict) == (1.0, "correct"), (problem, right)
        other = problems[(number + 1) % len(problems)]
        if other.answer not in problem.golds:
            wrong = suite.task.score(problem, Completion(answer_to(other)))
            assert wrong.value == 0.0, (problem, other, wrong)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_refuses_another_schema_with_both_named(name, tmp_path):
    lacking = {"alpha": 1, "beta": "2"}
    with pytest.raises(ProblemFileError) as caught:
        ready(name, tmp_path, [lacking, lacking])
    line = str(caught.value)
    assert "\n" not in line and line.endswith("it has alpha, beta.")
    for columns in suite_named(name).columns:
        for column in columns.split("|"):
            assert repr(column) in line


@pytest.mark.parametrize("name", JUDGED)
def test_what_a_judge_decides_needs_one_before_anything_is_asked(name, tmp_path):
    path = written(tmp_path, ROWS[name])
    with pytest.raises(ConfigError, match=f"The suite '{name}': .* give --judge"):
        make_ready(suite_named(name), "tiny", changes={"problems": path})


def test_a_judge_sees_what_follows_the_thinking_only(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        Judge, "_find_verdict", lambda self, *shown: seen.append(shown) or "CORRECT"
    )
    suite = ready("simpleqa", tmp_path)
    text = "<think>SECRET doubts about Ada</think>It was painted by A. Brown."
    assert suite.task.score(suite.problems[0], Completion(text)).value == 1
    assert "SECRET" not in str(seen) and "A. Brown" in str(seen)


def test_the_window_leaves_out_what_is_older_or_newer(tmp_path):
    path = written(tmp_path, ROWS["livecodebench"])
    suite = suite_named("livecodebench")
    assert suite.window == ("2024-08-01", "2025-01-31")
    with pytest.raises(ConfigError, match="none of its problems is from 2024-08-01 to 2025-01-31"):
        make_ready(suite, "tiny", changes={"problems": path})
    one = {"problems": path, "window": ("2026-01-02", "2026-01-02")}
    [problem] = make_ready(suite, "tiny", changes=one).problems
    assert problem.metadata["date"] == "2026-01-02"
    with pytest.raises(ConfigError, match="window must be two days"):
        make_ready(suite, "tiny", changes=one | {"window": ("2026-01-02",)})


def test_prompts_take_the_questions_place_in_any_template(tmp_path):
    path = written(tmp_path, ROWS["aime24"])
    suite, problem = suite_named("aime24"), "Find the number of lattice paths, part 60."
    for template, begins in ((None, "User: "), ("Q: {question} A:", "Q: ")):
        task = make_ready(suite, "tiny", template, {"problems": path}).task
        prompt = task.describe(task.problem_set[0])["prompt"]
        assert prompt.startswith(f"{begins}{problem}\n\nWork through it") and "\\boxed{}" in prompt
    own = {"problems": path, "prompt": "{question} Be brief."}
    task = make_ready(suite, "tiny", "Q: {question} A:", own).task
    assert task.describe(task.problem_set[0])["prompt"] == f"Q: {problem} Be brief. A:"
    with pytest.raises(ConfigError, match="prompt must hold the field"):
        make_ready(suite, "tiny", changes=own | {"prompt": "Be brief."})


def test_instructions_are_checked_by_their_rules(tmp_path):
    suite = ready("ifeval", tmp_path)
    rain, snow = suite.problems
    for problem, right, wrong in (
        (rain, "Rain falls.", "Rain, again."), (snow, "snow falls.", "Snow falls."),
    ):  # fmt: skip
        assert suite.task.score(problem, Completion(right)).value == 1
        assert suite.task.score(problem, Completion(wrong)).value == 0
        assert suite.task.score(problem, Completion(f"<think>{wrong}</think>{right}")).value == 1


def test_codeforces_needs_contests_with_standings(tmp_path):
    suite = suite_named("codeforces")
    assert (suite.samples, suite.hub) == (16, None)
    with pytest.raises(ConfigError, match="its contests come from a file: give --problems"):
        make_ready(suite, "tiny")
    tests = [{"input": "1 2", "output": "3"}, {"input": "5 5", "output": "10"}]
    rows = [
        {
            "id": "7",
            "problems": [{"index": "A", "points": 500, "problem": "Add.", "tests": tests}],
            "standings": [{"rating": 1400, "points": 500}, {"rating": 900, "points": 0}],
        }
    ]
    path = written(tmp_path, rows)
    [problem] = make_ready(suite, "tiny", changes={"problems": path}).problems
    assert problem.metadata["verifier"] == "code" and problem.metadata["contest"] == "7"
    with pytest.raises(ProblemFileError, match='the field "id" is missing'):
        make_ready(suite, "tiny", changes={"problems": written(tmp_path, [{"alpha": 1}])})
