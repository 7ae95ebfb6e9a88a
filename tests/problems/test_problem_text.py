import json
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.core.errors import ConfigError
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_text import as_text, files_of, is_file, parse_problems


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("arithmetic:2", {"arithmetic": (2,)}),
        ("arithmetic:2-5 equations:1-3", {"arithmetic": (2, 3, 4, 5), "equations": (1, 2, 3)}),
        ("arithmetic:1-2 arithmetic:2-4", {"arithmetic": (1, 2, 3, 4)}),
        ("my-family:10", {"my-family": (10,)}),
    ],
)
def test_families_with_their_levels(text, families):
    assert parse_problems(text) == families


def test_a_file_is_left_alone():
    assert parse_problems("my problems:1.jsonl") == "my problems:1.jsonl"


@pytest.mark.parametrize("text", ["arithmetic", "arithmetic:", "arithmetic:a", "p.txt", "x:1-"])
def test_what_is_not_understood_is_quoted(text):
    with pytest.raises(ConfigError, match=r"at '.*'.*arithmetic:2-5 equations:1") as caught:
        parse_problems("equations:1 " + text)
    assert repr(text) in str(caught.value)


def test_levels_that_run_backwards():
    with pytest.raises(ConfigError, match="'arithmetic:5-2' run backwards"):
        parse_problems("arithmetic:5-2")


def weighted(*levels, weight):
    return {"levels": levels, "weight": weight}


def mixture(*parts):
    return {"mixture": [{"problems": problems, "weight": weight} for problems, weight in parts]}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("arithmetic:2-3*3 equations:1*1", {
            "arithmetic": weighted(2, 3, weight=3.0), "equations": weighted(1, weight=1.0),
        }),
        ("arithmetic:2*3 equations:1-2", {
            "arithmetic": weighted(2, weight=3.0), "equations": (1, 2),
        }),
        ("logic:1-3*0.5 math:1,3*.25", {
            "logic": weighted(1, 2, 3, weight=0.5), "math": weighted(1, 3, weight=0.25),
        }),
        ("arithmetic:1*1e-3", {"arithmetic": weighted(1, weight=0.001)}),
        ("arithmetic:4,1-2,2", {"arithmetic": (4, 1, 2)}),
        ("arithmetic:1*3 arithmetic:5*1", mixture(
            ({"arithmetic": (1,)}, 3.0), ({"arithmetic": (5,)}, 1.0),
        )),
        ("train.jsonl*2 arithmetic:1-3*1", mixture(
            ({"file": "train.jsonl"}, 2.0), ({"arithmetic": (1, 2, 3)}, 1.0),
        )),
        ("apps:a.parquet a.csv:problem=Q,answer=A hf:gsm8k*.5", mixture(
            ({"file": "apps:a.parquet"}, 1.0), ({"file": "a.csv:problem=Q,answer=A"}, 1.0),
            ({"hf": "gsm8k"}, 0.5),
        )),
        ("'my file.jsonl'*2 arithmetic:1", mixture(
            ({"file": "my file.jsonl"}, 2.0), ({"arithmetic": (1,)}, 1.0),
        )),
        ('apps:"my file.jsonl" a*b.csv', mixture(
            ({"file": "apps:my file.jsonl"}, 1.0), ({"file": "a*b.csv"}, 1.0),
        )),
        ("john's.jsonl mary's.jsonl", mixture(
            ({"file": "john's.jsonl"}, 1.0), ({"file": "mary's.jsonl"}, 1.0),
        )),
        ("train.jsonl*2", "train.jsonl"),
        ("hf:gsm8k", "hf:gsm8k"),
        ("file:a.csv", "a.csv"),
        ("'my file.jsonl'", {"file": "my file.jsonl"}),
        ("my file.jsonl", "my file.jsonl"),
        ("a.csv:problem=Q*two,answer=A", "a.csv:problem=Q*two,answer=A"),
    ],
)  # fmt: skip
def test_what_a_text_means(text, meaning):
    assert parse_problems(text) == meaning
    assert parse_problems(as_text(meaning)) == meaning


@pytest.mark.parametrize(
    "name", ["my file.jsonl", "train.jsonl*2", "a.json b.json", "arithmetic:1", "hf:a"]
)
def test_a_text_that_is_the_path_of_a_file_is_that_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(json.dumps({"problem": "1+1", "answer": "2"}))
    assert parse_problems(name) == name and is_file(name)
    assert load_problems({"file": name}, "all")[0].answer == "2"
    assert load_problems(name, "all")[0].answer == "2"


def test_a_star_in_the_name_of_a_file_is_none_of_a_weight(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.jsonl*2").write_text("{}")
    assert parse_problems("x.jsonl*2*3 arithmetic:1") == mixture(
        ({"file": "x.jsonl*2"}, 3.0), ({"arithmetic": (1,)}, 1.0)
    )
    assert parse_problems("x.jsonl*2 arithmetic:1")["mixture"][0]["weight"] == 1.0
    assert parse_problems("x.jsonl*3 arithmetic:1")["mixture"][0]["weight"] == 3.0


@pytest.mark.parametrize("weight", ["0", "-1", "nan", "inf", "1e999", "two", "", "0.0", "1,5"])
@pytest.mark.parametrize("what", ["arithmetic:1-2", "train.jsonl", "apps:a.csv", "logic:1"])
def test_a_weight_must_be_a_number_above_0(what, weight):
    with pytest.raises(
        ConfigError, match=f"weight of '{what}' must be a (finite )?number above 0"
    ) as caught:
        load_problems(f"{what}*{weight} equations:1*1")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty text: leave them out for the environment's own"),
        ("  ", "empty text: leave them out for the environment's own"),
        ("arithmetic train.jsonl", "not understood at 'arithmetic'.*Did you mean 'arithmetic:1-6'"),
        ("digits", "not understood at 'digits'.*Did you mean 'digits:1-3'"),
        ("digits:", "not understood at 'digits:'.*Did you mean 'digits:1-3'"),
        ("logics:", "not understood at 'logics:'.*Did you mean 'logic:1-5'"),
        ("arithmetic:1 equatons train.jsonl", "at 'equatons'.*Did you mean 'equations:1-3'"),
        ("arithmetic:2-5 * 3", r"not understood at '\*'"),
        ("arithmetic:1 ''", "not understood at \"''\""),
        ("hf: arithmetic:1", "not understood at 'hf:'"),
        ("arithmetic:3-1*2", "'arithmetic:3-1' run backwards"),
        ("arithmetic:1,5-2", "'arithmetic:1,5-2' run backwards"),
    ],
)
def test_what_no_mixture_means_is_refused(text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_problems(text)
    assert "\n" not in str(caught.value)
    assert not is_file(text)


@pytest.mark.parametrize("tail", ["*", "*two", "/*"])
def test_a_star_may_be_part_of_what_a_source_is_given(tail):
    assert parse_problems(f"hf:a{tail}") == f"hf:a{tail}"
    with pytest.raises(ConfigError, match="weight of 'hf:a' must be a number above 0, not '0'"):
        parse_problems("hf:a*0")


def test_the_files_of_a_text():
    assert files_of("") == files_of("arithmetic:1-2") == []
    assert files_of("apps:a.jsonl") == ["apps:a.jsonl"]
    assert files_of("a.jsonl*2 arithmetic:1 hf:gsm8k") == ["a.jsonl", "hf:gsm8k"]
    assert is_file("a.jsonl") and is_file("hf:gsm8k") and is_file("'my file.jsonl'")
    assert not is_file("a.jsonl arithmetic:1") and not is_file("arithmetic:1")


_LEVELS = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)
_WEIGHTS = st.floats(1e-6, 1e6)
_NAMES = st.text(string.ascii_letters + "äé -_'\"", min_size=1, max_size=8)


@given(
    st.dictionaries(
        st.sampled_from(["arithmetic", "logic", "code-own-clock"]),
        _LEVELS | st.builds(lambda levels, w: {"levels": levels, "weight": w}, _LEVELS, _WEIGHTS),
        min_size=1,
    )
)
def test_families_can_be_written_down_and_read_again(families):
    again = parse_problems(as_text(families))
    assert json.loads(json.dumps(again)) == families
    assert list(again) == list(families)


@given(st.lists(st.tuples(_NAMES, _WEIGHTS), min_size=1, max_size=3), _LEVELS)
def test_mixtures_can_be_written_down_and_read_again_or_are_refused(files, levels):
    parts = [({"file": f"{name}.jsonl"}, weight) for name, weight in files]
    problems = mixture(*parts, ({"arithmetic": levels}, 1.0))
    if any("'" in name or '"' in name for name, _ in files):
        with suppress(ConfigError):  # both kinds, or one at the beginning
            assert json.loads(json.dumps(parse_problems(as_text(problems)))) == problems
    else:
        assert json.loads(json.dumps(parse_problems(as_text(problems)))) == problems


@pytest.mark.parametrize(
    "problems",
    [
        {"reasoning_gym": {"gcd": {}}},
        {"file": "a.csv", "map": {"problem": "Q"}},
        {"hub": "owner/name", "question": "q", "answer": "a"},
        {"arithmetic": {"levels": [1, 2]}},
        {"arithmetic": [1, 1]},
        mixture(({"arithmetic": weighted(1, weight=2.0)}, 1.0)),
        {"mixture": []},
        {"mixture": 3},
        {},
    ],
)
def test_what_no_text_says_is_refused(problems):
    with pytest.raises(ConfigError, match="No text says the same.*keep the mapping"):
        as_text(problems)
