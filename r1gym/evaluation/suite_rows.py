r"""The suites that come with r1gym, a few lines each.

Sampling is the report's (section 3): temperature 0.6, top-p 0.95, at most 32,768 tokens, zero-shot
prompts (few-shot hurts; DROP alone is asked behind three examples), 64 samples of a question of
AIME and GPQA, 16 of MATH-500 and Codeforces, 8 of LiveCodeBench. The prompts are ours. Where a
language model judges, it sees what follows the thinking only.

SWE-bench Verified and Aider are played by harnesses of their own, in repositories and with an
editor that are theirs: what those have written is read, measured and put into the same table.

Left out: the suite of `r1/General-v0`, whose open questions need somebody's judge.
"""

from __future__ import annotations

from typing import Any

from r1gym.envs.chat import QUESTION
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.measures import LENGTH
from r1gym.evaluation.suites import CORRECT, MOST_TOKENS, Suite
from r1gym.problems.data_sets import HUB

_VOTELESS = ("pass@1", "pass@k", LENGTH)  # programs have no majority
_BY_DEGREES = ("mean score", LENGTH)
_FOLLOWED = ("prompt strict", "instruction strict", "prompt loose", "instruction loose", LENGTH)
_PREFERRED = ("win rate", "controlled win rate", "mean score", LENGTH)

_MATHS = f"{QUESTION}\n\nWork through it step by step, and put the final answer within \\boxed{{}}."
_CHOICE = (
    f"{QUESTION}\n\nThink it through, then put the letter of the one right option within "
    "\\boxed{}."
)
_CHINESE = f"{QUESTION}\n\n请逐步思考，最后把唯一正确选项的字母写在 \\boxed{{}} 里。"
_PROGRAM = f"{QUESTION}\n\nWrite the whole program in one block that begins with ```python."
_DROP = f"""Read each passage and answer the question behind it with a number, a date, or words of \
the passage. Several answers are parted by semicolons.

Passage: The Harbour Lane ferry carried 412 people in March and 530 in April. A storm closed the \
pier in the first week of May.
Question: How many more people did the ferry carry in April than in March?
<answer>118</answer>

Passage: Orla planted beans and leeks in the upper bed and onions in the lower one. Frost took the \
onions in October.
Question: Which vegetables grew in the upper bed?
<answer>beans; leeks</answer>

Passage: After the mill burned down in 1871, Josef Brandt rebuilt it of stone. His daughter sold \
it to the town twenty years later.
Question: Who rebuilt the mill?
<answer>Josef Brandt</answer>

{QUESTION}
Give the answer within <answer> and </answer>."""


def _split_of(name: str, id: str, what: str, **settings: Any) -> Suite:
    spec = TaskSpec(env=id, split="test", rewards=CORRECT)
    description = f"{what}, drawn by r1gym: the test split of {id}."
    return Suite(name, spec, description, questions=256, **settings)


def _benchmark(name: str, what: str, samples: int, prompt: str = QUESTION, **more: Any) -> Suite:
    spec = TaskSpec(problems=f"hf:{name}", split="all", rewards=CORRECT, max_tokens=MOST_TOKENS)
    return Suite(name, spec, f"{what} Data: {HUB[name].hub}.", samples, prompt=prompt, **more)


def _played_elsewhere(name: str, what: str) -> Suite:
    spec = TaskSpec(problems=f"{name}-results", split="all", rewards=CORRECT)
    return Suite(name, spec, what, 1, measures=("pass@1", "failed"), results=name)


math = _split_of("math", "r1/Math-v0", "Mathematics from arithmetic to geometry")
code = _split_of("code", "r1/Code-v0", "Programs judged by hidden tests", measures=_VOTELESS)
science = _split_of("science", "r1/Science-v0", "Physics, chemistry, genetics and multiple choice")
logic = _split_of("logic", "r1/Logic-v0", "Logic puzzles")
countdown = _split_of("countdown", "r1/Countdown-v0", "Expressions that reach a number")
mixed = _split_of("mixed", "r1/Mixed-v0", "Mathematics, code, science and logic together")

aime24 = _benchmark("aime24", "AIME 2024, 30 questions; the report's k.", 64, _MATHS)
aime25 = _benchmark("aime25", "AIME 2025, 30 questions; k as for AIME 2024.", 64, _MATHS)
cnmo = _benchmark("cnmo", "CNMO 2024, 18 questions; k as for AIME.", 64, _MATHS)
math500 = _benchmark("math500", "MATH-500, 500 questions; the report's k.", 16, _MATHS)
gsm8k = _benchmark("gsm8k", "GSM8K, 1,319 questions.", 4, _MATHS)

gpqa_diamond = _benchmark("gpqa_diamond", "GPQA Diamond, 198 questions.", 64, _CHOICE)
mmlu = _benchmark("mmlu", "MMLU, 14,042 questions.", 1, _CHOICE)
mmlu_redux = _benchmark("mmlu_redux", "MMLU-Redux, without what its reviewers reject.", 1, _CHOICE)
mmlu_pro = _benchmark("mmlu_pro", "MMLU-Pro, 12,032 questions of up to ten options.", 1, _CHOICE)
c_eval = _benchmark("c_eval", "C-Eval, the split with golds; in Chinese.", 1, _CHINESE)
cluewsc = _benchmark("cluewsc", "CLUEWSC 2020: what pronouns stand for; in Chinese.", 1, _CHINESE)

drop = _benchmark("drop", "DROP, three-shot, by F1.", 1, _DROP, measures=_BY_DEGREES)
simpleqa = _benchmark("simpleqa", "SimpleQA, 4,326 questions, by a judge.", 1)
c_simpleqa = _benchmark("c_simpleqa", "Chinese SimpleQA, 3,000 questions, by a judge.", 1)
frames = _benchmark("frames", "FRAMES, 824 questions without their pages, by a judge.", 1)
ifeval = _benchmark("ifeval", "IF-Eval, 541 prompts, by rules.", 1, measures=_FOLLOWED)

livecodebench = _benchmark(
    "livecodebench", "LiveCodeBench of the report's window, with its k.", 8, _PROGRAM,
    measures=_VOTELESS, window=("2024-08-01", "2025-01-31"),
)  # fmt: skip
humaneval = _benchmark("humaneval", "HumanEval, 164 programs.", 16, _PROGRAM, measures=_VOTELESS)
mbpp = _benchmark("mbpp", "MBPP, 500 programs.", 4, _PROGRAM, measures=_VOTELESS)

codeforces = Suite(
    "codeforces",
    TaskSpec(problems={"contests": ""}, split="all", rewards=CORRECT, max_tokens=MOST_TOKENS),
    "Codeforces: contests with their standings, rated; the report's k. Data: a file of contests.",
    16,
    prompt=_PROGRAM,
    measures=_VOTELESS,
)

alpaca_eval = _benchmark(
    "alpaca_eval", "AlpacaEval 2, against its reference, by a judge.", 1, measures=_PREFERRED
)
arena_hard = _benchmark(
    "arena_hard", "Arena-Hard, against a reference, by a judge.", 1, measures=_PREFERRED
)

swe_verified = _played_elsewhere(
    "swe_verified", "SWE-bench Verified: reads the report of its own harness."
)
aider = _played_elsewhere("aider", "Aider's polyglot benchmark: reads the results of its harness.")
