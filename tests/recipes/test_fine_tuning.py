import pytest

from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import Interrupted
from r1gym.core.run import Run, find_checkpoints, read_metrics
from r1gym.models.policy import new_tiny_policy
from r1gym.recipes.fine_tuning import fine_tune


class Corpus:
    def examples(self, start):
        while True:
            yield [2, 3], [4, 1]


def trainer():
    policy = new_tiny_policy(16, 1, 2, 32, context=128, seed=0)
    return SFT(policy, Corpus(), SFTConfig(steps=5, batch_size=2))


def test_it_is_logged_and_saved(tmp_path):
    record, seen = Run(tmp_path, {}), []
    fine_tune(trainer(), record, 2, lambda sft, metrics: seen.append(sft.step))
    assert seen == [1, 2, 3, 4, 5] == [row["step"] for row in read_metrics(tmp_path)]
    assert [path.name for path in find_checkpoints(tmp_path)] == ["step-000004", "step-000005"]


def test_a_stop_saves_the_step_and_the_next_call_goes_on(tmp_path):
    record, seen = Run(tmp_path, {}), []

    def stop(sft, metrics):
        raise Interrupted("enough")

    with pytest.raises(Interrupted):
        fine_tune(trainer(), record, 4, stop)
    assert [path.name for path in find_checkpoints(tmp_path)] == ["step-000001"]
    fine_tune(trainer(), record, 4, lambda sft, metrics: seen.append(sft.step))
    assert seen == [2, 3, 4, 5]
