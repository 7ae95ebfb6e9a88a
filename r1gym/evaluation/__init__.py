"""pass@k, cons@k, and the runner that measures them."""

from r1gym import models as _models  # noqa: F401  first: it sets how torch's threads wait
