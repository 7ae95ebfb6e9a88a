"""Searchers as agents: they answer prompts, and remember what each answer cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any, ClassVar

from r1gym.agents.language_model import load_for
from r1gym.agents.search.beam import StepBeam
from r1gym.agents.search.expansion import Expander
from r1gym.agents.search.mcts import MCTS
from r1gym.agents.search.protocol import Cost, Searcher, SearchResult
from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import EngineWriter, Writer
from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.extras import needs
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion
from r1gym.envs.chat import ChatTemplate
from r1gym.envs.task import TokenTask
from r1gym.models.policy import Policy
from r1gym.models.step_scorer import StepScorer, make_step_scorer
from r1gym.rollout.embedded import EmbeddedEngine


class SearchAgent:
    """Answers prompts by a searcher. Subclasses say which.

    Args:
        task: The task.
        model: Who writes: a folder or a hub id, or a loaded policy.
        endpoint: Options of the agent ``openai``, for a served model in place of `model`. Its texts
            are gone on with, so it is asked as a base model is (``chat`` is false).
        scorer: A step scorer, or its name.
        scorer_options: The options of a scorer given by name. ``"likelihood"`` without a model is
            that of `model`.
        steps: Where steps end, see `r1gym.agents.search.steps`.
        temperature: Divides the logits.
        top_p: The nucleus.
        device: A torch device.
        dtype: The type to compute in.
        seed: The seed of the sampling.
        options: The searcher's own.

    Raises:
        UnknownNameError: If there is no such scorer or cut.
        ConfigError: If there is neither a model nor an endpoint, or both, the model has another
            tokenizer, or a value is not allowed.
        ModelNotFoundError: If the model cannot be loaded.

    Attributes:
        costs: What each answer so far cost, in order.
    """

    name: ClassVar[str]
    searcher: ClassVar[type[MCTS | StepBeam]]

    def __init__(
        self,
        task: TokenTask,
        *,
        model: str | Policy = "",
        endpoint: Mapping[str, Any] | None = None,
        scorer: str | StepScorer = "likelihood",
        scorer_options: Mapping[str, Any] | None = None,
        steps: str = "newline",
        temperature: float = 1.0,
        top_p: float = 1.0,
        device: str = "cpu",
        dtype: str = "float32",
        seed: int = 0,
        **options: Any,
    ) -> None:
        known = set(signature(self.searcher).parameters) - {"expander"}
        if unknown := [one for one in options if one not in known]:
            raise UnknownNameError(f"option of {self.name!r}", unknown[0], known)
        self._seed, self._calls = check_whole("seed", seed, least=0), 0
        self.costs: list[Cost] = []
        cut, scorer_options = Cut.of(steps), dict(scorer_options or {})
        writer: Writer
        if endpoint is None:
            policy = load_for(task, self.name, model, device, dtype)
            writer = EngineWriter(
                EmbeddedEngine(policy),
                policy.tokenizer,
                special=not isinstance(task.template, ChatTemplate),
                temperature=temperature,
                top_p=top_p,
            )
            if scorer == "likelihood":
                scorer_options.setdefault("model", policy)
        elif model:
            raise ConfigError(f"The agent {self.name!r} takes a model or an endpoint, not both.")
        else:
            writer = _endpoint_writer(task, endpoint, temperature, top_p)
        if isinstance(scorer, str):
            scorer = make_step_scorer(scorer, task, scorer_options)
        self._searcher: Searcher = self.searcher(Expander(writer, scorer, cut), **options)

    def answer(self, prompts: Sequence[str], max_tokens: int) -> list[Completion]:
        """Returns the best answer to each prompt that the search found."""
        found = self.search(prompts, max_tokens)
        self.costs += [result.cost for result in found]
        return [result.completion for result in found]

    def search(self, prompts: Sequence[str], max_tokens: int) -> list[SearchResult]:
        """Returns all that the search found; each call has a seed of its own."""
        self._calls += 1
        return self._searcher.search(prompts, max_tokens, mixed(self._seed, self._calls))


def _endpoint_writer(
    task: TokenTask, endpoint: Mapping[str, Any], temperature: float, top_p: float
) -> Writer:
    with needs("judge", __name__):
        from r1gym.agents.search.endpoint_writer import EndpointWriter
    extra = {"top_p": top_p, **endpoint.get("extra", {})}
    given = {"temperature": temperature, **endpoint, "extra": extra}
    return EndpointWriter(task, **given)


class MCTSAgent(SearchAgent):
    """Monte-Carlo tree search; `options` are those of `MCTS`."""

    name, searcher = "mcts", MCTS


class StepBeamAgent(SearchAgent):
    """Step beam search; `options` are those of `StepBeam`."""

    name, searcher = "step_beam", StepBeam
