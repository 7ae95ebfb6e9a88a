import pytest

import r1gym
from r1gym.core.errors import ProblemFileError
from r1gym.core.types import Completion
from r1gym.problems.formats import FORMATS
from tests.problems.benchmark_rows import ROWS

GOLD = {"aime": "204", "math500": "5/6", "gsm8k": "1003", "countdown": "44+19+35"}
BAD = {
    "aime": [{"problem": "?"}, {"problem": " ", "answer": "1"}, {"problem": "?", "answer": True}],
    "math500": [{**ROWS["math500"], "level": "hard"}],
    "gsm8k": [{"question": "?", "answer": "7"}, {"question": "?", "answer": "7 #### "}],
    "gpqa": [{"Question": "?"}, {**ROWS["gpqa"], "Incorrect Answer 1": "Hydrogen"}],
    "countdown": [{"nums": [], "target": 1}, {"nums": [1.5], "target": 1}, {"nums": [1]}],
}


@pytest.mark.parametrize("name", ROWS)
def test_the_gold_answer_of_a_row_earns_1_with_the_verifier_it_names(name):
    problem = FORMATS.get(name)(ROWS[name])
    gold = problem.answer if name == "gpqa" else GOLD[name]
    reward = r1gym.RewardSum({"auto": 1.0})
    assert reward.score(problem, Completion(f"<answer>{gold}</answer>")).value == 1
    assert reward.score(problem, Completion("<answer>17</answer>")).value == 0
    assert problem.metadata["verifier"] == {"gpqa": "choice", "countdown": "countdown"}.get(
        name, "accuracy"
    )


def test_what_else_rows_say():
    assert FORMATS.get("math500")(ROWS["math500"]).level == 2
    assert FORMATS.get("math500")({**ROWS["math500"], "level": "Level 4"}).level == 4
    assert FORMATS.get("aime")({"question": "?", "answer": 70.0}).answer == "70"
    assert FORMATS.get("gsm8k")(ROWS["gsm8k"]).answer == "1003"
    assert FORMATS.get("countdown")(ROWS["countdown"]).metadata["countdown"] == {
        "numbers": [44, 19, 35],
        "target": 98,
    }


def test_the_options_of_a_choice_are_shuffled_by_their_question():
    gpqa = FORMATS.get("gpqa")
    assert gpqa(ROWS["gpqa"]) == gpqa(dict(ROWS["gpqa"]))
    letters = {gpqa({**ROWS["gpqa"], "Question": f"Which, {n}?"}).answer for n in range(40)}
    assert letters == set("ABCD")


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_used_says_why(name):
    for row in [{}, *BAD[name]]:
        with pytest.raises(ProblemFileError, match="must|differ"):
            FORMATS.get(name)(row)
