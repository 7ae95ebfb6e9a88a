"""Files of rows as other people have them: names, mappings, forms."""

import json

import gymnasium as gym
import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.problems.loaders import load_problems

GSM8K = {"question": "6*7?", "answer": "6*7=42\n#### 42"}
MATH = {"problem": "6*7?", "level": "Level 5", "type": "Algebra", "solution": r"So $\boxed{42}$."}
VERL = {
    "data_source": "math_dapo",
    "prompt": [{"role": "system", "content": "Think."}, {"role": "user", "content": "6*7?"}],
    "reward_model": {"ground_truth": "42", "style": "rule"},
    "extra_info": {"index": "a-b", "question": "another text"},
}
TESTS = [{"input": "1", "output": "2"}, {"input": "2", "output": "3"}]


@pytest.fixture
def write(tmp_path):
    def to(name, *rows, text=None):
        path = tmp_path / name
        path.write_text("\n".join(map(json.dumps, rows)) if text is None else text, "utf-8")
        return str(path)

    return to


def only(problems):
    return load_problems(problems, "all")[0]


@pytest.mark.parametrize("row", [GSM8K, MATH, VERL, {"question": "6*7?", "ground_truth": ["42"]}])
def test_published_rows_pay_1_for_right_answers(row, write):
    env = gym.make("r1/Math-v0", problems=write("a.jsonl", row), split="all")
    env.reset(seed=0)
    env = env.unwrapped
    assert env.problem.question == "6*7?"
    values = [env.score(env.problem, f"<answer>{a}</answer>").value for a in ("42", "43", "6")]
    assert values == [1, 0, 0]


def test_the_other_fields_are_kept(write):
    assert only(write("a.jsonl", MATH)).level == 5
    assert only(write("a.jsonl", MATH)).metadata == {"type": "Algebra"}
    assert only(write("a.jsonl", VERL)).metadata == {"index": "a-b", "data_source": "math_dapo"}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value", [[MATH], {"data": [MATH]}, {"problem": {"0": "6*7?"}, "answer": {"0": "42"}}, MATH]
)
def test_json_in_one_piece(value, indent, write):
    assert only(write("a.json", text=json.dumps(value, indent=indent))).question == "6*7?"


def test_a_single_line_with_tests_is_a_row(write):
    assert len(only(write("a.jsonl", {"problem": "Add 1.", "tests": TESTS})).metadata["tests"]) == 2


def test_csv_and_parquet(write, tmp_path):
    text = 'problem,answer,level,note\n"6*7,\nplease?",42,2,\n1/2?,0.50,,x\n'
    first, second = load_problems(write("a.csv", text=text), "all")
    assert (first.question, first.answer, first.level) == ("6*7,\nplease?", "42", 2)
    assert (second.answer, second.metadata) == ("0.50", {"note": "x"})
    assert only(write("a.tsv", text="question\tanswer\n6*7?\t42\n")).answer == "42"
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"problem": ["p"], "answer": arrow.array([0.1], arrow.float32())})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert only(tmp_path / "a.parquet").answer == "0.1"
    parquet.write_table(arrow.Table.from_pylist([VERL]), tmp_path / "verl.parquet")
    assert only(str(tmp_path / "verl.parquet")).answer == "42"


MAPPED = {"Q": "6*7?", "ctx": "Think.", "A": "#### 42", "o1": "41", "o2": "42", "m": {"g": 42}}


@pytest.mark.parametrize(
    ("text", "columns", "question", "answer"),
    [
        ("problem=Q,answer=A", {"problem": "Q", "answer": "A"}, "6*7?", "42"),
        (
            "problem=ctx+Q,answer=A",
            {"problem": ["ctx", "Q"], "answer": "A"},
            "Think.\n\n6*7?",
            "42",
        ),
        ("problem=Q,answer=m.g", {"problem": "Q", "answer": "m.g"}, "6*7?", "42"),
        (
            "problem=Q,choices=o1+o2,answer=m.g",
            {"problem": "Q", "choices": ["o1", "o2"], "answer": "m.g"},
            "6*7?\nA) 41\nB) 42",
            "B",
        ),
    ],
)
def test_columns_are_named_in_a_mapping_or_behind_the_path(text, columns, question, answer, write):
    path = write("a.jsonl", MAPPED)
    if "choices" in columns:
        with pytest.raises(ProblemFileError, match="the gold 42 counts past the 2 choices"):
            only(f"{path}:{text}")
        path = write("a.jsonl", {**MAPPED, "m": {"g": "42"}})
    for problem in (only(f"{path}:{text}"), only({"file": path, "map": columns})):
        assert problem.question == question
        assert problem.answer.removeprefix("#### ") == answer


def test_a_file_whose_fields_have_other_names_says_so_once(write):
    for path in (
        write("a.jsonl", *[{"Q": "1+1", "A": "2"}] * 3000),
        write("b.json", text=json.dumps([{"Q": "1+1", "A": "2"}] * 3000)),
    ):
        with pytest.raises(ProblemFileError) as caught:
            load_problems(path, "all")
        message = str(caught.value)
        assert 'no row has the field "problem"; the fields there are Q, A.' in message
        assert ":problem=COLUMN,answer=COLUMN'" in message and "gsm8k, humaneval" in message
        assert len(message) < 600 and "\n" not in message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"problem": "1+\ud800", "answer": "2"}, "half a character"),
        ({"problem": "Which?", "answer": 2, "verifier": "choice"}, "no choices to count"),
        ({"problem": "Which?", "answer": "x", "verifier": "choice"}, "names no choice"),
        ({"problem": "Which?", "answer": 2, "choices": ["a", "b"]}, "counts past the 2 choices"),
        ({"problem": "Add.", "answer": "x", "verifier": "code"}, 'verifier "code" needs "tests"'),
        ({"problem": "Add.", "tests": ["assert x"]}, "no assert that can be run"),
        ({"problem": "Add.", "tests": []}, 'no row has the field "answer"'),
        ({"problem": "1+1", "answer": []}, "an empty list is no gold"),
        ({"problem": "1+1", "answer": "####", "verifier": "accuracy"}, "states no answer"),
        ({"problem": [1], "answer": "2"}, '"problem" must be text'),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_row(row, message, write):
    with pytest.raises(ProblemFileError, match=message) as caught:
        only(write("a.jsonl", row))
    assert "line 1" in str(caught.value) or "no row" in str(caught.value)


def test_a_gold_that_states_no_answer_is_refused_where_it_would_be_compared(write):
    path = write("a.jsonl", {"problem": "Why?", "answer": "####"}, {"problem": "2", "answer": "2"})
    with pytest.raises(ProblemFileError, match=r"1 of 2 problems .* a.jsonl:1: the gold is"):
        gym.make("r1/Math-v0", problems=path, split="all")
    gym.make("r1/Math-v0", problems=path, split="all", rewards={"format": 1.0})


def test_a_row_of_tests_needs_no_answer_and_any_of_several_answers_is_right(write):
    path = write("a.jsonl", {"problem": "Add 1.", "tests": TESTS, "answer": None, "choices": None})
    assert only(path).answer == "" and set(only(path).metadata) == {"tests"}
    assert only(write("a.jsonl", {"problem": "x?", "answer": ["1", 2]})).golds == ("1", "2")


def test_choices_are_shown_once(write):
    row = {"question": "Which?\nA. 2 m\nB. 12 m", "choices": ["2 m", "12 m"], "answer": "B"}
    assert only(write("a.jsonl", row)).question == row["question"]
    bare = only(write("a.jsonl", {**row, "question": "Which?", "answer": 0}))
    assert (bare.question, bare.answer) == ("Which?\nA) 2 m\nB) 12 m", "A")


def test_problem_strings_work_in_python():
    env = gym.make("r1/Math-v0", problems="arithmetic:1-2 equations:1")
    assert env.unwrapped.task.problem_set.levels == (1, 2)
    with pytest.raises(UnknownNameError, match="Did you mean 'arithmetic'"):
        load_problems("aritmetic:1")
    with pytest.raises(ConfigError, match="not understood at 'arithmetic'"):
        load_problems("arithmetic")


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ("a.csv:problm=Q", "Did you mean 'problem'"),
        ({"file": "a.csv", "map": {"problem": 3}}, "must name a column or several, not 3"),
        ({"file": "a.csv", "map": ["problem"]}, "must be a mapping to columns"),
        ({"file": "a.csv", "map": {"problem": "Q"}, "format": "gsm8k"}, "leave out one of them"),
    ],
)
def test_a_wrong_mapping_is_one_line(problems, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message):
        load_problems(problems, "all")
