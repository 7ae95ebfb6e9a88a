import pytest

from r1gym.verifiers.statements import last_statement


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The answer is 42.", "42"),
        ("The answer is 41. No: the final answer is 42.", "42"),
        ("5 - 3 = 2\n#### 2", "2"),
        ("**Answer:** 3.5 because it is half.", "3.5"),
        ("So the correct option is (B)", "(B)"),
        ("答案是7。", "7"),
        ("The answer is 5? No, 6.", None),
        ("I do not know.", None),
        ("", None),
    ],
)
def test_what_a_text_states_last(text, said):
    assert last_statement(text) == said


def test_long_texts_take_no_time():
    assert last_statement("answer " * 50_000) is None
    assert last_statement("x" * 100_000 + " The answer is 3.") == "3"
