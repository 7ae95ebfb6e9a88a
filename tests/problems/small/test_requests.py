import random

import pytest

from r1gym.core.types import Completion
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.verifiers import RewardSum

NAMES = ["small-greet", "small-who", "small-list-things", "small-translate"]
ANY = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})


@pytest.mark.parametrize("name", NAMES)
def test_golds_are_right_and_written_by_the_tokenizer(name):
    tokenizer = load_tokenizer("bilingual")
    for split in SPLITS:
        problems = ProceduralProblems({name: [1]}, split, size=60)
        for number in range(60):
            problem = problems[number]
            for text in (problem.question, problem.answer):
                assert tokenizer.decode(tokenizer.encode(text)) == text
            assert ANY.score(problem, Completion(problem.answer)).value == 1.0
            assert ANY.score(problem, Completion("blah")).value == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_there_are_many_requests(name):
    rng = random.Random(0)
    assert len({FAMILIES.get(name).generate(rng, 1)[0] for _ in range(2000)}) >= 40
