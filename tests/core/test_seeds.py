from r1gym.core.seeds import mixed


def test_a_key_decides_its_seed():
    keys = [(0, 0), (0, 1), (1, 0), (1, 1), (2**31, 5)]
    seeds = [mixed(*key) for key in keys]
    assert seeds == [mixed(*key) for key in keys]
    assert len({*seeds}) == len(keys)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_neighbours_have_nothing_in_common():
    seeds = [mixed(0, step) for step in range(2000)]
    assert len({*seeds}) == 2000
    bits = [seed >> place & 1 for seed in seeds for place in range(63)]
    assert 0.49 < sum(bits) / len(bits) < 0.51
