from r1gym.claims.experiments.search_common import ask
from r1gym.claims.experiments.search_simulations import _search
from r1gym.claims.experiments.search_throughput import Halfway


def test_what_a_search_found_is_at_least_what_it_answered(llama):
    asked = ask("test", 2)
    llama.model.config.max_position_embeddings = 256
    found = _search(asked, llama, Halfway(), simulations=2, limit=4, seed=0)
    assert set(found) == {"", "_found", "_tokens"}
    assert 0 <= found[""] <= found["_found"] <= 1 < found["_tokens"]
