from r1gym.agents.search.expansion import best_first
from r1gym.agents.search.protocol import Candidate, Cost, Prefix
from tests.agents.search.toys import toy


def test_equal_steps_are_one_option_with_the_cost_of_all():
    expander, _, scorer = toy(letters="b")
    start = expander.writer.begin("x")
    (((option,), cost),) = expander.expand([start], 5, 9, seed=0)
    assert (option.seen, option.value, option.finished) == (5, 0.25, False)
    assert cost == Cost(tokens=5, scored_tokens=1, nodes=1)
    assert scorer.calls == [1]


def test_options_of_several_prefixes_are_scored_in_one_batch():
    expander, _, scorer = toy()
    start = expander.writer.begin("x")
    found = expander.expand([start] * 3, 8, 9, seed=0)
    assert scorer.calls == [sum(len(options) for options, _ in found)]
    for options, _ in found:
        assert sum(option.seen for option in options) == 8
        assert {option.value for option in options} <= {0.0, 0.25}


def test_a_prefix_is_finished_by_its_end_or_by_the_limit():
    expander, _, _ = toy(length=2)
    start = expander.writer.begin("x")
    (((first, *_), _),) = expander.expand([start], 2, 9, seed=0)
    (((second, *_), _),) = expander.expand([first.prefix], 2, 9, seed=0)
    assert (first.finished, second.finished, second.prefix.ended) == (False, True, True)
    (((short, *_), _),) = expander.expand([start], 2, 1, seed=0)
    assert short.finished and not short.prefix.ended


def test_the_rest_is_written_at_a_stretch():
    expander, _, _ = toy()
    start = expander.writer.begin("x")
    ((option, cost),) = expander.finish([start], 9, seed=0)
    assert option.finished and cost.tokens == 4 and len(option.prefix.steps) == 1
    assert expander.finish([], 9, seed=0) == []


def test_the_first_of_equals_comes_first():
    one, two, three = (Candidate(Prefix(name, ()), v) for name, v in (("a", 1), ("b", 2), ("c", 2)))
    assert best_first([one, two, three]) == (two, three, one)
