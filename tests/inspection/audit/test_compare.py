"""Stored completions judged side by side: fields, opinions, failures, what is written."""

import json
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, R1GymError
from r1gym.inspection.audit import AuditConfig, audit

GRADERS = """
import os, signal, time

def interrupting(response, gold):
    for number in range(response.count("interrupt")):
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(0.2)
    return gold in response

def substring(response, gold):
    return gold in response

def cautious(response, gold):
    return None if "?" in response else response.endswith(gold + "}")

def odd(response, gold):
    if "raise" in response:
        raise ValueError("no such answer")
    if "hang" in response:
        time.sleep(60)
    if "die" in response:
        os._exit(3)
    return {"yes": 1.0, "half": 0.4, "text": "correct", "nan": float("nan")}[response.split()[0]]
"""


@pytest.fixture(autouse=True)
def _graders(tmp_path, monkeypatch):
    (tmp_path / "audit_graders.py").write_text(GRADERS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(tmp_path):
    def run(*rows, grader="substring", progress=lambda *_: None, **options):
        path = tmp_path / "stored.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        graders = (f"audit_graders:{grader}",)
        return audit(AuditConfig(path, graders=graders, **{"deadline": 5.0, **options}), progress)

    return run


def row(response, gold="42", **more):
    return {"response": response, "gold": gold, **more}


def says(found, name="audit_graders:substring"):
    return {j.stored.id: (j.opinions["r1gym"].says, j.opinions[name].says) for j in found}


def test_disagreements_are_found_counted_and_written(run, tmp_path):
    found = run(
        row("\\boxed{42}"), row("\\boxed{142}"), row("42"), row("\\boxed{7}"), row("no idea")
    )
    assert found.responses == 5
    assert says(found.disagreements) == {"2": ("wrong", "right"), "3": ("wrong", "right")}
    assert found.kinds == {"other value": 1, "no answer": 1}
    assert found.said["r1gym"] == {"right": 1, "wrong": 4}
    assert found.out == Path("runs/audit/stored.disagreements.jsonl")
    written = [json.loads(line) for line in found.out.read_text().splitlines()]
    assert [(w["id"], w["label"], w["drawn"]) for w in written] == [
        ("2", "", "disagreements"),
        ("3", "", "disagreements"),
    ]
    assert written[0]["graders"]["audit_graders:substring"] == {"says": "right", "reason": ""}
    assert "142" in written[0]["graders"]["r1gym"]["reason"]


def test_fields_are_mapped_into_objects_as_well(run):
    stored = {"output": "\\boxed{42}", "reward_model": {"ground_truth": 42}, "level": 3}
    found = run(stored, map=("response=output", "gold=reward_model.ground_truth"))
    assert (found.responses, found.disagreements) == (1, [])


def test_a_row_may_have_several_responses_messages_and_golds(run):
    chat = [{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": "\\boxed{42}"}]
    found = run(
        row(["\\boxed{42}", "142"]), row(chat), row("\\boxed{7}", ["42", "7"]), row("x", None)
    )
    assert found.responses == 4
    assert found.without_gold == 1
    assert says(found.disagreements) == {"1.2": ("wrong", "right")}


@pytest.mark.parametrize(
    ("rows", "options", "line"),
    [
        ([{"output": "1", "gold": "1"}], {}, "line 1: there is no field 'response'; it has output"),
        ([row("1"), {"response": "1"}], {}, "line 2: there is no field 'gold'; it has response:"),
        ([row("1")], {"map": ("gold=answer",)}, "there is no field 'answer' for 'gold'; it has r"),
        ([row("1")], {"map": ("gold",)}, "--map takes pairs such as response=output, not 'gold'"),
        ([row("1")], {"map": ("a=b", "a=c")}, "--map names 'a' twice"),
        ([row("1", {"a": 1})], {}, "line 1: a dict of golds must hold one of them"),
        ([row("1", True)], {}, "line 1: a gold must be a text, a number or a list"),
        ([row(3)], {}, "line 1: 'response' must be a text or a list of texts"),
        ([row("1", None)], {}, "holds no response with a gold answer"),
        ([[1]], {}, "line 1: is no object with fields"),
        ([row("1")], {"sample": -1}, "sample must be at least 0"),
        ([row("1")], {"deadline": 0}, "deadline must be at least"),
        ([row("1")], {"rewards": {"acuracy": 1.0}}, "Did you mean 'accuracy'"),
        ([row("1")], {"template": "no"}, "There is no template 'no'"),
    ],
)
def test_wrong_inputs_are_refused_in_one_line(run, rows, options, line):
    with pytest.raises(R1GymError) as caught:
        run(*rows, **options)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("grader", "line"),
    [
        ("sympi", "There is no grader 'sympi'. Did you mean 'sympy'?"),
        ("audit_graders:nothing", "cannot be loaded (AttributeError"),
        ("no_such_module:f", "cannot be loaded (ModuleNotFoundError"),
        ("audit_graders:os", "is no function"),
    ],
)
def test_graders_that_are_none_are_refused(tmp_path, grader, line):
    (tmp_path / "f.jsonl").write_text(json.dumps(row("1")))
    with pytest.raises(R1GymError) as caught:
        audit(AuditConfig(tmp_path / "f.jsonl", graders=(grader,)))
    assert line in str(caught.value)


def test_a_grader_that_raises_hangs_or_dies_is_failed_and_never_wrong(run):
    responses = ("raise", "hang", "die", "text", "nan", "yes \\boxed{42}", "half \\boxed{1}")
    found = run(*map(row, responses), grader="odd", deadline=1.0)
    assert found.said["audit_graders:odd"] == {"failed": 5, "right": 1, "wrong": 1}
    assert found.kinds == {"failure": 5}
    assert found.cut_short == {"audit_graders:odd": 1, "r1gym": 0}
    reasons = [j.opinions["audit_graders:odd"].reason for j in found.disagreements]
    for reason, part in zip(
        reasons,
        (
            "ValueError: no such answer",
            "deadline of 1 s",
            "exited with status 3",
            "'correct'",
            "nan",
        ),
        strict=True,
    ):
        assert part in reason


def test_no_opinion_is_neither_a_failure_nor_a_disagreement(run):
    found = run(row("?"), row("\\boxed{42}"), row("\\boxed{7}"), grader="cautious")
    assert found.said["audit_graders:cautious"] == {"none": 1, "right": 1, "wrong": 1}
    assert found.disagreements == []
    assert found.out is None


def test_labels_are_never_written_over(run):
    found = run(row("42"))
    run(row("42"))  # nothing was labelled, so the file is made again
    labelled = found.out.read_text().replace('"label": ""', '"label": "wrong"')
    found.out.write_text(labelled)
    with pytest.raises(ConfigError, match="holds labels"):
        run(row("42"))
    assert found.out.read_text() == labelled
    found.out.write_text("something else")
    with pytest.raises(ConfigError, match="something else"):
        run(row("42"))


def test_a_sample_is_drawn_from_all_rows_with_equal_chances(run):
    rows = [row(f"\\boxed{{{i}}}", str(i)) for i in range(20)]
    drawn = []
    for seed in range(30):
        found = run(*rows, sample=5, seed=seed)
        drawn += [json.loads(line) for line in found.out.read_text().splitlines()]
    assert {one["drawn"] for one in drawn} == {"sample"}
    assert len({one["id"] for one in drawn}) == 20
    assert len(drawn) == 150


def test_the_reward_and_the_template_that_stand_for_r1gym(run):
    assert run(row("\\boxed{(B) 3}", "B", verifier="choice")).said["r1gym"] == {"right": 1}
    stored = row("Perhaps \\boxed{42}")
    assert run(stored).said["r1gym"] == {"right": 1}
    opened = run(stored, template="{question}<think>")
    assert opened.said["r1gym"] == {"wrong": 1}
    assert run(stored, rewards={"format": 1.0}).said["r1gym"] == {"wrong": 1}


@pytest.mark.parametrize(("interrupts", "judged"), [(1, 32), (2, 16)])
def test_an_interrupt_keeps_what_was_judged(tmp_path, command, interrupts, judged):
    rows = [row(f"\\boxed{{{i}42}}") for i in range(40)]
    rows[20]["response"] += "interrupt" * interrupts
    Path("f.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    code, shown, bar = command("audit", "f.jsonl", "--graders", "audit_graders:interrupting")
    assert code == 130
    assert f"Stopped     after {judged} of 40 responses" in shown
    assert f"{judged}/40" in bar.replace("\r", "").splitlines()[-2]
    written = Path("runs/audit/f.disagreements.jsonl").read_text().splitlines()
    assert len(written) == judged - 1  # "042" is right
    code, shown, _ = command("audit", "f.jsonl", "--graders", "audit_graders:substring")
    assert code == 0
    assert "Stopped" not in shown


def test_an_interrupt_before_the_first_response_is_one(run):
    with pytest.raises(KeyboardInterrupt):
        run(row("interrupt"), *[row("42")] * 20, grader="interrupting")


def test_a_row_that_cannot_be_read_is_told_before_any_is_judged(run):
    seen = []
    with pytest.raises(ProblemFileError, match="line 40: there is no field 'gold'"):
        run(*[row("\\boxed{42}")] * 39, {"response": "1"}, progress=seen.append)
    assert seen == []


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ProblemFileError, match="No such file"):
        audit(AuditConfig(tmp_path / "nothing.jsonl", graders=("audit_graders:substring",)))


def test_a_gold_that_is_a_whole_solution_is_one_gold_for_all(run):
    stored = row("\\boxed{42}", "6*7 is 42.\n#### 42", problem="6*7?")
    found = run(stored, row("142", "We get $\\boxed{42}$."))
    assert says(found.disagreements) == {"2": ("wrong", "right")}
    assert found.said["audit_graders:substring"] == {"right": 2}
