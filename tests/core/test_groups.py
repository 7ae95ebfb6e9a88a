import pytest

from r1gym.core.groups import GROUPS, belongs
from r1gym.problems.families import GROUPS as MODULES
from r1gym.problems.families import members


def test_groups_are_those_that_problems_are_drawn_from():
    assert GROUPS.keys() == MODULES.keys()


@pytest.mark.parametrize("group", GROUPS)
def test_members_belong_to_their_group_and_to_no_other(group):
    for family in members(group):
        assert [name for name in GROUPS if belongs(family, name)] == [group]
        assert belongs(family, family) and not belongs(family, family[:-1])
