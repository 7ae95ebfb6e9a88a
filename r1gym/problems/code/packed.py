"""LiveCodeBench's private tests: JSON, or JSON in a pickle in zlib in base64.

A pickle can run any code when it is loaded, so none is loaded here. Its opcodes are listed, which
runs nothing, and only those of a single text are taken.
"""

from __future__ import annotations

import base64
import binascii
import json
import pickletools
import zlib
from typing import Any

from r1gym.core.errors import ProblemFileError

MOST_BYTES = 1 << 29  # unpacked; the benchmark's largest problem stays well below

_TEXT = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_FRAMING = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT", "STOP"})


def unpack(value: Any) -> Any:
    """Returns the data of a ``private_test_cases`` field, plain or packed.

    Raises:
        ProblemFileError: If it is neither JSON nor a packed text of JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(read_text(_inflate(base64.b64decode(value))))
    except (ValueError, RecursionError, zlib.error, binascii.Error) as error:
        raise ProblemFileError(
            f'"private_test_cases" must be JSON, or such text pickled and packed ({error})'
        ) from None


def read_text(pickled: bytes) -> str:
    """Returns the text that a pickle holds, without loading it.

    Raises:
        ValueError: If it holds anything but one text.
    """
    texts = []
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name in _TEXT:
            texts.append(argument)
        elif opcode.name not in _FRAMING:
            raise ValueError(f"the pickle holds more than a text: {opcode.name}")
    if len(texts) != 1:
        raise ValueError(f"the pickle holds {len(texts)} texts, not one")
    return str(texts[0])


def _inflate(data: bytes) -> bytes:
    engine = zlib.decompressobj()
    inflated = engine.decompress(data, MOST_BYTES)
    if engine.unconsumed_tail:
        raise ValueError(f"more than {MOST_BYTES >> 20} MiB")
    return inflated
