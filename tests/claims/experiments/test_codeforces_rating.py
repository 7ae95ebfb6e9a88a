from r1gym.claims.experiments.codeforces_rating import run


def test_a_small_run_tells_every_number(tmp_path):
    found = run(tmp_path, seed=1, competitors=100, contests=4, samples=8)
    assert found == run(tmp_path, seed=1, competitors=100, contests=4, samples=8)
    assert found["error"] < 80 and 0.6 <= found["covered"] <= 1
    assert found["by_order"] > 100 and found["by_contest"] > 100
    assert found["by_tries"] > 100 and found["by_clock"] > 0
