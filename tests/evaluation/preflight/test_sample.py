"""Every kind of problem is looked at, answered as the template asks."""

import json

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.preflight import (
    Status,
    examine,
)
from r1gym.evaluation.preflight.sample import right_text, sample, verifier_of
from r1gym.verifiers import ANY_DOMAIN
from tests.evaluation.checking import make, problem_file


@pytest.mark.parametrize(
    ("template", "start"),
    [
        ("short", "<think>"),
        ("r1", "<think>"),
        ("{question} <think>\n", "s"),
        ("{question} <think></think>", "<think>"),
    ],
)
def test_a_right_completion_goes_on_where_the_template_ends(template, start):
    text = right_text(task_of(make(template=template, rewards={"accuracy": 1.0})), "42", "so")
    assert text == f"{start.removesuffix('s')}so</think><answer>42</answer>"


def test_every_family_and_verifier_is_tried(tmp_path):
    rows = [(f"1+{i}", str(1 + i)) for i in range(500)]
    rows.insert(77, ("Which?", "C", {"verifier": "choice"}))
    rows.insert(301, ("Where is it?", "none", {"verifier": "path"}))
    env = make(problems=problem_file(tmp_path, rows), split="all", rewards=ANY_DOMAIN)
    task = task_of(env)
    problems = sample(task)
    assert {verifier_of(task, problem) for problem in problems} == {"accuracy", "choice", "path"}
    assert len(problems) == 26
    check = examine(env)[0]
    assert check.status is Status.FAIL and "problems.jsonl:302" in check.detail
    mixed = task_of(gym.make("r1/Mixed-v0"))
    assert len({problem.family for problem in sample(mixed)}) > 40


def test_a_rare_row_of_a_mixture_is_looked_at(tmp_path):
    rows = [{"problem": f"What is {n}+1?", "answer": n + 1} for n in range(60)]
    for row in rows[::20]:
        row["verifier"] = "choice"
        row["choices"] = ["a", "b"]
        row["answer"] = "A"
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    problems = f"{tmp_path}/a.jsonl*1 arithmetic:1*5000"
    task = TokenTask(TaskSpec(problems=problems, rewards=ANY_DOMAIN))
    kinds = {verifier_of(task, problem) for problem in sample(task)}
    assert kinds == {"accuracy", "choice"}
