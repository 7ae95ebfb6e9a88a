"""The report's training recipes, each a frozen configuration and a short `run(config)`."""

from r1gym import models as _models  # noqa: F401  first: it sets how torch's threads wait
