"""`hub serve` in a process of its own, to be measured from outside."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from hub.settings import Settings, adopt
from hub.store.database import Database


@dataclass(frozen=True)
class Served:
    """A server that answers.

    Args:
        port: On 127.0.0.1.
        pid: Of its process.
    """

    port: int
    pid: int

    def memory(self, name: str = "VmRSS") -> float:
        """Megabytes that the process holds, or has held at most (`VmHWM`)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise LookupError(name)

    def cpu(self) -> float:
        """Seconds of CPU that the process has used, user and system."""
        from os import sysconf

        parts = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / sysconf("SC_CLK_TCK")


def _serve(database: Database, settings: Settings, told: Connection) -> None:
    import uvloop

    from hub.cli.serving import listen, serve_until_told

    adopt(settings)
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve_until_told(database, listener, lambda: told.send(port)))


@asynccontextmanager
async def served(database: Database, settings: Settings) -> AsyncIterator[Served]:
    """The server over a database, ended with the block."""
    spawned = multiprocessing.get_context("spawn")
    hear, tell = spawned.Pipe(duplex=False)
    process = spawned.Process(target=_serve, args=(database, settings, tell))
    process.start()
    try:
        port = await asyncio.to_thread(hear.recv)
        yield Served(port, process.pid or 0)
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)
