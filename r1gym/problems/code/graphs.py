"""Graphs: cheapest routes, groups, topological orders, trees."""

from __future__ import annotations

import random
from itertools import pairwise

from r1gym.problems.code.inputs import numbers, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    import heapq


    def solve(text):
        (n, m), *edges = (list(map(int, row.split())) for row in text.strip().split("\\n"))
        roads = [[] for _ in range(n)]
        for a, b, length in edges:
            roads[a].append((b, length))
            if BOTH_WAYS:
                roads[b].append((a, length))
        queue, done = [(0, 0, 0, FREE)], set()
        while queue:
            cost, moves, city, free = heapq.heappop(queue)
            if city == n - 1:
                return str(cost)
            key = (city, free, moves) if MOST else (city, free)
            if key in done:
                continue
            done.add(key)
            if MOST and moves == MOST:
                continue
            for other, length in roads[city]:
                toll = TOLL if other % EVERY == 0 else 0
                state = (cost + length + toll, moves + 1, other, free)
                heapq.heappush(queue, state)
                if free:
                    heapq.heappush(queue, (cost + toll, moves + 1, other, free - 1))
        return "-1"
    """,
)
def cheapest_route(rng: random.Random, level: int) -> Task:
    """The cheapest way between two cities, with tolls."""
    toll, every, both_ways = rng.randint(1, 40), rng.randint(2, 6), rng.random() < 0.5
    most = rng.randint(2, 6) if level == 2 else 0
    free = rng.randint(1, 2) if level == 3 else 0
    way = "can be used in both directions" if both_ways else "leads from a to b only"
    rule = ["There are n cities, numbered from 0 to n - 1, and m roads. A road a b c joins the"]
    rule += [
        f"cities a and b, {way}, and costs c. Whoever enters a city whose number is a multiple"
    ]
    rule += [
        f"of {every} (0 is one as well) pays a toll of {toll} each time; starting in a city is"
    ]
    rule += ["free of toll."]
    if most:
        rule += [f"At most {most} roads may be used."]
    if free:
        rule += [f"On at most {plural(free, 'road')} of the way, the cost of the road need not be"]
        rule += ["paid (the toll must)."]
    statement = " ".join(rule) + (
        " Print the lowest cost of going from city 0 to city n - 1, or -1 if there is no way.\n\n"
        "The first line of the input holds n and m, each of the next m lines a, b and c of one "
        "road. 1 <= n <= 25, 0 <= m <= 60, 0 <= c <= 99; there may be several roads between two "
        "cities, and roads from a city to itself."
    )
    constants = {
        "TOLL": toll,
        "EVERY": every,
        "BOTH_WAYS": both_ways,
        "MOST": most,
        "FREE": free,
    }

    def show(n: int, roads: list[tuple[int, int, int]]) -> str:
        return "\n".join([f"{n} {len(roads)}", *(f"{a} {b} {c}" for a, b, c in roads)]) + "\n"

    def draw(rng: random.Random, size: int) -> str:
        n = 2 + size // 2
        stops = [0, *rng.sample(range(1, n - 1), rng.randint(0, min(n - 2, 6))), n - 1]
        roads = [(a, b, rng.randint(0, 30)) for a, b in pairwise(stops)]
        for _ in range(size):
            roads.append((rng.randrange(n), rng.randrange(n), rng.randint(0, 99)))
        if rng.random() < 0.15:
            roads = [road for road in roads if n - 1 not in road[:2]]
        rng.shuffle(roads)
        return show(n, roads)

    path = [(i, i + 1, 1) for i in range(9)]
    edges = [show(1, []), show(2, []), show(1, [(0, 0, 5)]), show(10, path), show(2, [(1, 0, 7)])]
    edges += [show(10, [*path, (0, 9, 99)]), show(7, [(0, 6, 20), *path[:6]])]
    edges += [
        show(2, [(0, 1, 9), (0, 1, 3)]),
        show(every + 2, [(0, every, 1), (every, every + 1, 1)]),
    ]
    edges += [show(every + 2, [(0, every, 1), (every, every + 1, 1), (0, every + 1, toll + 1)])]
    if most:
        edges += [show(most + 2, [(i, i + 1, 1) for i in range(most + 1)])]
        detour = [(i, i + 1, 0) for i in range(most)]  # cheap, but it leaves no road to go on
        edges += [show(most + 2, [*detour, (0, most, 99), (most, most + 1, 1)])]
    return Task(statement, constants, draw, edges, largest=46)


@code_family(
    levels=3,
    call="group_sizes(n: int, links: list[list[int]]) -> list[int]",
    source="""
    def group_sizes(n, links):
        leader = list(range(n))
        weights = [i % WEIGHTS + 1 for i in range(n)]

        def find(i):
            while leader[i] != i:
                leader[i] = leader[leader[i]]
                i = leader[i]
            return i

        for a, b, strength in links:
            if strength < LEAST or (a + b) % MODULUS == REST:
                continue
            a, b = find(a), find(b)
            if a != b and (not CAP or weights[a] + weights[b] <= CAP):
                leader[b] = a
                weights[a] += weights[b]
        sizes = [weights[i] for i in range(n) if leader[i] == i]
        return sorted((size for size in sizes if size >= SMALLEST), reverse=DOWN)
    """,
)
def linked_groups(rng: random.Random, level: int) -> Task:
    """The sizes of groups that links bring together."""
    least, smallest, down = rng.randint(2, 9), rng.randint(2, 4), rng.random() < 0.5
    modulus = rng.randint(2, 6) if level >= 2 else 1
    rest = rng.randrange(modulus) if level >= 2 else 1
    weights = rng.randint(2, 4) if level >= 3 else 1
    cap = rng.randint(6, 16) if level >= 3 else 0
    if level == 1:
        least, smallest = rng.randint(2, 60), rng.randint(1, 4)
    most = 60 if level == 1 else 10
    rule = ["There are n people, numbered from 0 to n - 1. A link [a, b, s] has the strength s and"]
    rule += [f"joins the groups of a and b into one, unless s is less than {least}"]
    if level >= 2:
        rule += [f"or a + b leaves the remainder {rest} when divided by {modulus}"]
    rule[-1] += "."
    rule += ["At first everybody is a group of one."]
    if level >= 3:
        rule += [
            f"Person i has the weight (i modulo {weights}) + 1, and the size of a group is the"
        ]
        rule += ["sum of its weights. Links are worked off in the given order; one that would"]
        rule += [f"bring together two groups into one of a size greater than {cap} has no effect."]
    else:
        rule += ["The size of a group is the number of its people."]
    rule += [f"Return the sizes of all groups of size {smallest} or more, the"]
    rule += ["largest first." if down else "smallest first."]
    statement = " ".join(rule) + (
        f"\n\n0 <= n <= 40; there are from 0 to 60 links with strengths from 1 to {most}, and a "
        "link may join somebody to themselves."
    )
    constants = {
        "LEAST": least,
        "SMALLEST": smallest,
        "DOWN": down,
        "MODULUS": modulus,
        "REST": rest,
        "WEIGHTS": weights,
        "CAP": cap,
    }

    def draw(rng: random.Random, size: int) -> list[object]:
        n = 1 + size * 2 // 3
        links = []
        for _ in range(size):
            a = rng.randrange(n)
            b = min(n - 1, max(0, a + rng.randint(-4, 4)))
            strength = rng.choice(
                [least, least - 1, rng.randint(1, most), rng.randint(least, most)]
            )
            links.append([a, b, strength])
        return [n, links]

    chain = [[i, i + 1 + i % 2, most] for i in range(20)]
    edges: list[object] = [[0, []], [1, [[0, 0, most]]], [5, []], [22, chain], [22, chain[::-1]]]
    edges += [[6, [[0, 1, least], [1, 2, least - 1], [2, 3, least], [0, 2, least], [4, 4, most]]]]
    edges += [
        [40, [[0, i, most] for i in range(1, 40)]],
        [smallest, [[0, i, most] for i in range(1, smallest)]],
    ]
    return Task(statement, constants, draw, edges, largest=58)


@code_family(
    levels=3,
    call="order_tasks(n: int, needs: list[list[int]]) -> list[int]",
    source="""
    import heapq


    def order_tasks(n, needs):
        after = {FIRST + i: [] for i in range(n)}
        missing = dict.fromkeys(after, 0)
        for task, other in needs + [[t, t - GAP] for t in after if GAP and t - GAP in after]:
            after[other].append(task)
            missing[task] += 1
        ready = [rank(task) for task in after if not missing[task]]
        heapq.heapify(ready)
        order = []
        while ready:
            task = heapq.heappop(ready)[-1]
            order.append(task)
            for other in after[task]:
                missing[other] -= 1
                if not missing[other]:
                    heapq.heappush(ready, rank(other))
        return order if len(order) == n else []


    def rank(task):
        return (task * FACTOR % MODULUS, task * SIGN, task)
    """,
)
def task_order(rng: random.Random, level: int) -> Task:
    """An order of tasks that depend on each other."""
    first, sign = rng.randint(0, 150), rng.choice([1, -1])
    modulus = rng.randint(5, 23) if level >= 2 else 1
    factor = rng.randint(2, 9) if level >= 2 else 0
    gap = rng.randint(3, 8) if level >= 3 else 0
    choice = "smallest" if sign == 1 else "largest"
    rule = [f"There are n tasks, numbered from {first} up: {first}, {first + 1} and so on. A pair"]
    rule += ["[a, b] says that task b must be done before task a."]
    if gap:
        rule += [f"Besides, task t - {gap} must be done before task t, for every t for which there"]
        rule += ["are both."]
    rule += [
        "The tasks are done one by one. Whenever there are several that can be done next, take"
    ]
    if level >= 2:
        rule += [f"the one for which {factor} * t modulo {modulus} is smallest, where t is its"]
        rule += [f"number; among equal ones, take the one with the {choice} number."]
    else:
        rule += [f"the one with the {choice} number."]
    statement = " ".join(rule) + (
        " Return the numbers of the tasks in the order in which they are done, or [] if not all "
        "of them can be.\n\n0 <= n <= 40; there are from 0 to 60 pairs. Pairs may be given twice."
    )
    constants = {
        "FIRST": first,
        "SIGN": sign,
        "FACTOR": factor,
        "MODULUS": modulus,
        "GAP": gap,
    }

    def shift(n: int, pairs: list[tuple[int, int]]) -> list[object]:
        return [n, [[first + a, first + b] for a, b in pairs]]

    def draw(rng: random.Random, size: int) -> list[object]:
        n = 2 + size * 2 // 3
        place = list(range(n))
        if not gap:
            rng.shuffle(place)
        pairs = []
        for _ in range(rng.randint(size // 2, size)):
            a, b = sorted(rng.sample(range(n), 2), reverse=True)
            pairs.append((place[a], place[b]))
        if rng.random() < 0.15 and pairs:
            pairs.append(pairs[0][::-1])
        return shift(n, pairs)

    edges = [
        shift(0, []),
        shift(1, []),
        shift(12, []),
        shift(1, [(0, 0)]),
        shift(2, [(0, 1), (1, 0)]),
    ]
    edges += [shift(3, [(2, 0), (2, 0), (1, 2)]), shift(9, [(i + 1, i) for i in range(8)])]
    edges += [shift(6, [(1, 5), (3, 5)]), shift(20, [(i, 0) for i in range(1, 20)])]
    edges += [shift(40, []), shift(4, [(1, 2), (2, 1), (0, 3)])]
    return Task(statement, constants, draw, edges, largest=56)


@code_family(
    levels=3,
    call="pick_nodes(parents: list[int], values: list[int]) -> list[int]",
    source="""
    def pick_nodes(parents, values):
        n = len(parents)
        totals, leaves, depths = list(values), [True] * n, [0] * n
        for i in range(1, n):
            depths[i] = depths[parents[i]] + 1
        for i in range(n - 1, 0, -1):
            leaves[parents[i]] = False
            if not CUT or depths[i] % CUT != 0:
                totals[parents[i]] += totals[i]
        return [
            i
            for i in range(n)
            if totals[i] % MODULUS == REST
            and totals[i] >= LEAST
            and not (INNER and leaves[i])
        ]
    """,
)
def subtree_sums(rng: random.Random, level: int) -> Task:
    """The nodes of a tree whose subtree sums obey a rule."""
    modulus, least = rng.randint(2, 7), rng.randint(-10, 15)
    rest = rng.randrange(modulus)
    inner = level >= 2
    cut = rng.randint(2, 4) if level >= 3 else 0
    rule = ["A tree has the nodes 0 to n - 1. Node 0 is the root, and parents[i] is the parent of"]
    rule += ["node i, which is always smaller than i; parents[0] is -1. The total of a node is the"]
    rule += ["sum of its own value, values[i], and of the totals of its children"]
    if cut:
        rule += [
            f"that count: a child whose depth is a multiple of {cut} does not (the depth of the"
        ]
        rule += ["root is 0, that of its children 1, and so on)"]
    rule[-1] += "."
    rule += [
        f"Return the nodes, in ascending order, whose total is at least {least} and leaves the"
    ]
    rule += [f"remainder {rest} when divided by {modulus} (remainders are from 0 up)."]
    if inner:
        rule += ["Nodes without children are left out of the result."]
    statement = " ".join(rule)
    statement += "\n\n0 <= n <= 80; the values are from -20 to 30. For n = 0, return []."
    constants = {
        "MODULUS": modulus,
        "REST": rest,
        "LEAST": least,
        "INNER": inner,
        "CUT": cut,
    }

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        reach = rng.choice([1, 3, size])
        parents = [-1, *(rng.randint(max(0, i - reach), i - 1) for i in range(1, size))]
        return [parents, numbers(rng, size, -5, 12)]

    fits = least + (rest - least) % modulus  # the smallest total that fits
    edges = [[[], []], [[-1], [fits]], [[-1], [30]], [[-1, 0], [fits - 1, 1]]]
    edges += [[[-1, 0], [fits - 1 - modulus, 1]], [[-1, 0, 1], [-9, fits + 9, 0]]]
    edges += [[[-1, *range(29)], [1] * 30], [[-1] + [0] * 29, [2] * 30]]
    edges += [[[-1, 0, 0, 1, 1], [v, fits, fits + 1, 3, 5]] for v in (-20, 0, 7)]
    edges += [[[-1, 0, 1, 1], [1, fits - 3, 1, 2]], [[-1, *range(20)], [3, -2] * 10 + [rest]]]
    return Task(statement, constants, draw, edges, largest=80)
