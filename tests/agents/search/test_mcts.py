import pytest

from r1gym.agents.search.mcts import MCTS
from r1gym.core.errors import ConfigError
from tests.agents.search.toys import share_of_b, text_of, toy


def test_it_finds_what_the_scorer_likes():
    results = MCTS(toy()[0], simulations=20, children=8).search(["x", "y"], 9, seed=1)
    assert [text_of(r) for r in results] == ["bbbb", "bbbb"]
    assert not results[0].completion.truncated


def test_trees_advance_together_and_are_scored_together():
    expander, writer, scorer = toy()
    MCTS(expander, simulations=4, children=3).search(["x"] * 5, 9, seed=0)
    assert writer.calls[0] == 5 and len(writer.calls) <= 5
    assert len(scorer.calls) == len(writer.calls)


def test_costs_are_what_was_sampled_and_kept():
    expander, writer, _ = toy(letters="b")  # all children are the same
    (result,) = MCTS(expander, simulations=3, children=4).search(["x"], 9, seed=0)
    # three expansions of four letters, one child kept each; the last letter is written to the end
    assert (result.cost.tokens, result.cost.nodes, result.cost.scored_tokens) == (13, 4, 4)
    assert result.cost.seconds > 0 and sum(writer.calls) == 4


def test_it_ends_when_all_is_tried():
    expander = toy(letters="b")[0]
    few, many = (
        MCTS(expander, simulations=n, children=2).search(["x"], 9, seed=0)[0] for n in (4, 40)
    )
    assert few.cost.tokens == many.cost.tokens == 8
    assert many.root.visits == 4 and many.root.closed


def test_more_simulations_find_more():
    expander = toy(lambda text: 1.0 if text == "aabb" else 0.5)[0]
    few, many = (
        MCTS(expander, simulations=n, children=2).search(["x"] * 20, 9, seed=0) for n in (4, 60)
    )
    assert sum(text_of(r) == "aabb" for r in few) < sum(text_of(r) == "aabb" for r in many)


def test_the_answer_is_the_best_of_the_candidates():
    (result,) = MCTS(toy()[0], simulations=30, children=2).search(["x"], 9, seed=3)
    values = [one.value for one in result.candidates]
    assert len(values) > 1 and values == sorted(values, reverse=True)
    assert values[0] == share_of_b(text_of(result))


def test_a_node_has_no_more_children_than_are_allowed():
    expander = toy(letters="abcdefgh")[0]
    (result,) = MCTS(expander, simulations=20, children=3).search(["x"], 9, seed=0)
    assert max(len(node.children) for node in result.root.walk()) == 3


def test_a_wider_limit_finds_what_the_first_children_lack():
    def only_h(text):  # a letter of eight, which four children lack more often than not
        return 1.0 if set(text) == {"h"} else 0.1

    narrow, wide = (
        MCTS(
            toy(only_h, letters="abcdefgh", length=2)[0], simulations=40, children=4, limit=limit
        ).search(["x"] * 10, 9, seed=0)
        for limit in (None, 32)
    )
    assert sum(text_of(r) == "hh" for r in narrow) < 5 < sum(text_of(r) == "hh" for r in wide)
    assert max(node.tries for r in wide for node in r.root.walk()) <= 32
    for result in wide:
        for node in result.root.walk():
            assert len({child.move for child in node.children}) == len(node.children)
            assert not node.children or sum(c.prior for c in node.children) == pytest.approx(1)


def test_several_leaves_of_one_tree_at_a_time():
    expander, writer, _ = toy(letters="abcdefgh")
    (result,) = MCTS(expander, simulations=30, children=6, leaves=4).search(["x"], 9, seed=0)
    assert max(writer.calls) > 1
    assert all(node.pending == 0 for node in result.root.walk())
    assert result.root.visits == 30 and not result.root.closed


def test_what_is_known_below_a_move_is_kept():
    settled, whole = (
        MCTS(toy()[0], simulations=n, children=8, moves=moves).search(["x"] * 4, 9, seed=0)
        for n, moves in ((6, True), (24, False))
    )
    assert [text_of(r) for r in settled] == ["bbbb"] * 4
    # four moves of six simulations each are fewer than 24: the visits below a move count on
    assert sum(r.root.visits for r in settled) < sum(r.root.visits for r in whole)
    assert all(len(r.root.children) > 1 for r in settled)  # the tree holds what was left aside


@pytest.mark.parametrize("moves", [False, True])
def test_the_limit_of_tokens_ends_an_answer(moves):
    search = MCTS(toy()[0], simulations=8, children=2, moves=moves)
    (result,) = search.search(["x"], 2, seed=0)
    assert len(text_of(result)) == 2 and result.completion.truncated


def test_the_same_seed_finds_the_same():
    search = MCTS(toy(letters="abcdefgh")[0], simulations=5, children=2)
    first, same, other = (search.search(["x"] * 3, 9, seed) for seed in (1, 1, 2))
    assert list(map(text_of, first)) == list(map(text_of, same)) != list(map(text_of, other))


def test_no_prompts_no_answers():
    assert MCTS(toy()[0]).search([], 9, 0) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"simulations": 0},
        {"children": 0},
        {"constant": -1},
        {"leaves": 0},
        {"moves": 1},
        {"limit": 3},
    ],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        MCTS(toy()[0], **wrong)
