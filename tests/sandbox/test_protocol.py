import socket

import pytest

from r1gym.sandbox.protocol import WorkerLost, await_ready
from r1gym.sandbox.runner import wire


class Worker:
    def __init__(self, channel):
        self.channel = channel


def said(*frames):
    """Returns what is made of a worker that says this and is gone."""
    channel, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"".join(frames))
    with channel:
        return await_ready(Worker(channel))


def test_a_worker_that_is_ready_tells_its_layers():
    layers = {"seccomp": "yes", "languages": ["python"]}
    assert said(wire.pack({"op": "ready", "layers": layers})) == layers
    assert said(wire.pack({"op": "ready"})) == {}


@pytest.mark.parametrize("layer", ["namespaces", "job namespaces"])
def test_where_namespaces_may_be_switched_off_it_says_so(layer):
    refused = wire.pack({"op": "refused", "layer": layer, "error": "no space"})
    with pytest.raises(WorkerLost, match=rf"{layer} failed: no space \(.*max_user_namespaces"):
        said(refused)


def test_another_layer_has_no_such_hint():
    refused = wire.pack({"op": "refused", "layer": "seccomp", "error": "none"})
    with pytest.raises(WorkerLost, match="^the layer seccomp failed: none$"):
        said(refused)


@pytest.mark.parametrize("frames", [(), (b"\x00\x00",), (b"\xff" * 8,), (wire.pack({})[:-1],)])
def test_a_worker_that_ends_or_talks_nonsense_is_lost(frames):
    with pytest.raises(WorkerLost, match="no sandbox"):
        said(*frames)
