"""Rows of benchmarks whose answers are texts: DROP, SimpleQA, FRAMES, IF-Eval, open instructions.

Each function takes a row as the benchmark publishes it, see `r1gym.problems.formats`. What is
compared in words has the verifier "f1", what a language model judges "judge" (or "pairs", against
the benchmark's reference response), and instructions that can be verified "instructions".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from r1gym.core.types import Problem
from r1gym.problems.columns import fault, label, text, text_or_number, texts
from r1gym.problems.formats import Row, published

_FACT = {"type": "judge", "rubric": "correctness"}


@published("passage", "question", "answers_spans|answer")
def drop(row: Row) -> Problem:
    """Returns the problem of a DROP row, in the hub's form or in the original one.

    In the hub's form each span is an answer by itself. In the original one an answer may have
    several spans, which a gold lists behind semicolons; the answers of all annotators count.
    """
    asked = f"Passage: {text(row, 'passage').strip()}\nQuestion: {text(row, 'question').strip()}"
    if "answers_spans" in row:
        spans = _mapping(row, "answers_spans").get("spans")
        golds = texts({"answers_spans": spans}, "answers_spans")
    else:
        golds = _drop_golds(row)
    golds = list(dict.fromkeys(golds))
    name, first = label(row, "query_id"), golds[0]
    return Problem(
        f"drop/{name}" if name else "drop", asked, first, "drop", 0, {"verifier": "f1"},
        tuple(golds[1:]),
    )  # fmt: skip


def _drop_golds(row: Row) -> list[str]:
    answers = [_mapping(row, "answer")]
    validated = row.get("validated_answers")
    if isinstance(validated, Mapping):  # a table of columns, as on the hub
        names = [name for name, cells in validated.items() if isinstance(cells, list)]
        cells = zip(*(validated[name] for name in names), strict=False)
        answers += [dict(zip(names, one, strict=True)) for one in cells]
    elif isinstance(validated, list):
        answers += [one for one in validated if isinstance(one, Mapping)]
    golds = [gold for gold in map(_drop_gold, answers) if gold]
    if not golds:
        raise fault("answer", "an object with a number, a date or spans", row.get("answer"))
    return golds


def _drop_gold(answer: Mapping[str, Any]) -> str:
    number, spans, date = (answer.get(name) for name in ("number", "spans", "date"))
    if number not in (None, ""):
        return str(number)
    if spans:
        return "; ".join(map(str, spans))
    parts = date if isinstance(date, Mapping) else {}
    return " ".join(str(parts[one]) for one in ("day", "month", "year") if parts.get(one))


@published("problem", "answer")
def simpleqa(row: Row) -> Problem:
    """Returns the problem of a SimpleQA row."""
    return _fact("simpleqa", text(row, "problem"), text_or_number(row, "answer"), label(row, "id"))


@published("question", "answer", "primary_category")
def c_simpleqa(row: Row) -> Problem:
    """Returns the problem of a Chinese SimpleQA row."""
    question, gold = text(row, "question"), text_or_number(row, "answer")
    return _fact("c_simpleqa", question, gold, label(row, "id"), label(row, "primary_category"))


@published("Prompt", "Answer", "reasoning_types")
def frames(row: Row) -> Problem:
    """Returns the problem of a FRAMES row, asked without the pages that it links to."""
    question, gold = text(row, "Prompt"), text_or_number(row, "Answer")
    return _fact("frames", question, gold, label(row, "Unnamed: 0"), label(row, "reasoning_types"))


@published("prompt", "instruction_id_list", "kwargs")
def ifeval(row: Row) -> Problem:
    """Returns the problem of an IF-Eval row: instructions by name, each with its arguments."""
    names = texts(row, "instruction_id_list")
    found = row.get("kwargs")
    if isinstance(found, str):
        found = _json(found)
    if not isinstance(found, list) or len(found) != len(names):
        raise fault("kwargs", f"a list of {len(names)} objects, one an instruction", found)
    kwargs = [{k: v for k, v in (one or {}).items() if v is not None} for one in found]
    metadata = {"verifier": "instructions", "instruction_id_list": names, "kwargs": kwargs}
    name = label(row, "key")
    return Problem(f"ifeval/{name}", text(row, "prompt"), "", "ifeval", 0, metadata)


@published("instruction", "output", "generator")
def alpaca_eval(row: Row) -> Problem:
    """Returns the problem of an AlpacaEval row, with the response to compare with."""
    about = {"reference": text(row, "output"), "reference_model": label(row, "generator")}
    return _open("alpaca_eval", text(row, "instruction"), "", label(row, "dataset"), about)


@published("category", "cluster|subcategory", "turns|prompt")
def arena_hard(row: Row) -> Problem:
    """Returns the problem of an Arena-Hard row.

    The responses to compare with stand in another file of the benchmark: a column ``reference``
    with them is read, if somebody joins it.
    """
    turns = row.get("turns")
    first = turns[0] if isinstance(turns, list) and turns else row.get("prompt")
    question = text(first if isinstance(first, Mapping) else {"content": first}, "content")
    name, domain = label(row, "question_id", "uid"), label(row, "cluster", "subcategory")
    about = {"reference": row["reference"]} if row.get("reference") else {}
    return _open("arena_hard", question, name, domain, about)


def _fact(family: str, question: str, gold: str, name: str, domain: str = "") -> Problem:
    metadata = {"verifier": _FACT, **({"domain": domain} if domain else {})}
    return Problem(f"{family}/{name}" if name else family, question, gold, family, 0, metadata)


def _open(family: str, question: str, name: str, domain: str, about: Mapping[str, Any]) -> Problem:
    metadata = {"verifier": "pairs", **({"domain": domain} if domain else {}), **about}
    return Problem(f"{family}/{name}" if name else family, question, "", family, 0, metadata)


def _mapping(row: Row, column: str) -> Mapping[str, Any]:
    value = row.get(column)
    if isinstance(value, str):
        value = _json(value)
    if not isinstance(value, Mapping):
        raise fault(column, "an object", value)
    return value


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
