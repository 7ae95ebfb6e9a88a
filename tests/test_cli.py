import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import r1gym
from r1gym.cli.commands import COMMANDS
from r1gym.core.errors import Interrupted

R1GYM = Path(sys.executable).with_name("r1gym")


@pytest.mark.parametrize(("chosen", "policy"), [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "x"}, "x")])
def test_a_command_chooses_how_threads_wait_before_torch_is_loaded(chosen, policy):
    unset = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    code = """
import os, sys
from r1gym.cli import main
print("torch" in sys.modules)
sys.argv = ["r1gym", "--version"]
main()
print(os.environ["OMP_WAIT_POLICY"])
"""
    words, env = [sys.executable, "-c", code], unset | chosen
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "r1gym", r1gym.__version__, policy]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], list(COMMANDS)),
        (["bench"], ["bench agents", "bench table"]),
        (["train"], ["--grpo.learning-rate", "--base.sft.steps", "--rewards", "(default: 0.001)"]),
        (["eval"], ["--samples", "--split", "--top-p"]),
        (["play"], ["--problem", "--base"]),
        (["doctor"], ["--problems", "--rewards", "exits with 1 on a failure"]),
        (["bench", "agents"], ["--agents", "--base.sft.steps"]),
        (["bench", "table"], ["The bench's folder."]),
        (["explain"], ["--question", "--problem", "--rewards", "standard input"]),
        (["rescore"], ["--rewards"]),
        (["report"], ["The run's folder"]),
        (["audit"], ["--map", "--labelled", "PATH"]),
        (["list"], ["environments"]),
        (["sandbox"], ["sandbox check", "sandbox build"]),
        (["sandbox", "check"], ["--backend", "auto"]),
        (["sandbox", "build"], ["--languages", "--base", "debootstrap", "--mirror"]),
    ],
)
def test_help(words, shown, command):
    code, output, _ = command(*words, "--help")
    assert code == 0
    for word in shown:
        assert word in output


def test_every_option_of_train_is_explained(command):
    output = " ".join(command("train", "--help")[1].replace("│", " ").split())
    for explanation in ("Base model", "the report's G", "Seed of the training problems", "Muon"):
        assert explanation.lower() in output.lower()


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (["train", "--grpo.learnin-rate", "1"], "--grpo.learning-rate"),
        (["train", "--sed", "1"], "--seed"),
        (["eval", "--sample", "3"], "--samples"),
        (["train", "--learning-rate", "1e-5"], "--grpo.learning-rate"),
        (["train", "--steps", "5"], "--grpo.steps"),
        (["train", "--sft.warmup_steps=5"], "--base.sft.warmup-steps"),
        (["bench", "agents", "--seed", "5"], "--seeds"),
        (["trian"], "'train'"),
        (["bench", "tabel"], "'table'"),
        (["sandbox", "--backend", "local"], "check"),
        (["evaluate"], "'eval'"),
    ],
)
def test_an_unknown_word_gets_a_suggestion(words, suggestion, command):
    code, output, errors = command(*words)
    assert (code, output) == (2, "")
    assert errors.startswith("r1gym: ") and errors.count("\n") == 1
    assert suggestion in errors


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("eval --samples many", "--samples INT is expected, not 'many'."),
        ("eval --temperature hot", "--temperature FLOAT is expected, not 'hot'."),
        ("eval --samples", "Missing value for argument '--samples'."),
        ("eval a b", "`r1gym eval` does not understand 'b'."),
        ("list extra", "`r1gym list` does not understand 'extra'."),
        ("list --all", "`r1gym list` has no option --all. It has none."),
        ("train --grpo.refill yes", "`r1gym train` does not understand 'yes'."),
        ("train --grpo.refill=yes", "--grpo.refill takes no value, so not 'yes'"),
        ("train --no-seed", "`r1gym train` has no option --no-seed. Did you mean --seed?"),
        ("train --dtype float16", "Invalid choice 'float16' for argument '--dtype'."),
        ("train --rewards accuracy 1 accuracy 2", "--rewards names 'accuracy' twice"),
        (
            "train --rewards accuracy 1 --rewards format 1",
            "--rewards is given twice: name all components behind one.",
        ),
        ("train --grpo.steps 7 --grpo.steps 8", "--grpo.steps is given twice: leave one out."),
        ("train --grpo.max_tokens=7 --grpo.max-tokens 7", "--grpo.max-tokens is given twice"),
        ("train --grpo.refill --no-grpo.refill", "--grpo.refill is given twice"),
        ("bench agents --seeds 1 --seeds 2", "--seeds is given twice: put all values behind one."),
        ("eval x --samples 1 --seed 0 --samples 2", "--samples is given twice"),
        ("train --rewards accuracy", "--rewards takes names and weights in turns"),
        ("train --rewards accuracy much", "--rewards: after accuracy a weight is expected"),
        ("train --rewards accuracy {}x", "--rewards: after accuracy a weight is expected"),
        ("bench agents --seeds 1 x", "--seeds [INT [INT ...]] is expected, not '1', 'x'."),
        ("explain --problem x", "--problem INT is expected, not 'x'."),
        ("explain -x+1 --answer 1", "`r1gym explain` has no option -x+1. A value that begins"),
        ("audit", "Missing from r1gym audit: JSON lines, a JSON list or Parquet"),
        ("audit a b", "`r1gym audit` does not understand 'b'."),
        ("sandbox", "`r1gym sandbox` needs one more word: check or build."),
    ],
)
def test_a_usage_error_is_one_line_and_2(words, message, command):
    code, output, errors = command(*words.split())
    assert (code, output) == (2, "")
    assert errors.startswith(f"r1gym: {message}") and errors.count("\n") == 1


def test_help_and_version(command):
    code, output, _ = command("--help")
    assert code == 0 and command("-h")[1] == output
    for name, row in COMMANDS.items():
        assert f"  {name} " in output and row.summary in output
    assert max(map(len, output.splitlines())) <= 80
    assert command() == (2, "", output)
    assert command("--version") == (0, f"r1gym {r1gym.__version__}\n", "")


def test_values_that_look_like_options(command):
    code, output, _ = command("explain", "--answer=-x", "--", "-x is it: \\boxed{-x}")
    assert code == 0 and "correct" in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("train --env r1/Maths-v0", "The environment 'r1/Maths-v0' cannot be made: Environment "
         "`Maths` doesn't exist in namespace r1. Did you mean: `Math`?"),
        ("train --env CartPole-v1", "'CartPole-v1' is not a token environment of r1gym."),
        ("train --rewards acuracy 1 format 0.1", "There is no reward 'acuracy'. Did you mean "
         "'accuracy'? Known: "),
        ("train --rewards", "A reward needs at least one component, such as {'accuracy': 1.0}."),
        ("train --problems arithmetics:1", "There is no task family 'arithmetics'. Did you mean "
         "'arithmetic'? Known: "),
        ("train --template R1", "There is no template 'R1'. Did you mean 'r1'? Known: "),
        ("train --problems bad.jsonl", 'bad.jsonl has 1 bad line: line 2: the field "answer" is '
         "missing."),
        ("train --problems good.jsonl", "The tiny model is pretrained on arithmetic and equations "
         "and does not know good.jsonl: train another with --model FOLDER or --model HUB_ID, or "
         "this one with --problems 'arithmetic:2-5 equations:1-3'."),
        ("train --device gpu", "The device 'gpu' cannot be used: "),
        ("train --model ./nothing", "The model './nothing' cannot be loaded: it is neither a local "
         "folder nor a Hugging Face id that can be reached; check the name and the network, or "
         "give a folder."),
        ("eval nothing", "nothing holds no run, and a model has no problems of its own: give "
         "--suites NAME, or the folder of a run."),
        ("play runs/nothing", "runs/nothing holds no run: there is no config.json in it. "
         "`r1gym train` makes one."),
        ("report nothing", "nothing holds no run: there is no config.json in it. `r1gym train` "
         "makes one."),
        ("rescore nothing", "nothing holds no run: there is no config.json in it. `r1gym train` "
         "makes one."),
        ("train --rewards accuracy {\"weight\":1,\"level\":2}", "Reward 'accuracy' has no option "
         "'level'. "),
        ("explain 7 --rewards acuracy 1 --answer 8", "There is no reward 'acuracy'. Did you mean "
         "'accuracy'? Known: "),
        ("explain 7", "Which problem is it? Give either --answer (and --question), or --problem "
         "NUMBER of --problems."),
        ("explain 7 --problem 2 --problems good.jsonl --split tset", "There is no split 'tset'. "
         "Did you mean 'test'? Known: all, test, train, validation."),
        ("explain 7 --problem 60 --problems good.jsonl", "problem must be a whole "
         "number from 0 to 59, not 60."),
        ("explain --file nothing --problem 1", "nothing cannot be read: No such file or "
         "directory."),
        ("eval nothing --samples 0", "samples must be at least 1, not 0."),
        ("eval nothing --questions 0", "questions must be at least 1, not 0."),
        ("eval nothing --top-p 0", "top_p must lie in (0, 1], got 0.0."),
    ],
)  # fmt: skip
def test_a_wrong_name_is_one_line(words, message, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.jsonl").write_text('{"problem": "1+1", "answer": 2}\n' * 40)
    (tmp_path / "bad.jsonl").write_text('{"problem": "1+1", "answer": 2}\n{"problem": "1+2"}\n')
    if "good" in words:
        rows = [{"problem": f"{a}+1", "answer": a + 1} for a in range(60)]
        (tmp_path / "good.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, output, errors = command(*words.split())
    assert code == 1 and output == ""
    assert errors.startswith(f"r1gym: {message}") and errors.count("\n") == 1
    if not message.endswith((": ", "'level'. ")):
        assert errors == f"r1gym: {message}\n"


def test_impossible_values_are_refused(command):
    for words in ("--threads 0", "--grpo.steps 0", "--base.layers 0"):
        code, _, errors = command("train", *words.split())
        assert code == 1 and errors.startswith("r1gym: ") and errors.count("\n") == 1, words


def test_rewards_are_names_and_weights(monkeypatch, command):
    seen = []

    def run(config, until, **others):
        seen.append(config)
        raise Interrupted("that is enough")

    monkeypatch.setattr("r1gym.recipes.recipe.run", run)
    code, _, errors = command("train", "--rewards", "format", "1", "my-own", "2.5")
    assert (code, errors) == (130, "\nthat is enough\n")
    assert seen[0].rewards == {"format": 1.0, "my-own": 2.5}
    spec = '{"weight": 0.2, "requires": "format"}'
    command("train", "--rewards", "format", "1", "my-own", spec)
    assert seen[1].rewards == {"format": 1.0, "my-own": {"weight": 0.2, "requires": "format"}}


def test_doctor(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, output, errors = command("doctor", "--problems", "arithmetic:1")
    assert (code, errors) == (0, "")
    for word in ("gold answers", "tokenizer", "seed replay", "verification", "not checked"):
        assert word in output
    assert "FAIL" not in output and list(tmp_path.iterdir()) == []
    code, output, errors = command("doctor", "--grpo.max-tokens", "3")
    assert (code, errors) == (1, "")
    assert "FAIL" in output and "longer than max_tokens=3" in " ".join(output.split())


def test_train_is_stopped_by_what_the_doctor_finds(command, micro_arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = list(micro_arguments)
    words[words.index("--grpo.max-tokens") + 1] = "3"
    code, output, errors = command(*words)
    assert (code, output) == (1, "")
    assert errors == (
        "r1gym: This would not train well; tokenizer: 24 of 24 gold answers with their tags are "
        "longer than max_tokens=3. `r1gym doctor` with the same options shows all checks.\n"
    )


def test_explain(command, tmp_path, monkeypatch):
    completion = "<think>[/b] 6*7</think><answer>42</answer>"
    words = ["--question", "6*7 [b]?", "--answer", "41", "--rewards", "accuracy", "1", "format"]
    words.append('{"weight": 0.25, "requires": "accuracy"}')
    code, output, errors = command("explain", completion, *words)
    assert (code, errors) == (0, "")
    shown = " ".join(output.split())
    for word in ("6*7 [b]?", "gold answer 41", "final answer 42", "wrong", "0.25 if accuracy"):
        assert word in shown
    (tmp_path / "completion.txt").write_text(completion)
    assert "final answer 42" in command("explain", "--file", tmp_path / "completion.txt", *words)[1]
    monkeypatch.setattr("sys.stdin", io.StringIO("\\boxed{8}"))
    code, output, _ = command("explain", "-", "--problem", 3)
    assert code == 0
    for word in ("Compute (6-4)*4", "final answer 8", "correct"):
        assert word in output


def test_rescore(command, run_copy):
    code, output, _ = command("rescore", run_copy)
    assert code == 0 and "Changed" not in output
    words = ["--rewards", "format", "1"]
    code, output, errors = command("rescore", run_copy, *words)
    assert (code, errors) == (0, "")
    assert "samples" in output and "verdict changed" in output
    assert f"Changed     {run_copy / 'samples.rescored-1.jsonl'}" in output
    (run_copy / "samples.jsonl").unlink()
    shutil.rmtree(run_copy / "evals")
    code, _, errors = command("rescore", run_copy)
    assert code == 1 and errors.startswith(f"r1gym: {run_copy} holds no completions yet")


def test_train_prints_the_table_and_what_to_do_next(
    command, micro_arguments, run_copy, monkeypatch
):
    monkeypatch.chdir(run_copy.parent.parent)
    code, output, _ = command(*micro_arguments)
    assert code == 0
    for word in ("pass@1", "cons@4", "before", "after 4 steps", "runs/micro/report.html"):
        assert word in output
    assert "r1gym play runs/micro" in output
    code, _, errors = command(*micro_arguments, "--seed", "5")
    assert (code, errors) == (
        1,
        "r1gym: runs/micro holds a run with another configuration (seed: 0 -> 5). "
        "Choose another --name, or delete the folder to start anew.\n",
    )


def test_eval(command, run_copy):
    code, output, _ = command("eval", run_copy, "--samples", 2, "--questions", 4)
    assert code == 0
    assert "4 different questions of the test split, 2 samples each" in " ".join(output.split())
    assert "pass@2" in output and "cons@2" in output
    code, _, errors = command("eval", run_copy, "--split", "tset")
    assert (code, errors) == (
        1,
        "r1gym: There is no split 'tset'. Did you mean 'test'? Known: test, train, validation.\n",
    )


def test_play(command, micro_run):
    code, output, _ = command("play", micro_run, "--problem", 2, "--seed", 1)
    assert code == 0
    for word in ("prompt ", "tokens ", "completion ", "accuracy ", "the right answer is"):
        assert word in output
    code, _, errors = command("play", micro_run, "--problem", 1_000_000)
    assert code == 1 and errors.startswith("r1gym: ") and "from 0 to 999999" in errors
    assert errors.count("\n") == 1


def test_report_and_list(command, run_copy):
    code, output, _ = command("report", run_copy)
    assert (code, output) == (0, f"Wrote {run_copy / 'report.html'}\n")
    code, output, _ = command("list")
    assert code == 0 and "r1/Math-v0" in output


def test_a_run_without_a_checkpoint(command, run_copy):
    (run_copy / "checkpoints").rename(run_copy / "elsewhere")
    for name in ("eval", "play"):
        code, _, errors = command(name, run_copy)
        assert code == 1
        assert errors.endswith("has no checkpoint yet; train it first: r1gym train.\n")
        assert errors.count("\n") == 1


class TestThroughTheShell:
    @pytest.mark.slow
    def test_train_says_what_is_wrong_in_one_line(self, tmp_path):
        words = [R1GYM, "train", "--env", "r1/Maths-v0"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr.startswith("r1gym: The environment 'r1/Maths-v0'")
        assert done.stderr.count("\n") == 1 and list(tmp_path.iterdir()) == []

    @pytest.mark.slow
    def test_a_whole_run(self, micro_arguments, tmp_path):
        words = [R1GYM, *micro_arguments]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "after 4 steps" in done.stdout and "warning" not in done.stderr.lower()
        assert (tmp_path / "runs" / "micro" / "report.html").exists()

    @pytest.mark.parametrize("words", [["list"], ["explain", "7", "--answer", "7"]])
    def test_what_needs_no_model_costs_no_torch(self, words):
        code = f"import sys; sys.argv = ['r1gym', *{words}]; import r1gym.cli as c; c.main()"
        code += "; assert 'torch' not in sys.modules"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_sandbox_check_exits_with_1_on_a_failure(passed, code, command, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "r1gym.sandbox.conformance.check", lambda backend: asked.append(backend) or passed
    )
    assert command("sandbox", "check", "--backend", "local")[0] == code
    assert asked == ["local"]
    assert command("sandbox", "check")[0] == code
    assert asked[1] == "auto"


def test_sandbox_commands_say_what_is_wrong_in_one_line(command):
    code, _, errors = command("sandbox", "check", "--backend", "dockr")
    assert code == 1 and errors.startswith("r1gym: There is no sandbox backend 'dockr'. Did you")
    code, _, errors = command("sandbox", "build", "--languages", "python", "cobol")
    assert (code, errors.count("\n")) == (1, 1) and "cobol" in errors


def test_sandbox_build_has_the_defaults_of_the_function_it_calls(command, monkeypatch):
    import inspect

    from r1gym.sandbox import images

    defaults = [p.default for p in inspect.signature(images.build).parameters.values()]
    monkeypatch.setattr(images, "build", lambda *given: str(list(given) == defaults))
    assert command("sandbox", "build") == (0, "Built True\n", "")
