"""The command line within this process: the same entry, without the seconds that a new process takes."""

import io
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from hub.cli import main
from hub.domain import clock
from hub.settings import adopt
from tests.sync_builders import loaded, village

__all__ = ["Ended", "Shell", "loaded", "shell", "village"]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its code, what it answered, what it said."""

    code: object
    stdout: str
    stderr: str


Shell = Callable[..., Ended]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """Runs `hub <arguments>` here; keyword `stdin` is its input, other keywords are variables."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["hub", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(ended.value.code or 0, told.out, told.err)

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)
    clock.pin_process(None)
    adopt(None)
