"""What four new users get wrong, ten times each: one clear line that says what to do.

They bring an agent, bring a model with problems, prepare a lecture, or write a plugin. A row is
what they type, a line for the shell or Python, and what the line that comes back must hold. Nothing
may be lost: no file of theirs is another one afterwards.
"""

import json

import gymnasium as gym
import numpy as np
import pytest

import r1gym
from r1gym import Completion, Problem, RewardSum, register_verifier, testing

AGENT = [
    ("gym.make('r1/Maths-v0')", "Did you mean: `Math`?"),
    ("make(max_token=64)", "Did you mean 'max_tokens'?"),
    ("make(max_tokens='64')", "max_tokens must be a whole number of at least 1, not '64'."),
    ("make(rewards={'acuracy': 1.0})", "Did you mean 'accuracy'?"),
    ("make(rewards='accuracy')", "such as {'accuracy': 1.0}, and not 'accuracy'."),
    ("make(problems={'arithmetic': [7]})", "must be a whole number from 1 to 6, not 7."),
    ("make().step(3)", "env.reset()"),
    ("started().step(10**6)", "An action must be a whole number from 0 to 106, not 1000000."),
    ("make().reset(seed='0')", "Seed must be a python integer, actual type: <class 'str'>"),
    ("vector().reset(seed=1.5)", "seed must be a whole number or a list of them, not 1.5."),
]
MODEL = [
    ("r1gym train --model folder", "holds no model and no tokenizer: give one that"),
    ("r1gym train --device cuda", "The device 'cuda' cannot be used: this torch finds no cuda"),
    ("r1gym train --grpo.learning-rate 3e-6,", "FLOAT is expected, not '3e-6,'."),
    (
        "r1gym train --name micro --seed 3",
        "holds a run with another configuration (base",
    ),
    ("make(problems='lacking.jsonl')", 'no row has the field "answer"; the fields there are p'),
    ("make(problems='odd.jsonl')", "Say which is which: 'odd.jsonl:problem=COLUMN,answer=COLUMN'"),
    ("make(problems='level.jsonl')", 'line 1: "level" must be a whole number from 0, not "hard"'),
    ("make(problems='commas.jsonl')", "line 1: is not JSON (there is more behind its end, ',')"),
    ("make(problems='wide.jsonl')", "wide.jsonl is UTF-16 text: save it as UTF-8."),
    ("make(problems='table.xlsx')", "table.xlsx is no text: save it as CSV or unpack it first."),
]
LECTURE = [
    ("r1gym plya runs/micro", "Did you mean 'play'?"),
    ("r1gym play runs/mirco", "runs/micro."),
    ("r1gym play runs/micro --problem abc", "--problem INT is expected, not 'abc'."),
    ("r1gym report runs", "runs/micro."),
    ("r1gym report runs/micro/config.json", "holds no run"),
    ("r1gym explain 42", "Give either --answer (and --question), or --problem NUMBER"),
    ("r1gym explain answer.txt --answer 42", "answer.txt is a file: give --file answer.txt"),
    ("r1gym explain 6 x 7 --answer 42", "A value with spaces stands in quotes."),
    ("r1gym eval runs/micro --samples 0", "samples must be at least 1, not 0."),
    ("r1gym rescore runs/micro --rewards accuracy=1", "such as accuracy 1 format 0.1, not"),
]
PLUGIN = [
    ("register_verifier(calm)", 'is registered under a name, such as @register("mine")'),
    ("score(register(lambda completions: [1.0]))", "it must take (problem, completion), and"),
    ("check(register(lambda problem, completion: None))", "it returned None, and not a finite"),
    ("score(register(calm), most='1', mots=2)", "has no option 'mots'. Did you mean 'most'?"),
    ("register(calm), register(loud)", "register yours under another name."),
    ("score('doubled')", "The reward 'doubled' is in one 1.0 and two 1.0: uninstall all but one."),
    ("score('failing')", "cannot be loaded (RuntimeError: no licence): install what it lacks"),
    ("testing.check_verifier('accuracy', testing.Case(PROBLEM))", "cases must be a list such as"),
    ("testing.check_family(lambda rng: ('2', '2'), levels=1)", "it must take (rng, level), and"),
    ("testing.check_agent(Forgetful)", "an agent must not raise, and it raised KeyError: 'plan'"),
]
ROWS = {"agent": AGENT, "model": MODEL, "lecture": LECTURE, "plugin": PLUGIN}
FILES = {
    "lacking.jsonl": b'{"problem": "1+1"}\n',
    "odd.jsonl": b'{"q": "1+1", "a": "2"}\n',
    "level.jsonl": b'{"problem": "1+1", "answer": "2", "level": "hard"}\n',
    "commas.jsonl": b'{"problem": "1+1", "answer": "2"},\n{"problem": "1+2", "answer": "3"}\n',
    "wide.jsonl": '{"problem": "1+1", "answer": "2"}\n'.encode("utf-16"),
    "table.xlsx": b"PK\x03\x04",
    "answer.txt": b"<answer>42</answer>",
    "folder/README.md": b"A model, one day.\n",
    "one-1.0.dist-info/entry_points.txt": b"[r1gym.verifiers]\ndoubled = json:dumps\n",
    "two-1.0.dist-info/entry_points.txt": b"[r1gym.verifiers]\ndoubled = json:dumps\n",
    "six-1.0.dist-info/entry_points.txt": b"[r1gym.verifiers]\nfailing = failing_plugin:Reward\n",
    "failing_plugin.py": b"raise RuntimeError('no licence')\n",
}
PROBLEM = Problem("sum", "Compute 6*7", "42")
SMALL = {"problems": {"arithmetic": [1]}, "max_tokens": 8}


def calm(problem, completion, *, most=0):
    return completion.text.count("!") <= most


def loud(problem, completion):
    return completion.text.count("!") > 3


class Forgetful:
    name = "forgetful"

    def __init__(self, task, *, seed=0):
        self.notes = {}

    def act(self, observation):
        return self.notes["plan"]


def make(**settings):
    return gym.make("r1/Math-v0", **SMALL | settings)


def vector():
    return gym.make_vec("r1/Math-v0", num_envs=2, **SMALL)


def started():
    env = make()
    env.reset(seed=0)
    return env


def register(function):
    register_verifier("mine")(function)
    return "mine"


def score(name, **options):
    spec = {name: {"weight": 1.0, **options}}
    return RewardSum(spec).score(PROBLEM, Completion("<answer>42</answer>"))


def check(name):
    testing.check_verifier(name, [testing.Case(PROBLEM, gold="<answer>42</answer>")])


@pytest.fixture
def home(run_copy, monkeypatch):
    """A folder with a run, files that are odd, and packages that are known as if installed."""
    home = run_copy.parent.parent
    for name, content in FILES.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(content)
    for package in ("one", "two", "six"):
        text = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        (home / f"{package}-1.0.dist-info" / "METADATA").write_text(text)
    monkeypatch.chdir(home)
    monkeypatch.syspath_prepend(home)
    return home


def contents(home):
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def answer_to(typed, command):
    """Returns the line that comes back."""
    if typed.startswith("r1gym "):
        code, output, errors = command(*typed.split()[1:])
        assert code in (1, 2) and output == ""
        return errors.removesuffix("\n")
    with pytest.raises(Exception, match=".") as caught:  # of r1gym, Gymnasium or an assertion
        eval(typed)
    assert isinstance(caught.value, r1gym.R1GymError | gym.error.Error | AssertionError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "wanted"), [row for rows in ROWS.values() for row in rows], ids=lambda text: text[:50]
)
def test_a_wrong_input_is_one_line_that_says_what_to_do(typed, wanted, home, command):
    before = contents(home)
    line = answer_to(typed, command)
    assert wanted in line, line
    assert "\n" not in line and "Traceback" not in line and len(line) < 800
    after = contents(home)
    assert {path: after.get(path) for path in before} == before


def test_each_user_has_ten():
    assert {user: len(rows) for user, rows in ROWS.items()} == dict.fromkeys(ROWS, 10)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("windows.jsonl", b'\xef\xbb\xbf{"problem": "1+1", "answer": "2"}\r\n'),
        ("number.jsonl", b'{"problem": "1+1", "answer": 2}\n'),
        ("printed.json", json.dumps({"problem": "1+1", "answer": "2"}, indent=2).encode()),
        ("european.csv", b"problem;answer\r\n1+1;2\r\n"),
        ("tabs.tsv", b"problem\tanswer\n1+1\t2\n"),
    ],
)
def test_what_is_odd_but_clear_is_read(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    env = make(problems=str(tmp_path / name), split="all")
    env.reset(seed=0)
    problem = env.unwrapped.problem
    assert (problem.question, problem.answer) == ("1+1", "2")


def test_a_number_of_numpy_is_an_action():
    assert started().step(np.int64(3))[1] == 0.0
