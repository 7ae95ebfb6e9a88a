"""The interface of interactions, and how one is found by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, runtime_checkable

from r1gym.core.checks import check_share, check_whole, shown
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.core.types import Score, Trajectory


@runtime_checkable
class Interaction(Protocol):
    """Answers the policy's turns. The three limits may be plain attributes."""

    @property
    def turns(self) -> int:
        """The most turns of the policy's in an episode, from 1."""

    @property
    def feedback_tokens(self) -> int:
        """The most tokens of an answer."""

    @property
    def discount(self) -> float:
        """What the reward is multiplied by for each turn after the first, from 0 to 1."""

    def respond(self, so_far: Trajectory, score: Score) -> str | None:
        """Returns what follows a turn of the policy's; None ends the episode.

        It must depend on nothing but its arguments: the same tokens are answered in an environment
        and in a rollout, in any order and from any process.

        Args:
            so_far: The turns, the policy's last one included.
            score: What that last turn would be paid, without the discount.
        """


INTERACTIONS: Registry[Callable[..., Interaction]] = Registry(
    "interaction",
    group="r1gym.interactions",
    built_in={"try_again": "r1gym.envs.interactions.try_again:TryAgain"},
    wants="a class or a function that makes an interaction",
    fits=callable,
)
"""Interactions by name. Each is called with its options."""

Factory = TypeVar("Factory", bound=Callable[..., Interaction])


def register_interaction(name: str) -> Callable[[Factory], Factory]:
    """Returns a class decorator that makes an interaction available under `name`.

    Raises:
        ConfigError: If another interaction has the name.
    """

    def add(factory: Factory) -> Factory:
        INTERACTIONS.register(name)(factory)
        return factory

    return add


def load_interaction(found: object) -> Interaction | None:
    """Returns the interaction that a spec names.

    Args:
        found: A name, a mapping with the name as ``"type"`` and its options, an interaction, or
            None for a single turn.

    Raises:
        UnknownNameError: If there is no interaction of that name.
        ConfigError: If it is none of these, or an option is not allowed.
    """
    if found is None:
        return None
    if isinstance(found, str):
        found = {"type": found}
    if isinstance(found, Mapping):
        options: dict[str, Any] = dict(found)
        name = options.pop("type", None)
        if not isinstance(name, str):
            raise ConfigError(
                "An interaction needs its name as 'type', such as {'type': 'try_again'}, not "
                f"{shown(found)}."
            )
        factory = INTERACTIONS.get(name)
        try:
            found = factory(**options)
        except TypeError as error:
            raise ConfigError(f"The interaction {name!r} does not take these: {error}.") from error
    if not isinstance(found, Interaction):
        raise ConfigError(
            f"An interaction is a name or has respond, turns, feedback_tokens and discount, unlike "
            f"{shown(found)}."
        )
    check_interaction(found)
    return found


def check_interaction(interaction: Interaction) -> None:
    """Raises ConfigError if a limit of an interaction is not allowed."""
    check_whole("turns", interaction.turns, least=1)
    check_whole("feedback_tokens", interaction.feedback_tokens, least=1)
    check_share("discount", interaction.discount)
