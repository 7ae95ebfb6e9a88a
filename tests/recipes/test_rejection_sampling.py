"""Samples of the micro run's model, and what becomes of them."""

import json
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, Interrupted, RunError, UnknownNameError
from r1gym.core.run import Run, read_metrics
from r1gym.core.types import Score, Verdict
from r1gym.recipes.examples import ExampleRow, read_examples, write_examples
from r1gym.recipes.rejection_sampling import RejectionSampling, SamplingConfig
from r1gym.recipes.rewriting import REWRITERS, Unanswered
from r1gym.recipes.workplace import Workplace
from r1gym.verifiers import VERIFIERS
from tests.chat_server import ChatServer, chat, serving


@pytest.fixture
def model(micro_run):
    return str(sorted((micro_run / "checkpoints").iterdir())[-1])


@pytest.fixture
def stage(micro):
    return RejectionSampling(
        task=micro.tasks()["train"],
        config=SamplingConfig(prompts=24, samples=8, keep=2, chunk=10),
        filters={"format": {"thinking": False}},
        rewriter={"type": "procedural", "summary": "So <answer>{answer}</answer>"},
    )


@pytest.fixture
def sample(micro, model, tmp_path):
    """Runs a stage in a folder. Returns the folder."""

    def run(stage, name="one", **given):
        with Workplace(micro, tmp_path / name) as at:
            stage.check_problems(at)
            at.move(Run(at.folder, {"a": 1}))
            made = stage.run(at, {"policy": model, **given})
            assert made == {"examples": str(at.folder / "examples.jsonl")}
        return tmp_path / name

    return run


def test_examples_are_right_rewritten_and_counted(stage, sample, micro, capsys):
    folder = sample(stage)
    rows = read_examples(folder / "examples.jsonl")
    counts = json.loads((folder / "counts.json").read_text())
    assert rows and len(rows) == counts["examples"] == counts["kept"] <= 48
    assert counts["sampled"] == 24 * 8 == counts["right"] + counts["wrong"]
    assert all(row.completion.startswith("<think>") for row in rows)
    assert all("</think>So <answer>" in row.completion for row in rows)
    task = stage.task.make().unwrapped.task
    for row in rows:
        place = int(row.problem_id.rpartition("/")[2])
        problem = task.problem_set[place]
        assert place < 24 and (problem.question, problem.level) == (row.question, row.level)
        assert task.score(problem, row.completion).verdict is Verdict.CORRECT
    shown = [json.loads(line) for line in (folder / "dropped.jsonl").read_text().splitlines()]
    assert {row["why"] for row in shown} >= {"wrong"} and len(shown) <= 60
    logged = read_metrics(folder)
    assert [row["step"] for row in logged] == [1, 2, 3]
    assert logged[-1]["samples/sampled"] == 192
    assert f"{len(rows)} examples: " in capsys.readouterr().out


def same(one, other):
    names = ("examples.jsonl", "counts.json", "dropped.jsonl", "metrics.jsonl")
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_it_goes_on_at_the_chunk_where_it_was_stopped(stage, sample, micro, model, tmp_path):
    whole = sample(stage)
    with Workplace(micro, tmp_path / "stopped") as at:
        at.move(Run(at.folder, {"a": 1}))
        at.stopper.requested = True
        with pytest.raises(Interrupted, match="Stopped at sampling, chunk 1 of 3; saved"):
            stage.run(at, {"policy": model})
        assert len(list(at.folder.glob("s*ed/*"))) == 2
    assert same(sample(stage, "stopped"), whole)
    before = times(whole, "s*ed/*")
    assert same(sample(stage), whole) and times(whole, "s*ed/*") == before and len(before) == 6


def times(folder, pattern):
    return {path: path.stat().st_mtime_ns for path in folder.glob(pattern)}


def test_with_other_filters_nothing_is_sampled_again(stage, sample):
    folder = sample(stage)
    before, selected = times(folder, "sampled/*"), times(folder, "selected/*")
    other = replace(stage, filters={"length": {"most": 2}}, rewriter={"type": "none"})
    assert same(sample(other), sample(other, "two"))
    assert times(folder, "sampled/*") == before and times(folder, "selected/*") != selected
    assert same(sample(unfit(stage, keep=1)), sample(unfit(stage, keep=1), "three"))
    more = unfit(stage, prompts=27)
    assert same(sample(more), sample(more, "four"))
    now = times(folder, "sampled/*")
    assert [path.name for path in before if now[path] != before[path]] == ["000002.json"]


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        (("filters.format.tags", "rewriter", "config.keep", "config.prompts", "added.general"), ""),
        (("filters", "general"), ""),
        (("filters", "config.temperature"), "config.temperature"),
        (("task.problems",), "task.problems"),
        (("policy",), "policy"),
        (("seed", "config.samples"), "seed; config.samples"),
    ],
)
def test_what_it_goes_on_with(changed, again, stage, tmp_path):
    stage = replace(stage, added={"general": 0})
    assert stage.against({name: name for name in changed}, tmp_path) == again


def test_another_seed_samples_other_responses(stage, sample):
    assert not same(sample(stage), sample(replace(stage, seed=1), "two"))


def test_examples_of_other_sources_are_added(stage, sample, tmp_path):
    general = [ExampleRow(f"Say {n}", f"{n}!", source="mine") for n in range(10)]
    write_examples(tmp_path / "general.jsonl", general)
    stage = replace(stage, added={"general": 4})
    assert stage.needs == {"policy": "model", "general": "examples"}
    folder = sample(stage, general=str(tmp_path / "general.jsonl"))
    rows = read_examples(folder / "examples.jsonl")
    added = [row for row in rows if row.source == "mine"]
    assert len(added) == 4 and set(added) < set(general)
    counts = json.loads((folder / "counts.json").read_text())
    assert counts["added/general"] == 4 and counts["examples"] == counts["kept"] + 4
    again = sample(
        replace(stage, added={"general": 0}), "all", general=str(tmp_path / "general.jsonl")
    )
    assert sum(row.source == "mine" for row in read_examples(again / "examples.jsonl")) == 10


def unfit(stage, **changes):
    return replace(stage, config=replace(stage.config, **changes))


def test_a_filter_that_drops_all_is_one_line(stage, sample, tmp_path):
    stage = replace(stage, filters={"long": {"type": "length", "least": 1000}})
    with pytest.raises(RunError, match="right samples .* is left: the filter 'long' dropped"):
        sample(stage)
    assert "fewer than 1000" in (tmp_path / "one" / "dropped.jsonl").read_text()
    assert json.loads((tmp_path / "one" / "counts.json").read_text())["dropped/long"] > 0
    assert not (tmp_path / "one" / "examples.jsonl").exists()


def test_a_rewriter_that_spoils_all_is_one_line(stage, sample):
    REWRITERS.register("spoils")(lambda: lambda problem, text: "<think></think>The answer is 1e9.")
    with pytest.raises(RunError, match="the verifier, after rewriting, dropped"):
        sample(replace(stage, rewriter={"type": "spoils"}))


def by_server(thinking, summary):
    """The answer of a server that rewrites."""

    def answer(request):
        asked = json.loads(request["messages"][1]["content"])
        made = {"thinking": thinking, "summary": summary.format(**asked)}
        return chat(json.dumps(made))

    return answer


def test_a_served_model_rewrites_and_is_checked(stage, sample):
    with serving(ChatServer([by_server("I add them.", "It is {reply}.")])) as server:
        options = {"type": "endpoint", "model": "m", "base_url": server.url, "api_key_env": None}
        stage = replace(stage, rewriter=options)
        rows = read_examples(sample(stage) / "examples.jsonl")
        assert rows and {row.completion.partition("It is <answer>")[0] for row in rows} == {
            "<think>I add them.</think>"
        }
        server.script = [by_server("I add them.", "It is <answer>1{answer}</answer>.")]
        with pytest.raises(RunError, match="the verifier, after rewriting, dropped .* is not the"):
            sample(stage, "two")


def test_no_right_sample_is_one_line(stage, sample):
    VERIFIERS.register("never")(lambda: NEVER)
    stage = replace(stage, task=replace(stage.task, rewards={"never": 1.0}))
    with pytest.raises(
        RunError, match="None of the 192 samples .* is right .192 wrong, 0 ungr"
    ) as e:
        sample(stage)
    assert "\n" not in str(e.value)


class Never:
    score_of = Score(0.0, Verdict.WRONG, "never")

    def score(self, problem, completion):
        return self.score_of


NEVER = Never()


class Down(Never):
    score_of = Score(None, Verdict.JUDGE_FAILED, "nobody there")


def test_a_grader_that_is_down_stops_before_anything_is_lost(stage, sample, tmp_path):
    VERIFIERS.register("down")(lambda: Down())
    stage = replace(stage, task=replace(stage.task, rewards={"down": 1.0}))
    with pytest.raises(RunError, match="The grader failed on 80 of 80 samples .nobody there."):
        sample(stage)
    assert not list((tmp_path / "one").glob("s*ed/*"))
    with pytest.raises(RunError, match="is right .0 wrong, 192 ungraded"):
        sample(unfit(stage, max_failed_share=1.0))


def test_a_rewriter_that_is_down_stops_as_well(stage, sample, tmp_path):
    def down(problem, text):
        raise Unanswered("nobody there")

    REWRITERS.register("down")(lambda: down)
    with pytest.raises(RunError, match="The rewriter failed on .* samples .nobody there."):
        sample(replace(stage, rewriter={"type": "down"}))
    assert not list((tmp_path / "one").glob("selected/*"))


@pytest.mark.parametrize("part", ["sampled", "selected"])
def test_a_broken_chunk_is_one_line(part, stage, sample):
    folder = sample(stage)
    (folder / part / "000001.json").write_text("{")
    with pytest.raises(RunError, match="000001.json is broken .*: delete it and run the same"):
        sample(stage)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"filters": {"lenght": {}}}, "no filter 'lenght'"),
        ({"rewriter": {"type": "gpt"}}, "no rewriter 'gpt'"),
        ({"rewriter": {"type": "endpoint"}}, "needs a model"),
        ({"rewriter": {}}, "no rewriter 'rewriter'"),
    ],
)
def test_wrong_settings_are_found_before_anything_runs(changes, message, stage, micro, tmp_path):
    with (
        Workplace(micro, tmp_path / "one") as at,
        pytest.raises((ConfigError, UnknownNameError), match=message),
    ):
        replace(stage, **changes).check_problems(at)


def test_only_the_training_split_and_single_turns_are_sampled(stage, micro, tmp_path):
    for change, message in (
        ({"split": "test"}, "samples the split 'test', on which nothing is to be trained"),
        ({"interaction": "try_again"}, "several turns are no examples"),
    ):
        with Workplace(micro, tmp_path / "one") as at, pytest.raises(ConfigError, match=message):
            replace(stage, task=replace(stage.task, **change)).check_problems(at)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"keep": 5}, "sampling.keep .5. is above sampling.samples .4."),
        ({"prompts": 0}, "sampling.prompts must be at least 1"),
        ({"temperature": -1}, "sampling.temperature must be at least 0"),
        ({"max_failed_share": 2}, "sampling.max_failed_share must be at most 1"),
        ({"chunk": 1.5}, "sampling.chunk must be a whole number"),
    ],
)
def test_a_value_that_is_not_allowed(values, message):
    with pytest.raises(ConfigError, match=message):
        SamplingConfig(**values)


def test_the_page_says_what_was_done(stage):
    text = replace(stage, added={"general": 4}).describe()
    for word in ("8 samples of each of 24", "format", "procedural", "Of general 4 are added"):
        assert word in text
