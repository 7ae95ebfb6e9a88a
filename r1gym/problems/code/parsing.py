"""Parsing: expressions and brackets."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import letters, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    def solve(text):
        tokens = []
        for c in text.replace(" ", "").strip():
            if c.isdigit() and tokens and tokens[-1].isdigit():
                tokens[-1] += c
            else:
                tokens.append(c)
        tokens.reverse()
        return str(expression(tokens, 0))


    def expression(tokens, least):
        value = operand(tokens)
        while tokens and tokens[-1] != ")" and LEVEL[tokens[-1]] >= least:
            operator = tokens.pop()
            # An operator that groups to the right leaves its equals to its right operand.
            right = expression(tokens, LEVEL[operator] + (operator != RIGHT))
            value = apply(operator, value, right)
        return value


    def operand(tokens):
        token = tokens.pop()
        if token == "(":
            value = expression(tokens, 0)
            tokens.pop()
            return value
        return -operand(tokens) if token == "-" else int(token)


    def apply(operator, a, b):
        if operator == "+":
            return (a + b) % MODULUS
        if operator == "-":
            return (a - b) % MODULUS
        if operator == "*":
            return a * b % MODULUS
        return (A * a + B * b) % MODULUS
    """,
)
def calculator(rng: random.Random, level: int) -> Task:
    """Evaluates expressions with an operator of its own."""
    a, b, modulus = rng.randint(2, 9), rng.randint(1, 9), rng.choice([97, 101, 499, 997, 1009])
    sign = rng.choice("@#&")
    levels = {"+": 1, "-": 1, "*": 2, sign: 3}
    if level == 1:
        levels = dict.fromkeys(levels, 1)
    elif rng.random() < 0.5:
        levels[sign] = 0
    right = sign if level >= 2 and rng.random() < 0.5 else ""
    rule = [f"Evaluate an expression of whole numbers and the operators +, -, * and {sign}, where"]
    rule += [f"x {sign} y means {a} * x + {b} * y. The result of every operator is taken modulo"]
    rule += [f"{modulus}, so that it is from 0 to {modulus - 1}; the numbers of the input are not."]
    if level == 1:
        rule += ["All operators bind equally strongly: they are worked off from left to right."]
    else:
        rule += [
            f"The operator {sign} binds {'less' if levels[sign] == 0 else 'more'} strongly than"
        ]
        rule += ["all others, and * binds more strongly than + and -, which bind equally. Equally"]
        rule += ["strong operators are worked off from left to right"]
        rule += [
            f"except that {sign} groups to the right: x {sign} y {sign} z is x {sign} (y"
        ] * bool(right)
        rule[-1] += f" {sign} z)." if right else "."
    if level >= 3:
        rule += ["There may be brackets, and a minus sign before a number, before a bracket or"]
        rule += ["before another such sign, which binds more strongly than all operators and"]
        rule += ["negates (a result of a sign alone is not taken modulo anything)."]
    statement = " ".join(rule) + (
        "\n\nThe input is one line with an expression of at most 100 numbers from 0 to 9999 and "
        "with blanks anywhere but within numbers. Print its value."
    )
    constants = {"A": a, "B": b, "MODULUS": modulus, "LEVEL": levels, "RIGHT": right}
    signs = f"+-*{sign}{sign}"

    def term(rng: random.Random, size: int, depth: int) -> str:
        if level >= 3 and size > 1 and depth < 5 and rng.random() < 0.7:
            minus = "-" if rng.random() < 0.2 else ""
            return f"{minus}({chain(rng, size, depth + 1)})"
        minus = "-" * rng.randint(1, 2) if level >= 3 and rng.random() < 0.15 else ""
        return minus + str(rng.randint(0, rng.choice([9, 9, 99, 9999])))

    def chain(rng: random.Random, size: int, depth: int = 0) -> str:
        parts = [term(rng, size // 3, depth)]
        while sum(len(part) for part in parts) < 3 * size:
            parts += [rng.choice(signs), term(rng, size // 3, depth)]
        return rng.choice(["", " "]).join(parts)

    def draw(rng: random.Random, size: int) -> str:
        return chain(rng, size) + "\n"

    edges = [
        "7\n",
        f"2{sign}3{sign}4\n",
        "2+3*4-5\n",
        f"2 * 3 {sign} 4 + 5\n",
        "1-2-3\n",
        "0-9999\n",
    ]
    edges += ["20*30*40\n", f"1 {sign} 2 * 3 {sign} 4\n", "9 - 3 + 4\n", f"3+4{sign}5\n"]
    if level >= 3:
        edges += ["-5\n", "--5 + -(2 - 3)\n", "2*(3+4)\n", f"-2 {sign} -(3)\n", "((8))\n"]
    return Task(statement, constants, draw, edges, largest=50)


@code_family(
    levels=3,
    call="check(text: str) -> int",
    source="""
    def check(text):
        stack, quoted = [], False
        for i, c in enumerate(text):
            if c == QUOTE:
                quoted = not quoted
            elif quoted:
                continue
            elif c in OPEN:
                if stack and RANKED and OPEN.index(c) < OPEN.index(stack[-1]):
                    return i
                stack.append(c)
                if len(stack) > DEEPEST:
                    return i
            elif c in CLOSE:
                if not stack or OPEN.index(stack.pop()) != CLOSE.index(c):
                    return i
        return len(text) if stack or quoted else -1
    """,
)
def bracket_check(rng: random.Random, level: int) -> Task:
    """Finds the place where brackets go wrong."""
    pairs = rng.sample(["()", "[]", "{}", "<>", "/\\", "bd", "pq"], 3)
    opening, closing = ("".join(pair[side] for pair in pairs) for side in (0, 1))
    deepest, ranked = rng.randint(2, 7), level >= 3
    quote = rng.choice("'\"|!") if level >= 2 else ""
    shown = ", ".join(f"{a} with {b}" for a, b in map(tuple, pairs))
    rule = [f"In a text, {shown} form the pairs of opening and closing brackets. Every closing"]
    rule += ["bracket must close the last one that was opened and is not closed yet. At most"]
    rule += [f"{plural(deepest, 'bracket')} may be open at a time."]
    if ranked:
        order = ", ".join(opening)
        rule += ["Directly within an open bracket, none may be opened that stands further to the"]
        rule += [f"left in the list {order} (the same kind is allowed)."]
    if quote:
        rule += [f"The mark {quote} starts a quotation, which ends at the next such mark; brackets"]
        rule += ["within quotations do not count."]
    rule += ["All other characters mean nothing. Return the place (counted from 0) of the first"]
    rule += ["character that breaks a rule. If there is none, return -1 when at the end of the"]
    rule += [f"text no bracket {'or quotation ' if quote else ''}is open, and else the length of"]
    rule += ["the text."]
    statement = " ".join(rule) + "\n\nThe text has from 0 to 100 characters."
    constants = {
        "OPEN": opening,
        "CLOSE": closing,
        "DEEPEST": deepest,
        "QUOTE": quote,
        "RANKED": ranked,
    }

    def draw(rng: random.Random, size: int) -> list[str]:
        out, stack = "", [0] * 0
        while len(out) < size:
            roll = rng.random()
            if roll < 0.45 and len(stack) < deepest and len(out) + len(stack) < size:
                low = stack[-1] if stack and ranked else 0
                stack.append(rng.randint(low, 2))
                out += opening[stack[-1]]
            elif stack and roll < 0.85:
                out += closing[stack.pop()]
            elif quote and roll < 0.93:
                out += quote + letters(rng, rng.randint(0, 3), opening + closing + "x") + quote
            else:
                out += rng.choice("xy ")
        out += "".join(closing[kind] for kind in reversed(stack))
        if rng.random() < 0.6:
            place = rng.randrange(len(out))
            new = rng.choice(["", rng.choice(opening), rng.choice(closing), quote])
            out = out[:place] + new + out[place + rng.randint(0, 1) :]
        return [out]

    a, b = opening[0], closing[0]
    edges = [[""], ["x"], [a], [b], [a * deepest + b * deepest], [a * (deepest + 1)]]
    edges += [[a + opening[1] + b + closing[1]], [a + b + b], [opening[1] + a + b + closing[1]]]
    edges += [
        [quote + a + quote + opening[2] + closing[2]],
        [a + b + quote],
        [a + "xy" + closing[1]],
    ]
    return Task(statement, constants, draw, edges, largest=88)
