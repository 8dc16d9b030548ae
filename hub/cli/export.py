"""`hub export`."""

import os
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hub.cli.begin import DataDir, begin, run, say
from hub.cli.query import refuse, request_of

if TYPE_CHECKING:
    from hub.compiler.engine import Request
    from hub.settings import Settings

Ending = Literal["ndjson", "csv", "parquet", "xlsx"]


def export(
    out: Annotated[Path, typer.Option(help="File to write; readable by its owner alone.")],
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="GraphQL document; - reads stdin.")] = "-",
    form: Annotated[
        Ending | None, typer.Option("--format", help="Form of the file; by its ending when left out.")
    ] = None,
    variables: Annotated[str, typer.Option(metavar="JSON", help="Values of its variables.")] = "{}",
    language: Annotated[Literal["id", "en"], typer.Option(help="Labels and messages.")] = "id",
    since: Annotated[
        str | None, typer.Option(metavar="CURSOR|INSTANT", help="What changed since then, and no more.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write every entry of one connection to a file, as `POST /export` does: lines of JSON, CSV, Parquet or XLSX.

    The file appears when it is whole. It holds personal data. The cursor for --since of the next export is printed.
    """
    settings = begin(data_dir)
    from hub.compiler.documents import InvalidDocument
    from hub.errors import InputError

    request, ending = request_of(file, variables, None, language), form or _ending(out)
    request = replace(request, since=since)
    try:
        behind = run(lambda: _written(settings, request, ending, out))
    except (InvalidDocument, InputError) as error:
        refuse(error, request.language)
    for cursor in behind:
        typer.echo(cursor)
    say(f"{out} holds personal data")


def _ending(out: Path) -> str:
    """The form that a file name tells.

    Raises:
        InputError: `bad_file_name`.
    """
    from hub.errors import InputError
    from hub.schema.forms import FORMS

    name = out.suffix.removeprefix(".").lower()
    if name not in FORMS:
        raise InputError("bad_file_name", f"name the form: --format {', '.join(FORMS)}")
    return name


async def _written(settings: "Settings", request: "Request", form: str, out: Path) -> list[str]:
    """Writes the file; returns the cursor of what follows, where it can be followed."""
    from hub.cli.admitting import ledger_of
    from hub.cli.answers import opened
    from hub.cli.entrance import local_context
    from hub.compiler.exporting import export as exporting
    from hub.compiler.limits import limits_of
    from hub.compiler.needs import Sight
    from hub.schema.build import engine
    from hub.schema.export_door import exported
    from hub.schema.following import FOLLOWING
    from hub.schema.forms import FORMS
    from hub.schema.leaving import Leaving
    from hub.store.bulk import open_bulk
    from hub.store.read import open_reader

    async with opened(settings) as database, open_bulk(database, settings.export_seconds) as bulk:
        ledger, context, left = ledger_of(database, settings), local_context(database), None
        sight = Sight(logged=ledger is not None)
        made = exporting(engine(limits_of(settings)), request, settings.export_rows, sight, FOLLOWING)
        behind: list[str] = []
        async with open_reader(database, 1) as reads:
            if ledger and made.leave:
                line = await ledger.line(request.query, made.asked)
                left = Leaving(ledger, line, made.leave, context, reads)
            terms = (settings.export_rows, _free, behind.append)
            await _kept(exported(made, FORMS[form], bulk, context(), terms, left), out)
    return behind


async def _kept(pieces: AsyncGenerator[bytes, None], out: Path) -> None:
    """Writes beside the file and puts it in place once it is whole."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async for piece in pieces:
                file.write(piece)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _free(rows: int) -> None:
    """Who has the machine has no budget."""
    del rows
