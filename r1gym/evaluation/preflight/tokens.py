"""Do prompts and gold answers survive the tokenizer, and fit the limits?"""

from __future__ import annotations

from r1gym.core.errors import R1GymError
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import dress
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.sample import right_text, sample


def check_tokenizer(task: TokenTask) -> Check:
    """Checks that prompts and gold answers survive the tokenizer, and that there is an end."""
    try:
        return _check_tokenizer(task)
    except R1GymError as error:
        return Check("tokenizer", Status.FAIL, str(error).removesuffix("."))


def _check_tokenizer(task: TokenTask) -> Check:
    name, tokenizer = "tokenizer", task.tokenizer
    if not 0 <= tokenizer.eos_id < tokenizer.vocab_size or tokenizer.decode([tokenizer.eos_id]):
        return Check(name, Status.FAIL, f"its end token {tokenizer.eos_id} is none")
    problems, too_long = sample(task), 0
    # A chat template holds end tokens on purpose, and those do not come back.
    silent = {*tokenizer.end_ids, tokenizer.pad_id}
    is_chat = not silent.isdisjoint(tokenizer.encode(dress(task.template, "")))
    for problem in problems:
        task.encode_prompt(problem)
        prompt = problem.question if is_chat else dress(task.template, problem.question)
        for text in (prompt, right_text(task, problem.answer)):
            ids = tokenizer.encode(text)
            if not silent.isdisjoint(ids):
                return Check(name, Status.FAIL, f"problem {problem.id} holds the end token")
            # Some tokenizers put a space before a text.
            if (back := tokenizer.decode(ids)).strip() != text.strip():
                return Check(name, Status.FAIL, f"problem {problem.id}: {_difference(text, back)}")
        shortest = tokenizer.encode(right_text(task, problem.answer, thinking=""))
        too_long += len(shortest) + 1 > task.max_tokens
    if too_long:
        detail = (
            f"{too_long} of {len(problems)} gold answers with their tags are longer than "
            f"max_tokens={task.max_tokens}"
        )
        return Check(name, Status.FAIL if too_long == len(problems) else Status.WARNING, detail)
    return Check(name, Status.OK, "prompts and gold answers come back as they were")


def _difference(text: str, back: str) -> str:
    """Returns where two texts part, in a few words."""
    i = next((i for i, pair in enumerate(zip(text, back, strict=False)) if pair[0] != pair[1]), -1)
    start = max(0, i if i >= 0 else min(len(text), len(back)))
    return f"{text[start : start + 20]!r} comes back as {back[start : start + 20]!r}"
