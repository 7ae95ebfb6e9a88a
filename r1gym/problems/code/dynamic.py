"""Dynamic programming: coins, stairs, edit distance, spaced picks, subsequences."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import letters, line, numbers, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="fewest_coins(amount: int) -> int",
    source="""
    def fewest_coins(amount):
        best = {0: 0}
        for coin in COINS:
            reached = dict(best)
            most = amount // coin if UNLIMITED else MOST
            for total, count in best.items():
                for extra in range(1, most + 1):
                    new = total + extra * coin
                    if new > amount:
                        break
                    if count + extra + FEE < reached.get(new, amount + 9 * FEE + 1):
                        reached[new] = count + extra + FEE
            best = reached
        return best.get(amount, -1)
    """,
)
def fewest_coins(rng: random.Random, level: int) -> Task:
    """Pays an amount with the fewest coins."""
    first = rng.randint(2, 5)
    coins = [first, *sorted(rng.sample(range(first + 1, 30), 3))]
    most = rng.randint(2, 5) if level >= 2 else 0
    fee = rng.randint(1, 4) if level >= 3 else 0
    listed = ", ".join(map(str, coins[:-1])) + f" and {coins[-1]}"
    rule = [f"There are coins of the values {listed}."]
    rule += [f"There are {most} of each." if most else "There are as many of each as you like."]
    if fee:
        rule += ["Find the lowest cost of paying an amount exactly: every coin costs 1, and on top"]
        rule += [f"of that every value of which at least one coin is used costs {fee} once."]
    else:
        rule += ["Return the smallest number of coins that pay an amount exactly."]
    statement = " ".join(rule) + " Return -1 if it cannot be paid.\n\n0 <= amount <= 300."
    constants = {"COINS": coins, "MOST": most, "UNLIMITED": not most, "FEE": fee}

    def draw(rng: random.Random, size: int) -> list[int]:
        if rng.random() < 0.5:
            return [sum(coin * rng.randint(0, most or 3) for coin in coins[: 1 + size % 4])]
        return [rng.randint(0, 5 * size)]

    edges = [[0], [1], [coins[0]], [coins[0] * 7], [coins[0] * (most + 1)], [coins[3] * 2]]
    edges += [[sum(coins) * (most or 2)], [sum(coins) * (most or 2) + 1], [300]]
    # Where taking the largest coin first goes wrong.
    edges += [[coins[2] * 2], [coins[1] * 3], [coins[2] + coins[1]]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    call="count_ways(n: int) -> int",
    source="""
    def count_ways(n):
        ways = [{0: 1}]
        for height in range(1, n + 1):
            row = {}
            for step in STEPS:
                if step <= height and height % BROKEN != 0:
                    before = ways[height - step]
                    total = sum(c for last, c in before.items() if not APART or last != step)
                    row[step] = total % MODULUS
            ways.append(row)
        return sum(ways[n].values()) % MODULUS
    """,
)
def stair_ways(rng: random.Random, level: int) -> Task:
    """Counts the ways up a stair."""
    steps = sorted({1, *rng.sample(range(2, 9), rng.randint(1, 3))})
    if rng.random() < 0.3:
        steps = sorted(rng.sample(range(2, 9), 3))
    modulus, apart = rng.choice([97, 101, 997, 1009, 9973, 10007]), level >= 3
    broken = rng.randint(4, 12) if level >= 2 else 10**6
    listed = ", ".join(map(str, steps[:-1])) + f" or {steps[-1]}"
    rule = [f"Somebody climbs a stair of n steps from its foot to step n, by {listed} steps at a"]
    rule += ["time, upwards only."]
    if level >= 2:
        rule += [f"Steps whose number is a multiple of {broken} are broken and cannot be stood on,"]
        rule += ["not even at the end."]
    if apart:
        rule += ["Two moves in a row must never be of the same length."]
    rule += ["Count the different sequences of moves; for n = 0 there is one, the empty sequence."]
    statement = " ".join(rule) + f" Return the count modulo {modulus}.\n\n0 <= n <= 300."
    constants = {"STEPS": steps, "MODULUS": modulus, "BROKEN": broken, "APART": apart}

    def draw(rng: random.Random, size: int) -> list[int]:
        return [rng.randint(size, 5 * size)]

    edges = [[0], [1], [2], [steps[0]], [steps[-1]], [13], [steps[-1] * 2], [37], [151], [299]]
    edges += [[broken], [2 * broken], [20 * broken]] if level >= 2 else [[280]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        a, b = (text.split("\\n") + [""])[:2]
        rows = [[j * INSERT for j in range(len(b) + 1)]]
        for i in range(1, len(a) + 1):
            row = [rows[-1][0] + delete(a[i - 1])]
            for j in range(1, len(b) + 1):
                same = a[i - 1] == b[j - 1]
                best = min(
                    rows[-1][j] + delete(a[i - 1]),
                    row[j - 1] + INSERT,
                    rows[-1][j - 1] + (0 if same else REPLACE),
                )
                if SWAP and i > 1 and j > 1 and a[i - 2 : i] == b[j - 1] + b[j - 2]:
                    best = min(best, rows[-2][j - 2] + SWAP)
                row.append(best)
            rows.append(row)
        return str(rows[-1][-1])


    def delete(letter):
        return FREE if letter in "aeiou" else DELETE
    """,
)
def edit_cost(rng: random.Random, level: int) -> Task:
    """The cheapest way to turn one word into another."""
    insert, delete, replace = (rng.randint(1, 9) for _ in range(3))
    swap = rng.randint(1, max(1, min(replace * 2, insert + delete) - 1)) if level >= 2 else 0
    vowel = rng.randint(0, 12) if level >= 3 else delete
    rule = ["Find the lowest cost of turning a first word into a second one. Inserting a letter"]
    rule += [f"costs {insert}, deleting one costs {delete}, and replacing one by another costs"]
    rule += [f"{replace}."]
    if level >= 3:
        rule += [f"Deleting one of the letters a, e, i, o, u costs {vowel} instead."]
    if swap:
        rule += [f"Two neighbouring letters may change places for {swap}. Each letter of the first"]
        rule += ["word may take part in one change at most, and no letter may be inserted or"]
        rule += ["deleted between two that change places."]
    statement = " ".join(rule) + (
        "\n\nThe input is two lines, one for each word, of at most 40 lower-case letters; a word "
        "may be empty, and its line then is. Print the lowest cost."
    )
    constants = {
        "INSERT": insert,
        "DELETE": delete,
        "REPLACE": replace,
        "SWAP": swap,
        "FREE": vowel,
    }

    def draw(rng: random.Random, size: int) -> str:
        first = letters(rng, size, "abet")
        other = list(first)
        for _ in range(rng.randint(1, 2 + size // 4)):
            place = rng.randrange(len(other) + 1)
            what = rng.randrange(4)
            if what == 0:
                other.insert(place, rng.choice("abet"))
            elif what == 1:
                del other[place : place + 1]
            elif what == 2:
                other[place : place + 1] = rng.choice("abet")
            else:
                other[place : place + 2] = other[place : place + 2][::-1]
        return f"{first}\n{''.join(other)[:40]}\n"

    edges = ["\n\n", "abc\n\n", "\nabc\n", "ab\nba\n", "tree\ntree\n", "bab\naba\n", "a\nb\n"]
    edges += ["xy\nzw\n", "tb\nbt\n", "ebb\ntbb\n", "ace\nx\n", "bt\ntbt\n", "a\n\n"]
    return Task(statement, constants, draw, edges, largest=38)


@code_family(
    levels=3,
    call="best_picks(numbers: list[int]) -> int",
    source="""
    def best_picks(numbers):
        if not CIRCULAR:
            return best(numbers)
        # Either none of the first places is picked, or exactly one of them.
        options = [best(numbers[GAP - 1 :])]
        for i in range(min(GAP - 1, len(numbers))):
            rest = numbers[i + GAP : len(numbers) + i - GAP + 1]
            options.append(numbers[i] - FEE + best(rest, MOST - 1))
        return max(options)


    def best(numbers, most=None):
        most = MOST if most is None else most
        rows = [[0] * (len(numbers) + 1)]
        for _ in range(min(most, len(numbers))):
            row = [0]
            for i, number in enumerate(numbers):
                row.append(max(row[-1], number - FEE + rows[-1][max(0, i - GAP + 1)]))
            rows.append(row)
        return rows[-1][-1]
    """,
)
def spaced_picks(rng: random.Random, level: int) -> Task:
    """Picks numbers that are not too close to each other."""
    gap, fee = rng.randint(2, 5), rng.randint(0, 60)
    most, circular = rng.randint(2, 6) if level >= 2 else 10**6, level >= 3
    rule = ["Pick places of a list so that any two of them are at least"]
    rule += [f"{gap} apart (j - i >= {gap} for two places i < j)."]
    if circular:
        rule += ["The list is a circle of n places, so that n - (j - i) must also be at least"]
        rule += [f"{gap}."]
    if level >= 2:
        rule += [f"Pick at most {most} places."]
    rule += ["You get the sum of the numbers there"]
    rule += [f"and pay {fee} for every pick." if fee else "."]
    rule += ["Return the most that can be had; nothing has to be picked."]
    statement = " ".join(rule).replace(" .", ".")
    statement += "\n\nThe list has from 0 to 60 whole numbers from -99 to 200."
    constants = {"GAP": gap, "FEE": fee, "MOST": most, "CIRCULAR": circular}

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        return [numbers(rng, size, -20, 150) if rng.random() < 0.7 else numbers(rng, size, 90, 110)]

    peak = 100 + fee
    edges = [[[]], [[fee + 1]], [[fee - 1]], [[-5, -9]], [[99, peak, 99] * 5], [[200] * 40]]
    edges += [[[70] + [0] * (gap - 1) + [70]], [[70] + [0] * (gap - 2) + [75]]]
    edges += [[[150] + [0] * gap + [150]], [[90, 50, 100, 99, 60, 20, 100, 140, 130, 70]]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        numbers = list(map(int, text.split()))[1:]
        best, top = [], 0
        for j, b in enumerate(numbers):
            longest = 0
            for i in range(max(0, j - REACH), j):
                step = (b - numbers[i]) * SIGN
                if LOW <= step <= HIGH:
                    longest = max(longest, best[i])
            best.append(longest + (b if WEIGHTED else 1))
            top = max(top, best[-1])
        return str(top)
    """,
)
def longest_subsequence(rng: random.Random, level: int) -> Task:
    """The longest or heaviest subsequence with bounded steps."""
    low, sign = rng.randint(0, 12), rng.choice([1, -1])
    high = low + rng.randint(3, 25)
    reach, weighted = rng.randint(2, 9) if level >= 2 else 10**6, level >= 3
    word = "greater" if sign == 1 else "smaller"
    rule = ["Choose numbers of a list, from left to right, so that each chosen number after the"]
    rule += [f"first is {word} than the one chosen before it by at least {low} and at most {high}"]
    rule += [f"(by 0 means that it is equal{', which is allowed' if not low else ''})."]
    if level >= 2:
        rule += [
            f"Two numbers chosen one after the other must stand at most {plural(reach, 'place')}"
        ]
        rule += ["apart in the list."]
    asked = "the largest possible sum" if weighted else "the largest possible count"
    statement = " ".join(rule) + (
        f" Print {asked} of chosen numbers, 0 for an empty list.\n\nThe first line of the input "
        "holds n, the second line the n numbers. 0 <= n <= 70; the numbers are from 1 to 200."
    )
    constants = {"LOW": low, "HIGH": high, "SIGN": sign, "REACH": reach, "WEIGHTED": weighted}

    def show(values: list[int]) -> str:
        return f"{len(values)}\n{line(values)}\n"

    def draw(rng: random.Random, size: int) -> str:
        values = [rng.randint(60, 140)]
        for _ in range(size - 1):
            step = rng.choice([low, high, rng.randint(low, high), rng.randint(-40, 40), high + 1])
            value = values[-1] + sign * step
            values.append(value if 1 <= value <= 200 else rng.randint(1, 200))
        for _ in range(size // 3):
            i, j = rng.randrange(size), rng.randrange(size)
            values[i], values[j] = values[j], values[i]
        return show(values)

    base = [100 + sign * step for step in (0, low, 2 * low, 2 * low + high)]
    edges = [
        show([]),
        show([7]),
        show(base),
        show([100, 100 + sign * high, 100 + sign * (low - 1)]),
    ]
    edges += [show([100, 100 + sign * (high + 1)]), show([5] * 12), show([*range(1, 71)])]
    far = [100] + [150 - 100 * (sign > 0)] * min(reach - 1, 8) + [100 + sign * high]
    edges += [show([*range(70, 0, -1)]), show(far), show([*far[:-1], far[1], far[-1]])]
    return Task(statement, constants, draw, edges, largest=70)
