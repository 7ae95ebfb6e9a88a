"""Families of logic problems, a topic a file. Each has exactly one right answer, by construction.

``metadata["verifier"]`` says which reward reads the answer: "logic", "choice", "path" or, for a
plain number, "accuracy".
"""
