from r1gym.agents.search.protocol import Cost, Prefix, Step


def test_prefixes_grow_step_by_step():
    start = Prefix("1+1", (3, 4))
    longer = start + Step("=2", (5, 6), sampled=2) + Step("", (1,), ended=True)
    assert (start.token_ids, longer.token_ids) == ((), (5, 6, 1))
    assert (start.ended, longer.ended) == (False, True)
    assert longer.sampled == 3  # a step is at least one token, so that no search goes on for ever


def test_costs_add_up():
    assert Cost(1, 2, 3, 4.0) + Cost(10, 20, 30, 40.0) == Cost(11, 22, 33, 44.0)
