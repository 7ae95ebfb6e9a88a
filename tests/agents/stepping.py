"""Parts of a learner's step, one by one."""


def experience_of(trainer, rollout):
    """Returns what an update learns from."""
    return trainer.advantages(rollout, trainer.look_back(rollout))


def update(trainer, rollout):
    """Learns from a rollout."""
    return trainer.update(rollout, experience_of(trainer, rollout))
