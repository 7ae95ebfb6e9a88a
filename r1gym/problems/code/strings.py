"""Strings: ciphers, run lengths, palindromes, windows, word counts."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import letters, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    def solve(text):
        shift, out = SHIFT, []
        for c in text.rstrip("\\n"):
            if c.isalpha():
                first = ord("a") if c.islower() else ord("A")
                out.append(chr((ord(c) - first + shift) % 26 + first))
                shift += STEP
            elif c.isdigit():
                out.append(str((int(c) + DIGITS) % 10))
            else:
                out.append(c)
                if RESET and c == " ":
                    shift = SHIFT
        return "".join(out)
    """,
)
def shift_cipher(rng: random.Random, level: int) -> Task:
    """A Caesar cipher whose shift may grow."""
    shift, digits, step = rng.randint(1, 25), rng.randint(1, 9), rng.randint(1, 9)
    back = rng.random() < 0.5
    way = "back" if back else "forward"
    rule = [f"Every letter is moved {way} by {shift} in the alphabet of 26 letters, which wraps"]
    rule += ["around; its case is kept."]
    if level >= 2:
        rule = [f"Every letter is moved {way} in the alphabet of 26 letters, which wraps around;"]
        rule += [f"its case is kept. The first letter is moved by {shift}, and each letter after"]
        rule += [f"that by {step} more than the letter before it."]
    if level >= 3:
        rule += [f"After every blank the next letter is moved by {shift} again."]
    sign = -1 if back else 1
    statement = (
        f"Encrypt one line of text. {' '.join(rule)} Every digit is raised by {digits}, where 9 is "
        "followed by 0. All other characters stay as they are.\n\nThe input is one line of at most "
        "200 characters (letters, digits, blanks, and the marks . , ! -); the output is the "
        "encrypted line."
    )
    constants = {
        "SHIFT": sign * shift,
        "STEP": sign * step if level >= 2 else 0,
        "RESET": level >= 3,
        "DIGITS": digits,
    }

    def draw(rng: random.Random, size: int) -> str:
        line = letters(rng, 2 * size, "abcdefghijklmnopqrstuvwxyzAMNYZ0189  .,!-")
        return (line.strip() or "a b") + "\n"

    edges = ["zebra Zoo 99\n", "aA0\n", "Z\n", "wxyz WXYZ 5678, abc!\n", "z" * 60 + "\n"]
    return Task(statement, constants, draw, edges, largest=100)


@code_family(
    levels=3,
    call="compress(text: str) -> str",
    source="""
    def compress(text):
        out, i = [], 0
        while i < len(text):
            j = i
            while j < len(text) and j - i < LONGEST and same(text[j], text[i]):
                j += 1
            if j - i < SHORTEST:
                out.append(text[i:j])
            else:
                pair = [text[i], str(j - i)]
                if COUNT_FIRST:
                    pair.reverse()
                out.append(LEFT + JOINER.join(pair) + RIGHT)
            i = j
        return "".join(out)


    def same(a, b):
        return a.lower() == b.lower() if ANY_CASE else a == b
    """,
)
def run_lengths(rng: random.Random, level: int) -> Task:
    """Run-length encoding with a format of its own."""
    longest, count_first = rng.randint(3, 9), rng.random() < 0.5
    joiner = rng.choice(["", "*", ":", "-", "x"])
    left, right = rng.choice([("", ""), ("(", ")"), ("[", "]"), ("<", ">"), ("{", "}")])
    shortest = rng.randint(2, longest) if level >= 2 else 1
    any_case = level >= 3
    piece = joiner.join(("3", "e") if count_first else ("e", "3"))
    rule = ["Compress a text by its runs. A run is a longest possible stretch of equal characters"]
    rule += [f"of which at most {longest} are taken at a time: from left to right, a longer run is"]
    rule += [f"cut into runs of {longest} and a rest."]
    if any_case:
        rule += ["Letters are equal whatever their case, and the first character of a run stands"]
        rule += ["for it."]
    rule += [f"A run of 3 times e is written as {left}{piece}{right}, and other runs likewise"]
    rule += ["(the count is written in decimal, even if it is 1)." if level == 1 else "."]
    if level >= 2:
        rule += [f"Runs of fewer than {shortest} characters are left as they stand in the text."]
    statement = " ".join(rule).replace(" .", ".") + (
        f"\n\nThe text has from 0 to 150 {'English' if any_case else 'lower-case English'} letters."
    )
    constants = {
        "LONGEST": longest,
        "SHORTEST": shortest,
        "COUNT_FIRST": count_first,
        "JOINER": joiner,
        "LEFT": left,
        "RIGHT": right,
        "ANY_CASE": any_case,
    }

    def draw(rng: random.Random, size: int) -> list[str]:
        text, alphabet = "", "abeABE" if any_case else "abe"
        while len(text) < 2 * size:
            run = rng.choice(alphabet) * rng.randint(1, longest + 3)
            text += letters(rng, len(run), run[0] + run[0].swapcase()) if any_case else run
        return [text[: 2 * size]]

    edges = [[""], ["e"], ["abc"], ["z" * (2 * longest + 1)], ["z" * longest + "y" * longest]]
    edges += [["q" * (shortest - 1) + "r" * shortest + "q" * (shortest + 1)]]
    return Task(statement, constants, draw, edges, largest=75)


@code_family(
    levels=3,
    call="count_palindromes(text: str) -> int",
    source="""
    def count_palindromes(text):
        total = 0
        for center in range(2 * len(text) - 1):
            i, j = center // 2, (center + 1) // 2
            faults = 0
            while i >= 0 and j < len(text):
                faults += text[i] != text[j]
                if faults > FAULTS:
                    break
                if SHORTEST <= j - i + 1 <= LONGEST and text[i] not in BARRED:
                    total += 1
                i, j = i - 1, j + 1
        return total
    """,
)
def palindrome_count(rng: random.Random, level: int) -> Task:
    """Counts the palindromes among the substrings."""
    shortest = rng.randint(1, 15)
    longest = shortest + rng.randint(1, 15)
    faults = rng.randint(1, 2) if level >= 2 else 0
    barred = "".join(sorted(rng.sample("abc", rng.randint(1, 2)))) if level >= 3 else ""
    rule = ["Count the substrings of a text that read the same from both ends."]
    if level >= 2:
        rule = ["Count the substrings of a text that would read the same from both ends after"]
        rule += [f"at most {plural(faults, 'character')} of the substring had been changed."]
    rule += [f"Only substrings of {shortest} to {longest} characters count."]
    if barred:
        rule += ["Those whose first character is " + " or ".join(barred) + " do not count."]
    rule += ["Substrings at different places count separately, even if they are equal."]
    statement = " ".join(rule) + "\n\nThe text has from 0 to 60 letters from a to e."
    constants = {"SHORTEST": shortest, "LONGEST": longest, "FAULTS": faults, "BARRED": barred}

    def draw(rng: random.Random, size: int) -> list[str]:
        if rng.random() < 0.3:
            return [letters(rng, size, "abcde")]
        half = letters(rng, (size + 1) // 2, rng.choice(["ab", "de", "ce", "abcde", "d"]))
        return [half + half[::-1][size % 2 :]]

    edges = [[""], ["a"], ["d" * shortest], ["e" * (longest + 3)], ["abcdeedcba" * 3]]
    edges += [["de" * 20], ["d" * (longest - 1) + "cde"], ["ed" * 8 + "d" * 8]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    call="longest_window(text: str) -> list[int]",
    source="""
    def longest_window(text):
        best, start, counts = [-1, 0], 0, {}
        for end, c in enumerate(text):
            counts[c] = counts.get(c, 0) + 1
            while counts.get(LETTER, 0) > MOST or len(counts) > KINDS:
                counts[text[start]] -= 1
                if not counts[text[start]]:
                    del counts[text[start]]
                start += 1
            length = end - start + 1
            if length > best[1] or (LAST and length == best[1]):
                best = [start, length]
        return best if best[1] >= SHORTEST else [-1, 0]
    """,
)
def letter_window(rng: random.Random, level: int) -> Task:
    """The longest substring with few of one letter and few kinds of letters."""
    alphabet = "abcdefgh"
    letter, most, last = rng.choice(alphabet), rng.randint(1, 14), rng.random() < 0.5
    kinds = rng.randint(2, 6) if level >= 2 else 26
    shortest = rng.randint(3, 12) if level >= 3 else 1
    rule = [f"Find the longest substring in which the letter {letter} stands at most {most}"]
    rule += ["time" if most == 1 else "times"]
    rule += [f"and in which there are at most {kinds} different letters." if level >= 2 else "."]
    rule += [f"If there are several, take the {'last' if last else 'first'} of them."]
    rule += ["Return [start, length], where start counts from 0."]
    if level >= 3:
        rule += [f"If the longest such substring has fewer than {shortest} characters, return"]
        rule += ["[-1, 0]; do the same for an empty text."]
    else:
        rule += ["For an empty text return [-1, 0]."]
    statement = " ".join(rule).replace(" .", ".")
    statement += "\n\nThe text has from 0 to 120 letters from a to h."
    constants = {
        "LETTER": letter,
        "MOST": most,
        "KINDS": kinds,
        "SHORTEST": shortest,
        "LAST": last,
    }

    def draw(rng: random.Random, size: int) -> list[str]:
        few = letter + letters(rng, 3, alphabet)
        parts = [letter, few, alphabet, letter + letter + few]
        return ["".join(letters(rng, size // 2 + 1, rng.choice(parts)) for _ in range(3))[:120]]

    other = "a" if letter != "a" else "b"
    edges = [[""], [letter], [other], [letter * (most + 1)], [letter * 40], [alphabet * 5]]
    edges += [[other * 7 + letter * (most + 1) + other * 7], [(alphabet + letter * most) * 3]]
    edges += [[other * shortest]]
    return Task(statement, constants, draw, edges, largest=80)


@code_family(
    levels=3,
    source="""
    def solve(text):
        counts = {}
        for word in text.split():
            if LOWER:
                word = word.lower().strip(".,!?")
            if len(word) >= SHORTEST and not (BARRED and BARRED in word):
                counts[word] = counts.get(word, 0) + 1
        words = sorted(counts, reverse=LAST_FIRST)
        words.sort(key=lambda word: -counts[word])
        return "\\n".join(word + JOINER + str(counts[word]) for word in words[:TOP]) or "none"
    """,
)
def top_words(rng: random.Random, level: int) -> Task:
    """The most frequent words of a text."""
    top, shortest, last_first = rng.randint(1, 8), rng.randint(1, 4), rng.random() < 0.5
    joiner = rng.choice([" ", ": ", "=", " x ", ", "])
    barred = rng.choice("aeioustr") if level >= 3 else ""
    rule = [f"Print the {top} most frequent words of a text, or all if there are fewer, the most"]
    rule += ["frequent first. Equally frequent words stand in"]
    rule += ["reverse alphabetical order." if last_first else "alphabetical order."]
    rule += [f"Words of fewer than {shortest} characters do not count." if shortest > 1 else ""]
    if level >= 2:
        rule += ["Before anything else, words are put in lower case, and the marks . , ! ? are"]
        rule += ["taken off both of their ends; a word of which nothing is left does not count."]
    if level >= 3:
        rule += [f"Words that contain the letter {barred} do not count."]
    rule += [f"A line is the word and its count, like this: tree{joiner}2. If no word counts,"]
    rule += ["print none."]
    statement = " ".join(filter(None, rule)) + (
        "\n\nThe input is at most 20 lines of words, parted by blanks or line ends; may be empty."
    )
    constants = {
        "TOP": top,
        "SHORTEST": shortest,
        "LAST_FIRST": last_first,
        "JOINER": joiner,
        "LOWER": level >= 2,
        "BARRED": barred,
    }

    def draw(rng: random.Random, size: int) -> str:
        few = rng.sample(_WORDS, min(len(_WORDS), 3 + size // 3))
        words = [rng.choice(few) for _ in range(size)]
        if level >= 2:
            words = [_decorate(rng, word) for word in words]
        return " ".join(w + ("\n" if rng.random() < 0.1 else "") for w in words).strip() + "\n"

    edges = ["\n", "a\n", "oak oak pine pine ink ink sea sea lump lump wind wind\n"]
    edges += ["  lump \n\n lump\n", " ".join(sorted(_WORDS)) + "\n"]
    if level >= 2:
        edges += ["Lump, lump! LUMP ... lump?\n", "!? .,\n", "lu.mp Lu.mp. milk!\n"]
    return Task(statement, constants, draw, edges, largest=90)


_WORDS = [
    "a",
    "I",
    "to",
    "on",
    "it",
    "sea",
    "eel",
    "oak",
    "pine",
    "lump",
    "wind",
    "flood",
    "ink",
    "in",
    "milk",
    "tin",
    "tree",
    "hymn",
]


def _decorate(rng: random.Random, word: str) -> str:
    word = rng.choice([word, word, word.upper(), word.capitalize()])
    return word + rng.choice(["", "", "", ".", ",", "!", "?!"])
