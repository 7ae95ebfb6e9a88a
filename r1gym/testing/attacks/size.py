"""Answers that take time or memory to judge: hangs, bombs of numbers, huge inputs.

Their answers are wrong, so a grader that gives up in time holds.
"""

from __future__ import annotations

from r1gym.testing.attacks.attack import HALF, PAIR, SQUARE, SUM, Attack, boxed, tagged, written

_HANG, _BOMB, _HUGE = "hang", "number bomb", "huge input"
_LONG = 300_000

SIZE: tuple[Attack, ...] = (
    *boxed(
        _HANG,
        SUM,
        nested_parentheses="(" * 400 + "1" + ")" * 400,
        nested_fractions="\\frac{1}{1+" * 200 + "1" + "}" * 200,
        nested_roots="\\sqrt{" * 200 + "2" + "}" * 200,
        nested_powers="2^{" * 60 + "2" + "}" * 60,
        nested_left_right="\\left(" * 200 + "1" + "\\right)" * 200,
        unclosed_braces="{" * 2000,
        minus_signs="-" * 3000 + "41",
        long_sum="+".join(["1"] * 3000),
        long_product_of_sums="(x+y+z)^{400}(x-y-z)^{400}",
        letters_then_mark="a" * 4000 + "!",
        spaces_then_mark=" " * 4000 + "x",
        digits_and_commas="1," * 3000 + "x",
        alternating_quotes="'\"" * 2000,
        equations=" = ".join(["x"] * 1500),
    ),
    *boxed(
        _HANG,
        SQUARE,
        polynomial_of_degree_3000="+".join(f"x^{{{i}}}" for i in range(3000)),
        nested_sines="\\sin(" * 150 + "x" + ")" * 150,
        nested_absolutes="|" * 301 + "x" + "|" * 301,
        powers_of_sums="((x+1)^{99}+1)^{99}+1",
    ),
    *boxed(_HANG, PAIR, set_of_sets="\\{" * 200 + "1" + "\\}" * 200),
    *boxed(
        _BOMB,
        SUM,
        tower="9^{9^{9^{9}}}",
        tower_in_python="9**9**9**9",
        tower_of_ten="10^{10^{10^{10}}}",
        factorials="((((9!)!)!)!)!",
        factorial_of_a_billion="1000000000!",
        binomial="\\binom{10^{12}}{5 \\cdot 10^{11}}",
        exponent="1e999999999",
        small_exponent="1e-999999999",
        digits="9" * 20_000,
        digits_to_a_power="(" + "9" * 500 + ")^{" + "9" * 500 + "}",
        exponentials="e^{e^{e^{e^{e^{9}}}}}",
        sine_of_a_tower="\\sin(10^{10^{9}})",
        logarithm_of_a_factorial="\\ln((10^{9})!)",
        root_of_a_tower="\\sqrt[3]{7^{7^{7^{7}}}}",
        sum_to_a_trillion="\\sum_{k=1}^{10^{12}} \\frac{1}{k^2}",
        product_to_a_trillion="\\prod_{k=1}^{10^{12}} (1+\\frac{1}{k})",
        integral="\\int_0^{10^9} e^{\\sin(e^{x^{x}})} dx",
        modulus="7^{7^{7^{7}}} \\bmod 1000000007",
    ),
    *boxed(
        _BOMB,
        HALF,
        division_of_towers="\\frac{9^{9^{9}}}{9^{9^{9}}}",
        decimal_of_20000_places="0." + "3" * 20_000,
        ratio_of_digits="\\frac{" + "7" * 5000 + "}{" + "9" * 5000 + "}",
    ),
    *written(
        _HUGE,
        SUM,
        letters="a" * _LONG,
        digits=f"\\boxed{{{'1' * _LONG}}}",
        boxes="\\boxed{41} " * (_LONG // 11),
        empty_boxes="\\boxed{}" * (_LONG // 8),
        unclosed_boxes="\\boxed{" * (_LONG // 7),
        closed_braces="\\boxed{41" + "}" * _LONG,
        unclosed_answers="<answer>" * (_LONG // 8),
        answers="<answer>41</answer>" * (_LONG // 19),
        thoughts="<think></think>" * (_LONG // 15),
        statements="The answer is 41. " * (_LONG // 18),
        stars="**" * (_LONG // 2) + "41",
        lines="\n" * _LONG + "\\boxed{41}",
        dollars="$" * _LONG,
        backslashes="\\" * _LONG,
        fractions="\\boxed{" + "\\frac{" * (_LONG // 6) + "}",
        hashes="#### " * (_LONG // 5) + "41",
    ),
    *tagged(_HUGE, SUM, spaces=" " * _LONG, commas="," * _LONG, joiners="\u200d" * _LONG),
)
