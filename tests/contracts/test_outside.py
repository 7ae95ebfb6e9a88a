"""What another package brings by one file and one entry point, as the pages show it."""

import pytest

from r1gym.sandbox import SandboxError, execute
from tests.contracts.outside import package_of, run_with

ENGINE = """
from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.core.errors import UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout.engine import ENGINES, make_engine
from r1gym.testing import check_engine

policy = new_tiny_policy(32, 2, 2, 48, context=128, seed=0)
check_engine(ENGINES.get("plain"), policy)
engine = make_engine("plain", policy)
spec = TaskSpec(problems={"arithmetic": [1]}, rewards={"length": 1.0}, max_tokens=6)
config = GRPOConfig(steps=2, questions=2, group_size=4, max_tokens=6, learning_rate=1e-3)
seen = []
GRPO(policy, spec, config, engine=engine).learn([lambda t, r, m: seen.append(m)])
assert engine.version == 2
assert 0 < seen[1]["train/sync_gap"] < 1e-3
assert abs(seen[1]["train/clip_fraction"]) == 0  # the samples are the new weights' own
try:
    ENGINES.get("plane")
except UnknownNameError as error:
    print(error)
"""


def test_an_engine(tmp_path):
    package_of("engines", tmp_path)
    assert "Did you mean 'plain'" in run_with(tmp_path, ENGINE)


INTERACTION = """
import gymnasium as gym
import r1gym
from r1gym.core.types import Completion
from r1gym.envs.wrappers import WholeAnswer

env = WholeAnswer(gym.make("r1/Math-v0", interaction={"type": "calculator", "turns": 2}))
env.reset(seed=0)
_, reward, terminated, _, info = env.step("<python>print(6 * 7)</python>")
assert (reward, terminated, info["feedback"]) == (0.0, False, "<result>42</result>"), info
answer = env.unwrapped.problem.answer
_, reward, terminated, _, info = env.step(f"<answer>{answer}</answer>")
assert (reward, terminated, info["turn"]) == (1.0, True, 2)
"""


def test_an_interaction(tmp_path):
    try:
        execute("")
    except SandboxError as error:
        pytest.skip(str(error))
    package_of("turns", tmp_path)
    run_with(tmp_path, INTERACTION)


STEP_SCORER = """
from r1gym.agents.best_of_n import BestOfN
from r1gym.core.errors import UnknownNameError
from r1gym.core.types import Completion
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_scorer import make_step_scorer

task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=48))

class Two:
    name = "two"
    def answer(self, prompts, max_tokens):
        said = [Completion("1" * n, (11,) * n) for n in (30, 10)]
        return said * (len(prompts) // 2)

agent = BestOfN(task, agent=Two(), n=2, choose="step_scorer", step_scorer={"scorer": "terse"})
assert [one.text for one in agent.answer(["q"], 48)] == ["1" * 10]
try:
    make_step_scorer("terse", task, {"least": 1})
except UnknownNameError as error:
    print(error)
"""


def test_a_step_scorer(tmp_path):
    package_of("prm", tmp_path)
    assert "option of the step scorer 'terse' 'least'" in run_with(tmp_path, STEP_SCORER)
