"""Claims are files of data: those of the report load, and a broken one is one clear line."""

import pytest

from r1gym.claims.claim import Bound, choose_claims, load_claims, read_claim
from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError

GOOD = """
section: "9.9"
says: Something.
experiment: r1_zero
holds: {gain: {at_least: 0.4}, growth: {at_most: 2, over: every}}
refuted_by: Its contrary.
"""


def test_those_of_the_report_are_in_the_order_of_its_sections():
    claims = load_claims()
    sections = [claim.section for claim in claims.values()]
    plain = [section for section in sections if not section.startswith("v2")]
    assert sections == plain + sections[len(plain) :] and plain == sorted(plain)
    assert {"2.2.4", "2.3.1", "2.4", "v2 B.5"} <= set(sections)
    assert all(claim.name == name for name, claim in claims.items())


def test_one_is_read_with_its_bounds(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, "utf-8")
    claim = read_claim(path)
    assert claim.name == "mine" and claim.seeds == (0, 1, 2)
    assert list(claim.bounds) == [
        Bound("gain", 0.4), Bound("growth", 2.0, is_least=False, over="every")
    ]  # fmt: skip
    assert list(load_claims(tmp_path)) == ["mine"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("r1_zero", "r1_zeor", "no experiment 'r1_zeor'.*r1_zero"),
        ("r1_zero", "no_such_module:run", "The experiment 'no_such_module:run' cannot be loaded"),
        ("r1_zero", "r1_zero\nsettings: {steps: 3}", "no setting of the experiment"),
        ("at_least: 0.4", "at_lest: 0.4", "gain needs at_least or at_most"),
        ("at_least: 0.4", "at_least: 0.4, at_most: 1", "gain needs at_least or at_most"),
        ("at_least: 0.4", "at_least: much", "is no limit of gain"),
        ("at_least: 0.4", "at_least: 1, under: every", "no word of the claim 'mine' 'under'"),
        ("over: every", "over: some", "no way over seeds of 'mine' 'some'"),
        ("says: Something.", "", "has no says"),
        ("refuted_by: Its contrary.", "", "has no refuted_by"),
        ("holds:", "hold:", "no setting in .*mine.yaml 'hold'"),
        ("section:", "seeds: []\nsection:", "needs something that holds, and seeds"),
        ("section: ", "section: [", "is no file of settings"),
    ],
)
def test_a_broken_one_is_one_line(tmp_path, old, new, said):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(R1GymError, match=said) as error:
        read_claim(path)
    assert "\n" not in str(error.value)


def test_a_folder_without_claims_is_said(tmp_path):
    with pytest.raises(ConfigError, match="holds no claims"):
        load_claims(tmp_path)


def test_they_are_chosen_by_name_or_section():
    claims = load_claims()
    assert choose_claims(claims, ()) == list(claims.values())
    chosen = choose_claims(claims, ("2.4", "zero-gains", "distillation-beats-rl"))
    assert {claim.section for claim in chosen} == {"2.4", "2.2.4"}
    assert len(chosen) == len({claim.name for claim in chosen})
    with pytest.raises(UnknownNameError, match="zero-gains"):
        choose_claims(claims, ("zero-gain",))
