"""What a submission may use, per test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from r1gym.core.checks import check_mapping, check_number
from r1gym.core.errors import ConfigError

# Less could hold no program, more no counter of the kernel's or of a socket.
_BOUNDS = {
    "wall_s": (0.001, 1_000_000),
    "cpu_s": (0.001, 1_000_000),
    "memory_mb": (1, 1 << 20),
    "output_bytes": (1, 1 << 28),
    "pids": (1, 1 << 22),
    "disk_mb": (1, 1 << 20),
}


@dataclass(frozen=True)
class Limits:
    """The limits of one test of a submission.

    Attributes:
        wall_s: Seconds on the clock. None: three times `cpu_s` and a second, so that a busy
            machine never fails an honest program.
        cpu_s: Seconds of processor time, all processes together. None: `wall_s`, else 2.
        memory_mb: MiB of memory, all processes together.
        output_bytes: Bytes of stdout, of stderr and of a call's result, each.
        pids: Processes and threads alive at once.
        disk_mb: MiB of files, and of any single file.
    """

    wall_s: float | None = None
    cpu_s: float | None = None
    memory_mb: int = 256
    output_bytes: int = 4 << 20
    pids: int = 64
    disk_mb: int = 64

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.default is None:
                continue
            least, most = _BOUNDS[field.name]
            check_number(f"limits: {field.name}", value, least=least, most=most)

    @classmethod
    def of(cls, value: Limits | Mapping[str, Any] | None) -> Limits:
        """Returns limits from a mapping of their names.

        Raises:
            ConfigError: If a name is unknown or a value is not a number that may be.
        """
        if isinstance(value, Limits):
            return value
        given = dict(check_mapping("limits", {} if value is None else value, "{'cpu_s': 4}"))
        known = [field.name for field in fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ConfigError(f"limits: unknown {unknown[0]!r}. Known: {', '.join(known)}.")
        return cls(**given)

    def resolved(self) -> dict[str, float]:
        """Returns every limit as a number, as the runner takes them."""
        cpu = self.cpu_s if self.cpu_s is not None else self.wall_s or 2.0
        wall = self.wall_s if self.wall_s is not None else 3 * cpu + 1
        return asdict(self) | {"cpu_s": cpu, "wall_s": wall}
