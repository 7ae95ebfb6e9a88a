"""Second solvers and wrong solutions for r1gym/problems/code/strings.py."""

import re
import string
from collections import Counter
from itertools import combinations

LOWER, UPPER = string.ascii_lowercase, string.ascii_uppercase


def shift_cipher(c, text):
    words = []
    seen = 0
    for word in text.rstrip("\n").split(" "):
        seen = 0 if c.RESET else seen
        out = ""
        for char in word:
            for alphabet in (LOWER, UPPER):
                if char in alphabet:
                    char = (alphabet * 60)[26 * 30 + alphabet.index(char) + c.SHIFT % 26
                                           + (c.STEP * seen) % 26]  # fmt: skip
                    seen += 1
                    break
            else:
                if char in string.digits:
                    char = (string.digits * 2)[string.digits.index(char) + c.DIGITS]
            out += char
        words.append(out)
    return " ".join(words)


def run_lengths(c, text):
    flags = re.IGNORECASE if c.ANY_CASE else 0
    pattern = rf"(.)\1{{0,{c.LONGEST - 1}}}"

    def write(found):
        run = found[0]
        if len(run) < c.SHORTEST:
            return run
        a, b = (len(run), run[0]) if c.COUNT_FIRST else (run[0], len(run))
        return f"{c.LEFT}{a}{c.JOINER}{b}{c.RIGHT}"

    return re.sub(pattern, write, text, flags=flags)


def palindrome_count(c, text):
    total = 0
    for i, j in combinations(range(len(text) + 1), 2):
        if not c.SHORTEST <= j - i <= c.LONGEST:
            continue
        part = text[i:j]
        changes = sum(a != b for a, b in zip(part, part[::-1], strict=True)) // 2
        total += changes <= c.FAULTS and part[0] not in c.BARRED
    return total


def letter_window(c, text):
    for length in range(len(text), max(c.SHORTEST, 1) - 1, -1):
        starts = [
            i
            for i in range(len(text) - length + 1)
            if text[i : i + length].count(c.LETTER) <= c.MOST
            and len(set(text[i : i + length])) <= c.KINDS
        ]
        if starts:
            return [starts[-1] if c.LAST else starts[0], length]
    return [-1, 0]


def top_words(c, text):
    words = re.findall(r"\S+", text)
    if c.LOWER:
        words = [re.sub(r"^[.,!?]+|[.,!?]+$", "", word).lower() for word in words]
    words = [w for w in words if len(w) >= c.SHORTEST and (not c.BARRED or c.BARRED not in w)]
    tally = Counter(sorted(words, reverse=c.LAST_FIRST)).most_common(c.TOP)  # stable
    return "\n".join(f"{word}{c.JOINER}{count}" for word, count in tally) or "none"


WRONG = {
    "shift_cipher": [
        ("% 26 + first", "+ first"),
        ("% 10", ""),
        ("shift += STEP", "pass", 2),
        ("if RESET and", "if False and", 3),
    ],
    "run_lengths": [
        ("j - i < LONGEST and ", ""),
        ("str(j - i)", "str(len(text[i:]))"),
        ("j - i < SHORTEST", "j - i <= SHORTEST", 2),
        ("a.lower() == b.lower()", "a == b", 3),
    ],
    "palindrome_count": [
        ("<= LONGEST", "< LONGEST"),
        ("SHORTEST <=", "SHORTEST <"),
        ("2 * len(text) - 1", "len(text)"),
        ("faults > FAULTS", "faults >= FAULTS", 2),
        ("text[i] not in BARRED", "text[j] not in BARRED", 3),
    ],
    "letter_window": [
        ("> MOST", ">= MOST"),
        ("(LAST and length == best[1])", "False", 1, {"LAST": True}),
        ("len(counts) > KINDS", "len(counts) >= KINDS", 2),
        ("best[1] >= SHORTEST", "best[1] > SHORTEST", 3),
    ],
    "top_words": [
        ("words[:TOP]", "words"),
        ("reverse=LAST_FIRST", "reverse=not LAST_FIRST"),
        (' or "none"', ""),
        (".lower()", "", 2),
        ('.strip(".,!?")', "", 2),
        ("not (BARRED and BARRED in word)", "True", 3),
    ],
}
