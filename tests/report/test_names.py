from r1gym.report.names import print_names


def test_what_can_be_used(capsys):
    print_names()
    text = capsys.readouterr().out
    for name in (
        "r1/Math-v0",
        "accuracy",
        "format",
        "arithmetic:1-6",
        "equations:1-3",
        "short",
        "likelihood",
    ):
        assert name in text
