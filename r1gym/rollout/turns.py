"""What was sampled, as a turn: it ends with its first end token, or what completes a stop text."""

from __future__ import annotations

from collections.abc import Sequence

from r1gym.core.types import Turn
from r1gym.envs.tokenizers import Tokenizer

_PART = "\N{REPLACEMENT CHARACTER}"  # what bytes that are no character yet decode to


def stops(tokenizer: Tokenizer, ids: Sequence[int], stop: Sequence[str]) -> bool:
    """Returns whether tokens end with a stop text, or just behind it."""
    # A token is at least a byte: no more of them hold the longest stop and the bytes before it.
    tail = ids[-max(len(text.encode()) for text in stop) - 4 :]
    written = tokenizer.decode(list(tail))
    return any(text in written for text in stop)


def stop_tokens(tokenizer: Tokenizer, stop: tuple[str, ...]) -> tuple[bool, ...]:
    """Returns for each token whether `stops` may hold with it as the last: else nobody need ask.

    It may if it holds the last character of a stop text, or bytes of one, or if what it is depends
    on the tokens before it, as a space does.
    """
    last = {text[-1] for text in stop}
    if not last:
        return (False,) * tokenizer.vocab_size
    if any(one.isspace() and one != "\n" for one in last):
        return (True,) * tokenizer.vocab_size
    texts = (tokenizer.decode([token]) for token in range(tokenizer.vocab_size))
    return tuple(not text or _PART in text or not last.isdisjoint(text) for text in texts)


def finished_turn(
    tokenizer: Tokenizer, ids: Sequence[int], logprobs: Sequence[float], stop: Sequence[str] = ()
) -> Turn:
    """Returns the turn of tokens that were sampled without looking at stop texts.

    Args:
        tokenizer: The policy's tokenizer.
        ids: The tokens, maybe some behind the end.
        logprobs: The log-probability of each.
        stop: Texts that end a turn; a text before its end does not depend on what follows it, so
            that the tokens kept are those of an engine that stops there.
    """
    ends = [ids.index(end) + 1 for end in tokenizer.end_ids if end in ids]
    length, is_ended = min(ends, default=len(ids)), bool(ends)
    text = tokenizer.decode(ids[:length])
    if any(one in text for one in stop):
        places = range(1, length + 1)
        stopped = [place for place in places if stops(tokenizer, ids[:place], stop)][:1]
        length, is_ended = min(stopped, default=length), is_ended or bool(stopped)
        text = tokenizer.decode(ids[:length])
    return Turn(text, tuple(ids[:length]), tuple(logprobs[:length]), not is_ended)
