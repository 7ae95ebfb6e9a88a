r"""Prompt templates. They say how to answer and never how to think: no hints, no strategies.

`r1` is Table 1 of the DeepSeek-R1 report (arXiv 2501.12948), quoted word for word because results
depend on it. `short` is its last line alone: the tiny model has no use for English instructions,
and they would make up nine tenths of its context. `chat` is the tokenizer's own chat template:

    chat                                    the problem is what the user says
    chat:You calculate with care.           the same, and the system says that
    chat:{question}\nBox your answer.       the user says that, with the problem in its place
"""

from __future__ import annotations

from r1gym.core.checks import check_text
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.chat import QUESTION, ChatTemplate
from r1gym.envs.tokenizers import Tokenizer

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
CHAT = "chat"
_TURN = ("\nUser: ", " Assistant:")  # what stands around a user's further turn in those


def load_template(name: str | None, tokenizer: Tokenizer | None = None) -> str:
    """Returns the template called `name`, or `name` itself if it is a template.

    Args:
        name: A template's name or text; None for the tokenizer's own.
        tokenizer: Whose chat template ``chat`` is.

    Raises:
        UnknownNameError: If there is no such template.
        ConfigError: If a template of the user's has no place for the question, or several, or is no
            text; or the tokenizer has no chat template, or one that refuses the messages.
    """
    if name is None:
        name = "r1" if tokenizer is None else tokenizer.default_template
    check_template(name)
    if is_chat(name):
        return _load_chat(name, tokenizer)
    return TEMPLATES.get(name, name)


def check_template(name: str) -> None:
    """Raises what `load_template` does, as far as that can be told without a tokenizer."""
    check_text("template", name, "the name of a template or a text with {question}")
    if name in TEMPLATES or name == CHAT:
        return
    if is_chat(name) and name.count(QUESTION) > 1:
        raise ConfigError("What the user says must hold the field {question} exactly once.")
    if is_chat(name):
        return
    if "{" not in name:
        raise UnknownNameError("template", name, (*TEMPLATES, CHAT))
    if name.count(QUESTION) != 1:
        raise ConfigError("A template must hold the field {question} exactly once.")


def is_chat(name: str) -> bool:
    """Returns whether a template is the tokenizer's chat template, with or without a text."""
    return name == CHAT or name.startswith(f"{CHAT}:")


def _load_chat(name: str, tokenizer: Tokenizer | None) -> ChatTemplate:
    if tokenizer is None:
        raise ConfigError(
            "The template 'chat' is a model's own, and no model is known here: give the text that "
            "it writes, with {question} in it."
        )
    if tokenizer.chat is None:
        raise ConfigError(
            f"The tokenizer {tokenizer.name!r} has no chat template, as a base model has none: "
            "give --template r1, or a text with {question}."
        )
    text = name.partition(":")[2].strip()
    if QUESTION in text:
        return ChatTemplate(tokenizer.chat, user=text)
    return ChatTemplate(tokenizer.chat, system=text)


def dress(template: str, question: str) -> str:
    """Returns the prompt: the template with the question in its place."""
    if isinstance(template, ChatTemplate):
        return template.dress(question)
    return template.replace(QUESTION, question)


def encode_prompt(tokenizer: Tokenizer, template: str, question: str) -> list[int]:
    """Returns the token ids of a question in its template, with the tokenizer's BOS if any.

    A chat template writes its BOS itself.
    """
    special = not isinstance(template, ChatTemplate)
    return tokenizer.encode(dress(template, question), special=special)


def as_turn(text: str) -> str:
    """Returns what a user says further on, in the form of the built-in templates."""
    return text.join(_TURN)


def encode_turn(
    tokenizer: Tokenizer, template: str, said: str, opening: str, ended: bool
) -> tuple[str, list[int]]:
    """Returns what follows a turn of the policy's, as a text and as token ids.

    In a chat template that is a message of the user's, and what stands around it. Together with the
    conversation so far, of which nothing is encoded again, the ids are those of the longer one.

    Args:
        tokenizer: What writes it.
        template: The template of the prompt.
        said: What the user says, perhaps in the form of `as_turn`.
        opening: The tag that the prompt leaves open, as a chat template does by itself.
        ended: Whether the policy's turn has an end token of its own.

    Raises:
        ConfigError: If the chat template ends no turn with an end token.
    """
    if not isinstance(template, ChatTemplate):
        return said, tokenizer.encode(said + opening)
    text = template.go_on(said.removeprefix(_TURN[0]).removesuffix(_TURN[1]))
    ids = tokenizer.encode(text)
    if not ids or ids[0] not in tokenizer.end_ids:
        raise ConfigError(
            f"The chat template of {tokenizer.name!r} ends an answer with {text[:12]!r}, which is "
            "no end token of the tokenizer, so turns cannot follow each other: take the "
            "interaction out, or give --template r1."
        )
    return text, ids[1:] if ended else ids
