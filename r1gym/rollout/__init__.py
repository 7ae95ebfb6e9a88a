"""Rollout engines, which sample completions from policies, and their play of environments."""

from r1gym import models as _models  # noqa: F401  first: it sets how torch's threads wait
