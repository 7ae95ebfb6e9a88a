import pytest

from r1gym.claims.experiments.guesses import FAMILIES, GuessesBase, Try, check, tries_of


@pytest.mark.parametrize(
    ("question", "guess", "lines"),
    [
        ("Solve 3*x=18", 6, "3*6=18\n18-18=0"),
        ("Solve 3*x+4=22", 5, "3*5=15\n15+4=19\n22-19=3"),
        ("Solve 2*x-9=1", 2, "2*2=4\n4-9=-5\n1--5=6"),
        ("Solve 9*x-7=101", 12, "9*12=108\n108-7=101\n101-101=0"),
    ],
)
def test_a_guess_is_put_into_the_equation(question, guess, lines):
    assert check(question, guess) == lines


def test_equations_of_other_kinds_are_refused():
    with pytest.raises(ValueError, match="level 1 or 2"):
        check("Solve 5*x-4=2*x+8", 1)


@pytest.mark.parametrize(
    ("text", "tries"),
    [
        ("<think>3*5=15\n15+4=19\n22-19=3\nwait\n3*6=18\n18+4=22\n22-22=0</think><answer>6</answer>",
         [Try(5, False, True), Try(6, True, False)]),
        ("<think>3*6=18\n18-18=0\nwait\n", [Try(6, True, True), Try(None, False, False)]),
        ("<think>5\nwait\n12</think><answer>12</answer>",
         [Try(5, False, True), Try(12, False, False)]),
        ("what", [Try(None, False, False)]),
    ],
)  # fmt: skip
def test_tries_are_read(text, tries):
    assert tries_of(text) == tries


@pytest.mark.parametrize("checks", [True, False])
def test_the_corpus_reflects_early_and_seldom_late_and_ends_with_what_passes(checks):
    corpus = GuessesBase(checks=checks).corpus(FAMILIES)
    late = corpus._late_from
    again = {}
    for part, start in (("early", 0), ("late", late)):
        wrong = []
        for index in range(start, start + 300):
            problem, text = corpus.solved(index)
            tries = tries_of(text)
            last = tries[-1]
            assert text.endswith(f"<answer>{last.guess}</answer>")
            assert len({one.guess for one in tries}) == len(tries) <= 4
            if checks:
                assert all(one.passes == (str(one.guess) == problem.answer) for one in tries)
            wrong += [one.again for one in tries[:3] if str(one.guess) != problem.answer]
        again[part] = sum(wrong) / len(wrong)
    assert again["early"] == pytest.approx(0.8, abs=0.06)
    assert again["late"] == pytest.approx(0.1, abs=0.05)
