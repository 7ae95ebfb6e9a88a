"""What tests ask of a run of R1-Zero's."""

from r1gym.envs.task import TokenTask
from r1gym.recipes.pretraining import base_folder
from r1gym.recipes.run_view import load_run


def make_task(config, split):
    """Returns the task of a configuration on one split."""
    return TokenTask(config.tasks()[split])


def base_home(config, runs):
    """Returns where the base model of a configuration lives."""
    problems = config.tasks()["train"].problems
    return base_folder(config.base, problems, runs, config.device, config.dtype)


def load_config(folder):
    """Returns the configuration of a run."""
    return load_run(folder).config
