"""The page of claims says of each what it is, what came out, and how to run it."""

from dataclasses import replace

from r1gym.claims.claim import Claim
from r1gym.claims.experiment import EXPERIMENTS
from r1gym.claims.outcome import judge
from r1gym.claims.run import Judged
from r1gym.report.claims import print_claims, shown, write_page


def judged(name, *values):
    holds = {"after": {"at_least": 0.5, "over": "every"}, "before": {"at_most": 0.4}}
    claim = Claim(
        name, "2.2.4", "It grows.", "r1_zero", holds=holds, refuted_by="No growth.", note="Small."
    )
    if not values:
        return Judged(claim, None, [], 0.0)
    outcome, numbers = judge(claim, [{"after": value, "before": 0.1} for value in values])
    return Judged(claim, outcome, numbers, 4.2)


def test_the_page_has_every_claim_with_its_numbers(tmp_path, capsys):
    every = [judged("grows", 0.8, 0.9, 0.7), judged("shrinks", 0.1, 0.2, 0.3), judged("waits")]
    write_page(every, tmp_path / "claims.md", "a machine, 2 cores")
    page = (tmp_path / "claims.md").read_text("utf-8")
    assert "2 of 3 were run, on a machine, 2 cores: 4 minutes of one core." in page
    assert "| 2.2.4 | [It grows.](#grows) | holds |" in page
    assert "| 2.2.4 | [It grows.](#waits) | not run |" in page
    assert "**Does not hold at this scale.**" in page and "`r1gym claims shrinks`" in page
    row = "| after | 0.800 | 0.552 to 1.048 | 0.800, 0.900, 0.700 | at least 0.5 at every seed |"
    assert f"{row} holds |" in page
    assert "Refuted by: no growth." in page and "Small." in page
    print_claims(every)
    out = capsys.readouterr().out
    assert "does not hold" in out and "at this scale" in out and "not run" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_number_is_shown_with_its_seeds_or_its_interval():
    after, before = judged("grows", 0.8, 0.9).numbers
    assert shown(after) == "after 0.850 (0.80 to 0.90)"
    assert shown(before) == "before 0.100 [0.10, 0.10]"


def run(folder, seed):
    """Draws nothing of note."""
    return {"after": 0.9, "before": 0.1}


def draw(results, picture):
    picture.write_text(f"{[found['after'] for found in results]}")


def test_an_experiment_that_draws_has_its_picture_on_the_page(tmp_path):
    with EXPERIMENTS.scoped():
        EXPERIMENTS.register("drawn")(run)
        results = [run(tmp_path, seed) for seed in range(2)]
        claim = replace(judged("grows").claim, experiment="drawn")
        outcome, numbers = judge(claim, results)
        one = Judged(claim, outcome, numbers, 1.0, results)
        same = replace(one, claim=replace(claim, name="shares its runs"))
        other = replace(
            one, claim=replace(claim, name="has others", seeds=(5,)), found=[{"after": 0.5}]
        )
        waits = Judged(replace(claim, name="waits", seeds=(7,)), None, [], 0.0)
        every = [one, same, other, waits, judged("another", 0.8)]
        write_page(every, tmp_path / "new" / "claims.md", "a machine")
    images = tmp_path / "new" / "images"
    assert {path.name: path.read_text() for path in images.iterdir()} == {
        "claims-grows.png": "[0.9, 0.9]", "claims-has-others.png": "[0.5]",
    }  # fmt: skip
    page = (tmp_path / "new" / "claims.md").read_text("utf-8")
    parts = [part for part in page.split("## ") if "![" in part]
    assert [part.partition("](images/")[2].partition(")")[0] for part in parts] == [
        "claims-grows.png",
        "claims-grows.png",
        "claims-has-others.png",
    ]
    assert "![Results of drawn at each seed](images/claims-grows.png)" in page
