"""Every command with wrong inputs: one clear line, an exit code, and nothing lost or made."""

import json
import shutil

import pytest

from r1gym.cli.commands import COMMANDS

ROWS = [
    # words; the beginning of the line, without "r1gym: "; the exit code
    ("train --name a/b", "name must be the name of a folder in runs/, not 'a/b'.", 1),
    ("train --name old", "", 1),
    ("train --problems nothing.jsonl", "nothing.jsonl cannot be read: No such file", 1),
    ("train --problems folder.jsonl", "folder.jsonl cannot be read: Is a directory", 1),
    ("train --problems arithmetic:0", "", 1),
    ("train --problems arithmetic", "The problems 'arithmetic' are not understood at", 1),
    ("train --eval-problems nothing.jsonl", "nothing.jsonl cannot be read", 1),
    ("train --seed -1", "seed must be at least 0, not -1.", 1),
    ("train --grpo.steps -3", "grpo.steps must be at least 1, not -3.", 1),
    ("train --grpo.learning-rate nan", "grpo.learning_rate must be", 1),
    ("train --model folder", "The model 'folder' cannot be loaded: the folder holds no", 1),
    ("train --env Math", "The environment 'Math' cannot be made", 1),
    ("train --env r1/Math-v9", "The environment 'r1/Math-v9' cannot be made", 1),
    ("train --env nothing:Math-v0", "The environment 'nothing:Math-v0' cannot be made", 1),
    ("train --template {answer}", "A template must hold the field {question} exactly once.", 1),
    ("train --template chat", "The tokenizer 'tiny' has no chat template", 1),
    ("train --model gone.gguf", "There is no file 'gone.gguf': give the path of a GGUF file", 1),
    ("train --model broken.gguf", "'broken.gguf' is no GGUF file", 1),
    ("doctor --keep everything", "", 2),
    ("train --device foo", "The device 'foo' cannot be used", 1),
    ("train --device meta", "The device 'meta' cannot be used", 1),
    ("train --rewards accuracy 1e999", "", 1),
    ("train --rewards judge 1", "", 1),
    ("train --grpo.steps 1e3", "--grpo.steps INT is expected, not '1e3'.", 2),
    ("doctor --seed -1", "seed must be at least 0, not -1.", 1),
    ("doctor --device", "Missing value for argument '--device'.", 2),
    ("doctor --steps 4", "`r1gym doctor` has no option --steps. Did you mean --grpo.steps?", 2),
    ("eval nothing", "nothing holds no run, and a model has no problems of its own", 1),
    ("eval file.txt", "", 1),
    ("eval runs/old", "runs/old holds no run of `r1gym train`.", 1),
    ("eval runs/micro --samples -1", "samples must be at least 1", 1),
    ("eval runs/micro --temperature nan", "", 1),
    ("eval runs/micro --temperature -1", "", 1),
    ("eval runs/micro --top-p 2", "top_p must lie in (0, 1], got 2.0.", 1),
    ("eval runs/micro --seed -1", "", 1),
    ("eval runs/micro --split all", "There is no split 'all'.", 1),
    ("eval runs/micro --device foo", "The device 'foo' cannot be used", 1),
    ("compare", "Missing from r1gym compare", 2),
    ("compare nothing runs/micro", "runs/eval-nothing holds no evaluation", 1),
    ("compare runs/micro --samples 3", "", 2),
    ("show", "Missing from r1gym show", 2),
    ("show nothing", "The problems 'nothing' are not understood", 1),
    ("show logic-zebra:99", "A level of 'logic-zebra' must be a whole number from 1 to", 1),
    ("show arithmetic --count 0", "count must be a whole number of at least 1, not 0.", 1),
    ("claims nothing", "There is no claim 'nothing'.", 1),
    ("claims --jobs 0", "jobs must be at least 1, not 0.", 1),
    ("claims --files folder", "folder holds no claims: files NAME.yaml", 1),
    ("new verifier My", "A name has small letters, digits and single hyphens", 1),
    ("new verifier accuracy", "There is a reward 'accuracy' already", 1),
    ("new thing x", "Invalid choice 'thing'", 2),
    ("new family own --folder folder", "folder is there already", 1),
    ("decontaminate nothing", "Say with --against what it must not share questions with", 1),
    ("decontaminate nothing --against arithmetic:1", "nothing cannot be read", 1),
    ("decontaminate problems.jsonl --against nosuch", "", 1),
    ("play runs", "runs holds no run: there is no config.json in it.", 1),
    ("play file.txt", "", 1),
    ("play runs/micro --problem -1", "", 1),
    ("play runs/micro --temperature inf", "", 1),
    ("play runs/micro --temperature -1", "", 1),
    ("play runs/micro --seed -1", "", 1),
    ("play runs/micro --base yes", "`r1gym play` does not understand 'yes'.", 2),
    ("explain --file nothing --answer 7", "nothing cannot be read: No such file", 1),
    ("explain 7 --answer 7 --problem 3", "Which problem is it?", 1),
    ("explain 7 --problem -1", "problem must be a whole number from 0 to 999999, not -1.", 1),
    ("explain --file folder --answer 7", "folder cannot be read: Is a directory.", 1),
    ("explain --file latin.txt --answer 7", "latin.txt is not UTF-8 text.", 1),
    ("explain 7 --answer 7 --template nothing", "There is no template 'nothing'.", 1),
    ("explain 7 --problem 0 --problems broken.jsonl", "broken.jsonl has 1 bad line", 1),
    ("rescore nothing", "nothing holds no run", 1),
    ("rescore file.txt", "", 1),
    ("rescore runs/old", "runs/old holds no run of `r1gym train`.", 1),
    ("rescore runs/micro --rewards acuracy 1", "There is no reward 'acuracy'.", 1),
    ("rescore runs/micro --rewards", "A reward needs at least one component", 1),
    ("export nothing models", "nothing holds no run", 1),
    ("export runs/micro runs", "There is something in runs already", 1),
    ("export runs/micro models --push-to-hub mine", "push_to_hub must be OWNER/NAME", 1),
    ("export runs/micro", "", 2),
    ("report nothing", "nothing holds no run", 1),
    ("report file.txt", "", 1),
    ("report runs/old", "runs/old holds no run of `r1gym train`.", 1),
    ("list everything", "`r1gym list` does not understand 'everything'.", 2),
    ("list --env x", "`r1gym list` has no option --env.", 2),
    ("bench agents --agents unifrom", "There is no agent 'unifrom'. Did you mean 'uniform'?", 1),
    ("bench agents --agents uniform --envs r1/Maths-v0", "The environment 'r1/Maths-v0'", 1),
    ("bench agents --seeds -1", "seeds must be at least 0, not -1.", 1),
    ("bench agents --agents", "A bench needs at least one agent", 1),
    ("bench agents --tokens -5", "budget.tokens must be at least 1, not -5.", 1),
    ("bench agents --tokens inf", "A budget needs a number of tokens or of seconds.", 1),
    ("bench agents --options {", "options must be JSON", 1),
    ('bench agents --options {"grpo":{"x":1}}', "There is no option of 'grpo' 'x'.", 1),
    ("bench agents --name micro --agents uniform", "", 1),
    ("bench agents --agents uniform --problems x:", "The problems 'x:' are not understood", 1),
    ("bench table nothing", "nothing holds no cell of a bench", 1),
    ("bench table file.txt", "file.txt holds no cell of a bench", 1),
    ("bench table runs/micro", "runs/micro holds no cell of a bench", 1),
    ("sandbox check --backend lokal", "There is no sandbox backend 'lokal'. Did you mean", 1),
    ("sandbox check --backend", "Missing value for argument '--backend'.", 2),
    ("sandbox check local", "`r1gym sandbox check` does not understand 'local'.", 2),
    ("sandbox build --languages cobol", "", 1),
    ("sandbox build --image", "Missing value for argument '--image'.", 2),
    ("sandbox build --size 4", "`r1gym sandbox build` has no option --size.", 2),
    ("audit nothing.jsonl", "nothing.jsonl cannot be read", 1),
    ("audit folder.jsonl", "folder.jsonl cannot be read: Is a directory", 1),
    ("audit broken.jsonl", "", 1),
    ("audit good.jsonl --graders nobody", "", 1),
    ("audit good.jsonl --map response", "", 1),
    ("audit good.jsonl --deadline -1", "", 1),
    ("audit good.jsonl --sample -1", "", 1),
]  # fmt: skip

# What a run's configuration may be replaced by.
BROKEN_CONFIGS = {
    "empty": "",
    "cut short": '{"recipe": "r1_zero", "name"',
    "a list": "[1, 2]",
    "a number": "7",
    "null": "null",
    "no text": b"\xff\xfe\x00",
    "another recipe": '{"recipe": "bench"}',
    "nothing but its recipe": '{"recipe": "r1_zero"}',
    "a folder": None,
}
# Values that a configuration cannot have, by dotted names.
WRONG_VALUES = {
    "grpo": 5,
    "grpo.steps": "many",
    "grpo.max_tokens": None,
    "base": [],
    "base.sft": None,
    "rewards": {"acuracy": 1.0},
    "rewards.accuracy": "x",
    "problems": 5,
    "env": "r1/Nothing-v0",
    "threads": 0,
    "name": 3,
    "extra": 1,
}


@pytest.fixture
def place(run_copy, monkeypatch):
    """A folder with a run, a bench, and files that are none."""
    home = run_copy.parent.parent
    monkeypatch.chdir(home)
    (home / "runs" / "old").mkdir()
    (home / "runs" / "old" / "config.json").write_text('{"recipe": "bench"}')
    (home / "runs" / "old" / "cells").mkdir()
    (home / "file.txt").write_text("I am no folder.\n")
    (home / "latin.txt").write_bytes("Größe".encode("latin-1"))
    (home / "broken.gguf").write_bytes(b"no such file")
    (home / "folder").mkdir()
    (home / "folder.jsonl").mkdir()
    (home / "broken.jsonl").write_text('{"problem": "1+1", "answer": 2}\n{"problem": \n')
    row = {"problem": "1+1", "answer": "2", "response": "<answer>2</answer>"}
    (home / "good.jsonl").write_text(json.dumps(row) + "\n")
    return home


def contents(home):
    return {
        path: path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def assert_refused(done, before, home, message="", code=1):
    found, output, errors = done
    assert found == code, errors
    assert "Traceback" not in errors and errors.count("\n") == 1, errors
    assert errors.startswith(f"r1gym: {message}"), errors
    assert not output or output.startswith("Checked in ")  # before a run starts
    assert len(errors) > 25
    assert before.items() <= contents(home).items()


@pytest.mark.parametrize(("words", "message", "code"), ROWS, ids=[row[0] for row in ROWS])
def test_a_wrong_input(words, message, code, place, command):
    before = contents(place)
    assert_refused(command(*words.split()), before, place, message, code)


def test_every_command_has_three():
    for name in COMMANDS:
        rows = [words for words, _, _ in ROWS if words == name or words.startswith(f"{name} ")]
        assert len(rows) >= (2 if name == "list" else 3), name


@pytest.mark.parametrize("name", ["eval", "play", "report", "rescore", "train"])
@pytest.mark.parametrize("kind", BROKEN_CONFIGS)
def test_a_broken_configuration(kind, name, place, command, micro_arguments):
    path, text = place / "runs" / "micro" / "config.json", BROKEN_CONFIGS[kind]
    path.unlink()
    if text is None:
        path.mkdir()
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = contents(place)
    words = micro_arguments if name == "train" else [name, "runs/micro"]
    assert_refused(command(*words), before, place, "runs/micro")


@pytest.mark.parametrize("name", ["eval", "play", "report", "rescore"])
@pytest.mark.parametrize("key", WRONG_VALUES)
def test_a_wrong_value_in_a_configuration(key, name, place, command):
    path = place / "runs" / "micro" / "config.json"
    config = json.loads(path.read_text())
    *outer, last = key.split(".")
    inner = config
    for part in outer:
        inner[part] = dict(inner[part] or {})
        inner = inner[part]
    inner[last] = WRONG_VALUES[key]
    path.write_text(json.dumps(config))
    before = contents(place)
    done = command(name, "runs/micro")
    if done[0] == 0:  # a command may have no need of it
        pytest.skip("not looked at")
    assert_refused(done, before, place)


@pytest.mark.parametrize(
    ("file", "text", "commands"),
    [
        ("metrics.jsonl", "{\n", ["report", "train"]),
        ("metrics.jsonl", "[]\n", ["report", "train"]),
        ("metrics.jsonl", '{"step": "x", "eval/pass@1": 1}\n', ["report"]),
        ("samples.jsonl", "{\n", ["report", "rescore"]),
        ("samples.jsonl", '{"step": 1}\n', ["report", "rescore"]),
        ("samples.jsonl", "\u0000\n", ["report", "rescore"]),
        ("groups.jsonl", '{"step": 1}\n', ["report"]),
        ("evals/test-step-000004.json", "", ["report", "eval --questions 8 --samples 4"]),
        ("evals/test-step-000004.json", "[]", ["report"]),
        ("evals/test-step-000004.json", '{"step": 4}', ["report"]),
        ("evals/test-step-000004.jsonl", "nonsense\n", ["report", "rescore"]),
    ],
)
def test_a_broken_file_of_a_run(file, text, commands, place, command, micro_arguments):
    (place / "runs" / "micro" / file).write_text(text)
    before = contents(place)
    for words in commands:
        name, *options = words.split()
        done = (
            command(*micro_arguments) if name == "train" else command(name, "runs/micro", *options)
        )
        assert_refused(done, before, place)
        assert f"runs/micro/{file}" in done[2]


def test_a_folder_of_runs_that_is_a_file(place, command, micro_arguments):
    shutil.rmtree(place / "runs")
    (place / "runs").write_text("mine\n")
    before = contents(place)
    for words in (micro_arguments, ["bench", "agents", "--agents", "uniform"], ["report"]):
        assert_refused(command(*words), before, place)
