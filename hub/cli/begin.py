"""What every command does first: settings with its options over them, the log, the clock, the event loop."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from hub.settings import Settings

Answer = TypeVar("Answer")

DataDir = Annotated[
    Path | None,
    typer.Option(help="Directory of everything the hub keeps on disk, instead of HUB_DATA_DIR (./var)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for scripts.")]
Host = Annotated[str | None, typer.Option(help="Address to serve on; loopback only. [HUB_HOST]")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes a free one. [HUB_PORT]")
]
RegistryUrl = Annotated[
    str | None,
    typer.Option(help="Scheme, host and port to pull all sources from (http://127.0.0.1:8090)."),
]


def begin(data_dir: Path | None = None) -> "Settings":
    """The settings of this command, now those of the process; also starts the log and sets the clock.

    Raises:
        FatalError: `bad_setting`.
    """
    from hub.domain import clock
    from hub.settings import adopt, read_settings

    chosen = read_settings()
    if data_dir is not None:
        chosen = chosen.model_copy(update={"data_dir": data_dir.expanduser().absolute()})
    adopt(chosen)
    # Only our own lines below warnings: libraries log addresses, and those may hold what was asked for.
    logging.basicConfig(stream=sys.stderr, level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("hub").setLevel(chosen.log_level.upper())
    clock.pin_process(chosen.now)
    return chosen


def run(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Runs a command's work to its end; an interrupt unwinds it first and then ends with 130.

    Raises:
        typer.Exit: Interrupted.
    """
    import uvloop

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work())
    except KeyboardInterrupt:
        print("hub: interrupted: stopped; what was committed stays", file=sys.stderr)
        raise typer.Exit(130) from None


def say(message: str) -> None:
    """One line for the operator, on stderr, so that stdout stays the command's answer."""
    print(message, file=sys.stderr, flush=True)
