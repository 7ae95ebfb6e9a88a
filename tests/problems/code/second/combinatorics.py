"""Second solvers and wrong solutions for r1gym/problems/code/combinatorics.py."""

from functools import lru_cache
from math import factorial


def nth_word(c, length, n):
    """Skips whole subtrees of words, whose sizes are found with vectors per (letter, run)."""

    def good(word):
        if any(pair in word for pair in c.BARRED):
            return False
        return not any(letter * (run + 1) in word for letter, run in c.LONGEST_RUN.items())

    def states(word):
        last = word[-1:]
        return last, len(word) - len(word.rstrip(last)) if word else 0

    def size(word, left):
        """How many good words begin with a good one and have `left` letters more."""
        now = {states(word): 1}
        for _ in range(left):
            after = {}
            for (last, run), ways in now.items():
                for letter in c.LETTERS:
                    tail = last * run + letter
                    if good(tail):
                        after[states(tail)] = after.get(states(tail), 0) + ways
            now = after
        return sum(now.values())

    words, skipped = [("", length)], 0
    while words:
        word, left = words.pop()
        if not good(word):
            continue
        if left == 0:
            if skipped == n:
                return word
            skipped += 1
            continue
        if left < length:
            whole = size(word, left)
            if skipped + whole <= n:
                skipped += whole
                continue
        words += [(word + letter, left - 1) for letter in reversed(c.LETTERS)]
        if length == left and size("", left) <= n:
            return ""
    return ""


def vowel_words(c, text):
    @lru_cache(None)
    def count(left, kind, run, vowels):
        """The ways to go on after a run of a kind, letter by letter."""
        done = left == 0 and (run >= c.SHORTEST or not kind)
        total = int(done)
        if left:
            for new in "vc":
                if new == kind and run == c.LONGEST[new]:
                    continue
                if kind and new != kind and run < c.SHORTEST:
                    continue
                used = vowels + (new == "v")
                if c.MOST and used > c.MOST:
                    continue
                size = c.VOWELS if new == "v" else c.CONSONANTS
                total += size * count(left - 1, new, run + 1 if new == kind else 1, used)
        return total

    return "\n".join(str(count(int(n), "", 0, 0) % c.MODULUS) for n in text.split())


def team_count(c, groups, size):
    """A product of polynomials, once for every number of groups that take part."""

    def choose(n, k):
        return factorial(n) // factorial(k) // factorial(n - k)

    # table[j][s]: teams of s members from exactly j groups.
    table = [[0] * (size + 1) for _ in range(len(groups) + 1)]
    table[0][0] = 1
    for n in groups:
        for j in range(len(groups), 0, -1):
            for s in range(size, -1, -1):
                for k in range(c.LEAST, min(n, c.MOST, s) + 1):
                    table[j][s] += table[j - 1][s - k] * choose(n, k)
    return sum(row[size] for row in table[c.KINDS :]) % c.MODULUS


WRONG = {
    "nth_word": [
        ("n >= count", "n > count"),
        ("run + 1 if word and letter == word[-1] else 1", "1"),
        ("run <= LONGEST_RUN", "run < LONGEST_RUN"),
        ("and last + letter not in BARRED", "", 3),
    ],
    "vowel_words": [
        ("LONGEST[kind] + 1", "LONGEST[kind]"),
        ("if other == kind or", "if"),
        ("size**run", "size"),
        ("range(SHORTEST, ", "range(1, ", 2, {"SHORTEST": 2}),
        ("now <= MOST", "now < MOST + (not MOST)", 3),
    ],
    "team_count": [
        ("comb(number, k)", "1"),
        ("min(number, MOST, size - taken) + 1", "min(number, size - taken) + 1"),
        ("count * comb(number, k)", "comb(number, k)"),
        ("0 < k < LEAST", "False", 2),
        ("min(kinds + (k > 0), KINDS) if KINDS else 0", "KINDS", 3),
    ],
}
