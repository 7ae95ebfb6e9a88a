"""Promise 3: what every verifier keeps, ours and a plugin's."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS, RewardSum

ROOT = Path(__file__).parents[2]
STRINGS = 10_000
# A sandbox, a server or a model: their own tests stand in.
OTHERS_ARE_ASKED = {"code", "judge", "pairs", "reasoning_gym", "reward_model", "step_scorer"}

SUM = Problem("sum", "Compute 6*7", "42")
CHOICE = Problem("choice", "Which?", "B", metadata={"choices": ["2 m", "12 m", "3 m"]})
KNIGHTS = Problem(
    "knights",
    "Who is what?",
    "",
    metadata={"logic": {"kind": "assignment", "gold": {"Ann": "knight", "Bob": "knave"}}},
)
ORDER = Problem("order", "Who is taller?", "Ann, Bob, Cy")
HALF = Problem("half", "Compute 1/4+1/4", "1/2")
MAZE = Problem("maze", "Which way?", "RD", metadata={"path": {"grid": ["S.", "#G"]}})
COUNTDOWN = Problem(
    "countdown", "Make 22", "3*5+7", metadata={"countdown": {"numbers": [3, 5, 7], "target": 22}}
)
NAMED = Problem(
    "named", "Which?", "B", metadata={"verifier": "choice", "choices": ["2 m", "12 m", "3 m"]}
)


def answered(answer, thinking="6*7=42"):
    return f"<think>{thinking}</think><answer>{answer}</answer>"


INSTRUCTED = Problem(
    "instructed",
    "Write.",
    "",
    metadata={
        "instruction_id_list": [
            "punctuation:no_comma",
            "keywords:frequency",
            "length_constraints:number_sentences",
            "detectable_format:title",
            "language:response_language",
        ],
        "kwargs": [
            {},
            {"keyword": "tea", "frequency": 2, "relation": "at least"},
            {"num_sentences": 3, "relation": "less than"},
            {},
            {"language": "en"},
        ],
    },
)

# For each built-in the arguments of check_verifier.
HELLO = Problem("hello", "Say hello to Anna", "hello Anna")
CHECKS = {
    "accuracy": {
        "cases": [
            Case(SUM, answered("42"), (answered("41"), answered("4 2"), "", "42", answered("-42"))),
            Case(HALF, "so \\boxed{0.5}", (answered("1/3"), answered("2/1"), "<answer>1/2 or 2")),
        ]
    },
    "auto": {
        "cases": [
            Case(SUM, answered("42"), (answered("41"), "42")),
            Case(NAMED, answered("B"), (answered("A"), answered("A or B"))),
        ]
    },
    "exact": {"cases": [Case(SUM, "42", ("7", "", "4 2", "42.0", answered("42")))]},
    "f1": {"cases": [Case(SUM, answered("42"), (answered("41"), "", "42", answered("4 2")))]},
    "noisy": {"cases": [Case(SUM, answered("42"), (answered("41"), "", "42"))]},
    "path": {
        "cases": [
            Case(
                MAZE,
                answered("R, D"),
                (answered("DR"), answered("RLRD"), answered("RD or DR"), "RD"),
            )
        ]
    },
    "countdown": {
        "cases": [
            Case(
                COUNTDOWN,
                answered("7+3*5 = 22"),
                (answered("22"), answered("3*5+8"), answered("3*5+7 or 7+3*5"), "3*5+7"),
            )
        ]
    },
    "choice": {
        "cases": [
            Case(CHOICE, answered("B"), (answered("A"), answered("A or B"), answered("2 m"))),
            Case(CHOICE, "\\boxed{\\text{(B)}}", ("B", answered("AB"), answered("b is wrong"))),
        ]
    },
    "instructions": {
        "cases": [
            Case(
                INSTRUCTED,
                "<think>No, commas</think><<On tea>> There is green tea and there is black tea.",
                ("Green tea and black tea.", answered("<<Tea>> Tea, they say, is tea.")),
            )
        ]
    },
    "language": {
        "cases": [
            Case(
                SUM,
                answered("42", "Six times seven is what we need, so the answer is clear."),
                (
                    answered("42", "六乘以七等于四十二，所以答案很清楚。"),
                    answered("42", "$6*7=42$"),
                ),
            )
        ],
        "in_thinking": None,
    },
    "logic": {
        "cases": [
            Case(
                KNIGHTS,
                answered("Ann is a knight and Bob is a knave"),
                (answered("Ann: knave, Bob: knave"), answered("Ann: knight"), "Ann is a knight"),
            ),
            Case(
                ORDER,
                answered("Ann < Bob < Cy"),
                (answered("Cy < Bob < Ann"), answered("Ann, Bob"), answered("42")),
            ),
        ]
    },
    "length": {
        "cases": [Case(SUM, "a b", ("a " * 20,))],
        "options": {"limit": 20, "buffer": 10},
        "in_thinking": None,
    },
    "repetition": {
        "cases": [Case(SUM, "each word stands once")],
        "options": {"n": 2},
        "in_thinking": None,
    },
    "small_talk": {
        "cases": [Case(HELLO, "hello Anna", ("hello Ben", "hello Anna hello Anna"))],
    },
    "format": {"cases": [Case(SUM, answered("1"), (answered(""), answered("1") * 2, "1"))]},
}


def test_every_built_in_verifier_is_checked():
    assert set(CHECKS) | OTHERS_ARE_ASKED == set(VERIFIERS._built_in)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_built_in_verifiers_keep_the_promises(name):
    check_verifier(name, strings=STRINGS, **CHECKS[name])


OPENED = [
    (name, case)
    for name, checks in CHECKS.items()
    if "in_thinking" not in checks
    for case in checks["cases"]
]


@pytest.mark.parametrize(("name", "case"), OPENED)
def test_an_answer_in_unclosed_thinking_pays_nothing_whoever_opened_it(name, case):
    """And the thinking that is closed takes nothing from the answer behind it."""
    plain = RewardSum({name: {"weight": 1.0}})
    opened = plain.for_template("User: {question} Assistant: <think>\n")
    draft = case.gold.replace("<think>", "").replace("</think>", "")
    thought = f"Perhaps {draft}? No, let me think again"
    for truncated in (True, False):
        for reward, start in ((plain, "<think>"), (opened, "")):
            score = reward.score(case.problem, Completion(start + thought, truncated=truncated))
            assert (score.value, score.verdict is Verdict.CORRECT) == (0.0, False)
            assert [score] == reward.score_batch(
                [(case.problem, Completion(start + thought, truncated=truncated))]
            )
    written = case.gold.removeprefix("<think>")
    if "</think>" not in written:
        written = f"So.</think>{written}"
    assert opened.score(case.problem, Completion(written)).value == 1.0


PIECES = ["<think>", "</think>", "<answer>", "</answer>", "\\boxed{", "}", "42", "1/2", "$", "\n"]
TEXTS = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))).map("".join),
)


@pytest.mark.parametrize("name", CHECKS)
@settings(deadline=None, max_examples=200)
@given(text=TEXTS, answer=TEXTS, truncated=st.booleans())
def test_any_string_in_gives_a_score_out(name, text, answer, truncated):
    checks = CHECKS[name]
    reward = RewardSum({name: {"weight": 1.0, **checks.get("options", {})}})
    known = checks["cases"][0].problem
    for problem in (known, Problem("any", text, answer, metadata=known.metadata)):
        score = reward.score(problem, Completion(text, truncated=truncated))
        assert isinstance(score, Score)
        assert score == reward.score(problem, Completion(text, truncated=truncated))
        if problem is known:
            assert score.verdict is not Verdict.VERIFIER_ERROR, score.reason


def test_a_reward_survives_the_way_through_json():
    rewards = {
        "accuracy": 1.0,
        "format": {"weight": 0.1, "requires": "accuracy"},
    }
    env = gym.make("r1/Math-v0", rewards=rewards)
    text = env.spec.to_json()
    assert json.loads(text)["kwargs"]["rewards"] == rewards
    again = gym.make(EnvSpec.from_json(text))
    problem = env.unwrapped.problem_set[0]
    for completion in (answered(problem.answer), answered("no")):
        assert env.unwrapped.score(problem, completion) == again.unwrapped.score(
            problem, completion
        )


def test_importing_the_room_imports_no_component():
    code = (
        "import sys, r1gym.verifiers; "
        "print(*[name for name in sys.modules if name.startswith('r1gym.verifiers.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    shared = (
        "any_gold",
        "protocol",
        "reward",
        "component",
        "execution",
        "functions",
        "response",
        "scope",
        "workers",
    )
    assert sorted(done.stdout.split()) == sorted(f"r1gym.verifiers.{name}" for name in shared)


USE_PLUGIN = """
import gymnasium as gym
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS

assert "brevity" in VERIFIERS.names()
env = gym.make("r1gym:r1/Math-v0", rewards={"accuracy": 1.0, "brevity": 0.05}).unwrapped
problem = env.problem_set[0]
text = f"<answer>{problem.answer}</answer>"
score = env.score(problem, text)
print(score.value == 1.0 + 0.05 * (200 - len(text)) / 200, list(score.parts))
check_verifier("brevity", [Case(problem)], empty=1.0)
check_verifier("brevity", [Case(problem)], empty=1.0, options={"characters": 7})
"""


@pytest.mark.slow
def test_an_installed_plugin_needs_no_import(tmp_path):
    """The example package, installed into a fresh environment that sees this one's packages."""
    run = {"cwd": tmp_path, "check": True, "capture_output": True, "text": True}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "fresh"], **run)
    python = tmp_path / "fresh/bin/python"
    scheme = {"base": str(tmp_path / "fresh"), "platbase": str(tmp_path / "fresh")}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    ours = sysconfig.get_path("purelib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    # A copy, because building leaves files beside the source.
    source = shutil.copytree(ROOT / "examples/r1gym-brevity", tmp_path / "r1gym-brevity")
    install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", source]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, *install], **run)
    done = subprocess.run([python, "-c", USE_PLUGIN], env=environment, **run)
    assert done.stdout == "True ['accuracy', 'brevity']\n"
    assert "brevity" not in VERIFIERS.names(), "it must not have reached this environment"
