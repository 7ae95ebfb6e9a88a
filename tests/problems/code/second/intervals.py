"""Second solvers and wrong solutions for r1gym/problems/code/intervals.py."""

from functools import lru_cache
from itertools import pairwise


def merge_intervals(c, intervals):
    groups = [list(pair) for pair in intervals if pair[1] - pair[0] >= c.SHORTEST]
    merging = True
    while merging:
        merging = False
        for i, one in enumerate(groups):
            for j in range(i):
                other = groups[j]
                if max(one[0], other[0]) - min(one[1], other[1]) <= c.GAP:
                    joint = [min(one[0], other[0]), max(one[1], other[1])]
                    groups = [g for k, g in enumerate(groups) if k not in (i, j)] + [joint]
                    merging = True
                    break
            if merging:
                break
    if c.FREE:
        # Unit cells: cell t reaches from t to t + 1.
        taken = {t for a, b in groups for t in range(a, b)}
        walls = {a for a, b in groups if a == b}
        groups = []
        for t in range(c.FROM, c.TO):
            if t in taken:
                continue
            if groups and groups[-1][1] == t and t not in walls:
                groups[-1][1] = t + 1
            else:
                groups.append([t, t + 1])
    out = []
    for a, b in sorted(groups):
        size = c.LONGEST or 10**6
        cuts = [*range(a, b, size), b] if a < b else [a, b]
        out += [list(pair) for pair in pairwise(cuts)]
    return out


def busy_rooms(c, text):
    n, *rows = text.strip().split("\n")
    use = [0] * 1000
    for row in rows[: int(n)]:
        a, b, *k = map(int, row.split())
        for minute in range(a, b + c.CLOSED + c.SETUP):
            use[minute] += k[0] if k else 1
    top = max(use)
    if c.LIMIT:
        return f"{top} {sum(u > c.LIMIT for u in use)}"
    return f"{top} {use.index(top) if top else -1}"


def job_choice(c, jobs):
    jobs = sorted(jobs)

    @lru_cache(None)
    def best(i, free_from, left):
        if i == len(jobs) or left == 0:
            return 0
        start, end, *gain = jobs[i]
        skip = best(i + 1, free_from, left)
        if start < free_from:
            return skip
        worth = gain[0] - (end - start) * c.FEE if gain else 1
        return max(skip, worth + best(i + 1, end + c.GAP, left - 1))

    return best(0, 0, min(c.MOST, 99))


EARLIEST_START = (
    "    jobs = sorted(jobs, key=lambda job: job[1])",
    """    total, free = 0, 0
    for start, end, *gain in sorted(jobs):
        if start >= free:
            total, free = total + (gain[0] - FEE * (end - start) if gain else 1), end + GAP
    return total""",
)
WRONG = {
    "merge_intervals": [
        ("<= GAP", "< GAP"),
        (">= SHORTEST", "> SHORTEST"),
        ("max(merged[-1][1], end)", "end"),
        ("sorted((start", "list((start"),
        ("[max(a, FROM), min(b, TO)]", "[a, b]", 2),
        ("> LONGEST", ">= LONGEST", 3),
    ],
    "busy_rooms": [
        ("SETUP + CLOSED", "SETUP", 1, {"CLOSED": 1}),
        ("SETUP + CLOSED", "SETUP + 1", 1, {"CLOSED": 0}),
        ("best, when, over = 0, 0, -1, 0", "best, when, over = 0, 0, 0, 1"),
        ("busy > best", "busy >= best", 1, {"LIMIT": 0}),
        ("busy > LIMIT", "busy >= LIMIT", 3),
    ],
    "job_choice": [
        EARLIEST_START,
        ("start - GAP", "start - GAP - 1"),
        ("start - GAP", "start - GAP + 1"),
        (" - FEE * (end - start)", "", 2),
        ("min(MOST, len(jobs))", "len(jobs)", 3),
    ],
}
