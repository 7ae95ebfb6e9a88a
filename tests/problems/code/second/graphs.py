"""Second solvers and wrong solutions for r1gym/problems/code/graphs.py."""

from math import inf


def cheapest_route(c, text):
    words = list(map(int, text.split()))
    n, roads = words[0], [words[i : i + 3] for i in range(2, len(words), 3)]
    if c.BOTH_WAYS:
        roads += [[b, a, length] for a, b, length in roads]
    # Bellman and Ford: after k rounds, the lowest costs with at most k roads.
    best = {(0, free): 0 for free in range(c.FREE + 1)}
    for _ in range(c.MOST or n * (c.FREE + 1)):
        after = dict(best)
        for a, b, length in roads:
            for free in range(c.FREE + 1):
                toll = c.TOLL * (b % c.EVERY == 0)
                options = [best.get((a, free), inf) + length]
                options += [best.get((a, free + 1), inf)] if free < c.FREE else []
                after[b, free] = min(after.get((b, free), inf), min(options) + toll)
        best = after
    found = min(best.get((n - 1, free), inf) for free in range(c.FREE + 1))
    return "-1" if found == inf else str(found)


def linked_groups(c, n, links):
    groups = [{i} for i in range(n)]

    def size(group):
        return sum(i % c.WEIGHTS + 1 for i in group)

    for a, b, strength in links:
        one = next(g for g in groups if a in g)
        two = next(g for g in groups if b in g)
        good = strength >= c.LEAST and (a + b) % c.MODULUS != c.REST
        if good and one is not two and not (c.CAP and size(one | two) > c.CAP):
            groups = [g for g in groups if g is not one and g is not two] + [one | two]
    sizes = sorted(s for s in map(size, groups) if s >= c.SMALLEST)
    return sizes[::-1] if c.DOWN else sizes


def task_order(c, n, needs):
    left = set(range(c.FIRST, c.FIRST + n))
    order = []
    while left:
        can = [
            t
            for t in left
            if not any(a == t and b in left for a, b in needs) and not (c.GAP and t - c.GAP in left)
        ]
        if not can:
            return []
        lowest = min(c.FACTOR * t % c.MODULUS for t in can)
        can = [t for t in can if c.FACTOR * t % c.MODULUS == lowest]
        order.append(min(can) if c.SIGN == 1 else max(can))
        left.remove(order[-1])
    return order


def subtree_sums(c, parents, values):
    children = {i: [] for i in range(len(parents))}
    for i, parent in enumerate(parents[1:], start=1):
        children[parent].append(i)

    def total(i, depth):
        counted = (k for k in children[i] if not c.CUT or (depth + 1) % c.CUT)
        return values[i] + sum(total(k, depth + 1) for k in counted)

    def depth(i):
        return 0 if i == 0 else 1 + depth(parents[i])

    totals = {i: total(i, depth(i)) for i in children}
    return [
        i
        for i in children
        if totals[i] >= c.LEAST
        and (totals[i] - c.REST) % c.MODULUS == 0
        and (children[i] or not c.INNER)
    ]


WRONG = {
    "cheapest_route": [
        ("cost + length + toll", "cost + length"),
        ("other % EVERY", "city % EVERY"),
        ('return "-1"', 'return "0"'),
        ("if BOTH_WAYS", "if not BOTH_WAYS"),
        ("moves == MOST", "moves == MOST + 1", 2, {"FREE": 0}),
        ("if MOST else (city, free)", "if False else (city, free)", 2, {"FREE": 0}),
        ("if free:", "if False:", 3),
    ],
    "linked_groups": [
        ("strength < LEAST", "strength <= LEAST"),
        (">= SMALLEST", "> SMALLEST"),
        ("a != b and", "", 1),
        ("or (a + b) % MODULUS == REST", "", 2),
        ("<= CAP", "< CAP", 3),
    ],
    "task_order": [
        ("* SIGN", "* -SIGN"),
        ("if len(order) == n else []", ""),
        ("heapq.heappop(ready)", "ready.pop(0)"),
        ("task * FACTOR % MODULUS", "0", 2),
        ("GAP and t - GAP in after", "False", 3),
    ],
    "subtree_sums": [
        ("and totals[i] >= LEAST", "and values[i] >= LEAST"),
        ("totals[parents[i]] += totals[i]", "totals[parents[i]] += values[i]"),
        ("range(n - 1, 0, -1)", "range(1, n)"),
        ("INNER and leaves[i]", "False", 2),
        ("depths[i] % CUT != 0", "True", 3),
    ],
}
