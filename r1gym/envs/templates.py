"""Prompt templates. They say how to answer and never how to think: no hints, no strategies.

`r1` is Table 1 of the DeepSeek-R1 report (arXiv 2501.12948), quoted word for word because results
depend on it. `short` is its last line alone: the tiny model has no use for English instructions,
and they would make up nine tenths of its context.
"""

from __future__ import annotations

from r1gym.core.checks import check_text
from r1gym.core.errors import ConfigError, UnknownNameError

TEMPLATES: dict[str, str] = {
    "r1": (
        "A conversation between User and Assistant. The user asks a question, and the Assistant "
        "solves it. The assistant first thinks about the reasoning process in the mind and then "
        "provides the user with the answer. The reasoning process and answer are enclosed within "
        "<think> </think> and <answer> </answer> tags, respectively, i.e., <think> reasoning "
        "process here </think> <answer> answer here </answer>. User: {question}. Assistant:"
    ),
    "short": "User: {question}. Assistant:",
}


def load_template(name: str) -> str:
    """Returns the template called `name`, or `name` itself if it is a template.

    Raises:
        UnknownNameError: If there is no such template.
        ConfigError: If a template of the user's has no place for the question, or several, or is no
            text.
    """
    name = check_text("template", name, "the name of a template or a text with {question}")
    if name in TEMPLATES:
        return TEMPLATES[name]
    if "{" not in name:
        raise UnknownNameError("template", name, TEMPLATES)
    if name.count("{question}") != 1:
        raise ConfigError("A template must hold the field {question} exactly once.")
    return name


def dress(template: str, question: str) -> str:
    """Returns the prompt: the template with the question in its place."""
    return template.replace("{question}", question)
