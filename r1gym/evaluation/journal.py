"""What an evaluation has found so far, so that a kill costs the questions at hand alone.

{"of": {...}}                        what is evaluated: another evaluation begins anew
{"question": 0, "rows": [{...}, ...]}
{"question": 1, "rows": [{...}, ...]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1gym.core.files import explained
from r1gym.evaluation.rows import Row


class Journal:
    """The questions that are done, on disk.

    Args:
        path: The file; made if it is not there.
        of: What is evaluated, JSON values. What a file holds of something else is dropped.

    Attributes:
        done: The rows of each question that is done, by its number.

    Raises:
        RunError: If the file cannot be used.
    """

    def __init__(self, path: Path, of: Mapping[str, Any]) -> None:
        self._path = path
        head = json.dumps({"of": of}, sort_keys=True)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
        self.done: dict[int, list[Row]] = {}
        kept = [head]
        for line in lines[1:] if lines and lines[0] == head else ():
            try:
                entry = json.loads(line)
                self.done[entry["question"]] = entry["rows"]
            except (ValueError, TypeError, KeyError):
                break  # of a line that is broken, and what follows, nothing is known
            kept.append(line)
        with explained(path):
            path.write_text("".join(f"{line}\n" for line in kept), "utf-8")

    def add(self, question: int, rows: Sequence[Row]) -> None:
        """Writes down a question that is done.

        Raises:
            RunError: If the file cannot be written.
        """
        line = json.dumps({"question": question, "rows": list(rows)})
        with explained(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.done[question] = list(rows)

    def close(self) -> None:
        """Removes the file, when what it holds is stored elsewhere."""
        self._path.unlink(missing_ok=True)
