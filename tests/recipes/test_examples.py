import json
from dataclasses import replace
from itertools import islice

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import save_policy
from r1gym.recipes.examples import (
    ExampleCorpus,
    ExampleRow,
    opened_text,
    read_examples,
    write_examples,
)

SHORT = "User: {question}. Assistant:"
ASKED, SAID = "1+1", "<think>2</think><answer>2</answer>"


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        path = tmp_path / "mine.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def messages(*pairs):
    return [{"role": role, "content": content} for role, content in pairs]


def test_what_is_written_is_read(tmp_path):
    rows = [
        ExampleRow(ASKED, SAID),
        ExampleRow("先7", "得7\n", "sums", 2, "sums/1", "zero", "zh"),
    ]
    write_examples(tmp_path / "a.jsonl", rows)
    first, second = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert json.loads(first) == {"question": ASKED, "completion": SAID} and "先7" in second
    assert read_examples(tmp_path / "a.jsonl") == rows


@pytest.mark.parametrize(
    "row",
    [
        {"question": ASKED, "completion": SAID, "note": "mine", "family": None},
        {"prompt": ASKED, "completion": SAID},
        {"messages": messages(("user", ASKED), ("assistant", SAID)), "prompt": None},
        {"prompt": messages(("user", ASKED)), "completion": messages(("assistant", SAID))},
    ],
    ids=["ours", "prompt", "messages", "messages in two parts"],
)
def test_the_usual_forms_are_read(row, file):
    assert read_examples(file(row, "", row)) == [ExampleRow(ASKED, SAID)] * 2


def test_a_csv_file_is_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"prompt,completion,level,family\r\n{ASKED},{SAID},2,\r\n")
    assert read_examples(path) == [ExampleRow(ASKED, SAID, level=2)]


def test_parquet_is_read(tmp_path):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    talk = [messages(("user", ASKED), ("assistant", SAID))] * 2
    parquet.write_table(arrow.table({"messages": talk, "level": [1, None]}), tmp_path / "a.parquet")
    one = ExampleRow(ASKED, SAID)
    assert read_examples(tmp_path / "a.parquet") == [replace(one, level=1), one]


GOOD = {"question": ASKED, "completion": SAID}
TOOL = messages(("user", ASKED), ("assistant", SAID))
TOOL[1]["tool_calls"] = [{"name": "x"}]
BAD = {
    "no JSON": ("{oops", "is not JSON"),
    "a list": ("[1]", "must be an object"),
    "no completion": ({"question": ASKED}, '"completion" is missing'),
    "an empty one": (GOOD | {"completion": " "}, '"completion" must be a text .*not'),
    "a number": (GOOD | {"completion": 12}, "not 12"),
    "no question": ({"completion": SAID, "qestion": ASKED}, "must have one of .* has none"),
    "two questions": (GOOD | {"prompt": ASKED}, "has question and prompt"),
    "a system message": (
        {"messages": messages(("system", "s"), ("user", ASKED), ("assistant", SAID))},
        "one of the assistant's, not .'system', 'user'",
    ),
    "no answer": ({"messages": messages(("user", ASKED))}, "then one of the assistant's"),
    "a tool's call": ({"messages": TOOL}, "a message has 'tool_calls'"),
    "messages that are none": ({"messages": "hi"}, "must have texts or messages, not 'hi'"),
    "half a character": ('{"question": "\\ud800", "completion": "a"}', "half a character"),
    "a level in words": (GOOD | {"level": "two"}, '"level" must be a whole number'),
    "a level that is no number": (GOOD | {"level": True}, "not True"),
    "a family that is none": (GOOD | {"family": ["a"]}, '"family" must be a text'),
}


@pytest.mark.parametrize(("row", "message"), BAD.values(), ids=BAD)
def test_a_bad_line_is_one_line_with_its_number(row, message, file):
    with pytest.raises(ProblemFileError, match=f"mine.jsonl has 1 bad line: line 3: .*{message}"):
        read_examples(file(GOOD, "", row, GOOD))


def test_all_bad_lines_are_named_once(file):
    with pytest.raises(ProblemFileError) as caught:
        read_examples(file(GOOD, {}, "{", {}))
    text = str(caught.value)
    assert "has 3 bad lines: lines 2, 4: must have" in text and "line 3: is not JSON" in text
    assert "\n" not in text


def test_a_file_that_is_not_there_or_empty(file, tmp_path):
    with pytest.raises(ProblemFileError, match="none.jsonl cannot be read: No such file"):
        read_examples(tmp_path / "none.jsonl")
    with pytest.raises(ProblemFileError, match="holds no example"):
        read_examples(file(""))


def rows_of(count):
    return [ExampleRow(f"{n}+1", f"{n + 1}") for n in range(count)]


def test_an_example_is_the_same_at_every_call():
    corpus = ExampleCorpus(rows_of(5), load_tokenizer("tiny"), SHORT, seed=3)
    whole = list(islice(corpus.examples(0), 20))
    for start in (0, 1, 4, 5, 13):
        assert list(islice(corpus.examples(start), 7)) == whole[start : start + 7]
    passes = [whole[i : i + 5] for i in range(0, 20, 5)]
    assert all(sorted(one) == sorted(passes[0]) for one in passes)
    assert len({str(one) for one in passes[0]}) == 5
    assert len({str(one) for one in passes}) > 1
    other = ExampleCorpus(rows_of(5), load_tokenizer("tiny"), SHORT, seed=4)
    assert list(islice(other.examples(0), 20)) != whole


def test_an_example_is_prompt_and_completion_with_its_end():
    tokenizer = load_tokenizer("tiny")
    corpus = ExampleCorpus([ExampleRow(ASKED, SAID)], tokenizer, SHORT)
    prompt, completion = next(corpus.examples(0))
    assert tokenizer.decode(prompt) == "User: 1+1. Assistant:"
    assert tokenizer.decode(completion) == SAID and completion[-1] == tokenizer.eos_id
    assert corpus.lengths == [len(prompt) + len(completion)]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("<think>", "2</think><answer>2</answer>"),
        ("<think>\n", "2</think><answer>2</answer>"),
        ("", SAID),
    ],
)
def test_what_the_template_opens_is_not_learnt_again(end, said):
    tokenizer = load_tokenizer("tiny")
    assert opened_text(SHORT + end) == end
    for written in (SAID, end + said, said if end else SAID):
        corpus = ExampleCorpus([ExampleRow(ASKED, written)], tokenizer, SHORT + end)
        assert tokenizer.decode(next(corpus.examples(0))[1]) == said


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ExampleRow("先7", "7"), "'先7' holds '先', which the model's tokenizer cannot write"),
        (ExampleRow("7", "é"), "holds 'é'"),
    ],
)
def test_what_the_tokenizer_cannot_write_is_refused(row, message):
    with pytest.raises(ConfigError, match=message) as caught:
        ExampleCorpus([ExampleRow("1", "1"), row], load_tokenizer("tiny"), SHORT)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("row", [ExampleRow("7", "7<eos>"), ExampleRow("7<pad>", "7")])
def test_an_end_within_an_example_is_refused(row, llama, tmp_path):
    save_policy(llama, tmp_path)
    with pytest.raises(ConfigError, match="holds the token [01], which ends a text"):
        ExampleCorpus([row], load_tokenizer(str(tmp_path)), SHORT)


def byte_level():
    """A tokenizer that writes everything."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return made, pre_tokenizers.ByteLevel.alphabet()


def with_unknowns():
    """A tokenizer that writes what it was trained on."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    return made, []


@pytest.mark.parametrize(
    ("make", "text", "lost"),
    [
        (byte_level, "é 先 🙂\n\n  two ", None),
        (byte_level, "two</s>", "token 1, which ends"),
        (with_unknowns, " one\n\n  two", None),
        (with_unknowns, "one two é", "holds 'é'"),
        (with_unknowns, "two</s>", "token 1, which ends"),
    ],
)
def test_tokenizers_of_the_hub(make, text, lost, tmp_path):
    made, alphabet = make()
    special = ["<unk>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator(["one two\n\n  three User: Assistant: ?"] * 3, trainer)
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "</s>"}')
    tokenizer, rows = load_tokenizer(str(tmp_path)), [ExampleRow("one?", text)]
    if lost is None:
        corpus = ExampleCorpus(rows, tokenizer, "User: {question} Assistant:")
        written = tokenizer.decode(next(corpus.examples(0))[1])
        assert written.strip() == text.strip()
    else:
        with pytest.raises(ConfigError, match=lost):
            ExampleCorpus(rows, tokenizer, "User: {question} Assistant:")


def test_no_example_is_refused():
    with pytest.raises(ConfigError, match="no example"):
        ExampleCorpus([], load_tokenizer("tiny"), SHORT)
