r"""One spelling for what people and models write: Unicode, LaTeX's layout and Markdown taken off.

The result is ASCII where there is an ASCII way to write a thing: ``½`` is ``\frac{1}{2}``, ``x²``
is ``x^{2}``. The words of ``\text{...}`` come out between ``\x01`` and ``\x02``. Letters of other
scripts stay. Left out: what any of it means.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from r1gym.verifiers.math.lexer import end_of_letters

_SUPERSCRIPT: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ⁽⁾", "0123456789+-ni()", strict=True))
_SUBSCRIPT: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₙₓ", "0123456789+-nx", strict=True))
_SUPERSCRIPTS: Final = re.compile(f"[{''.join(_SUPERSCRIPT)}]+")
_SUBSCRIPTS: Final = re.compile(f"[{''.join(_SUBSCRIPT)}]+")
_ROOT: Final = re.compile(r"√\s*(\d+(?:\.\d+)?)")
_VULGAR: Final = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5",
    "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8",
    "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10", "↉": "0/3",
}  # fmt: skip
_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "Delta", "Ω": "Omega", "Φ": "Phi", "Γ": "Gamma",
    "Λ": "Lambda", "Σ": "Sigma", "Θ": "Theta", "𝜋": "pi",
}  # fmt: skip
_SIGNS: Final = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": r"\times ", "⋅": r"\cdot ",
    "·": r"\cdot ", "∙": r"\cdot ", "∗": "*", "÷": r"\div ", "⁄": "/", "∕": "/", "√": r"\sqrt ",
    "∛": r"\cbrt ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ",
    "≠": r"\ne ", "≈": r"\approx ", "≃": r"\approx ", "∈": r"\in ", "∪": r"\cup ",
    "∩": r"\cap ", "±": r"\pm ", "∓": r"\mp ", "°": r"^{\circ}", "º": r"^{\circ}",
    "∅": r"\emptyset ", "ℝ": r"\R ", "ℤ": r"\Z ", "ℂ": r"\C ", "∠": r"\angle ",
    "′": "'", "″": "''", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "⌊": r"\lfloor ",
    "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "∨": r"\text{ or }",
    "、": ",", "。": ".", "【": "[", "】": "]", "《": " ", "》": " ", "「": " ", "」": " ",
    "〈": "(", "〉": ")", "€": r"\euro ", "£": r"\pound ", "¥": r"\yen ", "¢": r"\text{ cents}",
    "￥": r"\yen ", "ℓ": "l", "µ": "mu ", "Ω": "Omega ", "℃": r"^{\circ}C", "∣": "|", "→": r"\to ",
    "⇒": r"\Rightarrow ", "∶": ":",
    "≡": r"\equiv ", "∖": r"\setminus ",
}  # fmt: skip
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2061\u2062\u200e\u200f\u202a\u202c\ufe0f"
_SPACES: Final = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_TABLE: Final[dict[int, str]] = {
    **{ord(c): f"\\{name} " for c, name in _GREEK.items()},
    **{ord(c): text for c, text in _SIGNS.items()},
    **{ord(c): "\\frac{{{}}}{{{}}}".format(*text.split("/")) for c, text in _VULGAR.items()},
    **{ord(c): "" for c in _INVISIBLE},
    **{ord(c): " " for c in _SPACES},
    **{0xFF01 + i: chr(0x21 + i) for i in range(94)},  # full-width forms
    **{ord(c): text for c, text in zip("﹐﹒﹔﹕﹙﹚﹢﹣﹤﹥﹦﹪﹡", ",.;:()+-<>=%*", strict=True)},
}

# Most answers are normal already: these characters and commands, and no layout.
_BACKSLASH: Final = 0x5C
_OPEN_BRACE: Final = 0x7B
_NORMAL_SIGNS: Final = bytes(
    chr(c).isalnum() or chr(c) in " _+-*/^(){}[]=<>|!%.,:;?'" for c in range(128)
)
_NORMAL_COMMANDS: Final = frozenset({
    "frac", "dfrac", "tfrac", "sqrt", "binom", "cdot", "times", "pm", "circ", "pi", "theta",
    "infty", "sin", "cos", "tan", "ln", "log", "le", "ge", "ne", "leq", "geq", "neq", "in", "cup",
    "cap",
})  # fmt: skip
_ALIGNED: Final = re.compile(  # one row, without another environment
    r"\\begin\{((?:align|gather|equation|split|multline)(?:ed)?\*?)\}((?:(?!\\\\|\\begin).)*)\\end\{\1\}",
    re.DOTALL,
)
_ALIGNMENT: Final = re.compile(r"^\s*&|&\s*(?=[=<>]|\\(?:leq?|geq?|approx|in)(?![a-z]))")
_ESCAPED: Final = re.compile(  # as in JSON or a Python string that nobody has decoded
    r"\\\\(?=(?:[dtc]?frac|sqrt|d?binom|cdot|times|pm|circ|pi|theta|alpha|beta|infty|sin|cos|tan|ln|log"
    r"|leq?|geq?|neq?|in|cup|cap|text(?:bf)?|math(?:rm|bf|bb)|left|right|begin|end|quad|boxed|approx)"
    r"(?![a-zA-Z])|[{}%$])"
)
_SINGLE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?!\\)")
_PRIME: Final = re.compile(r"\^\s*(?:\{\s*(?:\\prime\s*)+\}|(?:\\prime(?![a-zA-Z])\s*)+)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DOLLAR: Final = re.compile(r"(?<!\\)\$")
_SPACED: Final = re.compile(r"\\[,;:! ]|~")
_FRAME: Final = re.compile(
    r"(?:\$+((?:[^$]|(?<=\\)\$)*)(?<!\\)\$+|\\\((.*)\\\)|\\\[(.*)\\\]|(\*+|_+|`)(?![*_`])(.*)(?<![*_`])\4)",
    re.DOTALL,
)
_AS_COMMA: Final = (
    r"(?:,?\\[,!]|\\ |\{,\})*(?:(?<=!)\s+)?(?=\d{3}(?!\d))"  # between digits, more of it behind
)
_LATEX: Final = re.compile(  # each way begins with a character, by which the others are passed over
    rf"\\(?:(?P<comma>(?<=\d\\)[,! ]{_AS_COMMA})"
    r"|(?P<wide>q?quad(?![a-zA-Z]))"
    r"|(?P<space>[,;:! \n]|(?:enspace|(?:thin|med)space)(?![a-zA-Z])"
    r"|(?:hspace|vspace|h?phantom)\*?\{[^{}]*\})"
    r"|(?P<layout>(?:left|right|[bB]igg?[lrm]?|middle)(?![a-zA-Z])\s*\.?(?=[\W_]|$)"
    r"|(?:displaystyle|textstyle|limits|nolimits|mathstrut|hfill|(?:label|tag)\{[^{}]*\}))"
    r"|mathbb\s*\{?\s*(?P<blackboard>[RZCNQ])\s*\}?"
    r"|(?P<text>text(?:bf|it|rm|normal|sf|tt|sc|up)?|mathrm|mbox|hbox|operatorname\*?)"
    r"\s*\{(?P<words>[^{}]*)\}"
    r"|(?P<font>(?:math(?:bf|it|sf|cal|tt|normal|scr|frak|bb|rm)|boldsymbol|bm|pmb|underline|boxed"
    r"|fbox|framebox|(?:text)?color\{\w+\}|rm|bf|it|tiny|scriptsize|small|normalsize|[lL]arge|LARGE"
    r"|[hH]uge)(?![a-zA-Z]))"
    r"|(?P<row>\\(?:\[\d[^\]]{0,8}\])?))"  # the end of a row hides the space behind it
    rf"|,(?P<after_comma>(?<=\d,)\\[,!]{_AS_COMMA})"
    rf"|\{{(?:(?P<in_braces>(?<=\d\{{),\}}{_AS_COMMA})|(?P<nothing>\}}))"
    r"|~"
)
_QUOTES: Final = frozenset("\"'")
_FUNCTIONS: Final = """
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp gcd lcm max min deg
arcsec arccsc arccot sgn
"""
_FUNCTION_TEXT: Final = frozenset(_FUNCTIONS.split())
_ALSO_UNITS: Final = frozenset({"min", "sec", "deg"})
_ROMAN_UNITS: Final = frozenset("msghJNWVKL")  # upright, they are no variables
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th"})
_JOINING: Final = frozenset({"OR", "Or", "AND", "And"})
_COUNTED: Final = re.compile(r"(\d[\d.,]*)\s+([A-Za-z]+(?: [A-Za-z]+){0,3})")
_COMPOUND: Final = re.compile(r"\d+ [A-Za-z]+(?:,? (?:and )?\d+ [A-Za-z]+){1,2}")  # 3 feet 6 inches
_JOINED: Final = re.compile(r"([A-Za-z]+) (and|or)")  # 2 \text{ hours and } 30
_BASES: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "sixteen": 16,
}  # fmt: skip
_BASE_IN_WORDS: Final = re.compile(
    rf"_\s*\{{?\s*\x01({'|'.join(_BASES)})\x02\s*\}}?", re.IGNORECASE
)


@lru_cache(maxsize=512)
def normalize(text: str) -> str:
    """Returns `text` without frames and layout, and in ASCII where ASCII can say it."""
    if _is_normal(text):
        return text
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    if not text.isascii():
        text = _to_ascii(text)
    if "\\\\" in text:
        text = _with_single_backslashes(text)
    text = strip_frame(text)
    if "prime" in text:
        text = _PRIME.sub(lambda m: "'" * m[0].count("prime"), text)
    if "\\begin" in text and (row := _ALIGNED.fullmatch(text)) is not None:
        text = _ALIGNMENT.sub(" ", row[2], count=1)
    if "\\(" in text and "\\)" in text:
        text = text.replace("\\(", " ").replace("\\)", " ")
    if "$" in text and len(_DOLLAR.findall(text)) > 1:  # $18$ dollars
        text = _DOLLAR.sub(" ", text)
    if _is_normal(text):
        return text
    text = strip_frame(_LATEX.sub(_replace, text))
    if "_" in text and "\x01" in text:
        text = _BASE_IN_WORDS.sub(lambda m: f"_{{{_BASES[m[1].lower()]}}}", text)
    return text


def _with_single_backslashes(text: str) -> str:
    r"""Returns ``\\\\frac`` as ``\\frac``, and a text without the end of a last row."""
    if _ESCAPED.search(text) is not None:
        if _SINGLE.search(text) is None:
            return text.replace("\\\\", "\\")
        if "\\begin" not in text:
            text = _ESCAPED.sub(r"\\", text)
    bare = text.rstrip()
    return bare.rstrip("\\") if bare.endswith("\\\\") else text


def _is_normal(text: str) -> bool:
    """Returns whether `normalize` is known to have nothing to do, which is found out quickly."""
    if text[:1] in " *_'" or text[-1:] in " .,:;":
        return False
    at, end = 0, len(text)
    while at < end:
        code = ord(text[at])
        at += 1
        if code >= 128:
            return False
        if code == _BACKSLASH:
            start = at
            if at < end and text[at] in "{}%":
                at += 1
            else:
                at = end_of_letters(text, at)
                if text[start:at] not in _NORMAL_COMMANDS:
                    return False
        elif not _NORMAL_SIGNS[code] or (code == _OPEN_BRACE and text[at : at + 1] in ",}"):
            return False
    return True


def strip_frame(text: str) -> str:
    """Takes off math delimiters, emphasis and a full stop around an answer."""
    text = text.strip()
    for _ in range(6):
        bare = text
        if text.endswith((".", ",", ";", ":")) and text[-2:-1] != "\\":
            bare = text[:-1].rstrip()
        if bare.endswith("\\") and bare[-2:-1] != "\\":
            bare = bare[:-1].rstrip()  # what is left of "\ " at the end
        elif bare[:1] in _QUOTES and len(bare) > 2 and bare[-1] == bare[0]:
            bare = bare if bare[0] in bare[1:-1] else bare[1:-1].strip()
        elif bare[:2] == "``" and bare[-2:] == "''" and len(bare) > 4:
            bare = bare[2:-2].strip()
        framed = _FRAME.fullmatch(bare) if bare[:1] in "$\\*_`" else None
        if framed is not None:
            bare = next(g for g in framed.group(5, 1, 2, 3) if g is not None).strip()
        elif bare.endswith("$") and "$" not in bare[:-1] and not bare.endswith("\\$"):
            bare = bare[:-1].rstrip()
        if bare == text:
            break
        text = bare
    return text


def _to_ascii(text: str) -> str:
    text = _SUPERSCRIPTS.sub(lambda m: "^{" + "".join(_SUPERSCRIPT[c] for c in m[0]) + "}", text)
    text = _SUBSCRIPTS.sub(lambda m: "_{" + "".join(_SUBSCRIPT[c] for c in m[0]) + "}", text)
    text = _ROOT.sub(r"\\sqrt{\1}", text)
    return text.translate(_TABLE)


_REPLACED: Final = {
    **dict.fromkeys(("comma", "after_comma", "in_braces"), ","),
    **{"layout": "", "row": "\\\\", "nothing": "", "wide": "\n"},
}


def _replace(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "words":
        return _words(found["text"], found["words"])
    if kind == "blackboard":
        return f"\\{found[kind]} "
    return _REPLACED.get(kind or "", " ")


def _words(command: str, words: str) -> str:
    bare = _SPACED.sub(" ", words).strip()
    if bare[-1:] == "=" and _is_name(bare[:-1].strip()):  # \text{Area = }12
        return _words(command, bare[:-1]) + "="
    if bare in _FUNCTION_TEXT and (command[:4] != "text" or bare not in _ALSO_UNITS):
        return f"\\{bare} "
    if not bare:
        return " "
    if not any(map(str.isalpha, bare)):
        return f" {bare} "
    if len(bare) == 1 and command[:4] != "text" and bare not in _ROMAN_UNITS:
        return f" {bare} "
    if "0" <= bare[0] <= "9" and (counted := _COUNTED.fullmatch(bare)) is not None:
        return f" {counted[1]} \x01{counted[2]}\x02"
    if "0" <= bare[0] <= "9" and _COMPOUND.fullmatch(bare) is not None:
        return f" {bare} "
    if bare[-1] in "dr" and (joined := _JOINED.fullmatch(bare)) is not None:
        return f"\x01{joined[1]}\x02 \x01{joined[2]}\x02"
    if bare[:-2].isdecimal() and bare[-2:] in _ORDINALS:
        return f" {bare} "
    return f"\x01{bare.lower() if len(bare) <= 3 and bare in _JOINING else bare}\x02"


def _is_name(words: str) -> bool:
    """Returns whether words can name a value, and are no expression: ``x``, ``total area``."""
    if len(words) < 4:
        return len(words) == 1 and words.isalpha()
    return words.replace(" ", "").isalpha() and _FUNCTION_TEXT.isdisjoint(words.split())
