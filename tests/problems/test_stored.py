import time

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.problem_set import SPLITS, LeveledProblems, split_of
from r1gym.problems.stored import StoredProblems
from r1gym.verifiers import RewardSum


def problems_of(count, split="all", answer="2"):
    rows = [Problem(str(n), f"{n}+1", answer or str(n + 1), "sums", n % 3) for n in range(count)]
    return StoredProblems(rows, split)


def test_a_list_of_problems_is_a_set_with_levels():
    problems = problems_of(50)
    assert len(problems) == 50 and problems[7].question == "7+1"
    assert problems.levels == (0, 1, 2) and problems.level_of(7) == 1
    assert isinstance(problems, LeveledProblems)
    assert list(problems.stored()) == [problems[i] for i in range(50)]
    for index in (-1, 50):
        with pytest.raises(IndexError):
            problems[index]


def test_splits_share_out_the_problems_and_know_the_questions_of_all():
    parts = [problems_of(100, split) for split in SPLITS]
    assert sum(map(len, parts)) == 100
    for split, part in zip(SPLITS, parts, strict=True):
        assert len(part.questions) == 100
        assert all(split_of(problem.question) == split for problem in part.stored())
    with pytest.raises(UnknownNameError, match="Did you mean 'train'"):
        problems_of(3, "trian")
    with pytest.raises(ConfigError, match="None of the 0 problems in the set"):
        StoredProblems([])


@pytest.mark.parametrize(("epoch", "seed"), [(0, 0), (1, 0), (0, 1), (3, 12345)])
def test_the_order_of_a_pass_is_this_permutation(epoch, seed):
    problems = problems_of(40)
    expected = np.random.default_rng([seed, epoch]).permutation(40).tolist()
    assert list(problems.order(epoch, seed)) == expected
    problems.order(epoch + 1, seed)
    assert list(problems.order(epoch, seed)) == expected
    assert sorted(expected) == list(range(40))


def test_a_pass_is_shuffled_once():
    problems = problems_of(20_000)
    first = problems.order(0, 0)
    started = time.perf_counter()
    assert all(problems.order(0, 0) is first for _ in range(1000))
    assert time.perf_counter() - started < 0.5  # 20,000 numbers take 1 ms each time


def test_the_longest_prompt_is_that_of_every_split():
    def encode(question):
        return [1, *question.encode()]

    rows = [Problem("a", "short", "1"), Problem("b", "a longer question", "1")]
    splits = {split_of(row.question) for row in rows}
    for split in splits:
        problems = StoredProblems(rows, split)
        assert problems.longest(encode) == problems.longest(encode, tried=1) == 18
        assert problems.question_bytes == 17


def test_a_reward_that_cannot_judge_is_told():
    problems_of(3, answer="").check(RewardSum({"accuracy": 1.0}))
    talk = "We add the numbers.\n####"
    unstated = StoredProblems([Problem("fine", "1+1", "2"), Problem("no-gold", "1+2", talk)])
    with pytest.raises(ProblemFileError, match="1 of 2 problems cannot be used.*no-gold"):
        unstated.check(RewardSum({"accuracy": 1.0}))
    with pytest.raises(ConfigError, match="gold that does not match itself"):
        StoredProblems([Problem("none", "1+1", "")]).check(RewardSum({"accuracy": 1.0}))
