"""Chinese stories solved from their text: acted out, or by trying answers until one fits."""

import re
from fractions import Fraction

import pytest

IDLE = re.compile(
    r"(?:[^。]{2,3}家的门牌号是\d+号|当天的气温是\d+度|[^。]{2}家住在\d+楼|去那里要坐\d+路公交车"
    r"|[^。]{2}的学号是\d+|[^。]{2}上个月读了\d+页故事书)。"
)


def only(found):
    """The single answer that fits."""
    found = list(found)
    assert len(found) == 1, found
    return found[0]


def change(text, *given):
    price, n, paid = given if text.startswith("每") else (given[1], given[0], given[2])
    return paid - sum(price for _ in range(n))


def pages(text, whole, daily, days):
    for _ in range(days):
        whole -= daily
    return whole


def shared(text, a, b, people):
    return only(each for each in range(1, 200) if each * people == a + b)


def two_kinds(text, n, p, m, q, left):
    return only(x for x in range(2_000) if x - n * p - m * q == left)


def bus(text, start, *moves):
    steps = re.findall(r"(上来|下去)(\d+)人", text)
    assert [int(n) for _, n in steps] == list(moves)
    for way, n in steps:
        start += int(n) if way == "上来" else -int(n)
        assert start >= 0
    return start


def orchard(text, rows, trees, lost, each):
    return sum(each for _ in range(rows * trees)) - lost * each


def savings(text, whole, one, parts, percent):
    left = whole - Fraction(whole * one, parts)
    return left - left * percent / 100


def trip(text, a, u, b, v, c):
    return Fraction(sum([u] * a + [v] * b), c)


def workers(text, a, d, whole, b, e):
    return Fraction(whole, a * d) * b * e


def compared(text, more, times, whole):
    return only(n for n in range(500) if n + n + more + times * (n + more) == whole)


def cage(text, p, q, heads, parts):
    one, other = re.search(r"有([^有]+)和(.+?)共", text).groups()
    first = only(n for n in range(heads + 1) if n * p + (heads - n) * q == parts)
    asked = re.search(r"(?:求|请问|请算出)(.+)有多少", text)[1]
    return {one: first, other: heads - first}[asked]


def together(text, a, b, alone):
    days = (1 - Fraction(alone, a)) * a * b / (a + b)
    assert Fraction(alone, a) + days / a + days / b == 1
    return days


def meeting(text, apart, u, wait, v):
    hours = Fraction(apart - u * wait, u + v)
    assert hours > 0 and (wait + hours) * u + hours * v == apart
    return hours


def ages(text, now, ago, before, later):
    young = only(y for y in range(ago, 200) if now * y - ago == before * (y - ago))
    return young + later + now * young + later


def backwards(text, one, a, extra, one_too, b, more, left):
    def end(whole):
        rest = whole - whole // a - extra
        return rest - rest // b + more if rest % b == 0 else None

    return only(whole for whole in range(0, 2_000, a) if end(whole) == left)


STORIES = {
    "应找": change, "一本书": pages, "平均分给": shared, "最后还剩": two_kinds, "公共汽车": bus,
    "果园": orchard, "余下的由": together, "用去余下": backwards, "返回": trip, "工人": workers,
    "三人一共": compared, "相遇": meeting, "年龄": ages, "共": cage,
}  # fmt: skip


def solve(text):
    text, idle = IDLE.subn("", text)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if "先用其中的" in text:
        return savings(text, *numbers), savings, idle
    story = next(solver for words, solver in STORIES.items() if words in text)
    return story(text, *numbers), story, idle


@pytest.mark.parametrize("level", range(1, 5))
def test_acting_it_out_agrees(level, draw):
    told = set()
    for question, gold in draw("math-word-problems-zh", level):
        value, story, idle = solve(question)
        assert str(value) == gold and value > 0, question
        assert idle == max(0, level - 2), question
        told.add(story.__name__)
    assert len(told) >= 3
