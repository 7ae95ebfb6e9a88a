import math

import pytest

from r1gym.agents.best_of_n import BestOfN
from r1gym.agents.prm.rerank import OVER, SHARES, StepRanker, weighted_vote
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_scorer import STEP_SCORERS

QUESTION = "Compute 7+5-2"
TEXTS = [
    "<think>7+5=13\n13-2=11</think><answer>11</answer>",
    "<think>7+5=11\n11-2=9</think><answer>11</answer>",
    "<think>7+5=12\n12-2=10</think><answer>10</answer>",
]


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [2]}, max_tokens=48))


@pytest.fixture
def samples(task):
    def written(text):
        return Completion(text, (*task.tokenizer.encode(text), task.tokenizer.eos_id))

    return [written(text) for text in TEXTS]


class Given:
    """A scorer that knows its values by the number of the completion."""

    name = "given"

    def __init__(self, task, *, values=()):
        self.values, self.prompts, self.steps = values, [], []

    def score(self, prompts, steps):
        self.prompts += prompts
        self.steps += steps
        return [list(self.values[i]) for i in range(len(steps))]


VALUES = [(0.9, 0.5), (0.2, 0.8), (0.6, 0.6)]


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("min", [0.5, 0.2, 0.6]),
        ("last", [0.5, 0.8, 0.6]),
        ("product", [0.45, 0.16, 0.36]),
        ("mean", [0.7, 0.5, 0.6]),
        ("sum", [1.4, 1.0, 1.2]),
    ],
)
def test_the_steps_values_become_one_score(task, samples, over, expected):
    scorer = Given(task, values=VALUES)
    prompt = task.template.replace("{question}", QUESTION)
    ranker = StepRanker(task, scorer=scorer, over=over)
    assert ranker.scores(prompt, samples) == pytest.approx(expected)
    assert scorer.prompts == [task.tokenizer.encode(prompt)] * 3
    assert [task.tokenizer.decode(step) for step in scorer.steps[0]] == [
        "<think>7+5=13\n",
        "13-2=11</think><answer>11</answer>",
    ]
    assert ranker.best(prompt, samples) is samples[expected.index(max(expected))]
    assert set(SHARES) < set(OVER)


def test_an_empty_sample_is_the_worst(task, samples):
    ranker = StepRanker(task, scorer=Given(task, values=VALUES))
    assert ranker.scores("", [Completion(""), samples[0]]) == [-math.inf, 0.5]
    assert ranker.best("", [Completion(""), samples[0]]) is samples[0]
    assert StepRanker(task, scorer=Given(task)).best("", [Completion("")]).text == ""


def test_samples_without_tokens_are_refused(task):
    with pytest.raises(ConfigError, match="choose by 'majority' or 'reward_model' instead"):
        StepRanker(task, scorer=Given(task)).scores("", [Completion("<answer>1</answer>")])


@pytest.mark.parametrize(
    ("scores", "won"),
    [
        ([0.1, 0.1, 0.9], 2),
        ([0.5, 0.6, 0.9], 1),  # two votes for 11 outweigh it, the better of them is given
        ([0.0, 0.0, 0.0], 0),
        ([-math.inf, 0.2, 0.1], 1),
    ],
)
def test_a_vote_weighs_what_its_samples_score(task, samples, scores, won):
    problem = Problem("", QUESTION, "")
    assert weighted_vote(task, problem, samples, scores) is samples[won]


def test_without_an_answer_the_best_sample_is_given(task):
    samples = [Completion("12"), Completion("13")]
    assert weighted_vote(task, Problem("", QUESTION, ""), samples, [0.1, 0.2]) is samples[1]


class Scripted:
    name = "scripted"

    def __init__(self, samples):
        self.samples = samples

    def answer(self, prompts, max_tokens):
        return [self.samples[i % len(self.samples)] for i in range(len(prompts))]


@pytest.mark.parametrize(
    ("choose", "options", "won"),
    [
        ("majority", None, 0),
        ("step_scorer", {"scorer": "exact"}, 2),
        ("weighted_vote", {"scorer": "exact"}, 2),
        ("step_scorer", {"scorer": "given", "options": {"values": VALUES}, "over": "last"}, 1),
        ("weighted_vote", {"scorer": "given", "options": {"values": VALUES}}, 0),
    ],
)
def test_best_of_n_chooses_by_steps(task, samples, choose, options, won):
    STEP_SCORERS.register("given")(Given)
    agent = BestOfN(task, agent=Scripted(samples), n=3, choose=choose, step_scorer=options)
    prompt = task.template.replace("{question}", QUESTION)
    assert agent.answer([prompt, prompt], 48) == [samples[won]] * 2


@pytest.mark.parametrize(
    ("choose", "options", "error", "message"),
    [
        ("step_scorer", {"scorer": "exakt"}, UnknownNameError, "no step scorer 'exakt'"),
        ("step_scorer", {"scorer": "exact", "over": "max"}, UnknownNameError, "to one 'max'"),
        ("step_scorer", {"scorer": "exact", "cut": "word"}, UnknownNameError, "'word'"),
        ("step_scorer", {}, ConfigError, "'token_classifier' needs the option 'model'"),
        (
            "weighted_vote",
            {"scorer": "exact", "over": "sum"},
            ConfigError,
            "min or last or product",
        ),
    ],
)
def test_wrong_options(task, samples, choose, options, error, message):
    with pytest.raises(error, match=message):
        BestOfN(task, agent=Scripted(samples), choose=choose, step_scorer=options)


def test_a_made_scorer_takes_no_options(task):
    with pytest.raises(ConfigError, match="takes no options"):
        StepRanker(task, scorer=Given(task), options={"values": VALUES})
