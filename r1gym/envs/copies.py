"""What `copy.copy` of an environment is.

Copies that shared their arrays would write into each other's episodes, so there is no shallow one.
Gymnasium's own wrappers have it all the same: their `copy.copy` is the same environment inside.
"""

from __future__ import annotations

import copy
from typing import Self


class CopiedWhole:
    """An environment or wrapper that `copy.copy` copies as `copy.deepcopy` does."""

    def __copy__(self) -> Self:
        return copy.deepcopy(self)
