"""One component of a reward sum: its specification, checked, and the verifier that it makes."""

from __future__ import annotations

import difflib
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from r1gym.core.checks import is_number
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.verifiers.execution import FAULTS
from r1gym.verifiers.functions import as_factory
from r1gym.verifiers.protocol import VERIFIERS, Verifier
from r1gym.verifiers.scope import Scope, take_scope
from r1gym.verifiers.workers import in_workers

ComponentSpec = float | Mapping[str, Any]


@dataclass(frozen=True)
class Component:
    """A verifier with its place in the sum.

    Attributes:
        name: The name it is registered under.
        weight: What its value is multiplied by.
        requires: The component that must be above 0 for this one to count.
        scope: The problems that it is for.
        factory: Its constructor.
        options: Its constructor's keyword arguments.
        bare: The verifier as constructed.
        verifier: The same, or what stands for it if it runs in workers.
    """

    name: str
    weight: float
    requires: str | None
    scope: Scope
    factory: Callable[..., Verifier]
    options: Mapping[str, Any]
    bare: Verifier
    verifier: Verifier

    @classmethod
    def build(
        cls, name: str, spec: ComponentSpec, factory: Callable[..., Verifier] | None = None
    ) -> Component:
        """Constructs a component.

        Args:
            name: Its name.
            spec: Its weight, or a mapping with ``weight``, perhaps ``requires``, ``type``, and
                ``for`` or ``except``, and options.
            factory: What makes the verifier; None for what is registered under the name.

        Raises:
            UnknownNameError: If there is no such component.
            ConfigError: If the specification is not allowed, or the constructor refuses it.
        """
        if not isinstance(name, str):
            raise ConfigError(f"A reward is named by a string, not {name!r}.")
        options = dict(spec) if isinstance(spec, Mapping) else {"weight": spec}
        if "weight" not in options:
            raise ConfigError(
                f"Reward {name!r} needs a weight: {{'weight': 1.0{', ...' if options else ''}}}."
            )
        weight = _checked_weight(name, options.pop("weight"))
        requires = options.pop("requires", None)
        if requires is not None and not isinstance(requires, str):
            raise ConfigError(f"Reward {name!r} requires a component's name, not {requires!r}.")
        scope = take_scope(name, options)
        kind = options.pop("type", name)
        if not isinstance(kind, str):
            raise ConfigError(f"The type of reward {name!r} must be a component's name.")
        factory = as_factory(VERIFIERS.get(kind) if factory is None else factory)
        options = _checked_options(name, factory, options)
        bare = _construct(name, factory, options)
        verifier = in_workers(name, factory, options, bare)
        return cls(name, weight, requires, scope, factory, options, bare, verifier)

    def for_template(self, template: str) -> Component:
        """Returns the same component, fit for a prompt template.

        Raises:
            ConfigError: If it could never be earned under it.
        """
        if not hasattr(self.bare, "for_template"):
            return self
        bare = self.bare.for_template(template)
        verifier = in_workers(self.name, self.factory, self.options, bare, template)
        return replace(self, bare=bare, verifier=verifier)


def _checked_weight(name: str, weight: object) -> float:
    if callable(weight):
        raise ConfigError(
            f"Reward {name!r} is a name with a weight: decorate the function with "
            f"@r1gym.register_verifier({name!r}) and give a number here."
        )
    if not is_number(weight):
        raise ConfigError(f"The weight of reward {name!r} must be a number, not {weight!r}.")
    if not abs(weight) <= sys.float_info.max:  # so that NaN fails as well
        raise ConfigError(f"The weight of reward {name!r} must be finite, not {weight!r}.")
    return weight


def _checked_options(
    name: str, factory: Callable[..., Verifier], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the options as JSON would bring them back, if the constructor has them all."""
    if not options:
        return {}
    parameters = inspect.signature(factory).parameters.values()
    known = [p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    checked = {}
    for option, value in options.items():
        if option not in known and not takes_any:
            near = difflib.get_close_matches(str(option), known, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            listing = f"It has: {', '.join(sorted(known))}." if known else "It has none."
            raise ConfigError(f"Reward {name!r} has no option {option!r}.{guess} {listing}")
        try:
            checked[option] = json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise ConfigError(
                f"The option {option!r} of reward {name!r} must be a JSON value, not {value!r}."
            ) from error
    return checked


def _construct(name: str, factory: Callable[..., Verifier], options: Mapping[str, Any]) -> Verifier:
    try:
        verifier = factory(**options)
    except R1GymError:
        raise
    except FAULTS as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        given = f"the options {dict(options)}" if options else "no options"
        raise ConfigError(f"Reward {name!r} cannot be made with {given}: {why}") from error
    if not callable(getattr(verifier, "score", None)):
        raise ConfigError(f"Reward {name!r} is no verifier: it has no score(problem, completion).")
    return verifier
