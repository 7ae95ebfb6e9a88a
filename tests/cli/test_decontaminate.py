import json

from r1gym.cli.decontaminate import Decontaminate, decontaminate, show
from r1gym.cli.parse import parse


def test_the_exit_code_says_whether_there_is_an_overlap(tmp_path, capsys):
    test, train = tmp_path / "test.jsonl", tmp_path / "train.jsonl"
    test.write_text(json.dumps({"problem": "What is 2 + 3 in all?", "answer": "5"}), "utf-8")
    words = [str(train), "--against", str(test)]
    for text, code in (("and what is 2+3 in all", 1), ("another question altogether", 0)):
        train.write_text(json.dumps({"text": text}), "utf-8")
        assert show(decontaminate(parse("decontaminate", Decontaminate, words))) == code
    assert "rows overlap" in capsys.readouterr().out
