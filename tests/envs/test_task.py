import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Trajectory, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask, pay, split_observation, turn_info

SPEC = TaskSpec(problems={"arithmetic": [1]}, max_tokens=10)
TURNS = {"type": "try_again", "turns": 3, "feedback_tokens": 50, "discount": 0.5}


def test_the_window_has_room_for_all_turns():
    one, three = TokenTask(SPEC), TokenTask(TaskSpec(**SPEC.settings(), interaction=TURNS))
    assert (one.room, three.room) == (10, 3 * 10 + 2 * 50)
    assert three.window - one.window == 120
    assert one.with_interaction(three.interaction).window == three.window
    with pytest.raises(ConfigError, match="has an interaction already"):
        three.with_interaction(three.interaction)


def test_the_opening_of_a_template_is_put_behind_an_answer():
    template = "User: {question}. Assistant: <think>"
    task = TokenTask(
        TaskSpec(**SPEC.settings(), template=template, interaction=TURNS | {"feedback_tokens": 99})
    )
    wrong = Trajectory.single(task.problem_set[0], Completion("no"))
    answer = task.answer_to(wrong, task.score(wrong.problem, wrong.completion))
    assert task.tokenizer.decode(answer.token_ids).endswith("Assistant:<think>")


def test_only_the_last_turn_is_paid_less_for_each_before():
    task = TokenTask(TaskSpec(**SPEC.settings(), interaction=TURNS))
    problem, score = task.problem_set[0], Score(1.0, Verdict.CORRECT)
    turns = (Turn("no"), Turn("try again"), Turn("no"), Turn("try again"), Turn("yes"))
    paid = [task.paid(Trajectory(problem, turns[:n]), score).value for n in (1, 3, 5)]
    assert paid == [1.0, 0.5, 0.25]
    failed = Score(None, Verdict.JUDGE_FAILED)
    assert task.paid(Trajectory(problem, turns), failed) is failed


def test_reasons_hide_every_gold():
    problem = Problem("p", "?", "42", other_answers=("XLII",))
    parts = {"a": Score(None, Verdict.VERIFIER_ERROR, "no 42, XLII or 421")}
    reward, info = pay(
        Trajectory.single(problem, Completion("x")), Score(None, Verdict.VERIFIER_ERROR, "", parts)
    )
    assert (reward, info["masked"], info["completion"]) == (0.0, True, "x")
    assert info["reason/a"] == "no (gold), (gold) or 421"


def test_the_mask_stands_behind_the_prompt():
    turns = (Turn("a", (5, 6)), Turn("b", (7,)), Turn("c", (8,)))
    info = turn_info(Trajectory(Problem("p", "?", "1"), turns, (3, 4)), 8)
    assert info["turn"] == 2 and "feedback" not in info
    assert info["agent_mask"].tolist() == [0, 0, 1, 1, 0, 1, 0, 0]


def test_an_observation_splits_into_views():
    tokens, length = split_observation(np.arange(6).reshape(2, 3))
    assert tokens.tolist() == [[0, 1], [3, 4]] and length.tolist() == [2, 5]
