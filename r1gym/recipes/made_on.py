"""When, where and with what a stage is run, for its entry in the ledger.

Left out: versions of all that is installed. These three change what a run comes to.
"""

from __future__ import annotations

from datetime import UTC, datetime

import torch
import transformers

import r1gym
from r1gym.core.machine import describe_machine


def made_on(device: str) -> dict[str, str]:
    """Returns the date, the machine and the versions of r1gym, torch and transformers.

    Args:
        device: The torch device that computes.
    """
    machine = describe_machine()
    if device.startswith("cuda"):
        machine = f"{torch.cuda.get_device_name(device)}; {machine}"
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine,
        "r1gym": r1gym.__version__,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
