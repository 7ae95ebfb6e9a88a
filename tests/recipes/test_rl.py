import copy
import shutil
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.recipes.recipe import run
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.run_view import load_run
from r1gym.recipes.stage import Kind
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import ENGINES

CLOSED = []


class Apart(EmbeddedEngine):
    """An engine with weights of its own, as one in another process has."""

    def __init__(self, policy, rows=512):
        super().__init__(copy.deepcopy(policy), rows)

    def sync(self, policy, version):
        self.policy.model.load_state_dict(policy.model.state_dict())
        self.version = version
        return 0.0

    def close(self):
        CLOSED.append(self)


@pytest.fixture
def apart():
    CLOSED.clear()
    with ENGINES.scoped():
        ENGINES.register("apart")(Apart)
        yield


def test_an_engine_by_its_name_samples_what_ours_does(micro, run_copy, apart):
    config = replace(micro, name="apart", engine="apart")
    folder = run(config, run_copy.parent)
    for name in ("samples.jsonl", "evals/test-step-000004.jsonl"):
        assert (folder / name).read_text() == (run_copy / name).read_text()
    assert len(CLOSED) == 1


def test_an_evaluation_that_was_cut_short_asks_the_trained_weights(micro, run_copy, apart):
    config = replace(micro, name="apart", engine="apart")
    folder = run(config, run_copy.parent)
    after = folder / "evals" / "test-step-000004.jsonl"
    text = after.read_text()
    for path in (after, after.with_suffix(".json")):
        path.unlink()
    run(config, run_copy.parent)
    assert after.read_text() == text


def test_an_unknown_engine_is_one_line(micro, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'embedded'") as caught:
        run(replace(micro, engine="embeded"), tmp_path)
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


def test_what_it_needs_and_makes(micro):
    stage = ReinforcementLearning(start="warm", result="better", tasks=micro.tasks())
    assert stage.needs == {"warm": Kind.MODEL}
    assert stage.makes == {"better": Kind.MODEL, "better/test": Kind.EVALUATION}


def test_it_says_how_it_trains(micro):
    text = ReinforcementLearning(learner=micro.learner, seed=3).describe()
    for word in ("GRPO (grpo loss) for 4 steps of 4 questions x 4", "KL coefficient", "seed 3"):
        assert word in text


def test_a_base_model_that_was_deleted_is_made_again(micro, run_copy):
    start = load_run(run_copy).start()
    shutil.rmtree(run_copy.parent / next(run_copy.parent.glob("base-*")).name)
    run(micro, run_copy.parent)
    assert load_run(run_copy).start() == start


def test_tasks_of_one_split_alone_are_refused(micro, tmp_path):
    stage = ReinforcementLearning(tasks={"train": micro.tasks()["train"]})
    with pytest.raises(ConfigError, match="'rl' needs tasks for train and test"):
        stage.check_problems(None)
