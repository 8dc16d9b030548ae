"""A partner's own server, to which the hub sends what it answers later."""

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Receiver:
    """A partner's own server; it refuses as many messages as it is told to."""

    url: str
    got: "queue.Queue[tuple[str, bytes]]" = field(default_factory=queue.Queue)
    refuses: int = 0
    refused: threading.Event = field(default_factory=threading.Event)

    def has_refused(self) -> None:
        """Waits until there was a message that it did not take."""
        assert self.refused.wait(60)

    def next(self) -> tuple[str, Any, bytes]:
        """Path, message and body of what came next."""
        path, body = self.got.get(timeout=90)
        return path, json.loads(body), body


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            refuses, found.refuses = found.refuses > 0, max(found.refuses - 1, 0)
            if not refuses:
                found.got.put((self.path, body))
            self.send_response(503 if refuses else 200)
            self.end_headers()
            if refuses:
                found.refused.set()

        def log_message(self, *_: Any) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}/dci")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
