from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import EngineWriter
from r1gym.claims.experiments.search_throughput import Halfway, Timed
from r1gym.rollout.embedded import EmbeddedEngine


def test_a_writer_s_own_seconds_are_counted(llama):
    writer = EngineWriter(EmbeddedEngine(llama), llama.tokenizer)
    timed = Timed(writer)
    start = timed.begin("1+1")
    (steps,) = timed.write([start], 2, Cut.of("tokens:3"), 9, seed=0)
    assert [steps] == writer.write([start], 2, Cut.of("tokens:3"), 9, seed=0)
    assert timed.seconds > 0 and timed.completion(start + steps[0]).text


def test_all_steps_are_worth_the_same():
    assert Halfway().score([(1,)], [[(2,), (3, 4)]]) == [[0.5, 0.5]]
