from pathlib import Path

from r1gym.evaluation.decontamination import find_overlaps
from r1gym.inspection.decontaminate import Decontaminated
from r1gym.report.decontamination import print_overlaps


def test_a_line_for_each_evaluation(capsys):
    overlaps = find_overlaps(["what is 2 + 3"], {"sums": ["What is 2+3?", "x"], "other": ["y"]})
    print_overlaps(
        Decontaminated(Path("a/train.jsonl"), 10, 4, (1,), overlaps, Path("clean.jsonl"))
    )
    text = capsys.readouterr().out
    assert "train.jsonl: 10 words in a row" in text and "what is 2 3" in text
    assert "1 of 4 rows overlap (25.0%)." in text and "Wrote the other 3 to clean.jsonl." in text
