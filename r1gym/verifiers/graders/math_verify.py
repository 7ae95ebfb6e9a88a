"""The package math-verify as a grader, called as its documentation shows."""

from __future__ import annotations

import logging

from math_verify import parse, verify

logging.getLogger("math_verify").setLevel(logging.CRITICAL)  # a line for each failed parse


def math_verify(response: str, gold: str) -> bool:
    """Returns whether math-verify calls a response right."""
    dressed = gold if "$" in gold or "\\boxed" in gold else f"${gold}$"
    return bool(verify(parse(dressed), parse(response)))
