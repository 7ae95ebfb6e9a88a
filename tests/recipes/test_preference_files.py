import json

import pytest

from r1gym.core.errors import RunError
from r1gym.models.reward_training import Labelled, Pair
from r1gym.recipes.preference_files import read_preferences, write_rows


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


PAIR = Pair("q", "good", "bad")
SYSTEM = {"role": "system", "content": "s"}


@pytest.mark.parametrize(
    ("row", "example"),
    [
        ({"question": "q", "chosen": "good", "rejected": "bad", "margin": 2}, PAIR),
        ({"prompt": "q", "chosen": "good", "rejected": "bad"}, PAIR),
        ({"prompt": [user("q")], "chosen": [assistant("good")], "rejected": "bad"}, PAIR),
        (
            {"chosen": [user("q"), assistant("good")], "rejected": [user("q"), assistant("bad")]},
            PAIR,
        ),
        (
            {
                "prompt": "q",
                "chosen": [user("q"), assistant("good")],
                "rejected": [user("q"), assistant("bad")],
            },
            PAIR,
        ),
        ({"question": "q", "response": "r", "label": True}, Labelled("q", "r", True)),
        ({"prompt": "q", "completion": "r", "label": "unsafe"}, Labelled("q", "r", False)),
        (
            {"prompt": [user("q")], "completion": [assistant("r")], "label": 1},
            Labelled("q", "r", True),
        ),
    ],
)
def test_forms(tmp_path, row, example):
    path = tmp_path / "x.jsonl"
    write_rows(path, [row, row])
    assert read_preferences(path) == [example] * 2
    (tmp_path / "x.json").write_text(json.dumps([row]))
    assert read_preferences(str(tmp_path / "x.json")) == [example]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("no object", "it is no object such as"),
        ({"question": "q"}, "it has no response or completion; it has question"),
        ({"question": "q", "chosen": "a"}, "it has no rejected; it has question, chosen"),
        ({"question": "q", "chosen": "a", "rejected": ""}, "it has no rejected"),
        ({"question": "q", "chosen": "a", "rejected": " "}, "rejected is empty"),
        ({"question": " ", "chosen": "a", "rejected": "b"}, "question is empty"),
        ({"question": "q", "chosen": "a", "rejected": "a"}, "chosen and rejected are the same"),
        ({"chosen": "a", "rejected": "b"}, "it has no question; it has chosen, rejected"),
        ({"question": "q", "chosen": 1, "rejected": "b"}, "chosen is neither a text nor a list"),
        ({"question": "q", "chosen": "\ud800", "rejected": "b"}, "chosen holds half a character"),
        (
            {"chosen": [user("q"), assistant("a")], "rejected": [user("p"), assistant("b")]},
            "chosen and rejected answer different questions",
        ),
        (
            {"prompt": "q", "chosen": [assistant("a"), assistant("c")], "rejected": "b"},
            "chosen has 2 messages of the assistant: one is read, no conversation",
        ),
        (
            {
                "prompt": [{"role": "system", "content": "s"}, user("q")],
                "chosen": "a",
                "rejected": "b",
            },
            "prompt has messages of system, which nothing reads",
        ),
        ({"question": "q", "response": "r"}, "its label must be true or false, or safe or unsafe"),
        ({"question": "q", "response": "r", "label": 2}, "its label must be true or false"),
    ],
)
def test_a_broken_line_is_one_clear_line(tmp_path, row, why):
    path = tmp_path / "x.jsonl"
    good = {"question": "q", "chosen": "a", "rejected": "b"}
    path.write_text("".join(json.dumps(one) + "\n" for one in (good, row)))
    with pytest.raises(RunError) as caught:
        read_preferences(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line 2: {why}") and "\n" not in message


def test_files_that_hold_no_preferences(tmp_path):
    path = tmp_path / "x.jsonl"
    with pytest.raises(RunError, match="there is no such file"):
        read_preferences(path)
    path.write_text("\n")
    with pytest.raises(RunError, match="it is empty"):
        read_preferences(path)
    path.write_text("{oops\n")
    with pytest.raises(RunError, match="line 1"):
        read_preferences(path)
    write_rows(path, [{"question": "q", "chosen": "a", "rejected": "b"}])
    with path.open("a") as file:
        file.write('{"question": "q", "response": "r", "label": true}\n')
    with pytest.raises(RunError, match="line 2: it holds pairs and labelled responses"):
        read_preferences(path)
