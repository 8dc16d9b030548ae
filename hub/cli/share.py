"""`hub share`: files under an agreement, for those without systems."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.query import refuse, request_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hub.settings import Settings
    from hub.sharing.handing import HandedFiles
    from hub.store.database import Database

share = typer.Typer(
    name="share", help="Files under an agreement, for those without systems.", no_args_is_help=True
)
Ending = Literal["xlsx", "parquet", "csv", "ndjson"]
COLUMNS = ("request", "agency", "agreement", "purpose", "root", "form", "made", "until", "fetched", "ended")


@share.callback()
def _group() -> None:
    """Files under an agreement, for those without systems: locked, with a last day, in the ledger."""


@share.command("file")
def file(
    agreement: Annotated[str, typer.Option(help="Code of the agreement that grants it.")],
    purpose: Annotated[str, typer.Option(help="What it is for, one of the agreement's purposes.")],
    password_to: Annotated[
        Path, typer.Option(help="New file for its password; hand it over by another way.")
    ],
    document: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="GraphQL document; - reads stdin.")
    ] = "-",
    to: Annotated[Path | None, typer.Option(help="ZIP to write, to be carried by hand.")] = None,
    code_to: Annotated[
        Path | None, typer.Option(help="New file for a code, by which /berkas of this hub gives the ZIP out.")
    ] = None,
    form: Annotated[Ending, typer.Option("--format", help="Form of the list within.")] = "xlsx",
    days: Annotated[
        int, typer.Option(min=1, max=366, help="Days on which it may be used, today included.")
    ] = 14,
    variables: Annotated[str, typer.Option(metavar="JSON", help="Values of its variables.")] = "{}",
    language: Annotated[Literal["id", "en"], typer.Option(help="Labels and words.")] = "id",
    by: Annotated[
        str | None, typer.Option(help="Who makes it; the account of this shell when left out.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write what an agreement grants of one list into a ZIP under AES-256, as XLSX, Parquet, CSV or lines of JSON.

    The agency is shown what the graph would show it: its areas, scopes, programs and masks. Each person leaves a
    line in the ledger. The password is drawn and stands in a file of its own, never on the command line.
    """
    settings = begin(data_dir)
    from hub.cli.sharing import Wanted, handed
    from hub.compiler.documents import InvalidDocument
    from hub.errors import InputError

    request = request_of(document, variables, None, language)
    wanted = Wanted(agreement, purpose, form, days, by or getpass.getuser())
    if to is None and code_to is None:
        raise InputError("nowhere", "name --to, --code-to, or both")
    try:
        made = run(lambda: handed(settings, request, wanted, (to, code_to, password_to)))
    except (InvalidDocument, InputError) as error:
        refuse(error, language)
    say(
        f"{made.request}: {made.root} for {made.agency} under {made.agreement}, to be used before {made.until}"
    )


@share.command("list")
def list_files(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the files that were made: for whom, under what, until when, and how often they were fetched."""
    settings = begin(data_dir)

    async def work() -> "Sequence[Any]":
        async with opened(settings) as database:
            return await _shelf(settings, database).listed()

    rows = [{name: getattr(row, name) for name in COLUMNS} for row in run(work)]
    if as_json:
        print_json(rows)
    else:
        table(COLUMNS, [tuple(row.values()) for row in rows])


@share.command("end")
def end(
    request: Annotated[str, typer.Argument(metavar="ID", help="Id of a file, of `hub share list`.")],
    data_dir: DataDir = None,
) -> None:
    """Take a file back: /berkas gives it out no longer. What was fetched or carried away is out of reach."""
    settings = begin(data_dir)
    from uuid import UUID

    from hub.errors import InputError

    try:
        named = UUID(request)
    except ValueError:
        raise InputError("no_such_file", "there is no file of that id; `hub share list` has them") from None

    async def work() -> bool:
        async with opened(settings) as database:
            return await _shelf(settings, database).end(named)

    if not run(work):
        raise InputError("no_such_file", "there is no such file that stands; `hub share list` has them")
    say(f"{named} is taken back")


@share.command("sweep")
def sweep(data_dir: DataDir = None) -> None:
    """Take away the copies of files whose day is over; what was written down of them stays."""
    settings = begin(data_dir)

    async def work() -> int:
        async with opened(settings) as database:
            return await _shelf(settings, database).sweep()

    say(f"{run(work)} taken away")


def _shelf(settings: "Settings", database: "Database") -> "HandedFiles":
    from hub.sharing.handing import HandedFiles

    return HandedFiles(database, settings.data_dir)
