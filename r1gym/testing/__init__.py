"""For authors of plugins: the conformance suite that our own verifiers pass."""

from r1gym.testing.verifiers import Case, check_verifier, odd_strings

__all__ = ["Case", "check_verifier", "odd_strings"]
