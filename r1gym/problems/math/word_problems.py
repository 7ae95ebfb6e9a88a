"""Stories in English with a number to be found.

Left out: stories that need knowledge of the world, and pronouns, which a name could not decide.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from r1gym.problems.families import family

Story = tuple[str, str, int | Fraction]  # what happens, what is asked, the answer

_NAMES = (
    *("Ann", "Bob", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jun", "Kira", "Leo"),
    *("Mia", "Nils", "Olga", "Pia", "Quinn", "Rosa", "Sam", "Tia", "Uma", "Vera", "Wim", "Zoe"),
)
_THINGS = (
    *("pens", "stamps", "apples", "shells", "stickers", "marbles", "cards", "candles", "lemons"),
    *("notebooks", "buttons", "postcards", "eggs", "tiles", "beads", "tulips", "cookies", "bricks"),
)
_IDLE = (
    "The house of {name} has {n} windows",
    "It is {n} degrees outside",
    "{name} lives at number {n}",
    "The bus there is line {n}",
    "{name} has {n} cousins",
    "It is {n} days before a holiday",
    "{name} read about it on page {n} of a newspaper",
)


@family("math-word-problems", levels=5, question_bytes=400)
def word_problems(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws a story with a question.

    Level 1: two steps; 2: three steps; 3: fractions, speeds and comparisons; 4: four steps, with a
    number that does not matter; 5: two unknowns, work shared and working backwards, with two
    numbers that do not matter.
    """
    told, asked, answer = rng.choice(_LEVELS[level - 1])(rng)
    sentences = told.split(". ")
    for idle in rng.sample(_IDLE, max(0, level - 3)):
        said = idle.format(name=rng.choice(_NAMES), n=rng.randint(11, 60))
        sentences.insert(rng.randint(0, len(sentences)), said)
    find = rng.choice(("Find", "Work out", "Calculate"))
    return f"{'. '.join(sentences)}. {find} {asked}", str(answer)


def _change(rng: random.Random) -> Story:
    name, n, price = rng.choice(_NAMES), rng.randint(3, 12), rng.randint(2, 15)
    left = rng.randint(1, 40)
    told = rng.choice(("{} buys {} {} for {} dollars each", "{} needs {} {}, at {} dollars each"))
    told = told.format(name, n, rng.choice(_THINGS), price)
    return f"{told}, and pays with {n * price + left} dollars", "the change in dollars", left


def _pages(rng: random.Random) -> Story:
    name, daily, days, left = (
        rng.choice(_NAMES), rng.randint(8, 40), rng.randint(3, 14), rng.randint(5, 150),
    )  # fmt: skip
    told = f"A book has {daily * days + left} pages. {name} reads {daily} pages a day for {days}"
    return (
        f"{told} days",
        rng.choice(("how many pages are left", "how many are still to read")),
        left,
    )


def _boxes(rng: random.Random) -> Story:
    name, size, boxes = rng.choice(_NAMES), rng.randint(4, 24), rng.randint(8, 40)
    given, things = rng.randint(2, boxes - 3), rng.choice(_THINGS)
    told = f"{name} packs {size * boxes} {things} into boxes of {size} each. {given} of the boxes"
    return f"{told} are sold", "how many boxes are left", boxes - given


def _shared(rng: random.Random) -> Story:
    (one, other), things = rng.sample(_NAMES, 2), rng.choice(_THINGS)
    friends, each = rng.randint(3, 12), rng.randint(5, 30)
    own = rng.randint(3, friends * each - 3)
    told = (
        f"{one} has {own} {things} and {other} has {friends * each - own}. They put them together "
        f"and share them equally among {friends} children"
    )
    return told, f"how many {things} each child gets", each


def _two_kinds(rng: random.Random) -> Story:
    name, (a, b) = rng.choice(_NAMES), rng.sample(_THINGS, 2)
    n, m, p, q = rng.randint(2, 12), rng.randint(2, 12), rng.randint(2, 15), rng.randint(2, 15)
    left = rng.randint(3, 50)
    told = (
        f"{name} buys {n} {a} at {p} dollars each and {m} {b} at {q} dollars each. Now {left} "
        "dollars are left"
    )
    return told, f"how many dollars {name} had before", n * p + m * q + left


def _bus(rng: random.Random) -> Story:
    start, on, more = rng.randint(20, 60), rng.randint(3, 15), rng.randint(3, 15)
    off, many = rng.randint(2, 10), rng.randint(2, 10)
    vehicle = rng.choice(("bus", "tram", "ferry", "train"))
    told = (
        f"A {vehicle} sets off with {start} passengers. At the first stop {on} get on and {off} "
        f"get off. At the second stop {more} get on and {many} get off"
    )
    asked = rng.choice(
        ("how many passengers there are then", "the number of passengers after that")
    )
    return told, asked, start + on - off + more - many


def _wages(rng: random.Random) -> Story:
    name, rate, hours = rng.choice(_NAMES), rng.randint(8, 30), rng.randint(3, 9)
    days, spent = rng.randint(3, 20), rng.randint(10, 70)
    told = f"{name} earns {rate} dollars an hour and works {hours} hours a day for {days} days. "
    told += f"Then {name} spends {spent} dollars"
    return told, "how many dollars of the wages are left", rate * hours * days - spent


def _orchard(rng: random.Random) -> Story:
    rows, trees, lost = rng.randint(4, 20), rng.randint(5, 25), rng.randint(2, 15)
    each, fruit = rng.randint(8, 60), rng.choice(("apple", "pear", "plum", "cherry", "lemon"))
    told = (
        f"An orchard has {rows} rows of {trees} {fruit} trees. A storm fells {lost} of them. Every "
        f"other tree bears {each} kg of fruit"
    )
    return told, "how many kg of fruit there are", (rows * trees - lost) * each


def _savings(rng: random.Random) -> Story:
    name, parts, unit = rng.choice(_NAMES), rng.randint(3, 8), rng.randint(1, 30)
    percent, rest = 5 * rng.randint(2, 18), 20 * unit * (parts - 1)
    one, other = rng.sample(("rent", "books", "food", "a coat", "a trip", "tools", "music"), 2)
    told = (
        f"{name} has {20 * unit * parts} dollars and spends 1/{parts} of it on {one}. Then "
        f"{name} spends {percent}% of what is left on {other}"
    )
    return told, "how many dollars remain", rest * (100 - percent) // 100


def _trip(rng: random.Random) -> Story:
    name, a, b, c = rng.choice(_NAMES), rng.randint(2, 6), rng.randint(2, 6), rng.randint(3, 12)
    (u, v), verb = rng.sample(range(30, 121, 5), 2), rng.choice(("drives", "travels"))
    told = (
        f"{name} {verb} for {a} hours at {u} km per hour and then for {b} hours at {v} km per "
        f"hour. The way back is the same road and takes {c} hours"
    )
    asked = "the average speed on the way back in km per hour, as a fraction or whole number"
    return told, asked, Fraction(a * u + b * v, c)


def _workers(rng: random.Random) -> Story:
    (a, b), (d, e) = rng.sample(range(2, 13), 2), rng.sample(range(2, 11), 2)
    each, things = rng.randint(2, 9), rng.choice(("chairs", "shirts", "lamps", "bikes", "pots"))
    told = f"{a} workers make {a * d * each} {things} in {d} days, all at the same pace"
    return told, f"how many {things} {b} such workers make in {e} days", b * e * each


def _compared(rng: random.Random) -> Story:
    (one, other, third), things = rng.sample(_NAMES, 3), rng.choice(_THINGS)
    n, more, times = rng.randint(4, 60), rng.randint(2, 30), rng.randint(2, 5)
    whole = n + (n + more) + times * (n + more)
    told = (
        f"{one} has {more} more {things} than {other}, and {third} has {times} times as many as "
        f"{one}. Together the three have {whole} {things}"
    )
    return told, f"how many {things} {other} has", n


def _ages(rng: random.Random) -> Story:
    one, other = rng.sample(_NAMES, 2)
    times, young, later, older = (
        rng.randint(2, 6), rng.randint(3, 15), rng.randint(2, 20), rng.randint(2, 9),
    )  # fmt: skip
    third = rng.choice([name for name in _NAMES if name not in (one, other)])
    whole = times * young + young + (young + older) + 3 * later
    told = (
        f"{one} is {times} times as old as {other}, and {third} was born {older} years before "
        f"{other}. In {later} years the ages of the three will add up to {whole}"
    )
    return told, f"the age of {one} now, in years", times * young


def _prices(rng: random.Random) -> Story:
    name, price, n = rng.choice(_NAMES), 100 * rng.randint(1, 12), rng.randint(2, 9)
    up, down = 10 * rng.randint(1, 6), 10 * rng.randint(1, 6)
    thing = rng.choice(("lamp", "table", "bike", "radio", "chair", "phone"))
    told = (
        f"A {thing} costs {price} dollars. The price is raised by {up}%. Later the new price is "
        f"lowered by {down}%. {name} then buys {n} of them and uses a voucher of {price // 2} "
        "dollars"
    )
    value = n * price * (100 + up) * (100 - down) // 10_000 - price // 2
    return told, f"how many dollars {name} pays", value


def _solution(rng: random.Random) -> Story:
    a, b, p, q = (rng.randint(2, 9) for _ in range(4))
    p, q, more = 2 * p + 2, 2 * q + 2, rng.randint(10, 90)
    who = rng.choice(_NAMES)
    told = (
        f"{who} mixes {100 * a} g of salt water with {p}% salt and {100 * b} g of salt water with "
        f"{q}% salt. Half of the mixture is poured away. Then {more} g of salt are stirred in"
    )
    return told, "how many g of salt are in the water then", (a * p + b * q) // 2 + more


def _stock(rng: random.Random) -> Story:
    things, price = rng.choice(_THINGS), rng.randint(2, 12)
    size, monday, times, last = (
        rng.randint(6, 30), rng.randint(8, 60), rng.randint(2, 4), rng.randint(5, 90),
    )  # fmt: skip
    sold = monday * (1 + times)
    boxes = (sold + last) // size + 1
    told = (
        f"A shop has {boxes} boxes of {size} {things}. On Monday the shop sells {monday} of the "
        f"{things}, on Tuesday {times} times as many as on Monday, on Wednesday all the others, "
        f"at {price} dollars each"
    )
    return told, "how many dollars the shop takes on Wednesday", (boxes * size - sold) * price


def _tickets(rng: random.Random) -> Story:
    cheap = rng.randint(3, 15)
    dear, n = cheap + rng.randint(2, 15), rng.randint(20, 200)
    adults = rng.randint(5, n - 5)
    place = rng.choice(("concert", "film", "circus", "match", "play", "museum"))
    whole = dear * adults + cheap * (n - adults)
    told = (
        f"A ticket for the {place} costs {dear} dollars for adults and {cheap} dollars for "
        f"children. {n} tickets are sold for {whole} dollars altogether"
    )
    who, value = rng.choice((("adults", adults), ("children", n - adults)))
    return told, f"how many of the tickets are for {who}", value


def _together(rng: random.Random) -> Story:
    (one, other), (a, b) = rng.sample(_NAMES, 2), rng.sample(range(5, 25), 2)
    alone = rng.randint(2, a - 2)
    job = rng.choice(("paint a fence", "tile a roof", "dig a ditch", "type a report"))
    rest = (1 - Fraction(alone, a)) / (Fraction(1, a) + Fraction(1, b))
    told = (
        f"{one} alone needs {a} hours to {job}, and {other} alone needs {b} hours. {one} starts "
        f"and works alone for {alone} hours. Then both work on together until it is done"
    )
    asked = "how many hours it takes from start to end, as a fraction or whole number"
    return told, asked, alone + rest


def _trains(rng: random.Random) -> Story:
    u, v, wait = rng.randint(40, 120), rng.randint(40, 120), rng.randint(2, 4)
    apart = u * wait + rng.randint(50, 500)
    kind = rng.choice(("train", "bus", "truck"))
    met = wait + Fraction(apart - u * wait, u + v)
    told = (
        f"The towns A and B are {apart} km apart. A {kind} leaves A for B at {u} km per hour. "
        f"{wait} hours later another {kind} leaves B for A on the same road at {v} km per hour"
    )
    asked = "how many km from A they meet, as a fraction or whole number"
    return told, asked, u * met


def _ages_before(rng: random.Random) -> Story:
    one, other = rng.sample(_NAMES, 2)
    now, gap, unit = rng.randint(2, 5), rng.randint(1, 4), rng.randint(2, 5)
    before = now + gap
    # now*y - t = before*(y - t), so y = t*(before - 1)/gap.
    ago, young = unit * gap, unit * (before - 1)
    later = rng.randint(2, 30)
    told = (
        f"{one} is {now} times as old as {other}. {ago} years ago {one} was {before} times as old "
        f"as {other} was then"
    )
    asked = f"the sum of the ages of {one} and {other} in {later} years"
    return told, asked, (now + 1) * young + 2 * later


def _backwards(rng: random.Random) -> Story:
    things, a, b = rng.choice(_THINGS), rng.randint(2, 6), rng.randint(2, 6)
    given, back = rng.randint(2, 30), rng.randint(2, 30)
    back = max(back, given // b + 1)  # or the box would have been empty
    bag, box = a * given, b * back - given
    told = (
        f"A bag and a box hold {things}. 1/{a} of the {things} in the bag are put into the box. "
        f"Then 1/{b} of all {things} in the box are put into the bag. In the end the bag holds "
        f"{bag - given + back} {things} and the box holds {box + given - back}"
    )
    place, value = rng.choice((("bag", bag), ("box", box)))
    return told, f"how many {things} the {place} held at first", value


_LEVELS: tuple[tuple[Callable[[random.Random], Story], ...], ...] = (
    (_change, _pages, _boxes, _shared),
    (_two_kinds, _bus, _wages, _orchard),
    (_savings, _trip, _workers, _compared),
    (_ages, _prices, _solution, _stock),
    (_tickets, _together, _trains, _ages_before, _backwards),
)
