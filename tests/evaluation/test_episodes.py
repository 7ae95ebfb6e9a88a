import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.agents.uniform import Uniform
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Verdict
from r1gym.envs.task import task_of
from r1gym.envs.wrappers import MultiTurn, ProcessReward, TokenWindow
from r1gym.evaluation.episodes import run_episodes


@pytest.fixture
def env():
    return gym.make("r1/Math-v0", problems={"equations": [1]}, max_tokens=6)


class Writer:
    """Answers every prompt of `texts` with its text, token ids included."""

    name = "writer"

    def __init__(self, env, texts):
        self.task, self.texts = task_of(env), texts

    def answer(self, prompts, max_tokens):
        tokenizer = self.task.tokenizer
        completions = []
        for prompt in prompts:
            ids = [*tokenizer.encode(self.texts(prompt)), tokenizer.eos_id][:max_tokens]
            truncated = ids[-1] != tokenizer.eos_id
            completions.append(Completion(tokenizer.decode(ids), tuple(ids), None, truncated))
        return completions


class Typist:
    """Types the tokens of a writer, one by one."""

    name = "typist"

    def __init__(self, env, writer):
        self.env, self.writer = env, writer
        self.starts = 0

    def start(self):
        self.starts += 1
        self.left = None

    def act(self, observation):
        if self.left is None:
            ids = observation[: observation[-1]].tolist()
            prompt = self.writer.task.tokenizer.decode(ids)
            self.left = list(self.writer.answer([prompt], 6)[0].token_ids)
        return self.left.pop(0)


def solve(prompt):
    a, product = prompt.removeprefix("User: Solve ").removesuffix(". Assistant:").split("*x=")
    answer = int(product) // int(a)
    return f"<answer>{answer}</answer>" if answer % 2 else f"<answer>{answer}</answer>xxxxx"


def test_both_doors_lead_to_the_same_episodes(env):
    writer = Writer(env, solve)
    typist = Typist(env, writer)
    written = run_episodes(writer, env, 20, seed=3)
    typed = run_episodes(typist, env, 20, seed=3)
    assert written == typed
    assert typist.starts == 20
    assert len({episode.problem.question for episode in written}) > 5
    assert all(episode.score.parts["accuracy"].value == 1 for episode in written)
    assert {episode.completion.truncated for episode in written} == {True, False}


def test_scores_are_what_the_environment_pays(env):
    writer = Writer(env, lambda prompt: "<answer>3</answer>")
    typist = Typist(env, writer)
    recorded = gym.wrappers.RecordEpisodeStatistics(env)
    episodes = run_episodes(typist, recorded, 30, seed=0)
    earned = [episode.score.value for episode in episodes]
    assert list(recorded.return_queue) == earned
    assert 0 < sum(earned) < 30


def test_wrappers_that_would_be_dropped_are_refused(env):
    writer = Writer(env, solve)
    for agent in (writer, Typist(env, writer)):
        with pytest.raises(ConfigError, match="would drop what ProcessReward"):
            run_episodes(agent, ProcessReward(env, "repetition"), 1)
    with pytest.raises(ConfigError, match="one episode at a time"):
        run_episodes(writer, gym.make_vec("r1/Math-v0", num_envs=2), 1)


def test_an_agent_that_steps_sees_what_a_wrapper_shows(env):
    class Looker:
        name = "looker"
        seen = ()

        def act(self, observation):
            self.seen += (len(observation),)
            return 1

    looker = Looker()
    run_episodes(looker, TokenWindow(env, 4), 3)
    assert looker.seen == (5, 5, 5)


def test_the_seed_decides_the_questions(env):
    def questions(**seed):
        return [e.problem.id for e in run_episodes(Uniform(task_of(env)), env, 5, **seed)]

    assert questions(seed=1) == questions(seed=1) != questions(seed=2)
    again = questions(seed=1), questions()
    assert again[0] != again[1]


def test_text_without_tokens_is_scored_as_well(env):
    class Remote:
        name = "remote"

        def answer(self, prompts, max_tokens):
            return [Completion(solve(prompt)) for prompt in prompts]

    verdicts = {e.score.verdict for e in run_episodes(Remote(), env, 5, seed=0)}
    assert verdicts == {Verdict.CORRECT}


def test_what_is_no_agent_is_an_error(env):
    with pytest.raises(ConfigError, match="neither act"):
        run_episodes(object(), env, 1)
    with pytest.raises(ConfigError, match="not a token environment"):
        run_episodes(Uniform(task_of(env)), gym.make("CartPole-v1"), 1)


def test_agents_that_write_texts_play_all_turns(env):
    turned = MultiTurn(gym.make(env.spec), turns=2)

    def stubborn(prompt):
        return "<answer>no</answer>" if prompt.count("User:") == 1 else solve_last(prompt)

    def solve_last(prompt):
        return solve(prompt.partition(" Assistant:")[0] + " Assistant:")

    writer = Writer(turned, stubborn)
    written = run_episodes(writer, turned, 12, seed=3)
    assert all(len(e.trajectory.turns) == 3 for e in written)
    assert "Try again" in written[0].trajectory.turns[1].text
    right = [e.score.parts["accuracy"].value for e in written]
    assert right == [1.0] * 12


@pytest.mark.parametrize(
    ("agent", "place", "episodes", "line"),
    [
        (Uniform, None, 3, "Uniform is its class: give Uniform\\(task_of\\(env\\)\\)"),
        (None, "r1/Math-v0", 3, "'r1/Math-v0' is a name: give the environment, gym.make"),
        (None, None, 0, "episodes must be a whole number of at least 1, not 0"),
        (None, None, "3", "episodes must be a whole number of at least 1, not '3'"),
        (None, object(), 3, "is not a token environment of r1gym"),
    ],
)
def test_what_is_no_agent_no_environment_or_no_number(env, agent, place, episodes, line):
    agent = agent or Uniform(task_of(env), seed=0)
    with pytest.raises(ConfigError, match=line):
        run_episodes(agent, place or env, episodes)
