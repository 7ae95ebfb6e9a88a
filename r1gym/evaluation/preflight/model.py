"""Does the model fit the problems, and do its sampler and its trainer agree?"""

from __future__ import annotations

from collections.abc import Callable

from r1gym.core.errors import R1GymError
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.models.fit import check_fit
from r1gym.models.policy import Policy
from r1gym.rollout.agreement import check_agreement

_PROMPTS = 3
_MOST_TOKENS = 12  # of a completion


def check_model(policy: Policy, task: TokenTask) -> list[Check]:
    """Checks that a model can play a task's episodes and is trained on what it samples."""
    fits = _checked("model", lambda: _fits(policy, task))
    if fits.status is Status.FAIL:
        waits = Check("sampler and trainer", Status.NOT_CHECKED, "mend the model or limits first")
        return [fits, waits]
    return [fits, _checked("sampler and trainer", lambda: _agree(policy, task))]


def _checked(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, Status.OK, check())
    except R1GymError as error:
        return Check(name, Status.FAIL, str(error).removesuffix("."))


def _fits(policy: Policy, task: TokenTask) -> str:
    check_fit(policy, task)
    return "it has every token, and room for the longest prompt and completion"


def _agree(policy: Policy, task: TokenTask) -> str:
    size = len(task.problem_set)
    count = min(size, _PROMPTS)
    prompts = [task.encode_prompt(task.problem_set[i * size // count]) for i in range(count)]
    gap = check_agreement(policy, prompts, min(task.max_tokens, _MOST_TOKENS))
    return f"log-probabilities differ by at most {gap:.1g} nats"
