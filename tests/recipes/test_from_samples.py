"""The recipes cold_start and rejection_sampling, run alone on the micro run's models."""

import json
import re
import shlex
import signal

import pytest

from r1gym.recipes.examples import ExampleRow, read_examples, write_examples
from r1gym.recipes.run_view import load_run
from tests.chat_server import ChatServer, serving
from tests.verifiers.judge.conftest import verdict

PROBLEMS = ["--problems", "arithmetic:1-2 equations:1"]
SMALL = """
--template short --max-tokens 24 --sampling.prompts 24
--sampling.samples 8 --sampling.chunk 8 --sft.steps 6 --sft.batch-size 4 --sft.warmup-steps 1
--save-every 2 --eval.questions 8 --eval.samples 2
"""
FILTERS = ["--filters", '{"format": {"thinking": false}}']
SUMMARY = ["--rewriter", '{"type": "procedural", "summary": "So <answer>{answer}</answer>"}']


@pytest.fixture(scope="module")
def models(micro_run):
    """The base model of the micro run, and what it was trained to."""
    base = next(micro_run.parent.glob("base-*/checkpoints/step-000040"))
    return base, max((micro_run / "checkpoints").iterdir())


@pytest.fixture(scope="module")
def arguments(models):
    """The words of a whole cold start."""
    base, zero = models
    words = ["train", "--recipe", "cold_start", "--name", "mine", *PROBLEMS, *FILTERS]
    return [*words, *shlex.split(SMALL), *SUMMARY, "--given", f"model={base}", f"zero={zero}"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs" / "mine"


def test_a_cold_start_from_samples(home, arguments, command):
    code, output, errors = command(*arguments)
    assert code == 0, errors
    rows = read_examples(home / "samples" / "examples.jsonl")
    assert rows and all("</think>So <answer>" in row.completion for row in rows)
    assert "pass@1" in output and f"{len(rows)} examples: " in output
    assert load_run(home).model()[1] == 6 and len(list(home.glob("evals/test-*.json"))) == 2
    page = (home / "report.html").read_text()
    for word in (
        "Cold start",
        "Rejection sampling",
        "8 samples of each of 24",
        "6 steps in batches",
    ):
        assert word in page
    assert command("eval", "runs/mine", "--questions", "4", "--samples", "2")[0] == 0
    words = list(arguments)
    words[words.index("--filters") + 1] = '{"length": {"most": 3}}'
    code, output, errors = command(*words)
    assert code == 0, errors
    assert "Stage samples goes on: filters." in output
    assert "Stage sft runs again: its examples is another" in output


def test_a_hand_made_file_stands_in_for_the_samples(home, models, arguments, command):
    rows = [{"prompt": f"Compute {n}+2", "completion": f"<think></think>{n + 2}"} for n in range(5)]
    mine = home.parents[1] / "mine.jsonl"
    mine.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = arguments[: arguments.index("--given")]
    code, _, errors = command(*words, "--given", f"model={models[0]}", f"examples={mine}")
    assert code == 0, errors
    assert not (home / "samples").exists() and load_run(home).model()[1] == 6
    mine.write_text('{"prompt": "1+1"}\n')
    words[words.index("mine")] = "other"
    code, _, errors = command(*words, "--given", f"model={models[0]}", f"examples={mine}")
    assert code == 1 and "has 1 bad line: line 1: " in errors and errors.count("\n") == 1
    assert not (home.parent / "other").exists()  # it was found before anything ran


def says_what_is_so(request):
    """The answer of a judge that compares the last number with the reference."""
    text = request["messages"][-1]["content"]
    gold, said = (
        re.search(rf"=== {name} \w+ ===\n\| (.*)", text)[1]
        for name in ("REFERENCE ANSWER", "RESPONSE")
    )
    is_right = re.findall(r"\d+", said)[-1:] == [gold]
    return verdict("CORRECT" if is_right else "INCORRECT")(request)


def test_rejection_sampling_with_a_judge_and_general_data(home, models, command):
    """What rules cannot score a real HTTP server judges; examples of other sources are added."""
    (home.parents[1] / "open.jsonl").write_text(
        "".join(
            json.dumps({"problem": f"Compute {n}+1", "answer": f"{n + 1}", "verifier": "judge"})
            + "\n"
            for n in range(40)
        )
    )
    write_examples(
        home.parents[1] / "general.jsonl", [ExampleRow(f"Say {n}", "Hi") for n in range(9)]
    )
    with serving(ChatServer([says_what_is_so])) as server:
        judge = {"model": "m", "base_url": server.url, "api_key_env": None}
        rewards = {"type": "auto", "weight": 1, "options": {"judge": judge}}
        code, _, errors = command(
            "train", "--recipe", "rejection_sampling", "--name", "mine", *shlex.split(SMALL),
            "--problems", "open.jsonl", "--rewards", "accuracy", json.dumps(rewards), *FILTERS,
            "--general", "5", "--until", "samples",
            "--given", f"policy={models[1]}", "general=general.jsonl",
        )  # fmt: skip
        asked = len(server.requests)
    assert code == 0, errors
    counts = json.loads((home / "samples" / "counts.json").read_text())
    assert asked and counts["right"] >= counts["kept"] > 0 and counts["added/general"] == 5
    rows = read_examples(home / "samples" / "examples.jsonl")
    assert sum(row.completion == "Hi" for row in rows) == 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "The recipe 'cold_start' needs 'model': bring it with --given model=PLACE"),
        (["--given", "model={base}"], "The stage 'samples' needs 'zero'.*--given zero=PLACE"),
        (["--given", "model={base}", "examples=none.jsonl"], "none.jsonl is not there"),
        (["--given", "model={base}", "policy={zero}"], "no artifact 'policy'"),
        (["--given", "model={base}", "zero={zero}", "--filters", '{"lenght": {}}'], "no filter"),
        (["--sampling.keep", "9"], "sampling.keep .9. is above"),
        (["--epochs", "-1"], "epochs must be"),
        (["--general", "-1"], "general must be at least 0"),
    ],
)
def test_what_is_wrong_is_one_line(words, message, home, models, command):
    places = {"base": models[0], "zero": models[1]}
    words = [
        word.format(**places) if word.startswith(("model", "zero", "pol")) else word
        for word in words
    ]
    code, _, errors = command("train", "--recipe", "cold_start", *words)
    assert code == 1 and errors.count("\n") == 1
    assert re.search(message, errors), errors


SAMPLING = {
    "in the first chunk": ("r1gym.rollout.embedded:EmbeddedEngine.generate", 2),
    "when it is scored": ("r1gym.envs.task:TokenTask.score_trajectories", 1),
    "when it is filtered and rewritten": ("r1gym.recipes.selection:Selector.select", 1),
    "when a chunk is sampled": ("r1gym.recipes.rejection_sampling:write_sampled", 2),
    "between two chunks": ("r1gym.core.run:Run.log", 2),
    "when the last chunk is there": ("r1gym.core.run:Run.log", 3),
    "after the dropped ones and before the counts": (
        "r1gym.recipes.rejection_sampling:write_rows", 1,
    ),
    "after the examples": ("r1gym.recipes.rejection_sampling:write_examples", 1),
}  # fmt: skip
TUNING = {
    "when the examples are read": ("r1gym.recipes.sft:read_examples", 1),
    "in the evaluation before": ("r1gym.evaluation.runner:summarise", 1),
    "after the first step": ("r1gym.core.run:Run.log", 4),
    "in the first checkpoint": ("r1gym.models.checkpoint:save_policy", 1),
    "between two checkpoints": ("r1gym.core.run:Run.log", 6),
    "in the last checkpoint": ("r1gym.models.checkpoint:save_policy", 3),
    "in the evaluation after": ("r1gym.evaluation.runner:summarise", 2),
    "between the two files of the evaluation after": (
        "r1gym.evaluation.results:write_text", 3,
    ),
}  # fmt: skip
FAST = ("between two chunks", "in the last checkpoint")


@pytest.fixture(scope="module")
def whole(arguments, strike, tmp_path_factory):
    """The folder of a cold start that nothing struck."""
    folder = tmp_path_factory.mktemp("whole")
    code, output = strike(folder, arguments, ("r1gym.core.run:Run.log", 10**9), signal.SIGKILL)
    assert code == 0, output
    return folder / "runs" / "mine"


def contents(home):
    """Returns what a run came to: all files but those that tell times, or hold Python objects."""
    names = ("samples/*.json*", "samples/s*ed/*", "evals/*", "checkpoints/*/*", "*.jsonl")
    found = {path.relative_to(home): path.read_bytes() for n in names for path in home.glob(n)}
    return {path: data for path, data in found.items() if path.name != "trainer.pt"}


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, id=name, marks=() if name in FAST else pytest.mark.slow)
        for name, moment in (SAMPLING | TUNING).items()
    ],
)
def test_killed_and_run_again_it_ends_with_the_same_bits(
    moment, home, arguments, strike, whole, command
):
    code, output = strike(home.parents[1], arguments, moment, signal.SIGKILL)
    assert code == -signal.SIGKILL, output
    assert command(*arguments)[0] == 0
    assert contents(home) == contents(whole)
    assert not list(home.rglob(".*.draft"))
