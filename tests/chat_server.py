"""A real HTTP server that plays a chat model, with whatever goes wrong on the way."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def chat(content, finish="stop", **message):
    """A chat completion with this text."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": content, **message},
    }
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
    }


class ChatServer(ThreadingHTTPServer):
    """Answers with `script`, one entry a request and the last one for ever.

    An entry is a function of the request, or an answer: a dictionary, bytes, a status, a status
    with headers, or ``"drop"``, ``"hang"``, ``"trickle"``, ``"half"``.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, script):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.requests, self.times, self.keys = [], [], []
        self.now = self.most_at_once = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """Clients that have left are no news here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def log_message(self, *args):
        pass

    def do_POST(self):
        server = self.server
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with server.lock:
            number = len(server.requests)
            server.requests.append(request)
            server.times.append(time.monotonic())
            server.keys.append(self.headers["authorization"])
            server.now += 1
            server.most_at_once = max(server.most_at_once, server.now)
        try:
            answer = server.script[min(number, len(server.script) - 1)]
            self._answer(answer(request) if callable(answer) else answer)
        finally:
            with server.lock:
                server.now -= 1

    def _answer(self, answer):
        if answer == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif answer == "hang":
            self.server.closing.wait(5)
            self.close_connection = True
        elif answer in ("trickle", "half"):
            self._send(200, b"", {"content-length": "1000"})
            self.wfile.write(b" ")
            while answer == "trickle" and not self.server.closing.wait(0.05):
                self.wfile.write(b" ")
            self.close_connection = True
        elif isinstance(answer, int):
            self._send(answer, json.dumps({"error": {"message": f"no {answer}"}}).encode())
        elif isinstance(answer, tuple):
            self._send(answer[0], b"{}", answer[1])
        else:
            self._send(200, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def _send(self, status, body, headers=()):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        headers = dict(headers)
        headers.setdefault("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(server):
    """Runs a server in a thread while the block runs."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
