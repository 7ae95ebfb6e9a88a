"""Mathematical equivalence. So far: exact rational numbers."""

from r1gym.verifiers.math.numbers import parse_number

__all__ = ["parse_number"]
