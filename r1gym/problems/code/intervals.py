"""Intervals: merging, overlaps, choosing."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="merge(intervals: list[list[int]]) -> list[list[int]]",
    source="""
    def merge(intervals):
        events = sorted((start, end) for start, end in intervals if end - start >= SHORTEST)
        merged = []
        for start, end in events:
            if merged and start - merged[-1][1] <= GAP:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        if FREE:
            edges = [FROM] + [edge for pair in merged for edge in pair] + [TO]
            free = [[edges[i], edges[i + 1]] for i in range(0, len(edges), 2)]
            free = [[max(a, FROM), min(b, TO)] for a, b in free]
            merged = [[a, b] for a, b in free if a < b]
        if LONGEST:
            parts = []
            for start, end in merged:
                while end - start > LONGEST:
                    parts.append([start, start + LONGEST])
                    start += LONGEST
                parts.append([start, end])
            merged = parts
        return merged
    """,
)
def merge_intervals(rng: random.Random, level: int) -> Task:
    """Merges intervals that are close to each other."""
    gap, shortest = rng.randint(0, 14), rng.randint(1, 14)
    free, longest = level >= 2, rng.randint(8, 30) if level >= 3 else 0
    start, end = (rng.randint(0, 30), rng.randint(70, 120)) if free else (0, 0)
    rule = ["An interval [a, b] reaches from a to b. Leave out the intervals that are shorter than"]
    rule += [f"{shortest}. Merge the others: as long as two intervals overlap, touch, or have at"]
    rule += [f"most {gap} between the end of one and the start of the other, replace them by the"]
    rule += (
        ["shortest interval that covers both."]
        if gap
        else ["shortest interval that covers both (that is, only those that touch or overlap)."]
    )
    if free:
        rule += [f"Then find what is free between {start} and {end}: the longest possible"]
        rule += ["intervals there, longer than 0, that have no inner point in common with a merged"]
        rule += ["one."]
    if longest:
        rule += [f"Cut those that are longer than {longest} into pieces of the length {longest},"]
        rule += ["beginning at their start, and a rest that is not longer than that."]
    rule += [f"Return the {'free' if free else 'merged'} intervals in ascending order."]
    statement = " ".join(rule) + "\n\nThere are from 0 to 60 intervals; 0 <= a <= b <= 150."
    constants = {
        "GAP": gap,
        "SHORTEST": shortest,
        "FREE": free,
        "FROM": start,
        "TO": end,
        "LONGEST": longest,
    }

    def draw(rng: random.Random, size: int) -> list[list[list[int]]]:
        out: list[list[int]] = []
        for _ in range(size):
            a = rng.choice([rng.randint(0, 130), out[-1][1] + gap if out else 0])
            a = min(a, 150)
            out.append([a, min(150, a + rng.choice([shortest, shortest - 1, rng.randint(0, 20)]))])
        rng.shuffle(out)
        return [out]

    s, g = shortest, gap
    edges = [[[]], [[[4, 4 + s]]], [[[4, 3 + s]]], [[[0, 150]]], [[[30, 60], [0, 29 - g]]]]
    edges += [
        [[[5, 5 + s], [5 + s + g, 5 + 2 * s + g]]],
        [[[5, 5 + s], [6 + s + g, 6 + 2 * s + g]]],
    ]
    edges += [[[[10, 60], [20, 20 + s], [61 + g, 90]]], [[[start, end]]]]
    edges += [[[[9, 9 + s], [9, 9 + s], [80, 80 + s]]]]
    edges += [[[[start + longest, 150]]], [[[start + 2 * longest, 150]]]]
    return Task(statement, constants, draw, edges, largest=40)


@code_family(
    levels=3,
    source="""
    def solve(text):
        changes = {}
        for row in text.strip().split("\\n")[1:]:
            start, end, *amount = map(int, row.split())
            amount = amount[0] if amount else 1
            end += SETUP + CLOSED
            changes[start] = changes.get(start, 0) + amount
            changes[end] = changes.get(end, 0) - amount
        busy, best, when, over = 0, 0, -1, 0
        times = sorted(changes)
        for time, following in zip(times, times[1:] + times[-1:]):
            busy += changes[time]
            if busy > best:
                best, when = busy, time
            if busy > LIMIT:
                over += following - time
        return f"{best} {over if LIMIT else when}"
    """,
)
def busy_rooms(rng: random.Random, level: int) -> Task:
    """How many rooms are in use at the same time."""
    setup, closed = rng.randint(0, 40), rng.randint(0, 1)
    weighted, limit = level >= 2, rng.randint(2, 12) if level >= 3 else 0
    if level <= 2:
        setup = rng.randint(0, 150)
    rule = ["Meetings take place in whole minutes. A meeting with the times a and b"]
    rule += ["occupies" + (" k rooms" if weighted else " a room") + " from minute a to minute"]
    rule += ["b, both included" if closed else "b - 1"]
    if setup:
        rule[-1] += f", and for {plural(setup, 'minute')} more, in which the room is cleaned"
    rule[-1] += "."
    rule += ["Print two numbers on one line: the largest number of rooms occupied in any one"]
    rule += ["minute, and"]
    if limit:
        rule += [f"the number of minutes in which more than {limit} rooms are occupied."]
    else:
        rule += ["the first minute in which that number is reached."]
    rule += [f"Without any meeting these are 0 and {0 if limit else -1}."]
    amount = " and k" if weighted else ""
    statement = " ".join(rule) + (
        f"\n\nThe first line of the input holds n, and each of the next n lines a, b{amount} of "
        f"one meeting. 0 <= n <= 60 and 0 <= a < b <= 600{'; 1 <= k <= 9' if weighted else ''}."
    )
    constants = {"SETUP": setup, "CLOSED": closed, "LIMIT": limit}

    def show(meetings: list[tuple[int, int]], rng: random.Random | None = None) -> str:
        rows = [f"{a} {b}" for a, b in meetings]
        if weighted:
            rows = [f"{row} {rng.randint(1, 4 if limit < 6 else 9) if rng else 2}" for row in rows]
        return "\n".join([str(len(rows)), *rows]) + "\n"

    def draw(rng: random.Random, size: int) -> str:
        out: list[tuple[int, int]] = []
        for _ in range(size):
            a = rng.randint(0, 500)
            if out and rng.random() < 0.4:
                a = min(590, out[-1][1] + setup + rng.randint(0, 1))
            out.append((a, min(600, a + rng.randint(1, 90))))
        rng.shuffle(out)
        return show(out, rng)

    s = setup
    edges = [show([]), show([(0, 1)]), show([(0, 600)] * 3), show([(5, 9), (9 + s, 20 + s)])]
    edges += [show([(5, 9), (10 + s, 20 + s)]), show([(5, 9), (8 + s, 20 + s)])]
    edges += [show([(i, i + 1) for i in range(0, 40, 2)]), show([(0, 100), (20, 30), (50, 80)])]
    edges += [show([(300, 310)] * 4 + [(0, 7)] * 4), show([(0, 50)] * 6 + [(51 + s, 90 + s)] * 7)]
    return Task(statement, constants, draw, edges, largest=60)


@code_family(
    levels=3,
    call="best_plan(jobs: list[list[int]]) -> int",
    source="""
    import bisect


    def best_plan(jobs):
        jobs = sorted(jobs, key=lambda job: job[1])
        ends = [job[1] for job in jobs]
        rows = [[0] * (len(jobs) + 1)]
        for _ in range(min(MOST, len(jobs))):
            row = [0]
            for i, (start, end, *gain) in enumerate(jobs):
                before = bisect.bisect_right(ends, start - GAP, 0, i)
                worth = gain[0] - FEE * (end - start) if gain else 1
                row.append(max(row[-1], rows[-1][before] + worth))
            if row == rows[-1]:
                break
            rows.append(row)
        return rows[-1][-1]
    """,
)
def job_choice(rng: random.Random, level: int) -> Task:
    """Chooses jobs that do not overlap."""
    gap, fee = rng.randint(0, 250) if level == 1 else rng.randint(0, 15), 0
    most = rng.randint(2, 6) if level >= 3 else 10**6
    if level >= 2:
        fee = rng.randint(0, 14)
    form = "[start, end]" if level == 1 else "[start, end, gain]"
    rule = [
        f"A job is given as {form}. Of two chosen jobs, the later one must start at least {gap}"
    ]
    rule += [
        "after the end of the earlier one" + (" (at that very time is fine)" if not gap else "")
    ]
    rule[-1] += "."
    if level == 1:
        rule += ["Return the largest number of jobs that can be chosen."]
    else:
        rule += ["A chosen job brings its gain"]
        rule[-1] += f" and costs {fee} for each unit of time that it takes." if fee else "."
        if level >= 3:
            rule += [f"At most {most} jobs may be chosen."]
        rule += ["Return the largest possible sum of what the chosen jobs bring, less their costs;"]
        rule += ["choosing none is allowed."]
    high = 2000 if level == 1 else 300
    statement = " ".join(rule) + (
        f"\n\nThere are from 0 to 60 jobs; 0 <= start < end <= {high}"
        f"{'' if level == 1 else ', and gains are from 1 to 999'}."
    )
    constants = {"GAP": gap, "FEE": fee, "MOST": most}

    def job(rng: random.Random | None, start: int, end: int, gain: int = 0) -> list[int]:
        if level == 1:
            return [start, end]
        worth = gain or (rng.randint(1, 300) if rng else 150)
        return [start, end, min(999, worth + fee * (end - start))]

    def draw(rng: random.Random, size: int) -> list[list[list[int]]]:
        out: list[list[int]] = []
        for _ in range(size):
            start = rng.randint(0, high - 60)
            if out and rng.random() < 0.5:
                start = min(high - 40, max(0, out[-1][1] + gap - rng.randint(0, 1)))
            out.append(job(rng, start, start + rng.randint(1, 40)))
        rng.shuffle(out)
        return [out]

    g = gap
    edges = [[[]], [[job(None, 0, 9)]], [[job(None, 0, 5), job(None, 5 + g, 9 + g)]]]
    edges += [[[job(None, 0, 5), job(None, 4 + g, 9 + g)]]]
    edges += [[[job(None, 0, 40, 200), job(None, 0, 3, 90), job(None, 3 + g, 9 + g, 90)]]]
    edges += [[[job(None, 0, 20, 70), job(None, 18, 23, 99), job(None, 21 + g, 40 + g, 70)]]]
    edges += [[[job(None, i * (g + 2), i * (g + 2) + 2) for i in range(7)]]]
    edges += [[[job(None, i * (g + 3), i * (g + 3) + 2) for i in range(7)]]]
    if level >= 2:
        edges += [[[[10, 20, 1], [40, 90, 999]]], [[[10, 200, 1]]]]
    return Task(statement, constants, draw, edges, largest=60)
