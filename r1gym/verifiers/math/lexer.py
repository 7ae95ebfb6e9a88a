r"""Text to tokens, in one pass, and where brackets open and close.

Tokens are plain strings: a number, a run of letters, a LaTeX command, the words of a ``\text``
between ``\x01`` and ``\x02``, or a sign. ``1,234`` is one token outside of brackets and a pair
inside of them.
"""

from __future__ import annotations

import re

from r1gym.verifiers.math.fold import Unreadable

MOST_TOKENS = 1_500
MOST_DEPTH = 40

THOUSANDS = "\x03"
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,]*\d)")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,] )(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?![\d,]| \d)")
_MIXED = re.compile(r"(?<![\d/.^] )(?<![\d/.^])(\d+) (\d+)/(\d+)(?![\d/.])")
_GAP = re.compile(r"\d \d")
_PLAIN_TOKENS = (
    r"(?:\d+(?:\x03\d{3})*(?:\.\d+|\.(?!\.))?|\.\d+)(?:[eE][+-]?\d+(?![\d.a-zA-Z]))?"
    r"|[a-zA-Z]+|[-+/^(){},]|\\[a-zA-Z]+|\\.|\x01[^\x02]*\x02"
    r"|<=|>=|!=|==|\*\*|\.\.\.|\'\'|[^\W\d_a-zA-Z]+|\S"
)
_TOKEN = re.compile(_PLAIN_TOKENS)
_TOKEN_OR_BASED = re.compile(  # 1A3_{16}
    r"(?:(?=[a-zA-Z]*\d)[0-9a-zA-Z]+|[A-F]{2,})(?=_\{?(?:1[1-9]|[23]\d)\b)|" + _PLAIN_TOKENS
)

OPEN = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lbrace": "\\rbrace", "\\langle": "\\rangle",
        "\\lfloor": "\\rfloor", "\\lceil": "\\rceil", "\\lvert": "\\rvert"}  # fmt: skip
CLOSE = frozenset(OPEN.values())
_SAME = {
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac", "\\dbinom": "\\binom",
    "\\tbinom": "\\binom", "\\leq": "\\le", "\\leqslant": "\\le", "\\geq": "\\ge",
    "\\geqslant": "\\ge", "<=": "\\le", ">=": "\\ge", "\\lt": "<", "\\gt": ">", "\\neq": "\\ne",
    "!=": "\\ne", "==": "=", "**": "^", "\\lbrace": "\\{", "\\rbrace": "\\}", "\\cdot": "*",
    "\\times": "*", "\\ast": "*", "\\div": "/", "\\over": "/", "\\vert": "|", "\\mid": "|",
    "\\%": "%", "\\infin": "\\infty", "\\approxeq": "\\approx", "\\simeq": "\\approx",
    "\\backslash": "\\setminus", "\\iff": "\\Leftrightarrow", "\\varnothing": "\\emptyset",
    "\\vee": "or", "\\lor": "or", "\\wedge": "and", "\\land": "and", "\\ldots": "...",
    "\\dots": "...", "\\cdots": "...", "\\rvert": "|", "\\lvert": "|", "\\Vert": "|", "\\|": "|",
    "\\colon": ":", "\\degree": "\\degree", "\\lparen": "(", "\\rparen": ")", "\\lbrack": "[",
    "\\rbrack": "]", "\\dollar": "\\$", "$": "\\$", "\\&": "and", "\\varphi": "\\phi",
    "\\varepsilon": "\\epsilon", "\\vartheta": "\\theta", "\\ln": "\\ln", "\\imath": "i",
    "\\operatorname": "", "\\left": "", "\\right": "", "\\infinity": "\\infty",
}  # fmt: skip


def tokenize(text: str) -> list[str]:
    """Returns the tokens of a normalised text.

    Raises:
        Unreadable: If there are too many, or a bracket closes that did not open.
    """
    if "," in text:
        text = _THOUSANDS.sub(lambda m: m[0].replace(",", THOUSANDS), text)
    elif " " in text and _GAP.search(text):
        text = _MIXED.sub(r"\1\\frac{\2}{\3}", text)
        text = _SPACED_THOUSANDS.sub(lambda m: m[0].replace(" ", THOUSANDS), text)
    tokens = (_TOKEN_OR_BASED if "_" in text else _TOKEN).findall(text)
    if len(tokens) > MOST_TOKENS:
        raise Unreadable("too long")
    if "\\" in text or not _SAME.keys().isdisjoint(tokens):
        tokens = [same for t in tokens if (same := _SAME.get(t, t))]
    if THOUSANDS in text:
        tokens = _split_within_brackets(tokens)
    return tokens


def _split_within_brackets(tokens: list[str]) -> list[str]:
    out: list[str] = []
    depth = 0
    for token in tokens:
        if token in ("(", "[", "\\{"):
            depth += 1
        elif token in (")", "]", "\\}"):
            depth -= 1
        if depth > 0 and THOUSANDS in token:
            for i, part in enumerate(token.split(THOUSANDS)):
                out += [",", part] if i else [part]
        else:
            out.append(token)
    return out


def split(tokens: list[str], separators: frozenset[str]) -> list[list[str]]:
    """Returns the parts of `tokens` between separators that stand outside all brackets.

    Raises:
        Unreadable: If brackets do not match, or nest too deeply.
    """
    if separators.isdisjoint(tokens):
        return [tokens]
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        if depth == 0 and token in separators:
            parts.append([])
            continue
        if token in OPEN or token == "\\begin":
            depth += 1
        elif token in CLOSE or token == "\\end":
            depth -= 1
        parts[-1].append(token)
    return parts


def closing(tokens: list[str], start: int = 0) -> int:
    """Returns the place of the bracket that closes the one at `start`; mixed ones may match.

    Raises:
        Unreadable: If it never closes.
    """
    depth = 0
    for i in range(start, len(tokens)):
        token = tokens[i]
        if token in OPEN:
            depth += 1
            if depth > MOST_DEPTH:
                raise Unreadable("nested too deeply")
        elif token in CLOSE:
            depth -= 1
            if depth == 0:
                return i
    raise Unreadable("a bracket is never closed")
