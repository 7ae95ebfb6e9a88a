from pathlib import Path

from r1gym.core.types import Problem
from r1gym.inspection.audit.compare import Audit, Judged, Opinion
from r1gym.inspection.audit.labels import Rate, Rates
from r1gym.inspection.audit.rows import Stored
from r1gym.report.audit import print_audit, print_rates


def judged(number):
    stored = Stored(str(number), Problem("p", "", "[bold]4[/bold]"), "3 or 4")
    opinions = {"r1gym": Opinion("wrong", "'3 or 4' is not the answer"), "x": Opinion("none")}
    return Judged(stored, "3 or 4", opinions, "several candidates")


def test_every_opinion_stands_with_its_reason(capsys):
    found = Audit(("r1gym", "x"), {"y": "is not installed"}, out=Path("runs/audit/f.jsonl"))
    for number in range(1, 33):
        found.disagreements.append(judged(number))
    found.kinds["several candidates"] = 32
    found.responses, found.unjudged = 32, 8
    found.cut_short.update({"x": 3, "r1gym": 0})
    print_audit(found)
    shown = capsys.readouterr().out
    assert "7  several candidates: gold [bold]4[/bold], answer 3 or 4" in shown
    assert "r1gym        wrong  '3 or 4' is not the answer" in shown
    assert "x            no opinion" in shown
    assert "and 2 more in the file" in shown
    assert "Stopped     after 32 of 40 responses" in shown
    assert "Cut short   x: 3 took longer" in shown
    assert "r1gym: 0" not in shown
    assert "y: is not installed" in shown
    assert "runs/audit/f.jsonl" in shown


def test_rates_say_what_they_are_conditional_on(capsys):
    some, none = Rate(1, 4, (0.046, 0.699)), Rate(0, 0, (0.0, 1.0))
    for drawn, words in (("disagreements", "for those alone"), ("sample", "drawn from")):
        print_rates(Rates(drawn, 0, 4, 2, {"x": some}, {"x": none}, {"x": 3}))
        shown = capsys.readouterr().out
        assert words in " ".join(shown.split())
        assert "1/4: 25.0% [4.6%, 69.9%]" in shown
        assert "none labelled" in shown
