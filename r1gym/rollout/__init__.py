"""Rollout engines, which sample completions from policies, and their play of environments."""
