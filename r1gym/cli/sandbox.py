"""`r1gym sandbox check` and `r1gym sandbox build`."""

from __future__ import annotations

from dataclasses import dataclass

from r1gym.sandbox import LANGUAGES, conformance, images


@dataclass(frozen=True)
class SandboxCheck:
    """Print which sandbox works on this machine, and run its conformance suite."""

    backend: str = "auto"
    """A backend's name, or auto for what the machine has."""


@dataclass(frozen=True)
class SandboxBuild:
    """Build the image that the docker sandbox runs."""

    image: str = "r1gym-sandbox:latest"
    """Its name."""
    languages: tuple[str, ...] = tuple(LANGUAGES)
    """What it can run."""
    base: str = "debian:bookworm-slim"
    """A Debian image to start from, or debootstrap to make one without a registry."""
    mirror: str = ""
    """Debian's mirror, for debootstrap; empty for its default."""


def check(options: SandboxCheck) -> int:
    """Runs the conformance suite. Returns 1 if a case came out wrong."""
    return int(not conformance.check(options.backend))


def build(options: SandboxBuild) -> None:
    """Builds the image and says its name."""
    made = images.build(options.image, options.languages, options.base, options.mirror)
    print(f"Built {made}")
