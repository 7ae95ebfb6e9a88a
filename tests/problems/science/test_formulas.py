"""Chemical formulas: atoms, masses, neutral salts, single balances."""

import random
from fractions import Fraction

import pytest

from r1gym.problems.science.formulas import (
    ACIDS,
    ANIONS,
    CATIONS,
    balance,
    count_atoms,
    mass_of,
    masses_of,
    organic,
    salt,
)
from tests.problems.science import second_chemistry as chemistry


@pytest.mark.parametrize(
    ("formula", "atoms"),
    [
        ("Al2(SO4)3", {"Al": 2, "S": 3, "O": 12}),
        ("CuSO4*5H2O", {"Cu": 1, "S": 1, "O": 9, "H": 10}),
        ("Ca(OH)2", {"Ca": 1, "O": 2, "H": 2}),
    ],
)
def test_atoms_are_counted(formula, atoms):
    assert count_atoms(formula) == chemistry.atoms(formula) == atoms


def test_a_reaction_without_a_single_balance_is_none():
    assert balance(["H2", "O2"], ["H2O"]) == [2, 1, 2]
    assert balance(["H2", "O2"], ["CO2"]) is None
    assert balance(["C", "O2"], ["CO", "CO2"]) is None  # any mixture of two reactions


def test_salts_are_neutral():
    assert salt("Al", "SO4") == "Al2(SO4)3"
    assert salt("Na", "Cl") == "NaCl"
    assert salt("Ca", "OH") == "Ca(OH)2"
    assert salt("Mg", "SO4") == "MgSO4"
    assert salt("K", "PO4") == "K3PO4"


def test_acids_are_hydrogen_and_as_many_ions_as_are_neutral():
    for acid, anion in ACIDS.items():
        assert count_atoms(acid) == {"H": ANIONS[anion]} | count_atoms(anion)


def test_masses_are_of_the_rounded_table():
    assert mass_of(count_atoms("H2O")) == 18
    assert mass_of(count_atoms("NaCl")) == Fraction(117, 2)
    assert mass_of(count_atoms("CuSO4*5H2O")) == Fraction(499, 2)
    assert masses_of({"O": 1, "H": 2}) == "H = 1, O = 16"
    for cation in CATIONS:
        for anion in ANIONS:
            assert mass_of(count_atoms(salt(cation, anion))) > 0


def test_organic_molecules_have_no_loose_bond():
    for seed in range(200):
        atoms = count_atoms(organic(random.Random(seed), "NS"))
        assert atoms["N"] and atoms["S"] and (atoms["H"] + atoms["N"]) % 2 == 0
        assert atoms["H"] <= 2 * atoms["C"] + 2 + atoms["N"]
