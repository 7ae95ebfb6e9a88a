"""What problems look like."""

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.inspection.show import show


def cells(problems):
    return [(problem.family, problem.level) for problem in problems]


def test_each_family_at_each_level_has_as_many_as_are_asked_for():
    found = show("logic-zebra:3 arithmetic:1-2", count=2)
    assert cells(found) == 2 * [("logic-zebra", 3)] + 2 * [("arithmetic", 1)] + 2 * [
        ("arithmetic", 2)
    ]
    assert all(problem.question and problem.answer for problem in found)


@pytest.mark.parametrize(("name", "levels"), [("logic-zebra", 5), ("arithmetic", 6)])
def test_a_bare_family_stands_for_all_of_its_levels(name, levels):
    assert cells(show(name, count=1)) == [(name, level) for level in range(1, levels + 1)]


def test_a_bare_group_stands_for_all_of_its_families_at_all_levels():
    found = cells(show("general", count=1))
    assert len(found) == 15 and ("general-write", 3) in found


def test_an_id_stands_for_its_own_problems():
    found = cells(show("r1/Countdown-v0", count=1))
    assert found == [("countdown-numbers", level) for level in (1, 2, 3)]


def test_questions_differ_and_another_seed_and_split_bring_others():
    questions = [problem.question for problem in show("arithmetic:1", count=30)]
    assert len(set(questions)) == 30
    for change in ({"seed": 1}, {"split": "test"}):
        others = {problem.question for problem in show("arithmetic:1", count=30, **change)}
        assert not others & set(questions)


def test_a_file_is_shown_from_its_first_row(tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(f'{{"problem": "Q{n}", "answer": "{n}"}}\n' for n in range(9)))
    assert [p.question for p in show(str(file), count=2)] == ["Q0", "Q1"]


@pytest.mark.parametrize(
    ("words", "options", "error"),
    [
        ("logic-zebr:3", {}, UnknownNameError),
        ("logic-zebra:9", {}, ConfigError),
        ("r1/Logics-v0", {}, ConfigError),
        ("gone.jsonl", {}, ProblemFileError),
        ("", {}, ConfigError),
        ("arithmetic:1", {"count": 0}, ConfigError),
        ("arithmetic:1", {"split": "dev"}, UnknownNameError),
    ],
)
def test_what_is_not_there_is_one_line(words, options, error):
    with pytest.raises(error) as caught:
        show(words, **options)
    assert "\n" not in str(caught.value)
