import pytest

from r1gym.agents.prm.solutions import cut_into_steps, labelled, sample_solutions
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem, Trajectory, Turn
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.rollout.embedded import EmbeddedEngine
from tests.policies import new_llama


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [2]}, max_tokens=24))


def said(task, text, question="Compute 7+5-2"):
    problem = Problem("p", question, "10", family="arithmetic")
    ids = (*task.tokenizer.encode(text), task.tokenizer.eos_id)
    return Trajectory(problem, (Turn(text, ids),), tuple(task.encode_prompt(problem)))


def test_steps_are_lines_and_joined_are_the_completion(task):
    one = said(task, "<think>7+5=12\n12-2=10</think><answer>10</answer>")
    [solution] = cut_into_steps([one], task.tokenizer)
    last = "12-2=10</think><answer>10</answer>"
    assert solution.texts(task.tokenizer) == ["<think>7+5=12\n", last]
    assert sum(solution.steps, ()) == one.token_ids
    assert solution.prompt == one.prompt_ids
    tagged = cut_into_steps([one], task.tokenizer, "tags")[0].texts(task.tokenizer)
    assert tagged == ["<think>7+5=12\n12-2=10</think>", "<answer>10</answer>"]
    [example] = labelled([solution], [(1.0, None)])
    assert (example.prompt, example.steps) == (solution.prompt, solution.steps)
    assert example.labels == (1.0, None)


def test_what_has_no_steps_is_refused(task):
    one = said(task, "1")
    several = Trajectory(one.problem, one.turns * 3, one.prompt_ids)
    empty = Trajectory(one.problem, (Turn("1"),), one.prompt_ids)
    for other in (several, empty):
        with pytest.raises(ConfigError, match="Steps are cut from a single turn"):
            cut_into_steps([other], task.tokenizer)


def test_solutions_are_sampled_question_by_question(task):
    engine = EmbeddedEngine(new_llama())
    found = sample_solutions(engine, task, 3, 2, seed=1)
    assert [s.problem for s in found[::2]] == [s.problem for s in found[1::2]]
    assert len({s.problem.id for s in found}) == 3
    assert found == sample_solutions(engine, task, 3, 2, seed=1)
    assert found != sample_solutions(engine, task, 3, 2, seed=2)
