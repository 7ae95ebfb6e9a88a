"""`check_agent` takes our agents, and names the promise that a broken one breaks."""

import pytest

from r1gym.agents.protocol import Progress
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion
from r1gym.models.policy import new_tiny_policy
from r1gym.testing import check_agent


class Copycat:
    """Answers, and learns nothing."""

    name = "copycat"

    def __init__(self, task, *, seed=0):
        self.eos = task.tokenizer.eos_id

    def answer(self, prompts, max_tokens):
        return [Completion("", (self.eos,)) for _ in prompts]


class Student(Copycat):
    def learn(self, env_id, env_kwargs, budget, report):
        tokens = 0
        while tokens < budget.tokens:
            tokens += 40
            if report(Progress(tokens, 0.1, 0.0)):
                return


def test_ours_keep_them():
    check_agent("uniform")
    check_agent("sb3_a2c", options={"num_envs": 2})
    policy = new_tiny_policy(16, 1, 2, 32, context=512, seed=0)
    check_agent("sampled", options={"model": policy})
    small = {"model": policy, "questions": 2, "group_size": 2}
    check_agent("grpo", options=small, tokens=16)


def test_those_of_somebody_keep_them():
    check_agent(Copycat)
    check_agent(Student)


def broken(**methods):
    return type("Broken", (Student,), methods)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (broken(answer=lambda self, p, n: [Completion("", (0,))]), "no prompts have no answers"),
        (
            broken(answer=lambda self, p, n: [Completion("", (1,))] * min(1, len(p))),
            "3 prompts have 1 answers",
        ),
        (broken(answer=lambda self, p, n: ["42" for _ in p]), "is a Completion, not '42'"),
        (
            broken(answer=lambda self, p, n: [Completion("", (1,) * 99) for _ in p]),
            "has 99 tokens of 8",
        ),
        (
            broken(answer=lambda self, p, n: [Completion("", (1, 2), (0.0,)) for _ in p]),
            "a log-prob for each token",
        ),
        (broken(learn=lambda self, *a: None), "reports its progress"),
        (broken(learn=lambda self, e, k, b, r: r(Progress(1, 0.1, 0.0))), "ended after 1 tokens"),
        (
            broken(learn=lambda self, e, k, b, r: [r(Progress(99, 0.1, 0.0)) for _ in range(2)]),
            "ends when a report returns True",
        ),
        (broken(name=3), "has a name"),
        (lambda task: Copycat(task), "made with a task, seed= and its options"),
        (lambda task, seed: type("Nothing", (), {"name": "n"})(), "has act.. or answer.."),
        (
            lambda task, seed: type("Far", (), {"name": "n", "act": lambda self, o: 10**6})(),
            "a token of the action space",
        ),
    ],
)
def test_a_broken_promise_is_one_line(agent, said):
    with pytest.raises(AssertionError, match=said) as error:
        check_agent(agent)
    assert "\n" not in str(error.value)


def fails(*_):
    raise KeyError("plan")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (broken(answer=fails), "it raised KeyError: 'plan' .test_agents.py, line"),
        (broken(answer=lambda self: []), "it raised TypeError: .*takes 1 positional argument"),
        (broken(learn=lambda self: None), "it raised TypeError: .*takes 1 positional argument"),
    ],
)
def test_one_that_raises_is_one_line(agent, said):
    with pytest.raises(AssertionError, match=f"an agent must not raise, and {said}") as caught:
        check_agent(agent)
    assert "\n" not in str(caught.value)


def test_what_makes_no_agent_is_said():
    with pytest.raises(ConfigError, match="check_agent takes a name, or what makes an agent, not"):
        check_agent(None)
