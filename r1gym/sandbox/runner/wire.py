"""Frames between caller and runner: two lengths, a JSON header, raw bytes.

The JSON is written by the runner's own trusted code; what a job wrote travels as raw bytes only.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

from .buffers import Buffer

_LENGTHS = struct.Struct("!II")
MAX_HEADER = 1 << 16
MAX_PAYLOAD = 1 << 30


class Disconnected(ConnectionError):
    """The other side is gone."""


def pack(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """Returns one frame."""
    head = json.dumps(header).encode()
    return _LENGTHS.pack(len(head), len(payload)) + head + payload


def send(channel: socket.socket, header: dict[str, Any], parts: Sequence[memoryview]) -> None:
    """Sends one frame whose payload is `parts`, which stay off the heap; for the runner."""
    head = json.dumps(header).encode()
    first = _LENGTHS.pack(len(head), sum(len(part) for part in parts)) + head
    # Nearly always all goes at once, and the caller wakes up once.
    pieces = [memoryview(first), *parts]
    sent = channel.sendmsg(pieces)
    for piece in pieces:
        if sent < len(piece):
            channel.sendall(piece[sent:])
        sent = max(0, sent - len(piece))


def receive(channel: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Returns the next frame's header and payload.

    Raises:
        Disconnected: If the other side is gone, or speaks nonsense.
        TimeoutError: If the socket has a timeout and it ran out.
    """
    lengths = _exactly(channel, _LENGTHS.size)
    head, body = _LENGTHS.unpack(lengths)
    if head > MAX_HEADER or body > MAX_PAYLOAD:
        raise Disconnected("a frame that is too long")
    header = json.loads(_exactly(channel, head))
    if not isinstance(header, dict):
        raise Disconnected("a frame without a header")
    return header, bytes(_exactly(channel, body))


def take(channel: socket.socket) -> tuple[dict[str, Any], Buffer]:
    """Returns the next frame's header, and its payload off the heap; for the runner.

    Raises:
        Disconnected: If the other side is gone.
    """
    head, body = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size))
    header = json.loads(_exactly(channel, head))
    payload = Buffer(body)
    try:
        payload.receive(channel)
    except ConnectionError as error:
        raise Disconnected(str(error)) from None
    return header, payload


def _exactly(channel: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view = memoryview(data)
    done = 0
    while done < length:
        got = channel.recv_into(view[done:])
        if not got:
            raise Disconnected("the other side closed the connection")
        done += got
    return data
