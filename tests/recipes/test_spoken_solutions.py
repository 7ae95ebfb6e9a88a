import random
from dataclasses import replace

import pytest

from r1gym.core.types import Completion
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.recipes.spoken_solutions import Habits, respond, think
from r1gym.verifiers import RewardSum
from r1gym.verifiers.small_talk import split_response

ANY = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})
PURE = Habits({"en": 0.0, "zh": 0.0}, 0.0, 0.0, 0.0, 0.0)
REASONING = {
    "arithmetic": (1, 4), "equations": (1, 2, 3), "small-arithmetic-zh": (2,),
    "small-equations-zh": (1, 2, 3), "small-logic": (1, 2, 3),
}  # fmt: skip
REQUESTS = {"small-greet": (1,), "small-who": (1,), "small-list-things": (1,)}


def is_right(problem, text):
    return ANY.score(problem, Completion(text)).value == 1.0


def test_without_slips_every_chain_leads_to_the_answer_in_the_language_of_the_question():
    problems = ProceduralProblems(REASONING)
    for number in range(300):
        problem = problems[number]
        thinking, answer = think(problem.question, random.Random(number), PURE)
        assert is_right(problem, f"<think>{thinking}</think><answer>{answer}</answer>")
        assert thinking.isascii() == ("-zh" not in problem.family)


def test_the_two_languages_tell_the_same_steps():
    rng = random.Random(0)
    assert think("Compute (7+5)*3", rng, PURE)[0] == "first 7 plus 5 is 12\nthen 12 times 3 is 36"
    assert think("计算(7+5)*3", rng, PURE)[0] == "先7加5得12\n再12乘3得36"
    asked = "Judge 6 or 0 and 4"
    assert think(asked, rng, PURE) == ("first 6 or 0 is 6\nthen 6 and 4 is 4", "4")
    assert think(asked, rng, replace(PURE, other_language=1.0))[0] == "先6或0得6\n再6且4得4"


def test_a_wrong_step_that_is_noticed_is_done_again():
    careful = Habits({"en": 1.0, "zh": 1.0}, 0.0, 0.0, 0.0, reflection=1.0)
    thinking, answer = think("Compute 7+5", random.Random(0), careful)
    wrong, again = thinking.split("\n")
    assert not wrong.endswith(" is 12") and again == "wait, 7 plus 5 is 12" and answer == "12"


@pytest.mark.parametrize(("switching", "mixed"), [(0.0, False), (0.5, True)])
def test_chains_mix_languages_as_often_as_they_are_told(switching, mixed):
    habits = Habits({"en": 0.0, "zh": 0.0}, 0.0, 1.0, switching, 0.0)
    texts = [think("Compute 2+3+4+5", random.Random(i), habits)[0] for i in range(50)]
    assert any(not text.isascii() for text in texts) == mixed


def test_responses_are_right_or_wrong_as_told():
    problems = ProceduralProblems(REQUESTS)
    for number in range(200):
        problem, rng = problems[number], random.Random(number)
        assert is_right(problem, respond(problem, rng, 1.0, 0.0, 0.0, 0.0))
        assert not is_right(problem, respond(problem, rng, 0.0, 0.0, 0.0, 0.0))
        _, closers, offers, junk = split_response(respond(problem, rng, 1.0, 1.0, 1.0, 1.0))
        assert (closers, offers) == (1, 1) and junk in (1, 2)
