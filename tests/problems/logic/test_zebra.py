"""Zebra puzzles against a second solver that reads the question and searches with backtracking."""

import random
import re

import pytest

from r1gym.problems.families import FAMILIES

FAMILY = FAMILIES.get("logic-zebra")
PAIRS = [
    (r"A lives directly to the left of B", lambda p, q: p + 1 == q),
    (r"A lives directly to the right of B", lambda p, q: p == q + 1),
    (r"A lives somewhere to the left of B", lambda p, q: p < q),
    (r"A lives somewhere to the right of B", lambda p, q: p > q),
    (r"A lives next to B|A and B are neighbours", lambda p, q: abs(p - q) == 1),
    (r".*xactly one house .*between those of A and B", lambda p, q: abs(p - q) == 2),
    (r"A (?:does not|is not) .*B.*", lambda p, q: p != q),
    (r"A (?:is|keeps|plays|drinks|lives in) .*B.*", lambda p, q: p == q),
]


def read(question):
    intro, *rest = question.split(". ")
    while ";" not in intro:
        intro = rest.pop(0)
    groups = [
        re.findall(r"\w+", group.replace(" and ", ", ").split(None, 2)[2])
        for group in intro[intro.index(": ") + 2 :].split("; ")
    ]
    ask = next(i for i, text in enumerate(rest) if "?" in text or text.startswith("Find out"))
    return groups, rest[:ask], " ".join(rest[ask:])


def constraint(clue, words):
    """A clue as a function of one or two places, with the words it is about."""
    named = [word for word in re.findall(r"\w+", clue) if word in words]
    if len(named) == 1:
        count = len(words) // len({words[word] for word in words})
        if "one end of the row" in clue:
            return named, lambda p: p in (1, count)
        number = int(re.search(r"lives? in house (\d)$", clue)[1])
        return named, lambda p: (p == number) != ("does not" in clue)
    a, b = named
    person = r"(?:[Tt]he (?:person in the |owner of the |player of the |)|)\b{}\b"
    person += "(?: house| drinker| fan|)"
    text = re.sub(person.format(a), "A", clue)
    (holds, *_) = [
        holds for form, holds in PAIRS if re.fullmatch(form, re.sub(person.format(b), "B", text))
    ]
    return named, holds


def solutions(question):
    """All solutions, as house numbers of words; the word with the fewest left goes first."""
    groups, clues, ask = read(question)
    words = {word: i for i, group in enumerate(groups) for word in group}
    count = len(groups[0])
    known = [constraint(clue, words) for clue in clues]
    places = {word: set(range(1, count + 1)) for word in words}
    for named, holds in known:
        if len(named) == 1:
            places[named[0]] = {p for p in places[named[0]] if holds(p)}
    pairs = {word: [] for word in words}
    for named, holds in known:
        if len(named) == 2:
            a, b = named
            pairs[a].append((b, holds))
            pairs[b].append((a, lambda q, p, holds=holds: holds(p, q)))
    found = []

    def search(places, done):
        if not all(places.values()):
            return
        if len(done) == len(words):
            found.append({word: min(places[word]) for word in words})
            return
        word = min((w for w in words if w not in done), key=lambda w: len(places[w]))
        for p in sorted(places[word]):
            after = {
                w: {p} if w == word
                else left - {p} if words[w] == words[word]
                else left
                for w, left in places.items()
            }  # fmt: skip
            for other, holds in pairs[word]:
                after[other] = {q for q in after[other] if holds(p, q)}
            search(after, done | {word})

    search(places, frozenset())
    return found, groups, ask


def asked(ask, solution, groups):
    """The answer to a question about one thing."""
    (known,) = [word for word in re.findall(r"\w+", ask) if word in solution]
    kinds = {
        "colour": "red blue green yellow white black brown grey orange purple pink",
        "animal": "cat dog zebra parrot horse rabbit hamster turtle goldfish snake fox",
        "drink": "tea coffee milk juice water lemonade cocoa soda",
        "job": "baker doctor farmer teacher pilot lawyer painter sailor tailor plumber",
        "instrument": "piano violin flute guitar drums trumpet harp cello banjo oboe",
        "sport": "tennis chess football golf hockey rugby cricket boxing rowing judo",
    }
    kind = re.match(r"(?:Who|What is the (?:favourite )?(\w+)|Which (\w+))", ask)
    group = groups[0]
    if kind[1] or kind[2]:
        of_kind = kinds[kind[1] or kind[2]].split()
        (group,) = [group for group in groups if group[0] in of_kind]
    (answer,) = [word for word in group if solution[word] == solution[known]]
    return answer


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_finds_the_gold_and_nothing_else(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        found, groups, ask = solutions(question)
        assert len(found) == 1, f"{len(found)} solutions of {question}"
        assert [len(groups), len(groups[0])] == [2, 3] * (level == 1) + [3, 3] * (level == 2) + [
            3, 4] * (level == 3) + [4, 4] * (level == 4) + [5, 5] * (level == 5)  # fmt: skip
        if level < 4:
            assert asked(ask, found[0], groups) == answer
            assert metadata["logic"] == {"kind": "set", "gold": [answer]}
        else:
            assert found[0] == metadata["logic"]["gold"]
            assert f"all {len(found[0])} names" in ask


def test_few_clues_are_superfluous():
    """None is to the deduction that the puzzle is made for; a search may do without some."""
    rng, spare, clues = random.Random(3), 0, 0
    for level in (2, 3, 4):
        for _ in range(20):
            question = FAMILY.generate(rng, level)[0]
            for clue in read(question)[1]:
                clues += 1
                spare += len(solutions(question.replace(f" {clue}.", "", 1))[0]) == 1
    assert spare < 0.15 * clues


def test_no_clue_is_the_answer():
    rng = random.Random(4)
    for level in (1, 2, 3):
        for _ in range(200):
            question, answer, _ = FAMILY.generate(rng, level)
            groups, clues, ask = read(question)
            words = {word: 0 for group in groups for word in group}
            (known,) = [word for word in re.findall(r"\w+", ask) if word in words]
            for clue in clues:
                if {known, answer} <= set(re.findall(r"\w+", clue)):
                    assert re.search(r"not|next|left|right|between|neighbours", clue), question
