"""The stage that trains a reward model, alone and as a recipe."""

import json
import multiprocessing
import os
import random
import shutil
import signal
from dataclasses import replace

import pytest
from safetensors.torch import load_file

from r1gym.core.errors import ConfigError, Interrupted, RunError
from r1gym.core.run import Run, read_metrics
from r1gym.core.types import Completion, Problem
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.models.reward_model import RewardModel
from r1gym.models.reward_training import Labelled, Pair, RewardTrainingConfig
from r1gym.recipes.preference_files import write_rows
from r1gym.recipes.reward_modelling import RewardModelling, hold_out, measure, read_report
from r1gym.recipes.settings import Settings
from r1gym.recipes.workplace import Workplace

STAGE = RewardModelling(
    training=RewardTrainingConfig(epochs=2, batch_size=16, learning_rate=3e-3, held_out=0.2)
)


def make_rows(count=96):
    rng = random.Random(0)
    rows = []
    for _ in range(count):
        low, high = sorted(rng.sample(range(4), 2))
        texts = {"chosen": f"<think>a</think>{'y' * high}n", "rejected": f"{'y' * low}n"}
        rows.append({"question": f"Say {rng.randrange(20)}", **texts})
    return rows


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    save_policy(new_tiny_policy(16, 1, 2, 24, 64, seed=0), folder)
    return str(folder)


@pytest.fixture
def pairs(tmp_path):
    write_rows(tmp_path / "pairs.jsonl", make_rows())
    return str(tmp_path / "pairs.jsonl")


@pytest.fixture
def make(base, pairs, tmp_path):
    """Runs a stage in a folder. Returns the reward model's folder."""

    def run(stage=STAGE, name="one", file=pairs, requested=False, start=base):
        with Workplace(Settings(save_every=2), tmp_path / name) as at:
            stage.check_problems(at)
            at.move(Run(at.folder, {"a": 1}))
            at.stopper.requested = requested
            made = stage.run(at, {"base": start, "pairs": file})
            assert made == {"reward_model": str(at.folder / "model")}
        return tmp_path / name / "model"

    return run


def test_it_learns_and_says_how_well(make, capsys):
    folder = make()
    report, rows = read_report(folder), read_metrics(folder.parent)
    assert report["trained_on"] + report["held_out"] == 96 and report["held_out_by"] == "question"
    assert report["agreement"] > 0.9 and report["interval"][0] < report["agreement"] <= 1
    assert sum(cell["examples"] for cell in report["calibration"]) == report["held_out"]
    assert rows[-1]["held_out/agreement"] == report["agreement"]
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    assert "examples kept back (95 % interval" in capsys.readouterr().out
    reward = RewardModel(model=str(folder))
    better, worse = (
        reward.score(Problem("p", "Say 3", ""), Completion(text)).value for text in ("yyyn", "n")
    )
    assert better > worse
    assert not [path for path in folder.iterdir() if path.name == "trainer.pt"]


def test_labels(make, tmp_path):
    rows = [
        {"question": f"q{i % 20}", "response": "bad" if i % 2 else "fine", "label": i % 2 == 0}
        for i in range(80)
    ]
    write_rows(tmp_path / "labels.jsonl", rows)
    folder = make(replace(STAGE, part="response"), file=str(tmp_path / "labels.jsonl"))
    assert read_report(folder)["agreement"] == 1.0
    reward = RewardModel(model=str(folder))
    values = [reward.score(Problem("p", "q1", ""), Completion(t)).value for t in ("fine", "bad")]
    assert values[0] > 0.5 > values[1]


def assert_same(one, other):
    weights, others = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert all((weights[name] == others[name]).all() for name in weights)
    for name in ("config.json", "agreement.json", "chat_template.jinja"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    assert (one.parent / "metrics.jsonl").read_bytes() == (
        other.parent / "metrics.jsonl"
    ).read_bytes()


def test_it_goes_on_where_it_was_stopped(make, tmp_path):
    whole = make()
    with pytest.raises(Interrupted, match="step 1 of 10 of the reward model"):
        make(name="stopped", requested=True)
    assert not (tmp_path / "stopped" / "model").exists()
    assert_same(make(name="stopped"), whole)
    assert_same(make(), whole)


def _killed(base, pairs, folder, calls):
    left, original = [calls], Run.log

    def log(self, metrics, step):
        original(self, metrics, step)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    Run.log = log
    with Workplace(Settings(save_every=2), folder) as at:
        at.move(Run(at.folder, {"a": 1}))
        STAGE.run(at, {"base": base, "pairs": pairs})


@pytest.mark.parametrize("calls", [1, 5, 10])
def test_killed_it_goes_on_to_the_same_bits(make, base, pairs, tmp_path, calls):
    whole = make()
    process = multiprocessing.get_context("fork").Process(
        target=_killed, args=(base, pairs, tmp_path / "killed", calls)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert_same(make(name="killed"), whole)


def test_examples_that_say_nothing_are_counted_and_left_out(make, tmp_path):
    rows = [*make_rows(40), {"question": "q", "chosen": "<think>a</think>", "rejected": "b"}]
    write_rows(tmp_path / "x.jsonl", rows)
    report = read_report(make(file=str(tmp_path / "x.jsonl")))
    assert (report["without_text"], report["trained_on"] + report["held_out"]) == (1, 40)
    write_rows(tmp_path / "x.jsonl", rows[-1:])
    with pytest.raises(RunError, match="None of the 1 examples in .* says anything after its"):
        make(name="two", file=str(tmp_path / "x.jsonl"))


def test_too_few_examples_are_one_line(make, tmp_path):
    write_rows(tmp_path / "x.jsonl", make_rows(1))
    with pytest.raises(RunError, match="1 examples are too few to keep 20% of them back"):
        make(file=str(tmp_path / "x.jsonl"))


def test_no_question_is_on_both_sides():
    examples = [Pair(f"q{i % 12}", "a", "b") for i in range(60)]
    kept, held, by = hold_out(examples, 0.2, 0)
    assert by == "question" and 10 <= len(held) <= 17 and len(kept) + len(held) == 60
    assert not {one.question for one in kept} & {one.question for one in held}
    assert hold_out(examples, 0.2, 0) == (kept, held, by) != hold_out(examples, 0.2, 1)
    few = [Pair(f"q{i % 3}", "a", str(i)) for i in range(60)]
    kept, held, by = hold_out(few, 0.2, 0)
    assert by == "example" and len(held) == 12
    assert hold_out(examples, 0.0, 0)[1] == []


def test_a_chat_template_that_hides_the_thinking_is_refused(make, base, tmp_path):
    shutil.copytree(base, tmp_path / "hiding")
    template = "{% for m in messages %}{{ m['content'].split('</think>')[-1] }}{% endfor %}"
    (tmp_path / "hiding" / "chat_template.jinja").write_text(template)
    hiding = {"start": str(tmp_path / "hiding")}
    make(name="summary", **hiding)
    whole = replace(STAGE, part="response")
    with pytest.raises(ConfigError, match="takes the thinking out of responses.* give a --templ"):
        make(whole, name="refused", **hiding)
    make(replace(whole, template="short"), name="dressed", **hiding)


def test_measures():
    pair, good, bad = Pair("q", "a", "b"), Labelled("q", "a", True), Labelled("q", "a", False)
    found = measure([(2.0, 0.0), (0.0, 2.0), (1.0, 1.0), (3.0, 0.0)], [pair] * 4)
    assert found["agreement"] == (1 + 0 + 0.5 + 1) / 4 and found["held_out"] == 4
    assert found["calibration"][0] == {
        "from": 0.5, "to": 0.6, "examples": 1, "confidence": 0.5, "agreement": 0.5,
    }  # fmt: skip
    assert found["mean_score"] == 9 / 8
    assert measure([(1.0,), (1.0,), (-800.0,)], [good, bad, bad])["agreement"] == 2 / 3
    assert measure([], [])["agreement"] is None


def test_the_report_is_a_file_that_one_can_read(make):
    text = (make() / "agreement.json").read_text()
    assert json.loads(text)["held_out_by"] == "question" and text.endswith("}\n")
