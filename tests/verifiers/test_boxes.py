import pytest

from r1gym.verifiers.boxes import last_boxes


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"so \boxed{42}.", "42"),
        (r"\boxed{1} and then \boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{x=\{1,2\}}", r"x=\{1,2\}"),
        (r"\fbox{7}", "7"),
        (r"$\boxed{3$", "3"),  # the line ends it
        (r"\boxed 5", "5"),
        (r"\boxed{1}, \boxed{2}", r"\boxed{1}, \boxed{2}"),  # no paying for the last of all
        (r"\boxed{x=7}\boxed{y=8}", "x=7, y=8"),
        (r"\boxed{\boxed{8}, 7}", r"\boxed{8}, 7"),
        (r"\boxed{3", None),  # cut off
        ("a box of 3", None),
        ("", None),
    ],
)
def test_the_last_box_of_a_text(text, content):
    assert last_boxes(text) == content


def test_many_boxes_take_no_time():
    assert last_boxes("\\boxed{" * 20_000) is None
    assert last_boxes("\\boxed{1} " * 20_000 + "so \\boxed{2} it is")
