import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_scorer import STEP_SCORERS, make_step_scorer, question_of

QUESTION = "Compute (7+5)*3-4"


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [3]}, max_tokens=40))


@pytest.mark.parametrize(
    ("template", "question"),
    [
        ("short", QUESTION),
        ("r1", QUESTION),
        ("{question}", QUESTION),
        ("Q: {question}", "Why? Q: how"),
        ("{question}\nA:", "Why? A:\nhow"),
        ("short", "one. Assistant: two"),
    ],
)
def test_the_question_within_a_prompt(template, question):
    spec = TaskSpec(problems={"arithmetic": [3]}, template=template, max_tokens=8)
    task = TokenTask(spec)
    prompt = task.tokenizer.encode(task.template.replace("{question}", question))
    assert question_of(task, prompt) == question


def test_a_plugins_scorer_goes_by_its_name(task):
    @STEP_SCORERS.register("short_is_good")
    class ShortIsGood:
        name = "short_is_good"

        def __init__(self, task, *, worst=0.0):
            self.worst = worst

        def score(self, prompts, steps):
            return [[max(self.worst, 1 - len(s) / 10) for s in one] for one in steps]

    scorer = make_step_scorer("short_is_good", task, {"worst": 0.2})
    assert scorer.score([[1]], [[[5] * 3, [5] * 20]]) == [[0.7, 0.2]]


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("exakt", {}, UnknownNameError, "There is no step scorer 'exakt'. Did you mean 'exact'"),
        ("exact", {"model": "x"}, UnknownNameError, "no option of the step scorer 'exact' 'model'"),
        ("likelihood", {}, ConfigError, "The step scorer 'likelihood' needs the option 'model'"),
        ("likelihood", {"mode": 1}, UnknownNameError, "Did you mean 'model'"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(task, name, options, error, message):
    with pytest.raises(error, match=message):
        make_step_scorer(name, task, options)
