"""The words of the small world: what the embedded bilingual model can think and say.

`VOCABULARY` is part of a published tokenizer, so it may only grow at its end, and a model made
before cannot read what has grown.
"""

from __future__ import annotations

from r1gym.verifiers.small_talk import CLOSERS, JUNK, OFFERS

ENGLISH_STEPS = ("first ", "then ", " plus ", " minus ", " times ", " divided by ", " is ")
CHINESE_STEPS = ("先", "再", "加", "减", "乘", "除以", "得")
ENGLISH_CHECKS = ("wait, ", "so ")
CHINESE_CHECKS = ("等等，", "所以")

NAMES = ("Anna", "Ben", "Cid", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jana")
THINGS = {
    "fruits": ("apple", "pear", "plum", "grape", "peach", "lemon"),
    "animals": ("cat", "dog", "horse", "cow", "goat", "sheep"),
    "colors": ("red", "blue", "green", "black", "white", "yellow"),
    "drinks": ("tea", "milk", "water", "juice", "coffee", "cocoa"),
    "tools": ("hammer", "saw", "nail", "knife", "axe", "ruler"),
}
CHINESE = {
    **dict(zip(THINGS["fruits"], ("苹果", "梨", "李子", "葡萄", "桃子", "柠檬"), strict=True)),
    **dict(zip(THINGS["animals"], ("猫", "狗", "马", "牛", "山羊", "绵羊"), strict=True)),
    **dict(zip(THINGS["colors"], ("红色", "蓝色", "绿色", "黑色", "白色", "黄色"), strict=True)),
    **dict(zip(THINGS["drinks"], ("茶", "牛奶", "水", "果汁", "咖啡", "可可"), strict=True)),
    **dict(zip(THINGS["tools"], ("锤子", "锯子", "钉子", "刀", "斧子", "尺子"), strict=True)),
}
"""The things in Chinese."""


VOCABULARY: tuple[str, ...] = (
    *ENGLISH_STEPS, *CHINESE_STEPS, *ENGLISH_CHECKS, *CHINESE_CHECKS,
    *NAMES, "Judge ", " and ", " or ", "且", "或", "计算", "解方程",
    *THINGS, *(word for words in THINGS.values() for word in words), *CHINESE.values(),
    "Say hello to ", "Say goodbye to ", "Thank ", "Wish ", " good luck", "hello ", "goodbye ",
    "thank you ", "good luck ",
    "Who are you", "What is your name", "Who made you", "Are you human", " asks: ",
    "I am R1, a small model", "My name is R1", "r1gym made me", "No, I am a model",
    "List ", "Name ", "Translate ", " to Chinese", " to English", "What is ", " in Chinese",
    " in English", ", ", ". ",
    *(f" {piece}" for piece in (*CLOSERS, *OFFERS, *JUNK)),
    "The answer is ", "答案是",
)  # fmt: skip
"""The pieces of the bilingual tokenizer beyond those of the tiny one."""
