"""Records: files of settings, tables."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import letters, ordinal
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    def solve(text):
        section, values = "", {}
        for line in text.split("\\n"):
            line = line.split(COMMENT)[0].strip()
            if SECTIONS and line.startswith("[") and line.endswith("]"):
                section = line[1:-1].strip() + "."
            elif SEPARATOR in line:
                key, value = line.split(SEPARATOR, 1)
                key, value = section + key.strip(), value.strip()
                if REFERENCES and value.startswith("$"):
                    value = values.get(value[1:], "?")
                if key not in values or KEEP == "last":
                    values[key] = value
                elif KEEP == "join":
                    values[key] += JOINER + value
        keys = sorted(values, reverse=DOWN)
        return "\\n".join(f"{key}{SEPARATOR}{values[key]}" for key in keys) or "empty"
    """,
)
def settings_file(rng: random.Random, level: int) -> Task:
    """Reads settings and prints them in order."""
    separator, comment = rng.choice(["=", ":", "->", ":=", "~"]), rng.choice(["#", ";", "//", "%"])
    keep = rng.choice(["first", "last", "join", "join"])
    joiner = rng.choice(["+", ",", "|", "/"]) if keep == "join" else ""
    down, sections, references = rng.random() < 0.5, level >= 2, level >= 3
    rule = [f"Read settings. A line holds a key, the mark {separator} and a value; if the mark"]
    rule += [f"stands there several times, the first one counts. From the mark {comment} on, a"]
    rule += ["line is a comment and does not count. Blanks around keys and values do not count"]
    rule += [f"either, and lines without the mark {separator} mean nothing"]
    rule[-1] += ", with one exception." if sections else "."
    if sections:
        rule += ["Without its comment and the blanks around it, a line that begins with [ and ends"]
        rule += [
            "with ] starts a section: the text in between, without blanks around it, and a dot"
        ]
        rule += ["are put in front of the keys that follow, up to the next such line."]
    if references:
        rule += ["A value that begins with $ stands for the value that the setting of that (whole)"]
        rule += ["key has at this moment, or for ? if there is none yet."]
    rule += [
        {
            "first": "If a key comes up several times, its first value counts.",
            "last": "If a key comes up several times, its last value counts.",
            "join": "If a key comes up several times, its values are joined in order, with the "
            f"mark {joiner} between them.",
        }[keep]
    ]
    order = "descending" if down else "ascending"
    rule += [
        f"Print the settings in {order} alphabetical order of their keys, each on a line of its"
    ]
    rule += [f"own as key{separator}value without blanks around the mark. Print empty if there is"]
    rule += ["none."]
    statement = " ".join(rule) + (
        "\n\nThe input has from 1 to 40 lines of lower-case letters, digits, blanks and marks. "
        "Keys and values have at least one character."
    )
    constants = {
        "SEPARATOR": separator,
        "COMMENT": comment,
        "KEEP": keep,
        "JOINER": joiner,
        "DOWN": down,
        "SECTIONS": sections,
        "REFERENCES": references,
    }

    def pad(rng: random.Random) -> str:
        return " " * rng.choice([0, 0, 1, 2])

    def row(rng: random.Random, keys: list[str]) -> str:
        roll = rng.random()
        if roll < 0.08:
            return rng.choice(["", comment + " a" + separator + "1", "no mark here", "  "])
        if sections and roll < 0.2:
            return f"{pad(rng)}[{pad(rng)}{rng.choice('uvw')}{pad(rng)}]{pad(rng)}"
        value = rng.choice(["1", "20", "x y", "z", "on" + separator + "off"])
        if references and roll < 0.4:
            value = "$" + rng.choice(["", "u.", "v."]) + rng.choice(keys)
        note = comment + " note" if roll > 0.8 else ""
        start = pad(rng) + rng.choice(keys) + pad(rng)
        return f"{start}{separator}{pad(rng)}{value}{pad(rng)}{note}"

    def draw(rng: random.Random, size: int) -> str:
        keys = [letters(rng, 1, "abcde") + letters(rng, rng.randint(0, 1), "xy") for _ in range(4)]
        return "\n".join(row(rng, keys) for _ in range(size)) + "\n"

    s = separator
    edges = [
        "\n",
        f"a{s}1\n",
        f"{comment}a{s}1\n",
        f"b{s}1\na{s}2\nb{s}3\n",
        f" a b {s} c d {comment}e\n",
    ]
    edges += [f"a{s}x{s}y\n", f"a{s}1 {comment} b{s}2\n", f"b{s}1\nb {s} 1\n b{s}2\na{s}0\n"]
    if sections:
        edges += [f"a{s}1\n[u]\na{s}2\n[ v ] {comment} x\na{s}3\n[u]\na{s}4\n"]
    if references:
        edges += [f"a{s}1\nb{s}$a\na{s}2\nc{s}$d\n[u]\nd{s}$a\ne{s}$u.d\n"]
    return Task(statement, constants, draw, edges, largest=40)


@code_family(
    levels=3,
    source="""
    def solve(text):
        total = count = 0
        for line in text.split("\\n"):
            cells = split(line)
            if len(cells) < max(COLUMN, FILTER):
                continue
            word = cells[COLUMN - 1].strip()
            sign = -1 if word.startswith("-") else 1
            if not word.lstrip("-").isdigit() or cells[FILTER - 1].strip() == BARRED:
                continue
            total += sign * int(word.lstrip("-"))
            count += 1
        if ASK == "mean":
            return str(total // count) if count else "none"
        return f"{total} {count}"


    def split(line):
        cells, quoted = [""], False
        i = 0
        while i < len(line):
            c = line[i]
            if QUOTES and c == '"':
                if quoted and line[i + 1 : i + 2] == '"':
                    cells[-1] += c
                    i += 1
                else:
                    quoted = not quoted
            elif c == MARK and not quoted:
                cells.append("")
            else:
                cells[-1] += c
            i += 1
        return cells
    """,
)
def table_sum(rng: random.Random, level: int) -> Task:
    """Sums a column of a table."""
    mark, column = rng.choice([",", ";", "|", ":"]), rng.randint(1, 4)
    filtered = rng.choice([c for c in range(1, 5) if c != column])
    barred, ask = rng.choice(["no", "void", "x", "old", "off", "late"]), rng.choice(["sum", "mean"])
    quotes = level >= 2
    if level < 3:
        ask = "sum" if level == 1 else ask
    rule = [f"Each line of a table holds cells that are parted by the mark {mark} (two marks in a"]
    rule += [
        "row have an empty cell between them; an empty line has one empty cell). Blanks around"
    ]
    rule += [f"the text of a cell do not count. Consider the numbers in the {ordinal(column)} cell"]
    rule += [f"of all lines, without the lines whose {ordinal(filtered)} cell is {barred}. Lines"]
    rule += ["that do not have both cells, and cells that are no number (digits, perhaps with one"]
    rule += ["minus sign in front), are passed over."]
    if quotes:
        rule += ['Between two marks " within a cell, the mark']
        rule += [
            f'{mark} is an ordinary character; the marks " themselves are no part of the text,'
        ]
        rule += ['except that between them "" stands for one mark ".']
    if ask == "sum":
        rule += ["Print the sum of the numbers and how many there are, on one line."]
    else:
        rule += ["Print the mean of the numbers, rounded down to a whole number (-1.5 becomes -2),"]
        rule += ["or none if there are no numbers."]
    statement = " ".join(rule) + "\n\nThe input has from 1 to 40 lines."
    if level >= 3:
        statement += " Some lines may lack cells, and some cells may hold other text."
    constants = {
        "MARK": mark,
        "COLUMN": column,
        "FILTER": filtered,
        "BARRED": barred,
        "ASK": ask,
        "QUOTES": quotes,
    }

    def cell(rng: random.Random) -> str:
        text = rng.choice([str(rng.randint(-99, 999)), str(rng.randint(0, 99)), barred, "", "a1"])
        text = text if level >= 3 or rng.random() < 0.7 else str(rng.randint(-20, 20))
        if quotes and rng.random() < 0.4:
            inside = rng.choice([text, text, f"{text}{mark}7", f'4""{text}'])
            text = f'"{inside}"'
        return text + " " * rng.choice([0, 0, 1])

    def draw(rng: random.Random, size: int) -> str:
        widths = [rng.randint(1 if level >= 3 else 4, 6) for _ in range(size)]
        return "\n".join(mark.join(cell(rng) for _ in range(width)) for width in widths) + "\n"

    def row(value: str, other: str = "ok", width: int = 4) -> str:
        cells = ["5"] * max(width, 1)
        for place, text in ((column, value), (filtered, other)):
            if place <= width:
                cells[place - 1] = text
        return mark.join(cells) + "\n"

    edges = ["\n", row("7"), row("7", barred), row("-3") + row("-4"), row(" 12 ", f" {barred} ")]
    edges += [row("1") * 40, row("x") + row(""), row("8", width=max(column, filtered) - 1)]
    edges += [row("6", width=max(column, filtered))]
    edges += [row("5", barred + "s") + row("2") + row("9", "")]
    if quotes:
        edges += [row(f'"3{mark}4"') + row('"6"'), row("6", f'"{mark}"'), row("6", f'"{barred}"')]
        edges += [row("4", '"a""b' + mark + '"'), row('1"2"3')]
    return Task(statement, constants, draw, edges, largest=40)
