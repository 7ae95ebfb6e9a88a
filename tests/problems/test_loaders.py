import json

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import ProceduralProblems


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "maths.jsonl"
    path.write_text(json.dumps({"problem": "1+1", "answer": "2"}))
    return path


def test_load_problems_tells_families_from_files(file):
    loaded = load_problems({"arithmetic": [1]}, "test", 5)
    assert loaded[7] == ProceduralProblems({"arithmetic": [1]}, "test", 5)[7]
    assert load_problems(str(file), "all")[0].question == "1+1"
    with pytest.raises(ConfigError, match="problems must be families with levels"):
        load_problems(["arithmetic"])
    with pytest.raises(UnknownNameError, match="no split 'all'"):
        load_problems({"arithmetic": [1]}, "all")


@pytest.mark.parametrize("families", [{"arithmetic": [1, 2]}, {"logic": {"levels": [1]}}])
def test_families_may_be_named_as_the_source_that_they_are(families):
    by_name, plain = load_problems({"families": families}), load_problems(families)
    assert [by_name[i] for i in range(20)] == [plain[i] for i in range(20)]
    assert len(load_problems({"families": families, "size": 10})) == 10


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ({"aritmetic": [1]}, "no task family 'aritmetic'. Did you mean 'arithmetic'"),
        ({"aritmetic": {"levels": [1], "weight": 2}}, "no task family 'aritmetic'. Did you mean"),
        ({"reasonin_gym": {"gcd": {}}}, "no problem source 'reasonin_gym'. Did you mean 'reasonin"),
        ({"fil": "a.jsonl"}, "no problem source 'fil'. Did you mean 'file'"),
        ("hff:gsm8k", "not understood at 'hff:gsm8k'.* Did you mean 'hf:gsm8k'"),
        ("reasoning-gym:gcd", "Did you mean 'reasoning_gym:gcd'"),
        ({"families": {"arithmetic": [1]}, "sise": 3}, "cannot be mixed with others: .*sise"),
        ({"mixture": [{"problems": {"arithmetic": [1]}}], "math": [1]}, "leave out math"),
        ({}, "at least one family"),
        ("", "empty text: leave them out for the environment's own"),
        (" \n", "empty text: leave them out"),
    ],
)
def test_what_does_not_exist_is_refused_in_a_line(problems, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message) as caught:
        load_problems(problems)
    assert "\n" not in str(caught.value).replace("\\n", "")
