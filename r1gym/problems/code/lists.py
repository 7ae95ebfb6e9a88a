"""Lists: pairs, chunks, frequencies, range queries, segments."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import line, numbers, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="count_pairs(numbers: list[int]) -> int",
    source="""
    def count_pairs(numbers):
        seen, total = {}, 0
        for j, b in enumerate(numbers):
            if j >= GAP:
                a = numbers[j - GAP]
                key = a % MODULUS if MODULUS else a
                seen[key] = seen.get(key, 0) + 1
            if MODULUS:
                total += seen.get((REST - b) % MODULUS, 0)
            else:
                total += sum(seen.get(target - b, 0) for target in range(LOW, HIGH + 1))
        return total
    """,
)
def pair_sums(rng: random.Random, level: int) -> Task:
    """Counts pairs of places by the sum of their numbers."""
    gap, low = rng.randint(1, 5), rng.randint(-25, 25)
    high = low + (rng.randint(1, 6) if level == 3 else 0)
    modulus = rng.randint(3, 20) if level == 2 else 0
    rest = rng.randrange(modulus) if modulus else 0
    if modulus:
        low = high = 0
    if level == 1:
        rule = f"is exactly {low}"
    elif level == 2:
        rule = f"leaves the remainder {rest} when divided by {modulus} (remainders are from 0 up)"
    else:
        rule = f"is from {low} to {high}, both included"
    apart = "i < j" if gap == 1 else f"j - i >= {gap}"
    statement = (
        f"Count the pairs of places i and j with {apart} for which the sum numbers[i] + numbers[j] "
        f"{rule}.\n\nThe list has from 0 to 120 whole numbers from -50 to 50."
    )
    constants = {"GAP": gap, "LOW": low, "HIGH": high, "MODULUS": modulus, "REST": rest}

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        values = numbers(rng, size, -9, 9)
        center = low // 2 if level != 2 else 0
        return [[center + v if rng.random() < 0.8 else v for v in values]]

    half = (rest if modulus else low) // 2
    other = (rest if modulus else low) - half
    edges = [[[]], [[half]], [[half, other] * 8], [[half] * gap + [other]]]
    edges += [[[high - half] + [0] * gap + [half]], [[50] * 12 + [-50] * 12], [[0] * 15]]
    return Task(statement, constants, draw, edges, largest=120)


@code_family(
    levels=3,
    call="rearrange(numbers: list[int]) -> list[int]",
    source="""
    def rearrange(numbers):
        out, start, size, index = [], 0, SIZE, 1
        while start < len(numbers):
            chunk = numbers[start : start + size]
            if len(chunk) < size and SHORT == "drop":
                break
            turn = len(chunk) == size or SHORT == "turn"
            if index % EVERY == 0 and turn:
                chunk = chunk[::-1]
            out += chunk
            start, size, index = start + size, size + GROWTH, index + 1
        shift = ROTATE % len(out) if out else 0
        return out[shift:] + out[:shift]
    """,
)
def chunk_reversal(rng: random.Random, level: int) -> Task:
    """Reverses some chunks of a list, then rotates it."""
    size, rotate = rng.randint(2, 9), rng.randint(3, 12)
    every = rng.randint(2, 4) if level >= 2 else 1
    growth = rng.randint(1, 3) if level >= 3 else 0
    short = rng.choice(["keep", "turn", "drop"])
    rule = [f"Cut a list, from its start, into chunks of {size} numbers."]
    if growth:
        rule = [f"Cut a list, from its start, into chunks. The first has {size} numbers, and each"]
        rule += [f"further one has {growth} more than the one before it."]
    which = "every chunk" if every == 1 else f"only the chunks number {every}, {2 * every}, "
    which += "" if every == 1 else f"{3 * every} ... (the first chunk is number 1)"
    rule += [f"Reverse the order of the numbers within {which}. If too few numbers are left for"]
    rule += ["the last chunk,"]
    rule += [
        {
            "keep": "they stay in their order.",
            "turn": "they are a chunk all the same, and treated like the others.",
            "drop": "they are left out of the result.",
        }[short]
    ]
    rule += [f"Then rotate the result to the left by {rotate}: its first number moves to the end,"]
    rule += [f"and that {plural(rotate, 'time')}."]
    statement = " ".join(rule) + "\n\nThe list has from 0 to 120 whole numbers from -99 to 99."
    constants = {
        "SIZE": size,
        "GROWTH": growth,
        "EVERY": every,
        "SHORT": short,
        "ROTATE": rotate,
    }

    def draw(rng: random.Random, count: int) -> list[list[int]]:
        return [numbers(rng, count, -99, 99)]

    edges = [[[]], [[7]], [list(range(size))], [list(range(size * every + size - 1))]]
    edges += [[list(range(1, 3 * size + 2))], [list(range(4 * size))], [[5, 5, 6]]]
    edges += [[list(range(rotate - 1))], [list(range(rotate // 2 + 1))]]
    return Task(statement, constants, draw, edges, largest=120)


@code_family(
    levels=3,
    call="select(numbers: list[int]) -> list[int]",
    source="""
    def select(numbers):
        counts, first, last = {}, {}, {}
        for i, value in enumerate(numbers):
            key = abs(value) if SIGNLESS else value
            counts[key] = counts.get(key, 0) + 1
            first.setdefault(key, i)
            last[key] = i
        kept = [v for v in counts if LOW <= counts[v] <= HIGH and v >= FLOOR]
        if WIDEST:
            kept = [v for v in kept if last[v] - first[v] <= WIDEST]
        if ORDER == "first":
            return sorted(kept, key=first.get)
        if ORDER == "last":
            return sorted(kept, key=last.get)
        return sorted(kept, reverse=ORDER == "down")
    """,
)
def frequent_numbers(rng: random.Random, level: int) -> Task:
    """The numbers that occur about so often."""
    low, floor = rng.randint(2 if level >= 3 else 1, 4), rng.randint(-6, 6)
    high = low + rng.randint(0, 3)
    order = rng.choice(["first", "last", "up", "down"])
    signless = level >= 2
    widest = rng.randint(4, 25) if level >= 3 else 0
    if signless:
        floor = abs(floor)
    times = f"exactly {plural(low, 'time')}" if low == high else f"from {low} to {high} times"
    rule = [f"Return the numbers that occur {times} in a list and are at least {floor}, each once."]
    if signless:
        rule = ["Take the absolute values of the numbers of a list; only these matter below."]
        rule += [f"Return those that occur {times} and are at least {floor}, each once."]
    if widest:
        rule += ["Leave out a value if the places of its first and of its last occurrence are more"]
        rule += [f"than {widest} apart."]
    rule += [
        {
            "first": "Order them by the place of their first occurrence.",
            "last": "Order them by the place of their last occurrence.",
            "up": "The smallest stands first.",
            "down": "The largest stands first.",
        }[order]
    ]
    statement = " ".join(rule) + "\n\nThe list has from 0 to 100 whole numbers from -20 to 20."
    constants = {
        "LOW": low,
        "HIGH": high,
        "FLOOR": floor,
        "ORDER": order,
        "SIGNLESS": signless,
        "WIDEST": widest,
    }

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        reach = max(2, min(20, size // max(2, low + 1)))
        center = 0 if signless else floor
        values = numbers(rng, size, max(-20, center - reach), min(20, center + reach))
        return [values]

    top = floor + 3
    edges = [[[]], [[floor]], [[top] * low], [[top] * (high + 1) + [-top] * low]]
    edges += [[[floor] * low + [floor - 1] * low + [top] * high], [[-top, top + 1] * low]]
    edges += [[[top] + [floor + 4] * low + [top] * (low - 1) + [-4] * high]]
    if widest:
        edges += [[[top] * (low - 1) + [top + 1] * (widest - low + gap) + [top]] for gap in (1, 2)]
    return Task(statement, constants, draw, edges, largest=100)


@code_family(
    levels=3,
    source="""
    def solve(text):
        lines = text.split("\\n")
        values = list(map(int, lines[1].split()))
        out = []
        for query in lines[2 : 2 + int(lines[0].split()[1])]:
            kind, *rest = query.split()
            a, b, *more = map(int, rest)
            if kind == "set":
                values[a - BASE] = b
                continue
            end = b - BASE + CLOSED
            if kind == "add":
                for i in range(a - BASE, end):
                    values[i] += more[0]
                continue
            part = [v for v in values[a - BASE : end] if v % MODULUS != REST]
            out.append(str(OPERATION(part)) if part else "empty")
        return "\\n".join(out)


    OPERATION = {"sum": sum, "min": min, "max": max}[ASK]
    """,
)
def range_queries(rng: random.Random, level: int) -> Task:
    """Sums, minima or maxima of ranges, with changes in between."""
    ask, base = rng.choice(["sum", "min", "max"]), rng.randint(0, 1)
    closed, modulus = rng.randint(0, 1), rng.randint(2, 8)
    rest = rng.randrange(modulus)
    asked = {"sum": "sum", "min": "smallest", "max": "largest"}[ask]
    both = "both included" if closed else "a included and b not"
    rule = [f"Answer queries about a list whose places are numbered from {base}. The query"]
    rule += [f'"{ask} a b" asks for the {asked} of the numbers at the places from a to b ({both}),']
    rule += [f"without those that leave the remainder {rest} when divided by {modulus} (remainders"]
    rule += ['are from 0 up). If no number is left, its answer is "empty".']
    if level >= 2:
        rule += ['The command "set a v" puts v in place a.']
    if level >= 3:
        rule += [
            f'The command "add a b v" adds v to each number at the places from a to b ({both})'
        ]
    form = (
        ".\n\nThe first line holds n, the length of the list, and q, the number of further lines. "
        "The second line holds the n numbers, and each of the next q lines one "
        f"{'query or command' if level > 1 else 'query'}. Print the answer of every query on a "
        "line of its own. 1 <= n <= 60, 1 <= q <= 60, the numbers are from -99 to 99, and a <= b; "
        "all places exist."
    )
    statement = " ".join(rule).rstrip(".") + form
    constants = {"ASK": ask, "BASE": base, "CLOSED": closed, "MODULUS": modulus, "REST": rest}
    kinds = [ask, ask, "set", "add"][: level + 1]

    def draw(rng: random.Random, size: int) -> str:
        rows = [line(numbers(rng, size, -20, 20))]
        for i in range(size + 1):
            a, b = sorted(rng.choices(range(base, size + base), k=2))
            kind = ask if i == size else rng.choice(kinds)
            if kind == "set":
                rows.append(f"set {a} {rng.randint(-20, 20)}")
            else:
                rows.append(f"{kind} {a} {b}" + (f" {rng.randint(-9, 9)}" if kind == "add" else ""))
        return f"{size} {size + 1}\n" + "\n".join(rows) + "\n"

    def fixed(values: list[int]) -> str:
        first, last = base, base + len(values) - 1
        queries = [f"{ask} {first} {last}", f"{ask} {first} {first}", f"{ask} {last} {last}"]
        return "\n".join([f"{len(values)} 3", line(values), *queries]) + "\n"

    edges = [fixed([rest, rest + modulus]), fixed([rest - 1, rest + 1, rest - modulus])]
    edges += [fixed([-9, -8, -7, -6]), fixed([9, 9, 10]), fixed([-99] * 9 + [99] * 9)]
    return Task(statement, constants, draw, edges, largest=59)


@code_family(
    levels=3,
    call="best_segment(numbers: list[int]) -> int",
    source="""
    def best_segment(numbers):
        n = len(numbers)
        if CIRCULAR and n > 1:
            numbers = numbers + numbers[: n - 1]
        best, start, faults = 0, 0, []
        for end in range(len(numbers)):
            if end and not LOW <= numbers[end] - numbers[end - 1] <= HIGH:
                faults.append(end)
            if len(faults) > FAULTS:
                start = faults.pop(0)
            start = max(start, end - n + 1)
            faults = [place for place in faults if place > start]
            best = max(best, end - start + 1)
        return best
    """,
)
def smooth_segment(rng: random.Random, level: int) -> Task:
    """The longest segment whose steps stay within bounds."""
    low = rng.randint(-9, 5)
    high = low + rng.randint(1, 15)
    faults = rng.randint(1, 3) if level >= 2 else 0
    circular = level >= 3
    rule = ["Find the length of the longest contiguous segment of a list in which every number but"]
    rule += [f"its first exceeds the number before it by at least {low} and at most {high}"]
    rule += ["(negative: it is smaller)" if low < 0 else "", f"with at most {faults} exceptions"]
    parts = rule[:-1] if not faults else rule
    statement = " ".join(filter(None, parts)) + "."
    if circular:
        statement += (
            " The list is a circle: its last number is followed by its first, so that a segment "
            "may go over the end, but it holds no place twice."
        )
    statement += (
        " A segment of one number always fits; an empty list has the answer 0.\n\nThe list has "
        "from 0 to 100 whole numbers from -99 to 99."
    )
    constants = {"LOW": low, "HIGH": high, "FAULTS": faults, "CIRCULAR": circular}

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        values, odd = [rng.randint(-20, 20)], rng.choice([0.05, 0.2, 0.5])
        for _ in range(size - 1):
            step = rng.randint(low, high) if rng.random() > odd else rng.choice([low - 1, high + 1])
            value = values[-1] + step
            values.append(value if -99 <= value <= 99 else rng.randint(-20, 20))
        cut = rng.randrange(size)
        return [values[cut:] + values[:cut]]

    edges = [[[]], [[3]], [[0, low]], [[0, high]], [[0, low - 1, 2 * low - 2, 3 * low - 3]]]
    edges += [[[0, high + 1] * 6], [[high, 2 * high, -50, 0]], [[7] * 9]]
    return Task(statement, constants, draw, edges, largest=100)
