import math

import pytest

from r1gym.agents.search.tree import (
    Bounds,
    Node,
    backup,
    descend,
    hold,
    priors_of,
    puct,
    select,
    widens,
)


def family(*values, priors=None, visits=None):
    """A root with a child for each value."""
    root = Node()
    for i, value in enumerate(values):
        child = Node(i, root, 1 / len(values) if priors is None else priors[i], value)
        child.visits = 0 if visits is None else visits[i]
        child.total = child.visits * value
        root.children.append(child)
    return root


def chosen(root, bounds, constant):
    return select(root.children, bounds, constant)


def test_puct_by_hand():
    # sqrt(9) = 3: 0.5 + 1.5 * 0.4 * 3 / 9, and 0.2 + 1.5 * 0.6 * 3 / 2
    assert puct([0.5, 0.2], [0.4, 0.6], [8, 1], 1.5) == pytest.approx([0.7, 1.55])
    assert puct([0.5, 0.2], [0.4, 0.6], [0, 0], 1.0) == pytest.approx([0.9, 0.8])
    assert puct([0.5, 0.2], [0.4, 0.6], [8, 1], 0.0) == [0.5, 0.2]


def test_priors_are_probabilities_or_else_counts():
    assert priors_of([math.log(0.2), math.log(0.6)], [1, 1]) == pytest.approx([0.25, 0.75])
    assert priors_of([-2000.0, -2000.0], [1, 1]) == [0.5, 0.5]
    assert priors_of([None, -1.0], [3, 1]) == [0.75, 0.25]


def test_values_are_stretched_to_those_seen():
    bounds = Bounds()
    assert bounds.scale(3.0) == 0.5
    for value in (-2.0, 2.0):
        bounds.add(value)
    assert [bounds.scale(v) for v in (-2.0, 0.0, 2.0)] == [0.0, 0.5, 1.0]


def test_a_child_that_nobody_visited_has_the_scorer_s_value():
    bounds = Bounds(0.0, 1.0)
    assert chosen(family(0.2, 0.9), bounds, 1.5).move == 1
    assert chosen(family(0.5, 0.5), bounds, 1.5).move == 0  # of equals the first
    # what is visited often gives way to what the policy finds likely
    assert chosen(family(0.9, 0.8, visits=[20, 0]), bounds, 1.5).move == 1
    assert chosen(family(0.9, 0.1, priors=[0.99, 0.01], visits=[20, 0]), bounds, 1.5).move == 0


def test_a_simulation_goes_down_and_its_value_up():
    root = family(0.2, 0.9)
    grandchild = Node(7, root.children[1], 1.0, 0.6)
    root.children[1].children.append(grandchild)
    leaf = descend(root, Bounds(0.0, 1.0), 1.5)
    assert leaf is grandchild and leaf.moves() == (1, 7)
    backup(leaf, 0.6)
    backup(leaf, 0.4)
    nodes = (root, root.children[0], root.children[1], leaf)
    assert [node.visits for node in nodes] == [2, 0, 2, 2]
    assert root.children[1].mean(0.0) == pytest.approx(0.5)


def test_who_is_under_way_counts_as_lost():
    root, bounds = family(0.9, 0.7), Bounds(0.0, 1.0)
    first = descend(root, bounds, 0.5)
    hold(first, 1)
    assert (first.move, descend(root, bounds, 0.5).move) == (0, 1)
    hold(first, -1)
    assert descend(root, bounds, 0.5) is first
    assert root.pending == first.pending == 0


def test_a_walk_sees_every_node_once_and_parents_first():
    root = family(0.1, 0.2)
    root.children[0].children.append(Node(9, root.children[0]))
    assert [node.move for node in root.walk()] == [None, 0, 9, 1]


def test_what_has_nothing_left_to_try_is_passed_by():
    root, bounds = family(0.9, 0.1), Bounds(0.0, 1.0)
    root.children[0].finished = True
    backup(root.children[0], 0.9)
    assert root.children[0].closed and not root.closed
    assert descend(root, bounds, 0.0).move == 1
    root.children[1].children.append(Node(7, root.children[1], finished=True))
    backup(root.children[1].children[0], 0.1)
    assert root.children[1].closed and root.closed


def test_a_node_is_widened_as_it_is_visited_more_or_has_nothing_left():
    root = family(0.9, 0.1, visits=[1, 0])
    root.tries = 2
    widened = []
    for root.visits in range(1, 20):
        if widens(root, 2, 6):
            widened.append(root.visits)
            root.tries += 2
    assert widened == [2, 5]  # 2 sqrt(2) > 2, 2 sqrt(5) > 4, and 6 is the limit
    root.tries, root.visits = 4, 1
    assert not widens(root, 2, 6)
    for child in root.children:
        child.closed = True
    assert widens(root, 2, 6) and not widens(root, 2, 4)
    root.finished = True
    assert not widens(root, 2, 6)
