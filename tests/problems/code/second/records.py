"""Second solvers and wrong solutions for r1gym/problems/code/records.py."""

import csv
import re


def settings_file(c, text):
    found, prefix = [], ""
    for row in text.splitlines():
        row = re.sub(re.escape(c.COMMENT) + ".*", "", row)
        head = re.fullmatch(r"\s*\[(.*)\]\s*", row)
        if c.SECTIONS and head:
            prefix = head[1].strip() + "."
            continue
        key, mark, value = row.partition(c.SEPARATOR)
        if mark:
            value = value.strip()
            if c.REFERENCES and value[:1] == "$":
                value = resolve(c, found, value[1:])
            found.append((prefix + key.strip(), value))
    keys = sorted({key for key, _ in found})
    lines = [f"{key}{c.SEPARATOR}{resolve(c, found, key)}" for key in keys]
    return "\n".join(lines[::-1] if c.DOWN else lines) or "empty"


def resolve(c, found, key):
    values = [value for k, value in found if k == key]
    if not values:
        return "?"
    return {"first": values[0], "last": values[-1], "join": c.JOINER.join(values)}[c.KEEP]


def table_sum(c, text):
    rows = text.splitlines()
    if c.QUOTES:
        # Outside of the usual place, Python's csv does not see quotes: cut by hand.
        pattern = re.compile(rf'(?:"(?:[^"]|"")*"|[^"{re.escape(c.MARK)}])*')
        cut = []
        for row in rows:
            cells, place = [], 0
            while True:
                cell = pattern.match(row, place)
                cells.append(
                    re.sub(r'"((?:[^"]|"")*)"', lambda m: m[1].replace('""', "\0"), cell[0])
                )
                place = cell.end() + 1
                if place > len(row):
                    break
            cut.append([cell.replace("\0", '"') for cell in cells])
    else:
        cut = [row or [""] for row in csv.reader(rows, delimiter=c.MARK, quoting=csv.QUOTE_NONE)]
    numbers = [
        int(row[c.COLUMN - 1])
        for row in cut
        if len(row) >= c.COLUMN
        and len(row) >= c.FILTER
        and row[c.FILTER - 1].strip() != c.BARRED
        and re.fullmatch(r"-?\d+", row[c.COLUMN - 1].strip())
    ]
    if c.ASK == "mean":
        return str(sum(numbers) // len(numbers)) if numbers else "none"
    return f"{sum(numbers)} {len(numbers)}"


WRONG = {
    "settings_file": [
        ("SEPARATOR, 1)", "SEPARATOR)[:2]"),
        (".split(COMMENT)[0]", ""),
        ("reverse=DOWN", "reverse=not DOWN"),
        ('KEEP == "last"', "True", 1, {"KEEP": "first"}),
        ("if SECTIONS and", "if False and", 2),
        ("if REFERENCES and", "if False and", 3),
    ],
    "table_sum": [
        ("sign * int", "int"),
        (".strip() == BARRED", " == BARRED"),
        ("< max(COLUMN, FILTER)", "<= max(COLUMN, FILTER)"),
        ("if QUOTES and", "if False and", 2),
        ("total // count", "int(total / count)", 2, {"ASK": "mean"}),
    ],
}
