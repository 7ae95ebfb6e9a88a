"""Fine-tuning on a corpus in a run's folder: logged, saved, and going on where it stopped."""

from __future__ import annotations

from collections.abc import Callable

from r1gym.agents.sft import SFT
from r1gym.core.errors import Interrupted
from r1gym.core.run import Run

AfterStep = Callable[[SFT, dict[str, float]], None]


def fine_tune(sft: SFT, record: Run, save_every: int, callback: AfterStep | None = None) -> None:
    """Goes back to the last checkpoint and trains to the end.

    Args:
        sft: The trainer, with its policy and corpus.
        record: Where it is logged and saved.
        save_every: Steps between checkpoints.
        callback: Called after each step; if it raises Interrupted, that step is saved as well.

    Raises:
        TrainingStopped: If the loss is not finite.
    """
    sft.resume(record)
    go_on(sft, record, save_every, callback)


def go_on(sft: SFT, record: Run, save_every: int, callback: AfterStep | None = None) -> None:
    """Trains to the end from where the trainer stands; it takes what `fine_tune` takes."""

    def after_step(sft: SFT, metrics: dict[str, float]) -> None:
        record.log(metrics, sft.step)
        if sft.step % save_every == 0 or sft.step == sft.config.steps:
            sft.save(record)
        try:
            if callback is not None:
                callback(sft, metrics)
        except Interrupted:
            sft.save(record)
            raise

    sft.learn(after_step, progress_bar=False)  # its stage has one
