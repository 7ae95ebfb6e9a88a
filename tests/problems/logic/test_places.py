"""Arrangements as bits, against going through the permutations one by one."""

from itertools import permutations

import pytest

from r1gym.problems.logic.places import RELATIONS, partners, placed, related, standing

SAID = {  # as the clues' sentences have it, written anew
    "before": lambda p, q: p < q,
    "just before": lambda p, q: q - p == 1,
    "next": lambda p, q: q - p in (1, -1),
    "not next": lambda p, q: q - p not in (-1, 0, 1),
    "one between": lambda p, q: q - p in (2, -2),
    "two between": lambda p, q: q - p in (3, -3),
    "same": lambda p, q: p == q,
    "not same": lambda p, q: p != q,
}


def members(bits, count=4):
    return [a for i, a in enumerate(permutations(range(count))) if bits >> i & 1]


def test_each_relation_is_known_here():
    assert SAID.keys() == RELATIONS.keys()


def test_a_thing_stands_where_it_is_put():
    assert all(a[1] == 2 for a in members(placed(4)[2][1]))
    assert len(members(placed(4)[2][1])) == 6
    ends = members(standing(4, 0, 0b1001))
    assert len(ends) == 12 and all(a[0] == 0 or a[3] == 0 for a in ends)
    assert standing(4, 0, 0) == 0 and len(members(standing(4, 3, 0b1111))) == 24


@pytest.mark.parametrize("relation", SAID)
def test_related_is_what_every_arrangement_says(relation):
    expected = [
        a
        for a in permutations(range(4))
        if SAID[relation](a.index(0), a.index(2))
    ]  # fmt: skip
    assert members(related(4, relation, 0, 2)) == expected


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("relation", SAID)
def test_partners_are_the_places_that_go_with_any_of_the_others(relation, reverse):
    table = partners(5, relation, reverse)
    assert len(table) == 32 and table[0] == 0
    for places in range(32):
        found = {
            q
            for p in range(5) if places >> p & 1
            for q in range(5) if (SAID[relation](q, p) if reverse else SAID[relation](p, q))
        }  # fmt: skip
        assert {q for q in range(5) if table[places] >> q & 1} == found
