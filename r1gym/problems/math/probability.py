"""Dice, urns and coins: probabilities and expectations as exact fractions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from r1gym.problems.families import family

Drawn = tuple[str, str]

_COLOURS = ("red", "blue", "green", "white", "black", "yellow", "orange", "purple")
_HOLDERS = ("bag", "box", "jar", "drawer", "basket")
_THINGS = ("balls", "marbles", "beads", "counters", "socks")
_FIND = ("Find, as a fraction, the probability that", "As a fraction, give the probability that")


@family("math-probability", levels=5, question_bytes=290)
def probability(rng: random.Random, level: int) -> Drawn:
    """Draws a question about chance.

    Level 1: one draw, the sum of two dice; 2: two draws with and without putting back; 3: several
    draws and conditions; 4: expectations, coins, causes; 5: moves between urns, games without an
    end, waiting times, conditions on three dice.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _urn(rng: random.Random, colours: int, most: int) -> tuple[str, list[str], list[int], str]:
    """Returns what an urn's description says, its colours, their numbers and what is in it."""
    names = rng.sample(_COLOURS, colours)
    counts = [rng.randint(2, most) for _ in names]
    things = rng.choice(_THINGS)
    return f"A {rng.choice(_HOLDERS)} holds {_held(names, counts, things)}", names, counts, things


def _held(names: Sequence[str], counts: Sequence[int], things: str) -> str:
    said = [f"{n} {name}" for n, name in zip(counts, names, strict=True)]
    return f"{', '.join(said[:-1])} and {said[-1]} {things}"


def _sum_ways(dice: Sequence[int]) -> list[int]:
    """Returns in how many ways dice with these numbers of faces have each sum."""
    ways = [1]
    for faces in dice:
        longer = [0] * (len(ways) + faces)
        for total, count in enumerate(ways):
            for face in range(1, faces + 1):
                longer[total + face] += count
        ways = longer
    return ways


def _one_draw(rng: random.Random) -> Drawn:
    text, names, counts, _ = _urn(rng, 3, 12)
    whole, (a, b, _) = sum(counts), counts
    event, good = rng.choice(
        (
            (f"it is {names[0]}", a),
            (f"it is not {names[0]}", whole - a),
            (f"it is {names[0]} or {names[1]}", a + b),
        )
    )
    return f"{text}. One is drawn at random. {rng.choice(_FIND)} {event}", str(
        Fraction(good, whole)
    )


def _two_dice(rng: random.Random) -> Drawn:
    dice = [rng.randint(4, 12), rng.randint(4, 12)]
    ways, s = _sum_ways(dice), rng.randint(4, sum(dice) - 2)
    event, good = rng.choice(
        (
            (f"exactly {s}", ways[s]),
            (f"at least {s}", sum(ways[s:])),
            (f"at most {s}", sum(ways[: s + 1])),
        )
    )
    text = (
        f"Two fair dice, one with faces 1 to {dice[0]} and one with faces 1 to {dice[1]}, are "
        f"rolled. {rng.choice(_FIND)} their sum is {event}"
    )
    return text, str(Fraction(good, math.prod(dice)))


def _two_draws(rng: random.Random) -> Drawn:
    text, names, counts, _ = _urn(rng, rng.randint(2, 3), 9)
    whole, back = sum(counts), rng.random() < 0.5
    less = 0 if back else 1
    pairs, (a, b) = whole * (whole - less), counts[:2]
    same = sum(n * (n - less) for n in counts)
    event, good = rng.choice(
        (
            (f"both are {names[0]}", a * (a - less)),
            ("both have the same colour", same),
            ("they have different colours", pairs - same),
            (f"the first is {names[0]} and the second is {names[1]}", a * b),
            (f"exactly one of them is {names[0]}", 2 * a * (whole - a)),
            (f"at least one of them is {names[0]}", pairs - (whole - a) * (whole - a - less)),
        )
    )
    how = "with" if back else "without"
    text = f"{text}. Two are drawn one after the other {how} replacement. {rng.choice(_FIND)}"
    return f"{text} {event}", str(Fraction(good, pairs))


def _several_draws(rng: random.Random) -> Drawn:
    text, names, counts, _ = _urn(rng, 3, 9)
    a, rest, k = counts[0], sum(counts[1:]), rng.randint(3, 4)
    j = rng.randint(1, min(a, k) - 1)
    ways = [math.comb(a, i) * math.comb(rest, k - i) for i in range(k + 1)]
    event, good = rng.choice(((f"exactly {j}", ways[j]), (f"at most {j}", sum(ways[: j + 1]))))
    text = f"{text}. {k} are drawn at random without replacement. {rng.choice(_FIND)}"
    verb = "is" if j == 1 else "are"
    return f"{text} {event} of them {verb} {names[0]}", str(Fraction(good, sum(ways)))


def _urn_condition(rng: random.Random) -> Drawn:
    text, names, counts, _ = _urn(rng, 3, 9)
    whole, (a, b, c) = sum(counts), counts
    given, event, chance = rng.choice(
        (
            (
                f"at least one of them is {names[0]}",
                f"both are {names[0]}",
                Fraction(math.comb(a, 2), math.comb(whole, 2) - math.comb(whole - a, 2)),
            ),
            (
                "they have different colours",
                f"one of them is {names[0]}",
                Fraction(a * (b + c), a * b + b * c + a * c),
            ),
            (
                "they have the same colour",
                f"both are {names[0]}",
                Fraction(math.comb(a, 2), sum(math.comb(n, 2) for n in counts)),
            ),
        )
    )
    text = f"{text}. Two are drawn at random without replacement. Given that {given}, find, as a "
    return f"{text}fraction, the probability that {event}", str(chance)


def _dice_condition(rng: random.Random) -> Drawn:
    dice = [rng.randint(4, 12), rng.randint(4, 12)]
    s = rng.randint(4, sum(dice) - 1)
    good = [x for x in range(1, dice[0] + 1) if s - dice[1] <= x]  # the sum can reach s
    all_ = sum(min(dice[1], dice[1] - (s - x) + 1) for x in good)
    face = rng.choice(good)
    hit = min(dice[1], dice[1] - (s - face) + 1)
    text = (
        f"A fair die with faces 1 to {dice[0]} and then one with faces 1 to {dice[1]} are rolled. "
        f"Given that the sum is at least {s}, find, as a fraction, the probability that the first "
        f"die shows {face}"
    )
    return text, str(Fraction(hit, all_))


def _expected_dice(rng: random.Random) -> Drawn:
    a, b = rng.randint(4, 12), rng.randint(4, 12)
    p, q = rng.randint(2, 9), rng.randint(2, 9)
    faces = [(x, y) for x in range(1, a + 1) for y in range(1, b + 1)]
    name, total = rng.choice(
        (
            ("the larger of the two numbers", sum(map(max, faces))),
            ("the smaller of the two numbers", sum(map(min, faces))),
            ("the product of the two numbers", sum(x * y for x, y in faces)),
            ("the difference of the two numbers, larger minus smaller",
             sum(abs(x - y) for x, y in faces)),
        )
    )  # fmt: skip
    text = (
        f"Two fair dice, one with faces 1 to {a} and one with faces 1 to {b}, are rolled. A player "
        f"wins {p} points plus {q} times {name}. Find the expected number of points, as a fraction"
    )
    return text, str(p + q * Fraction(total, a * b))


def _coins(rng: random.Random) -> Drawn:
    q, n = rng.randint(3, 9), rng.randint(3, 6)
    p = Fraction(rng.randint(1, q - 1), q)
    k = rng.randint(0, n - 1)
    ways = [math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    event, chance = rng.choice(
        ((f"exactly {k}", ways[k]), (f"more than {k}", sum(ways[k + 1 :], Fraction(0))))
    )
    text = f"A coin shows heads with probability {p}. It is tossed {n} times. {rng.choice(_FIND)}"
    return f"{text} the number of heads is {event}", str(chance)


def _causes(rng: random.Random) -> Drawn:
    names, things = rng.sample(_COLOURS, 2), rng.choice(_THINGS)
    one, other = ([rng.randint(2, 9), rng.randint(2, 9)] for _ in range(2))
    weight, whole = rng.randint(1, 4), rng.randint(5, 7)
    first = Fraction(weight, whole)
    by_first = first * Fraction(one[0], sum(one))
    by_other = (1 - first) * Fraction(other[0], sum(other))
    text = (
        f"Box A holds {_held(names, one, things)}, box B holds {_held(names, other, things)}. Box "
        f"A is chosen with probability {first}, otherwise box B, and one of its {things} is drawn "
        f"at random. "
    )
    if rng.random() < 0.5:
        return f"{text}{rng.choice(_FIND)} it is {names[0]}", str(by_first + by_other)
    text += f"Given that it is {names[0]}, find, as a fraction, the probability that box A was"
    return f"{text} chosen", str(by_first / (by_first + by_other))


def _transfer(rng: random.Random) -> Drawn:
    names, things = rng.sample(_COLOURS, 2), rng.choice(_THINGS)
    (a, b), (c, d) = ([rng.randint(2, 9), rng.randint(2, 9)] for _ in range(2))
    moved = rng.randint(1, 2)
    # The expected share of the first colour in what is moved is a/(a+b).
    chance = (c + moved * Fraction(a, a + b)) / (c + d + moved)
    text = (
        f"Box A holds {_held(names, (a, b), things)}, box B holds {_held(names, (c, d), things)}. "
        f"{'One is' if moved == 1 else 'Two are'} drawn at random from box A and put into box B. "
        f"Then one is drawn at random from box B. {rng.choice(_FIND)} it is {names[0]}"
    )
    return text, str(chance)


def _turns(rng: random.Random) -> Drawn:
    players = rng.sample(("Ann", "Bob", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana"), 2)
    dice = [rng.randint(4, 20), rng.randint(4, 20)]
    least = [rng.randint(3, faces) for faces in dice]
    p, q = (Fraction(f - low + 1, f) for f, low in zip(dice, least, strict=True))
    wins = p / (1 - (1 - p) * (1 - q))
    text = (
        f"{players[0]} and {players[1]} take turns, {players[0]} first. {players[0]} rolls a fair "
        f"die with faces 1 to {dice[0]} and wins with {least[0]} or more, {players[1]} rolls one "
        f"with faces 1 to {dice[1]} and wins with {least[1]} or more. They go on until one of them "
        f"wins. {rng.choice(_FIND)} "
    )
    winner = rng.randrange(2)
    return f"{text}{players[winner]} wins", str(1 - wins if winner else wins)


def _waiting(rng: random.Random) -> Drawn:
    text, names, counts, _ = _urn(rng, 3, 15)
    a, whole = counts[0], sum(counts)
    if rng.random() < 0.5:
        # The others lie, on average, evenly in the a+1 gaps between those of the colour.
        text += ". They are drawn at random one by one without replacement"
        value = Fraction(whole + 1, a + 1)
    else:
        text += ". They are drawn at random one by one, each put back before the next draw"
        value = Fraction(whole, a)
    text += f", until the first {names[0]} one is drawn. Find the expected number of draws, that"
    return f"{text} one included, as a fraction", str(value)


def _three_dice(rng: random.Random) -> Drawn:
    dice = [rng.randint(4, 8) for _ in range(3)]
    s = rng.randint(9, sum(dice) - 2)
    # A can show from the first to the last of these; one more than the first says something.
    face = rng.randint(max(1, s - sum(dice[1:])) + 1, min(dice[0], s - 2))
    ways, rest = _sum_ways(dice), _sum_ways(dice[1:])
    text = (
        f"Three fair dice are rolled: A with faces 1 to {dice[0]}, B with faces 1 to {dice[1]} and "
        f"C with faces 1 to {dice[2]}. "
    )
    hits = sum(rest[s - x] for x in range(face, dice[0] + 1) if 0 <= s - x < len(rest))
    text += f"Given that the sum is {s}, find, as a fraction, the probability that A shows {face}"
    return f"{text} or more", str(Fraction(hits, ways[s]))


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_one_draw, _two_dice),
    (_two_draws,),
    (_several_draws, _urn_condition, _dice_condition),
    (_expected_dice, _coins, _causes),
    (_transfer, _turns, _waiting, _three_dice),
)
