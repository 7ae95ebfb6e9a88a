"""Procedural code problems: a statement, hidden tests, and a reference solution as the gold.

One module per topic; `r1gym.problems.families` names every family here, so that a module is
imported only once one of its families is asked for. How a family is written stands in `spec`.
"""
