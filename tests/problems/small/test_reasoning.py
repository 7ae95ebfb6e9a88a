import random

import pytest

from r1gym.core.types import Completion
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.problems.small.reasoning import arithmetic_zh, equations_zh, logic
from r1gym.verifiers import RewardSum

ANY = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("family", [arithmetic_zh, equations_zh, logic])
def test_the_bilingual_tokenizer_writes_every_question(family, split):
    tokenizer = load_tokenizer("bilingual")
    problems = ProceduralProblems({family.name: [*range(1, family.levels + 1)]}, split, size=100)
    for number in range(100):
        problem = problems[number]
        assert tokenizer.decode(tokenizer.encode(problem.question)) == problem.question
        right = Completion(f"<think></think><answer>{problem.answer}</answer>")
        assert ANY.score(problem, right).value == 1.0


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_and_is_the_smaller_and_or_the_larger(level):
    rng = random.Random(level)
    for _ in range(200):
        question, answer = logic.generate(rng, level)
        first, *rest = question.removeprefix("Judge ").split(" ")
        value = int(first)
        for word, degree in zip(rest[::2], map(int, rest[1::2]), strict=True):
            value = sorted((value, degree))[word == "or"]
        assert len(rest) == 2 * level + 2 and answer == str(value)


def test_the_chinese_question_is_the_english_one():
    rng = random.Random(0)
    assert arithmetic_zh.generate(rng, 2)[0].startswith("计算")
    assert equations_zh.generate(rng, 2)[0].startswith("解方程")
