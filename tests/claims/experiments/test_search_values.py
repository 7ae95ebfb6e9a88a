from r1gym.agents.search.protocol import Candidate, Cost, Prefix, SearchResult, Step
from r1gym.claims.experiments.search_values import tree_examples
from r1gym.core.types import Completion


def test_a_step_of_a_tree_is_worth_the_share_of_right_answers_below_it():
    def candidate(*texts):
        steps = tuple(Step(t, tuple(map(ord, t))) for t in texts)
        return Candidate(Prefix("q", (0,), steps), 0.5)

    found = (candidate("a", "b"), candidate("a", "c", "d"), candidate("e"))
    result = SearchResult(Completion("ab"), Cost(), found)
    examples = tree_examples(result, [True, False, False])
    assert [one.labels for one in examples] == [(0.5, 1.0), (0.5, 0.0, 0.0), (0.0,)]
    assert examples[1].steps == ((97,), (99,), (100,)) and examples[0].prompt == (0,)
