import json

from r1gym.report.samples import pick_samples


def write(folder, steps):
    row = {"problem": "p", "verdict": "correct"}
    lines = [json.dumps(row | {"step": s, "completion": f"{s}-{i}"}) for s in steps for i in (0, 1)]
    (folder / "samples.jsonl").write_text("\n".join(lines) + "\n")


def test_ten_steps_from_first_to_last(tmp_path):
    write(tmp_path, range(1, 101))
    steps = [sample.step for sample in pick_samples(tmp_path)]
    assert steps == [1, 12, 23, 34, 45, 56, 67, 78, 89, 100]
    assert pick_samples(tmp_path)[0].completion == "1-0"


def test_short_runs_show_every_step(tmp_path):
    write(tmp_path, [1])
    assert [sample.step for sample in pick_samples(tmp_path)] == [1]
    write(tmp_path, [1, 2, 3])
    assert [sample.step for sample in pick_samples(tmp_path)] == [1, 2, 3]


def test_none_yet(tmp_path):
    assert pick_samples(tmp_path) == []
