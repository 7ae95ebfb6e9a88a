"""Mathematical equivalence: is an answer the gold answer, exactly?"""

from r1gym.verifiers.math.verify import answers_match, verify

__all__ = ["answers_match", "verify"]
