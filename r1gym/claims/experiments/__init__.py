"""The experiments, a function each: ``run(folder, seed, **settings)`` returns numbers by name.

They take one thread, depend on the seed alone, and may keep files in their folder to go on after a
kill. `r1gym.claims.materials` has what several of them start from.
"""
