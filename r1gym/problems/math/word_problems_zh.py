"""Stories in Chinese with a number to be found, written for themselves and not translated.

The tiny tokenizer cannot read them, as it knows ASCII only.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from r1gym.problems.families import family

Story = tuple[str, str, int | Fraction]  # what happens, what is asked, the answer

_NAMES = (
    *(
        "小明",
        "小红",
        "小华",
        "小丽",
        "小刚",
        "小芳",
        "小军",
        "小雪",
        "小强",
        "小梅",
        "小林",
        "小燕",
    ),
    *(
        "李雷",
        "王芳",
        "张伟",
        "刘洋",
        "陈静",
        "赵敏",
        "周涛",
        "吴刚",
        "孙悦",
        "郑爽",
        "何平",
        "许诺",
    ),
)
_GOODS = (
    *(
        ("支", "铅笔"),
        ("本", "练习本"),
        ("块", "橡皮"),
        ("个", "苹果"),
        ("张", "贺卡"),
        ("把", "尺子"),
    ),
    *(
        ("盒", "彩笔"),
        ("瓶", "果汁"),
        ("袋", "饼干"),
        ("个", "文具盒"),
        ("枚", "邮票"),
        ("颗", "糖果"),
    ),
)
_IDLE = (
    "{name}家的门牌号是{n}号",
    "当天的气温是{n}度",
    "{name}家住在{n}楼",
    "去那里要坐{n}路公交车",
    "{name}的学号是{n}",
    "{name}上个月读了{n}页故事书",
)


@family("math-word-problems-zh", levels=4, question_bytes=400)
def word_problems_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws a story with a question, in Chinese.

    Level 1: two steps; 2: three steps; 3: fractions, speeds and multiples, with a number that does
    not matter; 4: two unknowns, shared work and working backwards, with two such numbers.
    """
    told, asked, answer = rng.choice(_LEVELS[level - 1])(rng)
    sentences = told.split("。")
    for idle in rng.sample(_IDLE, max(0, level - 2)):
        said = idle.format(name=rng.choice(_NAMES), n=rng.randint(11, 60))
        sentences.insert(rng.randint(0, len(sentences)), said)
    find = rng.choice(("求", "请问", "请算出"))
    return f"{'。'.join(sentences)}。{find}{asked}", str(answer)


def _change(rng: random.Random) -> Story:
    name, (unit, thing) = rng.choice(_NAMES), rng.choice(_GOODS)
    n, price, left = rng.randint(3, 15), rng.randint(2, 20), rng.randint(1, 40)
    told = rng.choice(
        (
            f"{name}买了{n}{unit}{thing}，每{unit}{price}元，付了{n * price + left}元",
            f"每{unit}{thing}卖{price}元，{name}买了{n}{unit}，交给售货员{n * price + left}元",
        )
    )
    return told, rng.choice(("应找回多少元", "售货员应找给顾客多少元")), left


def _pages(rng: random.Random) -> Story:
    name, daily, days = rng.choice(_NAMES), rng.randint(8, 40), rng.randint(3, 15)
    left = rng.randint(5, 150)
    told = f"一本书共有{daily * days + left}页，{name}每天看{daily}页，看了{days}天"
    return told, rng.choice(("还剩多少页没有看", "还有多少页没看完")), left


def _shared(rng: random.Random) -> Story:
    (one, other), (unit, thing) = rng.sample(_NAMES, 2), rng.choice(_GOODS)
    people, each = rng.randint(3, 12), rng.randint(5, 30)
    own = rng.randint(3, people * each - 3)
    told = (
        f"{one}有{own}{unit}{thing}，{other}有{people * each - own}{unit}。他们把这些{thing}"
        f"合在一起，平均分给{people}个小朋友"
    )
    return told, f"每个小朋友分到多少{unit}{thing}", each


def _two_kinds(rng: random.Random) -> Story:
    name, ((unit, a), (other, b)) = rng.choice(_NAMES), rng.sample(_GOODS, 2)
    n, m, p, q = rng.randint(2, 12), rng.randint(2, 12), rng.randint(2, 20), rng.randint(2, 20)
    left = rng.randint(3, 50)
    told = (
        f"{name}买了{n}{unit}{a}，每{unit}{p}元，又买了{m}{other}{b}，每{other}{q}元，"
        f"最后还剩{left}元"
    )
    return told, f"{name}原来有多少元", n * p + m * q + left


def _bus(rng: random.Random) -> Story:
    start, on, more = rng.randint(20, 60), rng.randint(3, 15), rng.randint(3, 15)
    off, many = rng.randint(2, 10), rng.randint(2, 10)
    told = (
        f"一辆公共汽车从起点出发时有{start}人。到第一站时上来{on}人，下去{off}人。到第二站时上来{more}人，"
        f"下去{many}人"
    )
    return told, "这时车上有多少人", start + on - off + more - many


def _orchard(rng: random.Random) -> Story:
    rows, trees, lost = rng.randint(4, 20), rng.randint(5, 25), rng.randint(2, 15)
    each, fruit = rng.randint(8, 60), rng.choice(("苹果", "梨", "桃", "橘子", "李子"))
    told = (
        f"果园里种了{rows}行{fruit}树，每行{trees}棵，其中{lost}棵没有结果，"
        f"其余每棵收{fruit}{each}千克"
    )
    return told, f"一共收{fruit}多少千克", (rows * trees - lost) * each


def _savings(rng: random.Random) -> Story:
    name, parts, unit = rng.choice(_NAMES), rng.randint(3, 8), rng.randint(1, 30)
    percent = 5 * rng.randint(2, 18)
    one, other = rng.sample(("买书", "买衣服", "买文具", "吃饭", "坐车", "买礼物"), 2)
    rest = 20 * unit * (parts - 1)
    told = f"{name}有{20 * unit * parts}元，先用其中的1/{parts}{one}，再用余下的{percent}%{other}"
    return told, "最后还剩多少元", rest * (100 - percent) // 100


def _trip(rng: random.Random) -> Story:
    (u, v), a, b, c = (
        rng.sample(range(30, 121, 5), 2), rng.randint(2, 6), rng.randint(2, 6), rng.randint(3, 12),
    )  # fmt: skip
    vehicle = rng.choice(("一辆汽车", "一辆货车", "一列火车"))
    told = (
        f"{vehicle}从甲地开往乙地，前{a}小时每小时行{u}千米，后{b}小时每小时行{v}千米，正好到达。"
        f"沿原路返回时用了{c}小时"
    )
    asked = "返回时平均每小时行多少千米（除不尽时用分数表示）"
    return told, asked, Fraction(a * u + b * v, c)


def _workers(rng: random.Random) -> Story:
    (a, b), (d, e) = rng.sample(range(2, 13), 2), rng.sample(range(2, 11), 2)
    each, (unit, thing) = (
        rng.randint(2, 9),
        rng.choice((("把", "椅子"), ("个", "零件"), ("件", "上衣"))),
    )
    told = f"{a}个工人{d}天可以做{a * d * each}{unit}{thing}，每个工人每天做的同样多"
    return told, f"{b}个这样的工人{e}天可以做多少{unit}{thing}", b * e * each


def _compared(rng: random.Random) -> Story:
    (one, other, third), (unit, thing) = rng.sample(_NAMES, 3), rng.choice(_GOODS)
    n, more, times = rng.randint(4, 60), rng.randint(2, 30), rng.randint(2, 5)
    whole = n + (n + more) + times * (n + more)
    told = (
        f"{one}的{thing}比{other}多{more}{unit}，{third}的{thing}是{one}的{times}倍，"
        f"三人一共有{whole}{unit}{thing}"
    )
    return told, f"{other}有多少{unit}{thing}", n


def _cage(rng: random.Random) -> Story:
    (one, p), (other, q), place, count, part = rng.choice(
        (
            (("鸡", 2), ("兔", 4), "笼子里", "只", "条腿"),
            (("三轮车", 3), ("小汽车", 4), "停车场里", "辆", "个轮子"),
            (("蜘蛛", 8), ("蜻蜓", 6), "花园里", "只", "条腿"),
        )
    )
    n, m = rng.randint(5, 90), rng.randint(5, 90)
    told = (
        f"每{count}{one}有{p}{part}，每{count}{other}有{q}{part}。{place}有{one}和{other}"
        f"共{n + m}{count}，一共有{n * p + m * q}{part}"
    )
    who, value = rng.choice(((one, n), (other, m)))
    return told, f"{who}有多少{count}", value


def _together(rng: random.Random) -> Story:
    a, b = rng.sample(range(5, 25), 2)
    alone = rng.randint(2, a - 2)
    job = rng.choice(("一项工程", "一条水渠", "一批零件", "一段公路"))
    rest = (1 - Fraction(alone, a)) / (Fraction(1, a) + Fraction(1, b))
    told = (
        f"{job}，甲队单独完成需要{a}天，乙队单独完成需要{b}天。甲队先单独做{alone}天，"
        "余下的由两队合作完成"
    )
    return told, "两队还要合作多少天（除不尽时用分数表示）", rest


def _meeting(rng: random.Random) -> Story:
    u, v, wait = rng.randint(40, 120), rng.randint(40, 120), rng.randint(2, 4)
    apart = u * wait + rng.randint(50, 500)
    told = (
        f"甲、乙两地相距{apart}千米。一辆货车从甲地开往乙地，每小时行{u}千米。{wait}小时后，一辆客车从乙地"
        f"沿同一条路开往甲地，每小时行{v}千米"
    )
    asked = "客车开出后多少小时两车相遇（除不尽时用分数表示）"
    return told, asked, Fraction(apart - u * wait, u + v)


def _ages(rng: random.Random) -> Story:
    name, elder = rng.choice(_NAMES), rng.choice(("妈妈", "爸爸", "爷爷", "舅舅", "姑姑"))
    now, gap, unit = rng.randint(2, 5), rng.randint(1, 4), rng.randint(2, 5)
    before = now + gap
    # now*y - t = before*(y - t), so y = t*(before - 1)/gap.
    ago, young, later = unit * gap, unit * (before - 1), rng.randint(2, 30)
    told = f"{elder}今年的年龄是{name}的{now}倍。{ago}年前，{elder}的年龄是{name}的{before}倍"
    asked = f"{later}年后{name}和{elder}的年龄之和是多少岁"
    return told, asked, (now + 1) * young + 2 * later


def _backwards(rng: random.Random) -> Story:
    unit, thing = rng.choice((("千克", "大米"), ("千克", "面粉"), ("米", "布"), ("吨", "煤")))
    a, b, c = rng.randint(3, 6), rng.randint(3, 6), rng.randint(2, 30)
    # Day one leaves second = total*(a-1)/a - extra, a multiple of b.
    extra, second = (a - 1) * rng.randint(1, 6), b * (a - 1) * rng.randint(1, 8)
    total, left = (second + extra) // (a - 1) * a, second - second // b + c
    told = (
        f"仓库里有一批{thing}，第一天用去全部的1/{a}，又用去{extra}{unit}。第二天用去余下的1/{b}，"
        f"第三天运进{c}{unit}，这时仓库里有{left}{unit}{thing}"
    )
    return told, f"原来有{thing}多少{unit}", total


_LEVELS: tuple[tuple[Callable[[random.Random], Story], ...], ...] = (
    (_change, _pages, _shared),
    (_two_kinds, _bus, _orchard),
    (_savings, _trip, _workers, _compared),
    (_cage, _together, _meeting, _ages, _backwards),
)
