"""Stories solved from their text: acted out, or by trying answers until one fits."""

import re
from fractions import Fraction

import pytest

IDLE = re.compile(
    r"(?:The house of \w+ has \d+ windows|It is \d+ degrees outside|\w+ lives at number \d+"
    r"|The bus there is line \d+|\w+ has \d+ cousins|It is \d+ days before a holiday"
    r"|\w+ read about it on page \d+ of a newspaper)\. "
)


def only(found):
    """The single answer that fits."""
    found = list(found)
    assert len(found) == 1, found
    return found[0]


def change(text, n, price, paid):
    return paid - sum(price for _ in range(n))


def pages(text, whole, daily, days):
    for _ in range(days):
        whole -= daily
    return whole


def boxes(text, whole, size, sold):
    return len(range(0, whole, size)) - sold


def shared(text, a, b, children):
    return only(each for each in range(1, 200) if each * children == a + b)


def two_kinds(text, n, p, m, q, left):
    return only(x for x in range(2_000) if x - n * p - m * q == left)


def bus(text, start, *moves):
    steps = re.findall(r"(\d+) get (on|off)", text)
    assert [int(n) for n, _ in steps] == list(moves)
    for n, way in steps:
        start += int(n) if way == "on" else -int(n)
        assert start >= 0
    return start


def wages(text, rate, hours, days, spent):
    return sum(rate for _ in range(hours * days)) - spent


def orchard(text, rows, trees, lost, each):
    standing = [1] * (rows * trees)
    return sum(each for _ in standing[lost:])


def savings(text, whole, one, parts, percent):
    assert one == 1
    left = whole - Fraction(whole, parts)
    return left - left * percent / 100


def trip(text, a, u, b, v, c):
    return Fraction(sum([u] * a + [v] * b), c)


def workers(text, a, whole, d, b, e):
    return Fraction(whole, a * d) * b * e


def compared(text, more, times, whole):
    return only(n for n in range(500) if n + n + more + times * (n + more) == whole)


def ages(text, times, older, later, whole):
    def total(young):
        return sum(age + later for age in (young, times * young, young + older))

    return only(times * young for young in range(100) if total(young) == whole)


def prices(text, price, up, down, n, voucher):
    price += Fraction(price * up, 100)
    price -= price * down / 100
    return n * price - voucher


def solution(text, a, p, b, q, more):
    salt = sum(Fraction(amount * percent, 100) for amount, percent in ((a, p), (b, q)))
    return salt - salt / 2 + more


def stock(text, n, size, monday, times, price):
    left = n * size - monday
    left -= times * monday
    assert left > 0
    return sum(price for _ in range(left))


def tickets(text, dear, cheap, n, whole):
    adults = only(a for a in range(n + 1) if a * dear + (n - a) * cheap == whole)
    return adults if text.endswith("adults") else n - adults


def together(text, a, b, alone):
    done = Fraction(alone, a)
    hours = (1 - done) * a * b / (a + b)
    assert done + hours / a + hours / b == 1
    return alone + hours


def trains(text, apart, u, wait, v):
    # Seen from B: the first one is `left` away when the second leaves.
    left = apart - u * wait
    assert left > 0
    return apart - v * Fraction(left, u + v)


def ages_before(text, now, ago, before, later):
    young = only(y for y in range(ago, 200) if now * y - ago == before * (y - ago))
    return young + later + now * young + later


def backwards(text, one, a, one_too, b, bag_end, box_end):
    def ends(bag, box):
        moved = Fraction(bag, a)
        bag, box = bag - moved, box + moved
        moved = Fraction(box, b)
        return bag + moved, box - moved

    total = bag_end + box_end
    start = only(bag for bag in range(total + 1) if ends(bag, total - bag) == (bag_end, box_end))
    return start if text.split("the ")[-1].startswith("bag") else total - start


STORIES = {
    "the change": change,
    "A book has": pages,
    "packs": boxes,
    "share them": shared,
    "dollars are left": two_kinds,
    "passengers": bus,
    "earns": wages,
    "orchard": orchard,
    "of what is left": savings,
    "way back": trip,
    "workers": workers,
    "Together the three": compared,
    "was born": ages,
    "voucher": prices,
    "salt water": solution,
    "on Wednesday": stock,
    "ticket": tickets,
    "needs": together,
    "towns": trains,
    "was then": ages_before,
    "A bag and a box": backwards,
}


def solve(text):
    text, idle = IDLE.subn("", text)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    story = next(solver for words, solver in STORIES.items() if words in text)
    return story(text, *numbers), story, idle


@pytest.mark.parametrize("level", range(1, 6))
def test_acting_it_out_agrees(level, draw):
    told = set()
    for question, gold in draw("math-word-problems", level):
        value, story, idle = solve(question)
        assert str(value) == gold and value > 0, question
        assert idle == max(0, level - 3), question
        assert not re.search(r"\b1 (?:hours|days|years|times|dollars|km|boxes)", question)
        told.add(story.__name__)
    assert len(told) >= 4
