"""One line of the doctor's report, and whether a run may start."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from r1gym.core.errors import ConfigError


class Status(StrEnum):
    """How a check went. Only a failure keeps a run from starting."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "FAIL"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report."""

    name: str
    status: Status
    detail: str


def is_fit(checks: list[Check]) -> bool:
    """Returns whether no check failed."""
    return all(check.status is not Status.FAIL for check in checks)


def stop_unless_fit(checks: list[Check]) -> None:
    """Raises ConfigError with the first failure among the checks."""
    for check in checks:
        if check.status is Status.FAIL:
            raise ConfigError(
                f"This would not train well; {check.name}: {check.detail}. "
                "`r1gym doctor` with the same options shows all checks."
            )
