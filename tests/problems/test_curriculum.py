"""Levels open one by one: the rule, and the same rule through every door."""

import copy
import json

import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.token_env import TokenEnv
from r1gym.envs.vector_env import TokenVectorEnv
from r1gym.problems.curriculum import (
    Curriculum,
    Progress,
    choose_level,
    choose_problem,
    read_progress,
    record,
)
from r1gym.problems.files import JsonlProblems
from r1gym.problems.problem_set import ProceduralProblems

PROBLEMS = {"arithmetic": [1, 2, 4], "equations": [2]}
RULE = Curriculum((1, 2, 4), 1, raise_at=0.75, window=4, review=0.25)
EAGER = {"start": 1, "raise_at": 0.5, "window": 2, "review": 0.0}
RIGHT, WRONG = Score(1.0, Verdict.CORRECT), Score(0.0, Verdict.WRONG)


def play(progress, results, level=None):
    for correct in results:
        progress = record(RULE, progress, progress.level if level is None else level, correct)
    return progress


def test_a_level_opens_when_the_last_window_has_enough_right_answers():
    begun = Progress(1)
    assert play(begun, [True] * 3).level == 1  # the window is not full
    assert play(begun, [True] * 4) == Progress(2)
    assert play(begun, [False, True, False, True]) == Progress(1, (False, True, False, True))
    assert play(begun, [False, False, True, True, True]) == Progress(2)
    assert play(begun, [True, True, True, False]).level == 2
    assert play(begun, [True] * 8).level == 4
    assert play(begun, [True] * 50) == Progress(4, (True,) * 4)  # there is no level beyond


@pytest.mark.parametrize("raise_at", [i / 10 for i in range(1, 11)])
def test_a_share_is_reached_exactly(raise_at):
    rule = Curriculum((1, 2), 1, raise_at, window=10)
    for right in range(11):
        progress = Progress(1)
        for correct in [False] * (10 - right) + [True] * right:
            progress = record(rule, progress, 1, correct)
        assert (progress.level == 2) is (right >= round(raise_at * 10))


def test_episodes_of_other_levels_do_not_count():
    there = play(Progress(1), [True] * 4)
    assert play(there, [True] * 9, level=1) == play(there, [True] * 9, level=4) == there


def test_progress_makes_the_round_trip_through_json():
    for count in (0, 3, 9):
        progress = play(Progress(1), [True, False, True, True, False] * count)
        saved = json.loads(json.dumps(progress.to_json()))
        assert read_progress(RULE, saved) == progress
    with pytest.raises(ConfigError, match="level 3"):
        read_progress(RULE, {"level": 3, "results": []})


def test_some_episodes_look_back():
    rng = np.random.default_rng(0)
    assert {choose_level(RULE, Progress(1), rng) for _ in range(100)} == {1}
    levels = [choose_level(RULE, Progress(4), rng) for _ in range(4000)]
    assert levels.count(1) == pytest.approx(500, abs=80)
    assert levels.count(2) == pytest.approx(500, abs=80)


@pytest.mark.parametrize("weights", [{}, {"equations": {"levels": [2], "weight": 0.01}}])
def test_a_problem_of_the_level_is_chosen(weights):
    problems = ProceduralProblems({**PROBLEMS, **weights})
    rng = np.random.default_rng(0)
    for level in (1, 2, 4):
        chosen = [problems[choose_problem(problems, level, rng)] for _ in range(50)]
        assert {problem.level for problem in chosen} == {level}
        assert len({problem.id for problem in chosen}) > 45


def test_a_level_of_one_line_is_found_in_a_long_file(tmp_path, monkeypatch):
    monkeypatch.setattr("r1gym.problems.curriculum._MOST_DRAWS", 3)
    rows = [{"problem": f"{i}+1", "answer": i + 1, "level": 1 + (i == 77)} for i in range(500)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert choose_problem(JsonlProblems(path), 2, np.random.default_rng(0)) == 77


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"raise": 1}, UnknownNameError, "Did you mean 'raise_at'"),
        ({"start": 3}, ConfigError, "must be one of 1, 2, 4, not 3"),
        ({"raise_at": 0}, ConfigError, "raise_at must be above 0"),
        ({"raise_at": 1.1}, ConfigError, "from 0 to 1, not 1.1"),
        ({"raise_at": float("nan")}, ConfigError, "from 0 to 1, not nan"),
        ({"raise_at": True}, ConfigError, "from 0 to 1, not True"),
        ({"review": 1.0}, ConfigError, "review below 1"),
        ({"window": 0}, ConfigError, "window must be a whole number"),
        ({"window": 2.5}, ConfigError, "window must be a whole number"),
        (3, ConfigError, "must be a mapping such as"),
    ],
)
def test_options_are_checked(options, error, message):
    with pytest.raises(error, match=message):
        TokenTask(TaskSpec(problems=PROBLEMS, curriculum=options))


def test_one_level_is_no_curriculum():
    with pytest.raises(ConfigError, match="at least two levels"):
        TokenTask(TaskSpec(problems={"arithmetic": [2]}, curriculum={}))
    assert TokenTask(TaskSpec(problems=PROBLEMS, curriculum={})).progress == Progress(1)


def answer(env, text):
    for token in [*env.tokenizer.encode(f"<answer>{text}</answer>"), env.tokenizer.eos_id]:
        step = env.step(token)
    return step


def test_an_environment_moves_on_with_right_answers_alone():
    env = TokenEnv(problems=PROBLEMS, curriculum=EAGER)
    levels = []
    for episode in range(10):
        _, info = env.reset(seed=0 if episode == 0 else None)
        levels.append(info["level"])
        assert info["level"] == env.problem.level
        *_, terminated, _, _ = answer(env, env.problem.answer if episode >= 3 else "no")
        assert terminated
    assert levels == [1, 1, 1, 1, 2, 2, 4, 4, 4, 4]


def test_the_same_seed_and_scores_give_the_same_episodes():
    def episodes():
        env = TokenEnv(problems=PROBLEMS, curriculum={**EAGER, "review": 0.3})
        for episode in range(30):
            _, info = env.reset(seed=7 if episode == 0 else None)
            yield info["problem_id"]
            answer(env, env.problem.answer if episode % 3 else "no")

    assert list(episodes()) == list(episodes())


def test_a_seed_does_not_set_it_back_and_a_snapshot_does():
    env = TokenEnv(problems=PROBLEMS, curriculum=EAGER)
    env.reset(seed=0)
    before = env.clone_state()
    for _ in range(2):
        answer(env, env.problem.answer)
        env.reset()
    assert env.reset(seed=0)[1]["level"] == 2
    twin = copy.deepcopy(env)
    env.restore_state(before)
    assert env.task.progress == Progress(1) and twin.task.progress.level == 2


def test_a_vector_environment_has_one_for_all_rows():
    envs = TokenVectorEnv(2, problems=PROBLEMS, curriculum=EAGER, autoreset_mode="SameStep")
    _, infos = envs.reset(seed=0)
    assert infos["level"].tolist() == [1, 1]
    levels = []
    for _ in range(3):
        rows = [[*envs.tokenizer.encode(f"<answer>{p.answer}</answer>"), 1] for p in envs.problems]
        longest = max(map(len, rows))  # leading spaces, so that all rows end together
        rows = [[*envs.tokenizer.encode(" ") * (longest - len(row)), *row] for row in rows]
        for tokens in zip(*rows, strict=True):
            *_, infos = envs.step(np.array(tokens))
        levels.append(infos["level"].tolist())
    assert levels == [[2, 2], [4, 4], [4, 4]]


def test_a_sampling_agent_gets_the_same_and_resumes_to_the_bit():
    """As a trainer draws: by position, with its own seed, recording what it scored."""

    def train(task, positions, drawn):
        for position in positions:
            problem = task.pick_problem(None, np.random.default_rng([3, position]))
            drawn.append(problem.id)
            right = Completion(f"<answer>{problem.answer}</answer>")
            for completion in (right, Completion("no"), right):
                task.record(problem, task.score(problem, completion))

    options = {"raise_at": 0.6, "window": 6}
    whole, parts = [], []
    train(TokenTask(TaskSpec(problems=PROBLEMS, curriculum=options)), range(20), whole)
    first, second = (TokenTask(TaskSpec(problems=PROBLEMS, curriculum=options)) for _ in range(2))
    train(first, range(7), parts)
    second.restore_curriculum(json.loads(json.dumps(first.curriculum_state)))
    train(second, range(7, 20), parts)
    assert parts == whole and second.progress.level == 4


def test_ungraded_episodes_do_not_count():
    task = TokenTask(TaskSpec(problems=PROBLEMS, curriculum=EAGER))
    problem = Problem("p", "q", "1", level=1)
    task.record(problem, Score(None, Verdict.JUDGE_FAILED))
    assert task.progress == Progress(1)
    task.record(problem, RIGHT)
    task.record(problem, WRONG)
    assert task.progress == Progress(2)


def test_without_a_curriculum_nothing_is_recorded_or_restored():
    task = TokenTask(TaskSpec(problems=PROBLEMS))
    before = task.progress
    task.record(task.problem_set[0], RIGHT)
    assert task.progress == before and task.curriculum_state is None
    task.restore_curriculum(None)
    with pytest.raises(ConfigError, match="unlike this task"):
        task.restore_curriculum({"level": 1, "results": []})


def test_it_is_an_option_of_registered_ids():
    env = gym.make("r1/Math-v0", curriculum={"start": 2})
    assert {env.reset(seed=seed)[1]["level"] for seed in range(20)} <= {1, 2}
    again = gym.envs.registration.EnvSpec.from_json(env.spec.to_json())
    assert gym.make(again).unwrapped.task.curriculum == env.unwrapped.task.curriculum
