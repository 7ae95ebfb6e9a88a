"""The algorithms that train policies, and agents that only act."""

from r1gym import models as _models  # noqa: F401  first: it sets how torch's threads wait
