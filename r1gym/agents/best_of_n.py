"""Best of n: another agent answers n times, and one of its answers is chosen without the gold.

By majority vote over the final answers (self-consistency, Wang et al. 2022, arXiv 2203.11171; the
report's cons@n), by the likelihood that the model itself gave, by a reward model, or by a step
scorer, such as a process reward model (report, section 4.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from r1gym.agents.prm.rerank import SHARES, StepRanker, weighted_vote
from r1gym.agents.protocol import AGENTS, AnswerAgent
from r1gym.agents.search.protocol import Cost
from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.envs.task import TokenTask
from r1gym.models.policy import Policy
from r1gym.verifiers.response import with_opening
from r1gym.verifiers.votes import group_votes

Choose = Callable[[str, Sequence[Completion]], Completion]
"""From a prompt and its samples to the best of them."""

RULES = ("likelihood", "majority", "reward_model", "step_scorer", "weighted_vote")


class BestOfN:
    """Answers with the best of n answers of another agent.

    Args:
        task: The task.
        agent: The agent that answers, by name, or itself.
        model: The model of an agent given by name, unless its options have one.
        options: The options of an agent given by name.
        n: Answers to choose from.
        choose: ``"majority"``: the first sample with the commonest final answer. ``"likelihood"``:
            the sample with the highest mean log-probability of its tokens. ``"reward_model"``: the
            sample that a reward model scores highest. ``"step_scorer"``: the sample whose steps are
            scored highest. ``"weighted_vote"``: as by majority, with those scores as weights.
        reward_model: The options of `r1gym.models.reward_model.RewardModel`.
        step_scorer: The options of `r1gym.agents.prm.rerank.StepRanker`.
        seed: The seed of the agent given by name.

    Raises:
        UnknownNameError: If there is no such agent or rule.
        ConfigError: If n is below 1, or the agent writes no whole completions.

    Attributes:
        costs: What each answer so far cost, in order.
    """

    name = "best_of_n"

    def __init__(
        self,
        task: TokenTask,
        *,
        agent: str | AnswerAgent = "sampled",
        model: str | Policy = "",
        options: Mapping[str, Any] | None = None,
        n: int = 8,
        choose: str = "majority",
        reward_model: Mapping[str, Any] | None = None,
        step_scorer: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> None:
        n = check_whole("n", n, least=1)
        if choose not in RULES:
            raise UnknownNameError("rule to choose by", choose, RULES)
        options = ({"model": model} if model else {}) | dict(options or {})
        inner = AGENTS.get(agent)(task, seed=seed, **options) if isinstance(agent, str) else agent
        if not isinstance(inner, AnswerAgent):
            raise ConfigError(
                f"The agent {inner.name!r} writes no whole completions to choose from."
            )
        self._inner, self._n = inner, n
        self.costs: list[Cost] = []
        self._choose: Choose
        if choose == "reward_model":
            self._choose = make_by_reward_model(task, reward_model or {})
        elif choose == "step_scorer":
            self._choose = StepRanker(task, **(step_scorer or {})).best
        elif choose == "weighted_vote":
            self._choose = make_by_weighted_vote(task, step_scorer or {})
        else:
            self._choose = make_by_majority(task) if choose == "majority" else by_likelihood

    def answer(self, prompts: Sequence[str], max_tokens: int) -> list[Completion]:
        """Returns the best completion of each prompt."""
        n = self._n
        samples = self._inner.answer([p for p in prompts for _ in range(n)], max_tokens)
        groups = [samples[i : i + n] for i in range(0, len(samples), n)]
        self.costs += [Cost(sum(len(one.token_ids) for one in group), nodes=n) for group in groups]
        return [self._choose(p, group) for p, group in zip(prompts, groups, strict=True)]


def make_by_majority(task: TokenTask) -> Choose:
    """Returns the rule that chooses the first sample with the commonest final answer.

    If none has an answer, it is the first sample.

    Args:
        task: Its reward says which answers are the same, as far as the question alone tells.
    """

    def choose(prompt: str, samples: Sequence[Completion]) -> Completion:
        votes = group_votes(task.reward, _asked(task, prompt), samples)
        counts = Counter(vote for vote in votes if vote is not None)
        if not counts:
            return samples[0]
        return samples[votes.index(max(counts, key=lambda vote: counts[vote]))]

    return choose


def by_likelihood(prompt: str, samples: Sequence[Completion]) -> Completion:
    """Returns the sample whose tokens have the highest mean log-probability.

    Raises:
        ConfigError: If the agent gives no log-probabilities.
    """
    return max(samples, key=_mean_logprob)


def make_by_reward_model(task: TokenTask, options: Mapping[str, Any]) -> Choose:
    """Returns the rule that chooses the sample with a reward model's highest score.

    Args:
        task: Its template tells the question within a prompt.
        options: The options of the reward model.
    """
    from r1gym.models.reward_model import RewardModel

    model = RewardModel(**options)

    def choose(prompt: str, samples: Sequence[Completion]) -> Completion:
        problem = _asked(task, prompt)
        responses = [with_opening(sample, task.reward.opening) for sample in samples]
        scores = model.score_batch([(problem, response) for response in responses])
        values = [-1.0 if score.value is None else score.value for score in scores]
        return samples[values.index(max(values))]

    return choose


def make_by_weighted_vote(task: TokenTask, options: Mapping[str, Any]) -> Choose:
    """Returns the rule that chooses the answer whose samples a step scorer scores highest in sum.

    Args:
        task: Its reward says which answers are the same, as far as the question alone tells.
        options: The options of `StepRanker`.

    Raises:
        ConfigError: If a score cannot be a weight.
    """
    ranker = StepRanker(task, **{"over": "product", **options})
    if options.get("over", "product") not in SHARES:
        raise ConfigError(f"over must be {' or '.join(SHARES)} for the weights of a vote.")

    def choose(prompt: str, samples: Sequence[Completion]) -> Completion:
        scores = ranker.scores(prompt, samples)
        return weighted_vote(task, _asked(task, prompt), samples, scores)

    return choose


def _asked(task: TokenTask, prompt: str) -> Problem:
    """Returns the problem of a prompt, as a policy knows it: without its gold answer."""
    before, _, after = task.template.partition("{question}")
    return Problem("", prompt.removeprefix(before).removesuffix(after), "")


def _mean_logprob(sample: Completion) -> float:
    if sample.logprobs is None:
        raise ConfigError(
            "choose='likelihood' needs log-probabilities, which this agent does not give; "
            "choose by 'majority' instead."
        )
    return sum(sample.logprobs) / max(1, len(sample.logprobs))
