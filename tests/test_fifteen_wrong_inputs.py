"""What three users get wrong once the first thing works: one line each, and nothing is lost.

An agent of one's own, a model of one's own, a lecture; five each, none of them of
`test_forty_wrong_inputs`.
"""

import shutil

import gymnasium as gym
import pytest

import r1gym
from r1gym.agents.uniform import Uniform
from r1gym.envs.task import task_of
from r1gym.envs.wrappers import ActionMask  # noqa: F401  typed below
from r1gym.evaluation.episodes import run_episodes  # noqa: F401  typed below

AGENT = [
    ("run_episodes(Uniform, make(), 3)", "Uniform is its class: give Uniform(task_of(env))."),
    ("run_episodes(uniform(), 'r1/Digits-v0', 3)", "give the environment, gym.make('r1/Digits"),
    ("make(problems='digits')", "Did you mean 'digits:1-3'?"),
    ("ActionMask(make(), 'abc')", "The tokenizer 'digits' cannot write 'abc'."),
    ("r1gym bench agents uniform", "It takes options alone, such as --NAME VALUE."),
]
MODEL = [
    ("r1gym eval gone/model --problems rows.jsonl", "give --suites rows.jsonl in place of"),
    ("r1gym play micro", "A run of that name is here: write runs/micro."),
    ("r1gym play http://127.0.0.1:9 --model m --problems rows.jsonl", "Nobody answers at http:"),
    ("r1gym play moved/micro --base", "bring the folder base-"),
    ("r1gym eval runs/micro --problems rows.jsonl", "--problems is for suites: give --suites NAME"),
]
LECTURE = [
    ("r1gym play runs/micro/checkpoints", "holds 2 checkpoints: name one, such as runs/micro/che"),
    ("r1gym claims --list --jobs 4", "--list runs nothing, so --jobs would do nothing"),
    ("r1gym help plya", "Did you mean 'play'?"),
    ("r1gym play runs/micro --answer 7", "--answer is that of --question: give both"),
    ("r1gym report runs/micro runs/micro", "A run is named twice: name each of them once."),
]
ROWS = {"agent": AGENT, "model": MODEL, "lecture": LECTURE}


def make(**settings):
    return gym.make("r1/Digits-v0", **settings)


def uniform():
    return Uniform(task_of(make()), seed=0)


@pytest.fixture
def home(run_copy, monkeypatch):
    """A folder with a run, the same run moved away from its base, and a file of questions."""
    home = run_copy.parent.parent
    shutil.copytree(run_copy, home / "moved" / "micro")
    (home / "rows.jsonl").write_text('{"problem": "1+1", "answer": "2"}\n' * 3)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    return home


def answer_to(typed, command):
    """Returns the line that comes back."""
    if typed.startswith("r1gym "):
        code, output, errors = command(*typed.split()[1:])
        assert code in (1, 2) and output == ""
        return errors.removesuffix("\n")
    with pytest.raises(r1gym.R1GymError) as caught:
        eval(typed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "wanted"), [row for rows in ROWS.values() for row in rows], ids=lambda text: text[:50]
)
def test_a_wrong_input_is_one_line_that_says_what_to_do(typed, wanted, home, command):
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    line = answer_to(typed, command)
    assert wanted in line, line
    assert "\n" not in line and "Traceback" not in line and len(line) < 800
    assert {path: path.read_bytes() for path in before} == before


def test_each_user_has_five():
    assert {user: len(rows) for user, rows in ROWS.items()} == dict.fromkeys(ROWS, 5)
