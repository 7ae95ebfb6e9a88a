from r1gym.agents.search.protocol import Cost
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.inspection.answer_costs import Point, answer_costs, draw_costs


def episodes(*lengths):
    problem, score = Problem("p", "1", "1"), Score(1.0, Verdict.CORRECT)
    return [Episode.single(problem, Completion("x", (3,) * n), score) for n in lengths]


def test_an_answer_costs_its_tokens_or_what_its_agent_says():
    plain = answer_costs(episodes(4, 8), 3.0, None)
    assert plain == {"answer_tokens": 6.0, "answer_nodes": 1.0, "answer_seconds": 1.5}
    told = answer_costs(episodes(4, 8), 3.0, [Cost(10, nodes=5), Cost(30, nodes=7)])
    assert told == {"answer_tokens": 20.0, "answer_nodes": 6.0, "answer_seconds": 1.5}


def test_budgets_of_one_agent_are_one_line():
    points = [
        Point(label, (0.5, 0.6), (10.0 * n, 11.0 * n), (0.01, 0.02))
        for label, n in (("maj-16", 16), ("maj-2", 2), ("greedy", 1), ("8", 3))
    ]
    assert [point.line for point in points] == ["maj", "maj", "greedy", "8"]
    left, right = draw_costs(points, "title").axes
    drawn = {one.get_label(): one for one in left.containers}
    assert set(drawn) == {"maj", "greedy", "8"}
    assert list(drawn["maj"].lines[0].get_xdata()) == [21.0, 168.0]  # the cheapest first
    assert right.get_xscale() == "log"
