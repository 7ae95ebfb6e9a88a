r"""Chat templates: a problem as messages, in the words that a chat model was trained on.

A tokenizer's chat template is a program in Jinja that writes messages down. It is run here as
`transformers` runs it, in the same sandbox with the same helpers, so that a prompt has the ids that
``AutoTokenizer.apply_chat_template(messages, add_generation_prompt=True)`` gives. Left out: tools,
documents, pictures, and a template's own switches, which keep their defaults.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.extras import install

QUESTION = "{question}"
_ANSWER = "\ue000"  # stands for what the policy has written; of no script, and no white space

Message = Mapping[str, str]


@dataclass(frozen=True)
class Chat:
    """A tokenizer's chat template.

    Attributes:
        tokenizer: The tokenizer's name, for messages.
        source: The Jinja program.
        tokens: What the program may call special tokens, such as ``bos_token``, with their texts.
    """

    tokenizer: str
    source: str
    tokens: tuple[tuple[str, str], ...] = ()

    def render(self, messages: Sequence[Message]) -> str:
        """Returns the text of messages, with the beginning of the assistant's next turn.

        Raises:
            ConfigError: If the template is broken, or refuses these messages.
        """
        try:
            written = _compiled(self.source).render(
                messages=[dict(message) for message in messages],
                tools=None,
                documents=None,
                add_generation_prompt=True,
                **dict(self.tokens),
            )
        except R1GymError:
            raise
        except Exception as error:  # a program raises whatever it likes
            why = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            roles = ", ".join(message["role"] for message in messages)
            raise ConfigError(
                f"The chat template of {self.tokenizer!r} does not take these messages ({roles}): "
                f"{why}. {_advice(messages)}"
            ) from error
        return str(written)


def _advice(messages: Sequence[Message]) -> str:
    if any(message["role"] == "system" for message in messages):
        return (
            f"Leave the system text out, or let the user say it: --template 'chat:TEXT {QUESTION}'."
        )
    return "Give --template r1, or a text with {question}."


class ChatTemplate(str):
    """A prompt template that a chat template writes: its text, with ``{question}`` in it.

    To verifiers it is a text like any other, whose end says what it opens, such as ``<think>``.

    Args:
        chat: The tokenizer's chat template.
        system: What the system says; empty for nothing.
        user: What the user says, with ``{question}`` in it.

    Raises:
        ConfigError: If the chat template refuses this, or does not show the question once.
    """

    chat: Chat
    system: str
    user: str

    def __new__(cls, chat: Chat, system: str = "", user: str = QUESTION) -> ChatTemplate:  # noqa: D102
        text = chat.render(_messages(system, user))
        if text.count(QUESTION) != 1:
            raise ConfigError(
                f"The chat template of {chat.tokenizer!r} shows the question "
                f"{text.count(QUESTION)} times and not once. {_advice(())}"
            )
        made = super().__new__(cls, text)
        made.chat, made.system, made.user = chat, system, user
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return ChatTemplate, (self.chat, self.system, self.user)

    def dress(self, question: str) -> str:
        """Returns the prompt of a question."""
        return self.chat.render(_messages(self.system, self.user.replace(QUESTION, question)))

    def go_on(self, text: str) -> str:
        """Returns what stands between an answer and the next one: what ends it, and the user's.

        Args:
            text: What the user says to the answer.

        Raises:
            ConfigError: If the chat template refuses a second turn, or writes it in dependence on
                what stands before it.
        """
        second = self._behind_answer(text, 1)
        if second != self._behind_answer(text, 2):
            raise ConfigError(
                f"The chat template of {self.chat.tokenizer!r} writes later turns in another way "
                f"than the first, so turns cannot follow each other. {_advice(())}"
            )
        return second

    def _behind_answer(self, text: str, answers: int) -> str:
        messages = _messages(self.system, self.user)
        for _ in range(answers - 1):
            messages += [_says("assistant", "-"), _says("user", "-")]
        messages += [_says("assistant", _ANSWER), _says("user", text)]
        _, found, behind = self.chat.render(messages).partition(_ANSWER)
        if not found:
            raise ConfigError(
                f"The chat template of {self.chat.tokenizer!r} does not show earlier answers, so "
                f"turns cannot follow each other. {_advice(())}"
            )
        return behind


def _says(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _messages(system: str, user: str) -> list[dict[str, str]]:
    return [*([_says("system", system)] if system else []), _says("user", user)]


@lru_cache(maxsize=16)
def _compiled(source: str) -> Any:
    """Returns a chat template ready to run: templates come from strangers, so in a sandbox."""
    try:
        from jinja2.ext import loopcontrols
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise ConfigError(
            f"A chat template needs the package `jinja2`: {install('train')}."
        ) from error
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _generation()]
    )
    environment.filters["tojson"] = _to_json
    environment.globals |= {"raise_exception": _refuse, "strftime_now": _now}
    return environment.from_string(source)


def _generation() -> Any:
    """Returns the extension for ``{% generation %}``, which marks what the assistant says."""
    from jinja2 import nodes
    from jinja2.ext import Extension

    class Generation(Extension):
        tags = {"generation"}  # noqa: RUF012  what jinja2 reads

        def parse(self, parser: Any) -> Any:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body).set_lineno(line)

    return Generation


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


def _to_json(value: object, ensure_ascii: bool = False, **options: Any) -> str:
    """Returns JSON; Jinja's own filter would write HTML's characters in another way."""
    return json.dumps(value, ensure_ascii=ensure_ascii, **options)


def _now(form: str) -> str:
    return datetime.now().strftime(form)
