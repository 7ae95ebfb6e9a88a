import itertools
import json
from collections import Counter

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.loaders import load_problems
from r1gym.problems.mixture import LeveledMixedProblems, MixedProblems
from r1gym.problems.problem_set import DrawnProblems, LeveledProblems, ProceduralProblems
from r1gym.problems.sources import SOURCES
from r1gym.problems.stored import StoredProblems
from r1gym.verifiers import RewardSum


def rows(count, name="rows"):
    return StoredProblems(
        [Problem(f"{name}:{n}", f"{name} {n}+1?", str(n + 1), name, 7) for n in range(count)]
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "train.jsonl"
    texts = (json.dumps({"problem": f"What is {n}+1?", "answer": n + 1}) for n in range(100))
    path.write_text("\n".join(texts))
    return path


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (0.2, 0.5, 0.3), (1, 1000), (1e-3, 7, 2)])
@pytest.mark.parametrize("seed", [0, 5, 2**40])
def test_the_shares_of_the_sets_are_exact_in_every_stretch(weights, seed):
    parts = [(rows(50, str(n)), weight) for n, weight in enumerate(weights)]
    problems = MixedProblems(parts, seed)
    families = [problems[i].family for i in range(2560)]
    for stretch in (families, families[256:1280]):
        counts = Counter(stretch)
        for n, weight in enumerate(weights):
            expected = len(stretch) * weight / sum(weights)
            assert counts[str(n)] == pytest.approx(expected, abs=len(weights))


def test_every_row_comes_once_a_pass_and_each_pass_has_its_own_order():
    problems = MixedProblems([(rows(40), 1), (ProceduralProblems({"arithmetic": [1]}), 3)], seed=2)
    found = [problems[i].id for i in range(256 * 5) if problems[i].family == "rows"]
    assert len(found) == 320
    assert set(Counter(found).values()) == {8}
    other = MixedProblems([(rows(40), 1), (ProceduralProblems({"arithmetic": [1]}), 3)], seed=4)
    assert [other[i].id for i in range(256)] != [problems[i].id for i in range(256)]
    orders = [tuple(problems._orders[0, epoch]) for epoch in range(8)]
    assert len(set(orders)) == 8 and all(sorted(order) == list(range(40)) for order in orders)


@pytest.mark.parametrize("weights", [(1, 1, 1), (1, 2, 4), (4, 1, 3)])
def test_the_passes_of_every_set_are_whole(weights):
    sizes = [32 * weight for weight in weights]
    parts = [(rows(size, str(n)), size) for n, size in enumerate(sizes)]
    problems = MixedProblems(parts, seed=3)
    total = sum(sizes)
    found = Counter(problems[i].id for i in range(256 * total))
    assert len(found) == total
    assert max(found.values()) - min(found.values()) <= 1


def test_an_item_is_the_same_in_every_order_and_in_a_copy():
    parts = [(rows(30), 2), (ProceduralProblems({"arithmetic": [1, 2]}), 1)]
    first = [MixedProblems(parts, 3)[i] for i in range(120)]
    again = MixedProblems(parts, 3)
    assert [again[i] for i in reversed(range(120))] == first[::-1]
    far = 999_999
    assert again[far] == MixedProblems(parts, 3)[far]


@pytest.mark.parametrize("count", [24, 32, 250, 256, 400])
def test_evenly_spaced_numbers_fall_into_every_set(count):
    problems = MixedProblems([(rows(30, "a"), 1), (rows(30, "b"), 1)])
    spread = Counter(problems[i * len(problems) // count].family for i in range(count))
    assert min(spread["a"], spread["b"]) > count / 4


def test_draws_of_a_mixture_are_found_again_by_their_number():
    problems = MixedProblems([(rows(30), 1), (ProceduralProblems({"arithmetic": [1]}), 1)])
    drawn = [problems[i] for i in range(200)]
    for index, problem in enumerate(drawn):
        if problem.family == "arithmetic":
            assert problem.id == f"arithmetic/train/0/{index}"
    assert list(itertools.islice(problems.order(3, 1), 3)) == [0, 1, 2]


def test_a_mixture_knows_its_levels_if_all_its_sets_do():
    mixed = LeveledMixedProblems([(rows(9), 1), (ProceduralProblems({"arithmetic": [2, 4]}), 1)])
    assert isinstance(mixed, LeveledProblems) and mixed.levels == (2, 4, 7)
    assert [mixed.level_of(i) for i in range(99)] == [mixed[i].level for i in range(99)]
    assert not isinstance(MixedProblems([(rows(9), 1)]), LeveledProblems)


def test_a_mixture_of_sets_one_of_which_has_no_levels(file):
    class Flat(DrawnProblems):
        question_bytes = 4

        def __len__(self):
            return 10

        def __getitem__(self, index):
            return Problem(f"flat:{index}", str(index), "1")

    with SOURCES.scoped():
        SOURCES.register("flat")(lambda given, split, seed: Flat())
        mixed = load_problems(f"flat:x {file}")
        assert not isinstance(mixed, LeveledProblems)
        assert {mixed[i].id.partition(":")[0] for i in range(50)} == {"flat", "train.jsonl"}
        with pytest.raises(ConfigError, match="curriculum needs problems of at least two levels"):
            gym.make("r1/Math-v0", problems=f"flat:x {file}", curriculum={"start": 1})


def test_what_a_mixture_says_of_its_sets():
    drawn = ProceduralProblems({"arithmetic": [1]})
    mixed = MixedProblems([(rows(30), 1), (drawn, 1)])
    assert mixed.question_bytes == max(drawn.question_bytes, 10)
    assert mixed.longest(list) == drawn.question_bytes
    assert mixed.longest(list, tried=20) == len("Compute 1+1")
    assert len(mixed.stored()) == 30
    for index in (-1, len(mixed)):
        with pytest.raises(IndexError, match="out of range"):
            mixed[index]


def test_the_sets_of_a_mixture_are_checked():
    bad = StoredProblems([Problem("bad", "1+1", "We add.\n####"), Problem("good", "1+2", "3")])
    mixed = MixedProblems([(ProceduralProblems({"arithmetic": [1]}), 1), (bad, 1)])
    with pytest.raises(ProblemFileError, match="the first: bad"):
        mixed.check(RewardSum({"accuracy": 1.0}))


def test_a_mixture_by_text_and_by_mapping_is_the_same(file):
    text = f"{file}*2 arithmetic:1-3*1 logic:1*0.5"
    mapping = {
        "mixture": [
            {"problems": str(file), "weight": 2},
            {"problems": {"arithmetic": [1, 2, 3]}},
            {"problems": {"logic": [1]}, "weight": 0.5},
        ]
    }
    by_text, by_mapping = load_problems(text, "train", 6), load_problems(mapping, "train", 6)
    found = [by_text[i] for i in range(1024)]
    assert found == [by_mapping[i] for i in range(1024)]
    families = Counter(problem.family for problem in found)
    assert families["train"] == pytest.approx(1024 * 4 / 7, abs=3)
    assert families["arithmetic"] == pytest.approx(1024 * 2 / 7, abs=3)
    other = load_problems(text, "train", 7)
    assert [other[i] for i in range(1024)] != found


def test_splits_of_a_mixture_share_nothing(file):
    questions = []
    for split in ("train", "validation", "test"):
        problems = load_problems(f"{file} arithmetic:3", split)
        questions.append({problems[i].question for i in range(400)})
    assert all(not a & b for a, b in itertools.combinations(questions, 2))


@pytest.mark.parametrize("vector", [False, True])
def test_an_environment_plays_a_mixture(file, vector):
    settings = {"problems": f"{file}*1 arithmetic:1*1", "max_tokens": 8}
    if vector:
        envs = gym.make_vec("r1/Math-v0", num_envs=16, **settings)
        families = set(envs.reset(seed=0)[1]["family"])
    else:
        env = gym.make("r1/Math-v0", **settings)
        families = {env.reset(seed=seed)[1]["family"] for seed in range(16)}
    assert families == {"train", "arithmetic"}


def test_a_curriculum_over_a_mixture(tmp_path):
    path = tmp_path / "hard.jsonl"
    texts = [{"problem": f"What is {n}+1?", "answer": n + 1, "level": 5} for n in range(50)]
    path.write_text("\n".join(map(json.dumps, texts)))
    env = gym.make("r1/Math-v0", problems=f"{path} arithmetic:1", curriculum={"window": 1})
    assert {env.reset(seed=seed)[1]["level"] for seed in range(10)} == {1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "A mixture is a list such as"),
        ("a.jsonl", "A mixture is a list such as"),
        ({"a.jsonl": 2}, "A mixture is a list such as"),
        (["a.jsonl"], "A part of a mixture is a mapping"),
        ([{"problems": "a.jsonl", "wieght": 1}], "A part of a mixture is a mapping"),
        ([{"weight": 1}], "A part of a mixture is a mapping"),
        ([{"problems": {"arithmetic": [1]}, "weight": 0}], "must be a number above 0, not 0"),
        ([{"problems": {"arithmetic": [1]}, "weight": "2"}], "must be a number above 0, not '2'"),
        ([{"problems": {"arithmetics": [1]}}], "Did you mean 'arithmetic'"),
        ([{"problems": "none.jsonl"}], "none.jsonl cannot be read"),
        ([{"problems": ""}], "empty text"),
    ],
)
def test_a_wrong_description_is_one_line(given, message):
    with pytest.raises((ConfigError, UnknownNameError, ProblemFileError), match=message) as caught:
        load_problems({"mixture": given})
    assert "\n" not in str(caught.value)
