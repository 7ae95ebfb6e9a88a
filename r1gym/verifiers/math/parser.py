r"""Tokens to an expression, by precedence climbing within a depth budget.

Sloppy LaTeX is read as TeX would (``\frac12``, ``\sqrt3``, ``2^10`` as people mean it), products
need no sign, and a function without brackets takes the product behind it (``\sin 2x``). Left out:
integrals and limits, which cannot be evaluated in bounded time.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.cursor import Cursor
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.functions import (
    applied,
    call,
    conjugate,
    from_base,
    is_whole,
    read_number,
    read_repeating,
    root,
    write_out,
)
from r1gym.verifiers.math.lexer import CLOSE, MOST_DEPTH, OPEN, closing
from r1gym.verifiers.math.names import CONSTANTS, FUNCTIONS, GREEK, INVERSE

DEGREE: Final = fold.multiply(("const", "pi"), Fraction(1, 180))
_ENDS_PRODUCT: Final = CLOSE | set(",;=&+-") | {"", "\\pm", "\\mp", "\\\\", "\\choose"}
_SIGNS: Final = frozenset("+-")
_CALLED: Final = frozenset("fghFGHPp")
_POSTFIX: Final = frozenset({"!", "%", "\\degree"})


def parse_expression(tokens: list[str]) -> Node:
    """Returns the expression that all of `tokens` make.

    Raises:
        Unreadable: If they make none.
    """
    parser = _Parser(tokens)
    node = parser.sum()
    if parser.at < len(tokens):
        if parser.peek() != "\\choose":
            raise Unreadable(f"unexpected {parser.peek()!r}")
        parser.at += 1
        node = fold.binomial(node, parser.sum())
        if parser.at < len(tokens):
            raise Unreadable(f"unexpected {parser.peek()!r}")
    return node


class _Parser(Cursor):
    def sum(self) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Unreadable("nested too deeply")
        node = self.term()
        if self.tokens[self.at] in _SIGNS:
            terms = [node]
            while (sign := self.tokens[self.at]) in _SIGNS:
                self.at += 1
                term = self.term()
                terms.append(fold.negate(term) if sign == "-" else term)
            node = fold.add(*terms)
        self.depth -= 1
        return node

    def term(self) -> Node:
        negative = self.tokens[self.at] in _SIGNS and self.signs()
        node = self.factor()
        if self.tokens[self.at] not in _ENDS_PRODUCT:
            node = self.product(node)
        return fold.negate(node) if negative else node

    def product(self, first: Node) -> Node:
        factors = [first]
        while True:
            token = self.tokens[self.at]
            if token == "*":
                self.at += 1
                factors.append(self.signed_factor())
            elif token == "/":
                self.at += 1
                divisor = self.signed_factor()
                factors = [fold.divide(fold.multiply(*factors), divisor)]
            elif self.begins_factor(token):
                before = self.tokens[self.at - 1]
                if token == "{" and before == "}":
                    raise Unreadable("two groups side by side")
                if (
                    token[0].isdecimal()
                    and before[-1].isdecimal()
                    and (self.tokens[self.at - 2] != "^" or self.tokens[self.at + 1] != "^")
                ):
                    raise Unreadable("two numbers side by side")  # unless both are powers
                factors.append(self.factor())
            else:
                return fold.multiply(*factors)

    def begins_factor(self, token: str) -> bool:
        if token in _ENDS_PRODUCT or token in "*/":
            return False
        if token == "|":
            return self.bars == 0
        return token[0] not in "^_!%':<>.?\x01\""

    def signed_factor(self) -> Node:
        negative = self.tokens[self.at] in _SIGNS and self.signs()
        node = self.factor()
        return fold.negate(node) if negative else node

    def factor(self) -> Node:
        token = self.tokens[self.at]
        following = self.tokens[self.at + 1] if token else ""
        if following in _ENDS_PRODUCT and is_whole(token):
            self.at += 1  # by far the most frequent kind
            return int(token)
        node = self.atom()
        if self.tokens[self.at] in _POSTFIX:
            node = self.postfix(node)
        if self.tokens[self.at] == "^":
            self.at += 1
            exponent = self.exponent()
            if exponent == ("degree",):
                return self.postfix(fold.multiply(node, DEGREE))
            node = fold.power(node, exponent)
            if self.tokens[self.at] in _POSTFIX:
                node = self.postfix(node)
            if self.tokens[self.at] == "^":
                raise Unreadable("a double exponent")
        return node

    def exponent(self) -> Node:
        """Reads what stands behind ``^``: a group, or a signed atom that may carry on the tower."""
        token = self.peek()
        if token in ("\\circ", "\\degree", "o"):
            self.at += 1
            return ("degree",)
        if token == "{":
            if self.tokens[self.at + 1 : self.at + 3] == ["\\circ", "}"]:
                self.at += 3
                return ("degree",)
            return self.group()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Unreadable("nested too deeply")
        node = self.signed_factor()
        self.depth -= 1
        return node

    def postfix(self, node: Node) -> Node:
        start = self.at
        while (token := self.tokens[self.at]) in _POSTFIX:
            self.at += 1
            if self.at - start > 3:
                raise Unreadable("too many signs behind a number")
            if token == "!":
                node = fold.factorial(node)
            else:
                node = fold.multiply(node, DEGREE if token == "\\degree" else Fraction(1, 100))
        return node

    def group(self) -> Node:
        """Reads ``{...}``, or without braces what TeX would take: one digit or one atom."""
        token = self.tokens[self.at]
        if token == "{":
            if self.tokens[self.at + 2 : self.at + 3] == ["}"]:
                inner = self.tokens[self.at + 1]
                if is_whole(inner):
                    self.at += 3
                    return int(inner)
            self.at += 1
            node = self.sum()
            self.expect("}")
            return node
        if token[:1].isdecimal() and token.isascii():
            if len(token) > 1:
                self.tokens[self.at] = token[1:]
            else:
                self.at += 1
            return int(token[0])
        if token[:1].isalpha() and len(token) > 1 and token.isascii():
            self.tokens[self.at] = token[1:]
            return _letter(token[0])
        return self.atom()

    def single(self) -> Node:
        r"""Reads a whole number or one atom: people write ``\log_10`` where TeX would take a 1."""
        token = self.peek()
        if token.isdecimal() and token.isascii():
            self.at += 1
            return read_number(token)
        return self.group()

    def atom(self) -> Node:
        token = self.take()
        first = token[:1]
        if self.peek() == "_" and len(token) > 1 and token.isalnum() and token.isascii():
            return self.letters(token) if token == "log" else self.based(token)
        if first.isdecimal() or (first == "." and len(token) > 1 and token[1].isdecimal()):
            return self.number(token)
        if token == "(" and self.tokens[self.at + 1 : self.at + 3] == [")", "_"]:
            self.at += 2
            return self.based(self.tokens[self.at - 2])
        if token in ("(", "[", "{"):
            return self.bracketed(OPEN[token])
        if first.isalpha() and first.isascii():
            return self.letters(token)
        if token in CONSTANTS:
            return CONSTANTS[token]
        if first == "\\":
            return self.command(token[1:])
        if token == "|":
            self.bars += 1
            node = self.sum()
            self.bars -= 1
            self.expect("|")
            return fold.apply("abs", node)
        raise Unreadable(f"unexpected {token!r}" if token else "it ends too early")

    def bracketed(self, close: str) -> Node:
        bars, self.bars = self.bars, 0
        node = self.sum()
        if self.peek() == "\\choose" and close == "}":
            self.at += 1
            node = fold.binomial(node, self.sum())
        self.bars = bars
        self.expect(close)
        return node

    def number(self, token: str) -> Node:
        value = read_number(token)
        following = self.peek()
        if following == "\\overline" or following == "\\dot" or following == "\\bar":
            repeated, self.at = read_repeating(self.tokens, self.at, token)
            return fold.simplest(repeated + value)
        if following == "_":
            return self.based(token)
        if following == "\\frac" and isinstance(value, int):  # a mixed number: 1\frac{1}{2}
            self.at += 1
            part = self.fraction()
            if isinstance(part, Fraction) and 0 < part < 1:
                return fold.simplest(value + part)
            return fold.multiply(value, part)
        return value

    def based(self, token: str) -> Node:
        """Reads ``101_2``: digits in a base."""
        self.at += 1
        base = self.group() if self.peek() == "{" else read_number(self.take())
        return from_base(token, base)

    def letters(self, word: str) -> Node:
        function = FUNCTIONS.get(word) or FUNCTIONS.get(word.lower() if len(word) > 2 else "")
        if function is not None and (len(word) > 2 or word in ("ln", "lg", "Re", "Im", "tg")):
            return self.command(word if word in FUNCTIONS else word.lower())
        constant = CONSTANTS.get(word) or CONSTANTS.get(word.lower() if len(word) > 1 else word)
        if constant is not None and (len(word) > 1 or self.peek() != "_"):
            return constant
        if word in GREEK:
            return self.subscripted(word)
        if len(word) > 3:
            raise Unreadable(f"{word!r} is a word")
        if len(word) > 1:  # xy^2: the power is that of the last letter only
            self.at -= 1
            self.tokens[self.at] = word[1:]
            return _letter(word[0])
        return self.subscripted(word)

    def subscripted(self, name: str) -> Node:
        if self.peek() == "^":
            self.index_first()
        if self.peek() == "_":
            self.at += 1
            if self.peek() == "{":
                end = closing(self.tokens, self.at)
                name += "_" + "".join(self.tokens[self.at + 1 : end])
                self.at = end + 1
            else:
                name += "_" + self.take()
        while self.peek() in ("'", "''"):
            name += self.take()
        if self.peek() == "(":
            return self.call_of(name)
        return ("sym", name)

    def call_of(self, name: str) -> Node:
        """Reads ``y(0)``, ``f(x + 1)`` and ``f'(x)``, or the name alone if a product follows."""
        inner = self.tokens[self.at + 1 : closing(self.tokens, self.at)]
        if (
            name[-1] == "'"
            or "," in inner
            or not any(_may_vary(token) for token in inner)
            or (name in _CALLED and not self.stands_alone(name))
        ):
            return applied(name, self.arguments())
        return ("sym", name)

    def command(self, name: str) -> Node:
        self.depth += 1
        if self.depth > 2 * MOST_DEPTH:
            raise Unreadable("nested too deeply")
        node = self.read_command(name)
        self.depth -= 1
        return node

    def read_command(self, name: str) -> Node:
        if name == "frac":
            return self.fraction()
        if name == "binom":
            return fold.binomial(self.group(), self.group())
        if name in FUNCTIONS:
            return self.function(FUNCTIONS[name])
        if name in ("sum", "prod"):
            return self.series(name)
        if name in GREEK:
            return self.subscripted(name)
        if name in ("lfloor", "lceil", "|"):
            node = self.sum()
            self.expect("\\r" + name[1:])
            return fold.apply("floor" if name == "lfloor" else "ceil", node)
        if name == "{":
            return self.bracketed("\\}")
        if name in ("overline", "bar"):
            inner = "".join(self.tokens[self.at + 1 : self.at + 2])
            is_segment = len(inner) > 1 and inner.isupper()  # AB, from A to B
            return self.group() if is_segment else conjugate(self.group())
        raise Unreadable(f"\\{name} is not understood")

    def series(self, name: str) -> Node:
        r"""Reads ``\sum_{k=1}^{10} k`` with whole bounds, written out."""
        self.expect("_")
        self.expect("{")
        index = self.atom()
        self.expect("=")
        first = self.sum()
        self.expect("}")
        self.expect("^")
        last = self.exponent()
        return write_out(name, self.term(), index, first, last)

    def fraction(self) -> Node:
        above = self.group()
        return fold.divide(above, self.group())

    def function(self, name: str) -> Node:
        if name in ("sqrt", "cbrt"):
            degree: Node = 3 if name == "cbrt" else 2
            if self.peek() == "[":
                self.at += 1
                degree = self.sum()
                self.expect("]")
            return root(self.group(), degree)
        if name == "binom":
            return fold.binomial(self.group(), self.group())
        base: Node | None = None
        exponent: Node | None = None
        while self.peek() in ("_", "^"):
            mark = self.take()
            if mark == "_":
                base = self.group() if self.peek() == "{" else self.single()
            else:
                exponent = self.exponent()
        if exponent == -1 and name in INVERSE:
            name, exponent = INVERSE[name], None
        node = call(name, self.arguments(), base)
        return node if exponent is None else fold.power(node, exponent)

    def arguments(self) -> list[Node]:
        if self.peek() in ("(", "{", "[", "\\{"):
            close = OPEN[self.take()]
            found = [self.sum()]
            while self.peek() == ",":
                self.at += 1
                found.append(self.sum())
            self.expect(close)
            return found
        factors = [self.factor()]  # \sin 2x: the product up to the next function or sign
        while self.begins_factor(token := self.peek()) and token != "(":
            if token.lstrip("\\") in FUNCTIONS and token.lstrip("\\") not in ("sqrt", "cbrt"):
                break
            factors.append(self.factor())
        if self.peek() == "/" and len(factors) == 1 and self.at + 1 < len(self.tokens):
            self.at += 1  # \sin \pi/4
            factors = [fold.divide(factors[0], self.factor())]
        return [fold.multiply(*factors)]


def _may_vary(token: str) -> bool:
    return token not in CONSTANTS and (token.isalpha() or token[1:] in GREEK)


def _letter(letter: str) -> Node:
    return CONSTANTS.get(letter) or ("sym", letter)
