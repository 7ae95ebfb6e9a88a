"""The promises of a rollout engine, for authors of engines.

Left out: speed, and whether samples follow the distribution, which takes tens of thousands of them
to see; log-probs that are the policy's are the part of it that a trainer stands on.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch

from r1gym.core.errors import ConfigError
from r1gym.core.types import Turn
from r1gym.models.policy import Policy
from r1gym.rollout.agreement import largest_gap
from r1gym.rollout.engine import RolloutEngine, Sampling

Make = Callable[[Policy], RolloutEngine]
_TOKENS = 12


def check_engine(make: Make, policy: Policy, *, bound: float = 1e-3) -> None:
    """Tries whether an engine keeps the promises of `r1gym.rollout.engine.RolloutEngine`.

    Log-probs are the policy's, seeds repeat, a prompt's turns do not depend on its neighbours, ends
    and stop texts end a turn, and `sync` takes over other weights. The last check has a control: an
    engine that was not told of other weights must be found to differ from them.

    Args:
        make: Makes a new engine for a policy; called a few times.
        policy: A policy whose distributions are far from uniform, so that mistakes show. It stays
            as it is.
        bound: The most that a log-prob may differ from the policy's, in nats.

    Raises:
        AssertionError: With one line that names the promise that is broken.
    """
    engine = make(policy)
    try:
        vocabulary = policy.tokenizer.vocab_size
        prompts = [
            [(7 * i + length) % vocabulary for i in range(length)] for length in (3, 9, 1, 5)
        ]
        _check_shape(engine, policy, prompts)
        _check_seeds(engine, prompts)
        _check_neighbours(engine, prompts)
        _check_stop(engine, policy, prompts)
        _check_limits(engine, prompts)
        gap = _gap(policy, prompts, engine)
        assert gap <= bound, f"log-probs are not the policy's: they differ by up to {gap:.2g} nats"
        _check_sync(engine, policy, prompts, bound)
    finally:
        engine.close()
        engine.close()  # a second call does nothing


def _check_shape(engine: RolloutEngine, policy: Policy, prompts: Sequence[list[int]]) -> None:
    groups = engine.generate(prompts, 3, Sampling(_TOKENS), 0)
    sizes = [len(group) for group in groups]
    assert sizes == [3] * len(prompts), f"each prompt has 3 turns: {sizes} came"
    ends = set(policy.tokenizer.end_ids)
    for turn in (turn for group in groups for turn in group):
        ids = turn.token_ids
        assert 1 <= len(ids) <= _TOKENS, f"a turn has 1 to max_tokens tokens: {len(ids)} came"
        assert turn.logprobs is not None, "the policy's turns have log-probs"
        assert len(turn.logprobs) == len(ids), "there is a log-prob for each token"
        assert not ends & set(ids[:-1]), "nothing follows an end token"
        assert turn.truncated == (ids[-1] not in ends), "truncated means that no end token came"
        assert len(ids) == _TOKENS or not turn.truncated, "a truncated turn has max_tokens tokens"
        assert turn.text == policy.tokenizer.decode(ids), "the text is that of the tokens"


def _check_seeds(engine: RolloutEngine, prompts: Sequence[list[int]]) -> None:
    first, again, other = (engine.generate(prompts, 2, Sampling(_TOKENS), s) for s in (5, 5, 6))
    assert _ids(first) == _ids(again), "the same seed gives the same turns"
    assert _ids(first) != _ids(other), "another seed gives other turns"
    assert any(group[0].token_ids != group[1].token_ids for group in first), "turns are independent"


def _check_neighbours(engine: RolloutEngine, prompts: Sequence[list[int]]) -> None:
    greedy = Sampling(_TOKENS, temperature=0)
    together = engine.generate(prompts, 1, greedy, 0)
    for prompt, [turn] in zip(prompts, together, strict=True):
        [[alone]] = engine.generate([prompt], 1, greedy, 0)
        assert turn.token_ids == alone.token_ids, "its neighbours change nothing of a prompt"
        assert set(turn.logprobs or ()) == {0.0}, "where nothing is left to chance log-probs are 0"


def _check_stop(engine: RolloutEngine, policy: Policy, prompts: Sequence[list[int]]) -> None:
    groups = engine.generate(prompts, 4, Sampling(_TOKENS), 1)
    texts = [turn.text for group in groups for turn in group if len(turn.text) > 1]
    stop = max(texts, key=len)[1]
    groups = engine.generate(prompts, 4, Sampling(_TOKENS, stop=(stop,)), 1)
    stopped = [turn for group in groups for turn in group if stop in turn.text]
    assert stopped, f"a turn that writes the stop text {stop!r} keeps it in its text"
    for turn in stopped:
        before = policy.tokenizer.decode(turn.token_ids[:-1])
        assert stop not in before, "a turn ends with the token that completes a stop text"
        assert not turn.truncated, "a turn that a stop text ended is not truncated"


def _check_limits(engine: RolloutEngine, prompts: Sequence[list[int]]) -> None:
    if engine.most_tokens is None:
        return
    try:
        engine.generate([prompts[0]], 1, Sampling(engine.most_tokens), 0)
    except ConfigError:
        return
    raise AssertionError("a prompt that leaves no room for max_tokens is refused by a ConfigError")


def _check_sync(
    engine: RolloutEngine, policy: Policy, prompts: Sequence[list[int]], bound: float
) -> None:
    other = _moved(policy)
    stale = _gap(other, prompts, engine)
    assert stale > bound, "the control failed: other weights cannot be told from these"
    gap = engine.sync(other, 7)
    assert engine.version == 7, "sync sets the version"
    assert 0 <= gap <= bound, f"sync tells the gap that is left: {gap:.2g} nats are too many"
    found = _gap(other, prompts, engine)
    assert found <= bound, f"after a sync log-probs are the new policy's: {found:.2g} nats off"
    engine.sync(policy, 8)
    assert _gap(policy, prompts, engine) <= bound, "a second sync is as good as the first"


def _moved(policy: Policy) -> Policy:
    """Returns a copy of a policy with other weights."""
    moved = Policy(copy.deepcopy(policy.model), policy.tokenizer)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in moved.model.parameters():
            noise = torch.randn(weight.shape, generator=generator).to(weight)
            weight.add_(0.3 * weight.std(correction=0).clamp(min=1e-3) * noise)
    return moved


def _gap(policy: Policy, prompts: Sequence[list[int]], engine: RolloutEngine) -> float:
    return largest_gap(policy, prompts, _TOKENS, engine)


def _ids(groups: Sequence[Sequence[Turn]]) -> list[list[tuple[int, ...]]]:
    return [[turn.token_ids for turn in group] for group in groups]
