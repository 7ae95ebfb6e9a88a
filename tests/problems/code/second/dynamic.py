"""Second solvers and wrong solutions for r1gym/problems/code/dynamic.py."""

import heapq
from functools import lru_cache
from itertools import product


def fewest_coins(c, amount):
    infinite = 10**9

    @lru_cache(None)
    def pay(index, rest):
        if index == len(c.COINS):
            return 0 if rest == 0 else infinite
        coin = c.COINS[index]
        most = rest // coin if c.UNLIMITED else min(c.MOST, rest // coin)
        return min(
            pay(index + 1, rest - k * coin) + k + (c.FEE if k else 0) for k in range(most + 1)
        )

    found = pay(0, amount)
    return -1 if found >= infinite else found


def stair_ways(c, n):
    # Forward instead of back: push the counts of (height, last move) up.
    table = [[0] * 10 for _ in range(n + 10)]
    table[0][0] = 1
    for height in range(n):
        for last, step in product(range(10), c.STEPS):
            if table[height][last] and (height + step) % c.BROKEN and not (
                c.APART and last == step
            ):  # fmt: skip
                table[height + step][step] += table[height][last]
    return sum(table[n]) % c.MODULUS


def edit_cost(c, text):
    a, b = text.split("\n")[:2]
    # Cheapest path through the pairs of places.
    queue, done = [(0, 0, 0)], set()
    while True:
        cost, i, j = heapq.heappop(queue)
        if (i, j) == (len(a), len(b)):
            return str(cost)
        if (i, j) in done:
            continue
        done.add((i, j))
        if i < len(a):
            price = c.FREE if a[i] in "aeiou" else c.DELETE
            heapq.heappush(queue, (cost + price, i + 1, j))
        if j < len(b):
            heapq.heappush(queue, (cost + c.INSERT, i, j + 1))
        if i < len(a) and j < len(b):
            heapq.heappush(queue, (cost + c.REPLACE * (a[i] != b[j]), i + 1, j + 1))
        if c.SWAP and len(a) - i > 1 and len(b) - j > 1 and a[i : i + 2] == b[j : j + 2][::-1]:
            heapq.heappush(queue, (cost + c.SWAP, i + 2, j + 2))


def spaced_picks(c, numbers):
    n = len(numbers)

    def chain(start):
        """The best with `start` as the first pick, in a circle if need be."""
        last = min(n - 1, n + start - c.GAP) if c.CIRCULAR else n - 1

        @lru_cache(None)
        def then(place, left):
            after = range(place + c.GAP, last + 1) if left else ()
            return max([0, *(then(p, left - 1) + numbers[p] - c.FEE for p in after)])

        return numbers[start] - c.FEE + then(start, min(c.MOST, n) - 1)

    return max([0, *map(chain, range(n))])


def longest_subsequence(c, text):
    n, *numbers = map(int, text.split())

    @lru_cache(None)
    def onward(i):
        own = numbers[i] if c.WEIGHTED else 1
        nexts = [
            onward(j)
            for j in range(i + 1, min(n, i + c.REACH + 1))
            if c.LOW <= c.SIGN * numbers[j] - c.SIGN * numbers[i] <= c.HIGH
        ]
        return own + max(nexts, default=0)

    return str(max(map(onward, range(n)), default=0))


GREEDY_COINS = (
    "    return best.get(amount, -1)",
    """    count = 0
    for coin in sorted(COINS, reverse=True):
        used = amount // coin if UNLIMITED else min(MOST, amount // coin)
        count, amount = count + used + (FEE if used else 0), amount - used * coin
    return -1 if amount else count""",
)
GREEDY_PICKS = (
    "    if not CIRCULAR:",
    """    total, taken = 0, []
    for i in sorted(range(len(numbers)), key=lambda i: -numbers[i]):
        if numbers[i] > FEE and len(taken) < MOST and all(abs(i - j) >= GAP for j in taken):
            total += numbers[i] - FEE
            taken.append(i)
    return total
    if not CIRCULAR:""",
)
WRONG = {
    "fewest_coins": [
        GREEDY_COINS,
        ("best = {0: 0}", "best = {0: 0 if amount else -1}"),
        ("new > amount", "new >= amount"),
        ("if UNLIMITED else MOST", "", 2),
        ("count + extra + FEE", "count + extra", 3),
    ],
    "stair_ways": [
        ("ways = [{0: 1}]", "ways = [{0: 1 if n else 0}]"),
        ("step <= height", "step < height"),
        (" % MODULUS", ""),
        ("height % BROKEN != 0", "(height % BROKEN or height == n)", 2),
        ("not APART or", "True or", 3),
    ],
    "edit_cost": [
        ("0 if same else REPLACE", "REPLACE"),
        ("j * INSERT", "j * DELETE", 1),
        ("+ delete(a[i - 1])]", "+ INSERT]"),
        ("if SWAP and", "if False and", 2),
        ("a[i - 2 : i] == b[j - 1] + b[j - 2]", "True", 2),
        ('FREE if letter in "aeiou" else DELETE', "DELETE", 3),
    ],
    "spaced_picks": [
        GREEDY_PICKS,
        ("i - GAP + 1)", "i - GAP)"),
        ("number - FEE", "number"),
        ("max(row[-1], ", "max(row[-1] if i else number - FEE, "),
        ("most = MOST if most is None else most", "most = 10**6", 2),
        ("if not CIRCULAR", "if True", 3),
    ],
    "longest_subsequence": [
        ("<= HIGH", "< HIGH"),
        ("LOW <=", "LOW <"),
        (" * SIGN", "", 1, {"SIGN": -1}),
        ("j - REACH", "j - REACH + 1", 2),
        ("b if WEIGHTED else 1", "1", 3),
    ],
}
