"""`r1gym claims`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.claims.claim import choose_claims, load_claims
from r1gym.claims.run import Judged, judge_claim, run_claims
from r1gym.core.checks import check_least
from r1gym.core.errors import ConfigError
from r1gym.core.machine import describe_machine
from r1gym.report.claims import print_claims, write_page

_JOBS = 2


@dataclass(frozen=True)
class Claims:
    """Test what the report claims, each claim by a short run, and write a page of what came out."""

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Claims by name, or all of a section of the report (4.2, "v2 B.6"); all if none is named."""
    folder: Path = Path("runs/claims")
    """Where results are kept: what has been run is not run again."""
    page: Path | None = None
    """The page; if not given claims.md in the folder, or claims-NAME.md of --files NAME."""
    jobs: int | None = None
    """Experiments at a time, each of one thread; two if not given."""
    files: Path | None = None
    """A folder of claims of your own, NAME.yaml each, in place of the report's."""
    list: bool = False
    """Run nothing: show what has come out so far."""

    def __post_init__(self) -> None:
        if self.jobs is None:
            return
        check_least(self, {"jobs": 1})
        if self.list:
            raise ConfigError("--list runs nothing, so --jobs would do nothing: leave one out.")


def claims(options: Claims) -> tuple[list[Judged], list[str]]:
    """Runs what is missing of the chosen claims; writes the page of all.

    Returns:
        The chosen claims with their outcomes, and the experiments that failed.
    """
    known = load_claims(options.files)
    chosen = choose_claims(known, options.names)
    failed = [] if options.list else run_claims(chosen, options.folder, options.jobs or _JOBS)
    every = [judge_claim(claim, options.folder) for claim in known.values()]
    write_page(every, _page(options), describe_machine())
    return [one for one in every if one.claim in chosen], failed


def show(done: tuple[list[Judged], list[str]]) -> int:
    """Prints what became of the claims. Returns 1 if an experiment failed."""
    judged, failed = done
    print_claims(judged)
    for line in failed:
        print(f"Failed: {line}")
    return int(bool(failed))


def _page(options: Claims) -> Path:
    if options.page is not None:
        return options.page
    if options.files is None:
        return options.folder / "claims.md"
    # One's own claims are another page than the report's, whose results are in the same folder.
    return options.folder / f"claims-{options.files.resolve().name}.md"
