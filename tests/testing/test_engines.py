"""The engine suite passes a good engine, and finds each broken promise."""

from dataclasses import replace

import pytest

from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.testing import check_engine


def test_the_embedded_engine_passes(policy):
    check_engine(EmbeddedEngine, policy)
    check_engine(lambda policy: EmbeddedEngine(policy, rows=2), policy)


class Broken(EmbeddedEngine):
    """Changes every turn in one way."""

    def __init__(self, policy, change):
        super().__init__(policy)
        self.change = change

    def generate(self, prompts, n, sampling, seed):
        groups = super().generate(prompts, n, sampling, seed)
        return [[self.change(turn, sampling) for turn in group] for group in groups]


def shifted(turn, sampling):
    return replace(turn, logprobs=tuple(p - 0.01 if p else p for p in turn.logprobs))


def endless(turn, sampling):
    return replace(turn, truncated=not turn.truncated)


def short(turn, sampling):
    return replace(turn, logprobs=turn.logprobs[:-1])


def retold(turn, sampling):
    return replace(turn, text=turn.text.strip() + " ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shifted, "log-probs are not the policy's"),
        (endless, "truncated means"),
        (short, "a log-prob for each token"),
        (retold, "the text is that of the tokens"),
    ],
)
def test_changed_turns_are_found(llama, change, said):
    with pytest.raises(AssertionError, match=said):
        check_engine(lambda policy: Broken(policy, change), llama)


class Stale(EmbeddedEngine):
    def sync(self, policy, version):
        self.version = version
        return 0.0


class Forgetful(EmbeddedEngine):
    def sync(self, policy, version):
        self.policy = policy
        return 0.0


class Restless(EmbeddedEngine):
    calls = 0

    def generate(self, prompts, n, sampling, seed):
        self.calls += 1
        return super().generate(prompts, n, sampling, seed + self.calls)


class Deaf(EmbeddedEngine):
    def generate(self, prompts, n, sampling, seed):
        return super().generate(prompts, n, replace(sampling, stop=()), seed)


class Unlimited(EmbeddedEngine):
    def generate(self, prompts, n, sampling, seed):
        return super().generate(
            prompts, n, replace(sampling, max_tokens=min(24, sampling.max_tokens)), seed
        )


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (Stale, "after a sync log-probs are the new policy's"),
        (Forgetful, "sync sets the version"),
        (Restless, "the same seed gives the same turns"),
        (Deaf, "completes a stop text"),
        (Unlimited, "is refused by a ConfigError"),
    ],
)
def test_broken_engines_are_found(llama, engine, said):
    with pytest.raises(AssertionError, match=said):
        check_engine(engine, llama)
