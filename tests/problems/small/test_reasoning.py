import random
import re

import pytest

from r1gym.core.types import Completion
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.problems.small.reasoning import arithmetic_zh, equations_zh, order
from r1gym.verifiers import RewardSum

ANY = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("family", [arithmetic_zh, equations_zh, order])
def test_the_bilingual_tokenizer_writes_every_question(family, split):
    tokenizer = load_tokenizer("bilingual")
    problems = ProceduralProblems({family.name: [*range(1, family.levels + 1)]}, split, size=100)
    for number in range(100):
        problem = problems[number]
        assert tokenizer.decode(tokenizer.encode(problem.question)) == problem.question
        right = Completion(f"<think></think><answer>{problem.answer}</answer>")
        assert ANY.score(problem, right).value == 1.0


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_relations_of_an_order_leave_one_answer(level):
    rng = random.Random(level)
    for _ in range(200):
        question, answer, _ = order.generate(rng, level)
        pairs = [
            (one, other) if relation == "before" else (other, one)
            for one, relation, other in re.findall(r"(\w+) (before|after) (\w+)", question)
        ]
        assert len(pairs) == level + 1
        names = {name for pair in pairs for name in pair}
        taken = {pair[1 if question.endswith("first") else 0] for pair in pairs}
        assert names - taken == {answer}


def test_the_chinese_question_is_the_english_one():
    rng = random.Random(0)
    assert arithmetic_zh.generate(rng, 2)[0].startswith("计算")
    assert equations_zh.generate(rng, 2)[0].startswith("解方程")
