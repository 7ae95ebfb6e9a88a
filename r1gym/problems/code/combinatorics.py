"""Combinatorics: the n-th word, counts of words and of choices."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="nth_word(length: int, n: int) -> str",
    source="""
    from functools import lru_cache


    def nth_word(length, n):
        if n >= count("", 0, length):
            return ""
        word, run = "", 0
        for left in range(length - 1, -1, -1):
            for letter in LETTERS:
                following = run + 1 if word and letter == word[-1] else 1
                if not allowed(word[-1:], letter, following):
                    continue
                number = count(letter, following, left)
                if n < number:
                    break
                n -= number
            word, run = word + letter, following
        return word


    @lru_cache(None)
    def count(last, run, left):
        if left == 0:
            return 1
        total = 0
        for letter in LETTERS:
            following = run + 1 if letter == last else 1
            if allowed(last, letter, following):
                total += count(letter, following, left - 1)
        return total


    def allowed(last, letter, run):
        return run <= LONGEST_RUN.get(letter, 99) and last + letter not in BARRED
    """,
)
def nth_word(rng: random.Random, level: int) -> Task:
    """The n-th word in alphabetical order under a rule."""
    letters = rng.sample("abcdefghkmorstuvwxyz", 3)
    runs = {rng.choice(letters): rng.randint(1, 3)}
    if level >= 2:
        runs = {letter: rng.randint(1, 3) for letter in rng.sample(letters, 2)}
    pairs = [a + b for a in letters for b in letters if a != b]
    barred = sorted(rng.sample(pairs, 2)) if level >= 3 else []
    reverse = rng.random() < 0.5
    order = letters if level >= 2 else sorted(letters)
    if reverse and level == 1:
        order = order[::-1]
    rule = [f"Words are made of the letters {', '.join(order)}."]
    for letter, run in runs.items():
        rule += [
            f"No more than {plural(run, 'letter')} {letter} may follow on each other directly."
        ]
    if barred:
        rule += [f"Nowhere in a word may {barred[0]} or {barred[1]} stand."]
    rule += ["All words of a given length that keep to this are put in dictionary order, where the"]
    rule += [f"letters are in the order {', '.join(order)}. Return word number n of them, counted"]
    rule += ["from 0, or an empty text if there are no more than n."]
    statement = " ".join(rule) + "\n\n1 <= length <= 30 and 0 <= n <= 1000000000000."
    constants = {"LETTERS": "".join(order), "LONGEST_RUN": runs, "BARRED": barred}

    def draw(rng: random.Random, size: int) -> list[int]:
        length = rng.randint(1, min(30, 2 + size))
        return [length, rng.randint(0, min(10**12, int(1.4**length) + rng.choice([0, 9])))]

    edges = [[1, 0], [1, 2], [1, 3], [4, 7], [6, 40], [5, 0], [2, 10**12], [30, 10**6], [7, 77]]
    edges += [[5, n] for n in (3, 11, 19)]
    return Task(statement, constants, draw, edges, largest=28)


@code_family(
    levels=3,
    source="""
    def solve(text):
        out = []
        for n in map(int, text.split()):
            # ends[k]: the words of length i with k vowels whose last run has just ended.
            total = 0
            table = {(0, ""): {0: 1}}
            for i in range(n):
                for kind, size in (("v", VOWELS), ("c", CONSONANTS)):
                    for other in ("", "v", "c"):
                        if other == kind or (i, other) not in table:
                            continue
                        for run in range(SHORTEST, LONGEST[kind] + 1):
                            if i + run > n:
                                break
                            target = table.setdefault((i + run, kind), {})
                            for used, ways in table[i, other].items():
                                now = used + run * (kind == "v") if MOST else 0
                                if now <= MOST:
                                    new = target.get(now, 0) + ways * size**run
                                    target[now] = new % MODULUS
            for kind in ("", "v", "c"):
                total += sum(table.get((n, kind), {}).values())
            out.append(str(total % MODULUS))
        return "\\n".join(out)
    """,
)
def vowel_words(rng: random.Random, level: int) -> Task:
    """Counts words with bounded runs of vowels and consonants."""
    vowels, consonants, modulus = (
        rng.randint(1, 6),
        rng.randint(2, 20),
        rng.choice([997, 9973, 10007]),
    )
    longest = {"v": rng.randint(1, 4), "c": rng.randint(1, 4)}
    shortest = 1
    if level >= 2:
        shortest = rng.randint(1, 2)
        longest = {kind: shortest + rng.randint(0, 3) for kind in "vc"}
    most = rng.randint(3, 12) if level >= 3 else 0
    rule = [
        f"A language has {plural(vowels, 'vowel')} and {plural(consonants, 'consonant')}. In its"
    ]
    rule += [f"words, at most {plural(longest['v'], 'vowel')} and at most"]
    rule += [f"{plural(longest['c'], 'consonant')} stand in a row"]
    rule[-1] += f", and never fewer than {shortest} of either kind: a" if shortest > 1 else "."
    if shortest > 1:
        rule += ["longest possible stretch of vowels, or of consonants, is no shorter than that."]
    if most:
        rule += [f"A word has at most {most} vowels altogether."]
    rule += [f"For each given n, print the number of words with n letters, modulo {modulus}, on a"]
    rule += ["line of its own. There is one word with 0 letters."]
    statement = " ".join(rule)
    statement += "\n\nThe input is one line with from 1 to 8 numbers n from 0 to 25."
    constants = {
        "VOWELS": vowels,
        "CONSONANTS": consonants,
        "MODULUS": modulus,
        "LONGEST": longest,
        "SHORTEST": shortest,
        "MOST": most,
    }

    def draw(rng: random.Random, size: int) -> str:
        count = rng.randint(1, min(8, 1 + size // 8))
        return " ".join(str(rng.randint(1, min(25, 4 + size))) for _ in range(count)) + "\n"

    edges = ["0\n", "1\n", "2\n", "25\n", "0 1 2 3\n", "8\n", "14 13\n", "7 7\n"]
    return Task(statement, constants, draw, edges, largest=24)


@code_family(
    levels=3,
    call="count_teams(groups: list[int], size: int) -> int",
    source="""
    from math import comb


    def count_teams(groups, size):
        ways = {(0, 0): 1}
        for number in groups:
            following = {}
            for (taken, kinds), count in ways.items():
                for k in range(min(number, MOST, size - taken) + 1):
                    if 0 < k < LEAST:
                        continue
                    key = (taken + k, min(kinds + (k > 0), KINDS) if KINDS else 0)
                    following[key] = following.get(key, 0) + count * comb(number, k)
            ways = following
        return ways.get((size, KINDS), 0) % MODULUS
    """,
)
def team_count(rng: random.Random, level: int) -> Task:
    """Counts teams with bounds on the members of each group."""
    most, modulus = rng.randint(2, 6), rng.randint(60, 999)
    least = rng.randint(2, most) if level >= 2 else 1
    kinds = rng.randint(2, 3) if level >= 3 else 0
    rule = ["There are several groups of people; groups[i] is the number of people in group i, and"]
    rule += ["all people are different. Count the teams of a given size with at most"]
    rule += [f"{plural(most, 'member')} from each group."]
    if least > 1:
        rule += [f"If a group has any members in the team, it must have at least {least}."]
    if kinds:
        rule += [f"At least {kinds} different groups must have members in the team."]
    none = "does not count" if kinds else "counts as one"
    rule += [f"Return the number of possible teams modulo {modulus}. If the size is 0, the team"]
    rule += [f"without members {none}."]
    statement = " ".join(rule)
    statement += "\n\nThere are from 0 to 12 groups of 0 to 12 people each, and 0 <= size <= 30."
    constants = {"MOST": most, "LEAST": least, "KINDS": kinds, "MODULUS": modulus}

    def draw(rng: random.Random, size: int) -> list[object]:
        count = rng.randint(1, min(12, 2 + size // 3))
        groups = [rng.randint(0, 12) for _ in range(count)]
        chosen = rng.randint(1, min(count, 5))
        return [groups, min(30, sum(rng.randint(least, most) for _ in range(chosen)))]

    edges: list[object] = [[[], 0], [[], 1], [[5], 0], [[most], most], [[most + 1], most + 1]]
    edges += [[[12], most], [[12] * 12, 30], [[least] * 3, least * 2], [[least - 1, 9], least]]
    edges += [[[number] * 4, number * max(kinds, 1)] for number in (least, most, most - 1)]
    edges += [[[6, 0, 6], 2 * least], [[3, 3, 3], 9], [[9, 8, 7], least + 1]]
    return Task(statement, constants, draw, edges, largest=30)
