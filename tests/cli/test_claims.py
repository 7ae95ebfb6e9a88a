"""`r1gym claims`: which page is written, and what cannot be honoured."""

from pathlib import Path

import pytest

from r1gym.cli.claims import Claims, _page
from r1gym.core.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ({}, "runs/claims/claims.md"),
        ({"files": Path("mine")}, "runs/claims/claims-mine.md"),
        ({"files": Path("a/mine/"), "folder": Path("out")}, "out/claims-mine.md"),
        ({"files": Path("mine"), "page": Path("docs/claims.md")}, "docs/claims.md"),
    ],
)
def test_claims_of_ones_own_have_a_page_of_their_own(given, page):
    assert str(_page(Claims(**given))) == page


def test_jobs_do_nothing_where_nothing_is_run():
    with pytest.raises(ConfigError, match="--list runs nothing, so --jobs would do nothing"):
        Claims(list=True, jobs=2)
    with pytest.raises(ConfigError, match="jobs must be at least 1, not 0"):
        Claims(list=True, jobs=0)
    assert Claims(list=True).jobs is None
