import random
import re

import pytest

from r1gym.core.types import Completion
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.problems.small.reasoning import arithmetic_zh, equations_zh, shells
from r1gym.verifiers import RewardSum

ANY = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("family", [arithmetic_zh, equations_zh, shells])
def test_the_bilingual_tokenizer_writes_every_question(family, split):
    tokenizer = load_tokenizer("bilingual")
    problems = ProceduralProblems({family.name: [*range(1, family.levels + 1)]}, split, size=100)
    for number in range(100):
        problem = problems[number]
        assert tokenizer.decode(tokenizer.encode(problem.question)) == problem.question
        right = Completion(f"<think></think><answer>{problem.answer}</answer>")
        assert ANY.score(problem, right).value == 1.0


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_ball_is_where_the_swaps_bring_it(level):
    rng = random.Random(level)
    for _ in range(200):
        question, answer = shells.generate(rng, level)
        [start], swaps = re.findall(r"under (\d)", question), re.findall(r"(\d) (\d)", question)
        under = [False] * 5
        under[int(start)] = True
        assert len(swaps) == level + 1
        for one, other in ((int(a), int(b)) for a, b in swaps):
            under[one], under[other] = under[other], under[one]
        assert under[int(answer)]


def test_the_chinese_question_is_the_english_one():
    rng = random.Random(0)
    assert arithmetic_zh.generate(rng, 2)[0].startswith("计算")
    assert equations_zh.generate(rng, 2)[0].startswith("解方程")
