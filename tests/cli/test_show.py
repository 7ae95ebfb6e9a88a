"""`r1gym show`."""


def test_a_family_is_shown_with_its_golds(command):
    code, said, errors = command("show", "arithmetic:1", "--count", "2")
    assert (code, errors) == (0, "")
    assert said.startswith("arithmetic, level 1\n\n  Compute ")
    assert said.count("gold: ") == 2


def test_a_program_is_indented_under_its_question(command):
    said = command("show", "code-stair-ways:1", "--count", "1")[1]
    assert all(not line or line.startswith(("  ", "code-")) for line in said.splitlines())
    assert "\n    " in said  # of the program's own lines


def test_a_wrong_name_is_one_line(command):
    code, said, errors = command("show", "logic-zebr:3")
    assert (code, said, errors.count("\n")) == (1, "", 1)
    assert "logic-zebra" in errors
