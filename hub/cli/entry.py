"""The command line as a whole: its commands, its version, and how an error ends it.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 130 interrupted, 143 told to end.
"""

import logging
import signal
import sys
import traceback
from types import FrameType
from typing import Annotated, NoReturn

import typer

from hub import __version__
from hub.cli.agreements import agreements
from hub.cli.audit import audit
from hub.cli.backup import backup, restore
from hub.cli.datasets import datasets
from hub.cli.demo import demo
from hub.cli.doctor import doctor
from hub.cli.documents import documents
from hub.cli.dump import dump
from hub.cli.export import export
from hub.cli.feedback import feedback
from hub.cli.init import init
from hub.cli.keys import keys
from hub.cli.ledger import ledger
from hub.cli.quarantine import quarantine
from hub.cli.query import query
from hub.cli.retention import retention
from hub.cli.review import review
from hub.cli.rights import rights
from hub.cli.runs import runs
from hub.cli.schema import schema
from hub.cli.serve import serve
from hub.cli.share import share
from hub.cli.simulate import simulate
from hub.cli.sources import sources
from hub.cli.sync import sync
from hub.cli.token import token
from hub.cli.who import identity
from hub.cli.worker import worker
from hub.errors import HubError

log = logging.getLogger("hub.cli")

ABOUT = """One graph of persons and households, pulled out of the registers of Indonesian social welfare.

The way in: [bold]hub demo[/bold] does everything on made-up registers. With registers of your own:
[bold]hub init[/bold], [bold]hub sync[/bold], [bold]hub serve[/bold]. Settings are HUB_* variables:
docs/settings.md.
"""
ENDS = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 130 interrupted."

app = typer.Typer(
    name="hub",
    help=ABOUT,
    epilog=ENDS,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    init,
    simulate,
    sync,
    serve,
    demo,
    doctor,
    query,
    export,
    dump,
    feedback,
    token,
    backup,
    restore,
):
    app.command(epilog=ENDS if command is sync else None)(command)
for group in (
    sources,
    runs,
    quarantine,
    worker,
    schema,
    documents,
    agreements,
    ledger,
    keys,
    retention,
    rights,
    audit,
    identity,
    datasets,
    review,
    share,
):
    app.add_typer(group)


def _version(wanted: bool) -> None:  # Typer calls it with the option's value.
    if wanted:
        print(f"hub {__version__}")
        raise typer.Exit


@app.callback()
def hub(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Options before the command."""
    del version


def main() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except HubError as error:
        _end(error.exit_code, f"{error.code}: {error.message}")
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:
        _end(1, _unexpected(error) if error.filename is None else _unusable(error))
    except Exception as error:  # noqa: BLE001  # the text of a driver's error may hold a person's values
        _end(1, _unexpected(error))
    raise SystemExit(0)


def _end(code: int, message: str) -> NoReturn:
    print(f"hub: {message}", file=sys.stderr)
    raise SystemExit(code)


def _unusable(error: OSError) -> str:
    """A file or directory that cannot be had is the operator's to put right; a path names no person."""
    return f"path_unusable: {error.strerror}: {error.filename}"


def _unexpected(error: Exception) -> str:
    """What is told of an error nobody foresaw: its kind, and on wish where, never its text."""
    if log.isEnabledFor(logging.DEBUG):
        print("".join(traceback.format_tb(error.__traceback__)), end="", file=sys.stderr)
        return f"internal: {type(error).__name__}"
    return f"internal: {type(error).__name__}; run it again with HUB_LOG_LEVEL=debug to see where"


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM unwinds like an error, so that the database is left in order."""
    del frame
    raise SystemExit(128 + number)
