import pytest

from r1gym.core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7\x1b[2J", "7␛[2J"),  # clears the screen
        ("\x07\r\x08", "␇␍␈"),
        ("\x7f\x9b31m", "␡�31m"),  # an escape of one byte
        ("a\tb\n\u4f60 é 🙂", "a\tb\n\u4f60 é 🙂"),
        ("", ""),
    ],
)
def test_what_would_command_a_terminal_is_a_sign(text, shown):
    assert printable(text) == shown
