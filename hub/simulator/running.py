"""Runs the simulated registries on loopback, in a process of their own or in this one."""

import json
import os
import socket
import threading
import urllib.request
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from hub.errors import FatalError
from hub.simulator.dukcapil import Credentials
from hub.simulator.server import registry_app

LOOPBACK = ("127.0.0.1", "::1", "localhost")
START_SECONDS = 60.0


def require_loopback(host: str) -> None:
    """Refuses to serve made-up people to a network.

    Raises:
        FatalError: The host is not a loopback address.
    """
    if host not in LOOPBACK:
        raise FatalError("not_loopback", "The simulator serves on loopback only: use 127.0.0.1.")


def serve(
    directory: Path, port: int, credentials: Credentials | None = None, host: str = "127.0.0.1"
) -> None:
    """Serves until interrupted.

    Raises:
        FatalError: The host is not loopback, the port is taken, or nothing was generated.
    """
    require_loopback(host)
    listener = _listen(host, port)
    _run(registry_app(directory, credentials), listener)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise FatalError("port_taken", f"Port {port} is not free; name another one.") from error
    return listener


def _run(app: Any, listener: socket.socket) -> None:
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


def _serve_child(directory: Path, credentials: Credentials | None, link: Connection) -> None:
    """Serves on a free port and ends with the parent, however the parent ends."""
    try:
        app = registry_app(directory, credentials)
        listener = _listen("127.0.0.1", 0)
    except FatalError as error:
        link.send(error)
        return
    link.send(listener.getsockname()[1])
    threading.Thread(target=_end_with_parent, args=(link,), daemon=True).start()
    _run(app, listener)


def _end_with_parent(link: Connection) -> None:
    """The pipe breaks when the parent is gone, by whatever death."""
    try:
        link.recv()
    except (EOFError, OSError):
        os._exit(0)
    os._exit(0)


class RegistryServer:
    """The registries of a directory on a free loopback port, in a child process.

    Use it as a context manager. `url` has no slash at its end.

    Args:
        directory: A generated directory.
        credentials: Who may call; the demonstration's by default.

    Raises:
        FatalError: On entry, when nothing was generated or the child does not start in 60 seconds.
    """

    def __init__(self, directory: Path, credentials: Credentials | None = None) -> None:
        self._directory, self._credentials = directory, credentials
        self._link: Connection | None = None
        self._child: Any = None
        self.url = ""

    def __enter__(self) -> Self:
        """Starts the child and waits until it listens."""
        context = get_context("spawn")
        self._link, theirs = context.Pipe()
        job = (self._directory, self._credentials, theirs)
        self._child = context.Process(target=_serve_child, args=job, daemon=True)
        self._child.start()
        theirs.close()
        answer: object = self._link.recv() if self._link.poll(START_SECONDS) else None
        if not isinstance(answer, int):
            self.stop()
            raise (
                answer
                if isinstance(answer, FatalError)
                else FatalError("simulator_start", "The simulator did not start.")
            )
        self.url = f"http://127.0.0.1:{answer}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the child."""
        self.stop()

    def stop(self) -> None:
        """Ends the child; twice does no harm."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._child is not None:
            self._child.join(5)
            if self._child.is_alive():
                self._child.kill()
                self._child.join()
            self._child.close()
            self._child = None

    def month(self, number: int) -> None:
        """Switches what is served to month 1 or 2."""
        self._post("/_month", {"month": number})

    def fault(self, path_prefix: str, mode: str, times: int = 1, **more: float | None) -> None:
        """Makes the next answers below a path misbehave; `more` is `retry_after` or `after` of a Fault."""
        self._post("/_faults", {"path_prefix": path_prefix, "mode": mode, "times": times, **more})

    def heal(self) -> None:
        """Forgets the faults that are still to come."""
        self._post("/_faults", {"clear": True})

    def _post(self, path: str, body: dict[str, object]) -> None:
        call = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), method="POST")  # noqa: S310
        with urllib.request.urlopen(call, timeout=30) as answer:  # noqa: S310 - always our own loopback address
            answer.read()
