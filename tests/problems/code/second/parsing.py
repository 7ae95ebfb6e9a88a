"""Second solvers and wrong solutions for r1gym/problems/code/parsing.py."""

import re


def calculator(c, text):
    sign = next(key for key in c.LEVEL if key not in "+-*")

    class Number:
        """Python's own parser works out the expression, with its operators renamed."""

        def __init__(self, value):
            self.value = value

        def __neg__(self):
            return Number(-self.value)

        def plus(self, other):
            return Number((self.value + other.value) % c.MODULUS)

        def minus(self, other):
            return Number((self.value - other.value) % c.MODULUS)

        def times(self, other):
            return Number(self.value * other.value % c.MODULUS)

        def own(self, other):
            return Number((c.A * self.value + c.B * other.value) % c.MODULUS)

    tokens = re.findall(r"\d+|\S", text)
    calls = {"+": Number.plus, "-": Number.minus, "*": Number.times, sign: Number.own}

    # The shunting-yard algorithm.
    values, operators = [], []

    def reduce():
        top = operators.pop()
        if top == "neg":
            values.append(-values.pop())
        else:
            right, left = values.pop(), values.pop()
            values.append(calls[top](left, right))

    before = None
    for token in tokens:
        if token.isdigit():
            values.append(Number(int(token)))
        elif token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                reduce()
            operators.pop()
        elif token == "-" and (before is None or before == "(" or before in calls):
            operators.append("neg")
        else:
            while operators and operators[-1] != "(":
                top = operators[-1]
                if top != "neg":
                    mine, other = c.LEVEL[token], c.LEVEL[top]
                    if other < mine or (other == mine and token == c.RIGHT):
                        break
                reduce()
            operators.append(token)
        before = token
    while operators:
        reduce()
    return str(values[0].value)


def bracket_check(c, text):
    def broken(part):
        """Whether the last character of a text breaks a rule, all before it being fine."""
        plain = part
        if c.QUOTE:
            pieces = part.split(c.QUOTE)
            if len(pieces) % 2 == 0:
                return False
            plain = "x".join(pieces[::2])
        plain = "".join(char for char in plain if char in c.OPEN + c.CLOSE)
        last = part[-1]
        if last not in c.OPEN + c.CLOSE:
            return False
        pairs = [a + b for a, b in zip(c.OPEN, c.CLOSE, strict=True)]
        while True:
            shorter = plain
            for pair in pairs:
                shorter = shorter.replace(pair, "")
            if shorter == plain:
                break
            plain = shorter
        if any(char in c.CLOSE for char in plain) or len(plain) > c.DEEPEST:
            return True
        ranks = [c.OPEN.index(char) for char in plain]
        return c.RANKED and last in c.OPEN and ranks != sorted(ranks)

    for end in range(1, len(text) + 1):
        if broken(text[:end]):
            return end - 1
    plain = text
    if c.QUOTE:
        pieces = text.split(c.QUOTE)
        if len(pieces) % 2 == 0:
            return len(text)
        plain = "".join(pieces[::2])
    opened = sum(char in c.OPEN for char in plain)
    return -1 if opened == sum(char in c.CLOSE for char in plain) else len(text)


WRONG = {
    "calculator": [
        ("A * a + B * b", "A * b + B * a"),
        ("(a - b) % MODULUS", "a - b"),
        ("LEVEL[tokens[-1]] >= least", "True", 2),
        ("-operand(tokens) if", "-expression(tokens, 0) if", 3),
        ("+ (operator != RIGHT)", "+ 1", 2, {"RIGHT": "@"}),
    ],
    "bracket_check": [
        ("len(text) if stack or quoted else -1", "-1"),
        ("> DEEPEST", ">= DEEPEST"),
        ("not stack or OPEN.index(stack.pop()) != CLOSE.index(c)", "not stack or not stack.pop()"),
        ("elif quoted:", "elif False:", 2),
        ("stack or quoted else", "stack else", 2),
        ("stack and RANKED and", "False and", 3),
    ],
}
