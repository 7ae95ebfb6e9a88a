from r1gym.claims.experiments.search_common import Weighed, ask
from r1gym.claims.experiments.search_cost import NAMES, _at_least, _best, _curves, _vote, draw
from r1gym.core.types import Completion


def way(accuracy, tokens):
    return Weighed(accuracy, tokens, tokens / 1000)


def test_the_comparison_is_with_at_least_as_many_tokens():
    ways = [way(0.5, 50), way(0.6, 110), way(0.7, 140), way(0.8, 220)]
    assert _at_least(ways, 110).accuracy == 0.6
    assert _at_least(ways, 111).accuracy == 0.7
    assert _at_least(ways, 900).accuracy == 0.8  # the dearest there is


def test_curves_go_by_budget():
    curves = _curves({"mcts": [way(0.5, 50), way(0.6, 100)]})
    assert curves == {
        "mcts_accuracy": [0.5, 0.6], "mcts_tokens": [50, 100], "mcts_ms": [50.0, 100.0]
    }  # fmt: skip


class Short:
    """Finds short answers good."""

    name = "short"

    def score(self, prompts, steps):
        return [[1 / sum(map(len, one))] * len(one) for one in steps]


def test_a_scorer_chooses_the_best_or_weighs_votes():
    asked = ask("test", 1)
    tokenizer = asked.task.tokenizer

    def answers(*texts):
        return [[Completion(t, tuple(tokenizer.encode(t))) for t in texts]]

    one, two = "<answer>1</answer>", "<answer>2</answer>"
    group = answers(two + " so", "x", one, two)
    assert _best(asked, Short(), group)[0].text == "x"
    # without an answer there is no vote; two votes of 1/6 and 1/3 outweigh one of 1/3
    assert _vote(asked, Short(), group)[0].text == two + " so"
    assert _vote(asked, Short(), answers("x", "y"))[0].text == "x"


def test_the_picture_has_every_way(tmp_path):
    result = _curves({name: [way(0.5, 50), way(0.6, 100)] for name in NAMES})
    draw([result, result], tmp_path / "cost.png")
    assert (tmp_path / "cost.png").stat().st_size > 10_000
