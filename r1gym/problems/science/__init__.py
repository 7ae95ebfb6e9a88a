"""Science families: physics, chemistry and biology questions whose answers are worked out exactly.

One file per subject; `r1gym.problems.families` lists which family is in which.
"""
