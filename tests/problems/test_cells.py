import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.cells import cells_of
from r1gym.problems.families import members
from r1gym.problems.loaders import load_problems


def pairs(families):
    return [(cell.family.name, cell.level, cell.weight) for cell in cells_of(families)]


def test_code_stands_for_all_families_of_code():
    problems = load_problems({"code": [1, 2], "arithmetic": [1]})
    families = {problems[i].family for i in range(300)}
    assert "arithmetic" in families and len(families) > 5
    assert all(name == "arithmetic" or name.startswith("code-") for name in families)
    assert {problems[i].level for i in range(100)} == {1, 2}


@pytest.mark.parametrize("levels", [[1, 99], ["1"], [0], "12", []])
def test_a_level_that_no_family_of_code_has(levels):
    with pytest.raises(ConfigError, match="level"):
        load_problems({"code": levels})


def test_the_weight_of_a_group_is_shared_by_its_families_and_levels():
    weighted = {
        "science": {"levels": [1, 4], "weight": 3},
        "arithmetic": {"levels": [1], "weight": 1},
    }
    problems = load_problems(weighted)
    drawn = [problems[i] for i in range(3000)]
    assert sum(p.family == "arithmetic" for p in drawn) == pytest.approx(750, abs=100)
    # Eight families with level 1, six of them with level 4 as well: fourteen cells.
    cells = [(p.family, p.level) for p in drawn if p.family != "arithmetic"]
    assert len(set(cells)) == 14
    assert all(cells.count(cell) == pytest.approx(161, abs=60) for cell in set(cells))


def test_a_group_without_weights_stays_as_it_was():
    by_group, by_name = (
        load_problems({"general": [1], "arithmetic": [2]}),
        load_problems({**{name: [1] for name in members("general")}, "arithmetic": [2]}),
    )
    assert [by_group[i] for i in range(40)] == [by_name[i] for i in range(40)]


@pytest.mark.parametrize("weight", [-0.5, 0, float("nan"), "much"])
def test_a_groups_weight_must_be_a_number_above_0(weight):
    with pytest.raises(
        ConfigError, match="The weight of 'science' must be a (finite )?number above 0"
    ):
        load_problems({"science": {"levels": [1], "weight": weight}})


def test_cells_come_in_the_order_they_are_named():
    assert pairs({"equations": [3, 1], "arithmetic": {"levels": [2], "weight": 0.5}}) == [
        ("equations", 3, None), ("equations", 1, None), ("arithmetic", 2, 0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("general", "general-write"), ("general-write", "general")])
def test_a_family_that_its_group_has_as_well_counts_once_at_a_level(names):
    both = pairs({names[0]: [1, 2], names[1]: [2, 3]})
    assert sorted(level for name, level, _ in both if name == "general-write") == [1, 2, 3]
    assert len(set(both)) == len(both)


def test_a_family_that_its_group_has_as_well_adds_its_weight():
    given = {
        "general": {"levels": [1], "weight": len(members("general"))},
        "general-write": {"levels": [1], "weight": 2},
    }
    of_write = [weight for name, _, weight in pairs(given) if name == "general-write"]
    assert of_write == [1.0, 2.0]
    drawn = load_problems(given)
    share = sum(drawn[i].family == "general-write" for i in range(1400)) / 1400
    assert share == pytest.approx(3 / (len(members("general")) + 2), abs=0.05)


@pytest.mark.parametrize(
    ("families", "error", "message"),
    [
        ({"arithmetics": [1]}, UnknownNameError, "no task family 'arithmetics'. Did you mean 'ari"),
        ({"logics": [1]}, UnknownNameError, "Did you mean 'logic'"),
        (
            {"logic": [0]},
            ConfigError,
            "A level of 'logic' must be a whole number from 1 to .*, not 0",
        ),
        ({"logic": "12"}, ConfigError, "must be a list"),
        ({"logic": {"levels": [1], "wight": 1}}, ConfigError, "no setting 'wight'"),
        ("arithmetic", ConfigError, "at least one family"),
    ],
)
def test_what_is_not_there_is_refused(families, error, message):
    with pytest.raises(error, match=message):
        cells_of(families)
