"""`hub quarantine`: rows that could not land, to look at, to send back, and to try again."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.registry.sources import SourceConfig
    from hub.workflow.redrive import Redriven

quarantine = typer.Typer(name="quarantine", help="Rows that could not land.", no_args_is_help=True)

SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="Name of a source.")]


@quarantine.callback()
def _group() -> None:
    """Rows that could not land."""


@quarantine.command("list")
def list_rows(
    source: Annotated[str | None, typer.Option(help="Only rows of this source.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only rows with this reason code.")] = None,
    since: Annotated[str | None, typer.Option(help="Refused on this day (WIB) or later.")] = None,
    most: Annotated[int, typer.Option("--limit", min=0, help="So many rows; 0 for counts alone.")] = 20,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List what waits: rows by source and reason, then where the first rows stand. No value of a row is shown."""
    settings = begin(data_dir)
    from hub.ingest.quarantine import Wanted, counted, listed

    wanted = Wanted(source, reason, instant_of(since))

    async def work() -> tuple[list[dict[str, Any]], int, list[dict[str, Any]]]:
        async with opened(settings) as database:
            return await counted(database, wanted), *await listed(database, wanted, most)

    reasons, total, rows = run(work)
    if as_json:
        print_json({"reasons": reasons, "total": total, "rows": rows})
        return
    by = ("source", "reason", "rows", "first", "id")
    table((*by[:-1], "alasan"), [[each[name] for name in by] for each in reasons])
    if rows:
        columns = ("id", "source", "file", "row_no", "reasons", "fields", "since")
        print()
        table(columns, [[each[name] for name in columns] for each in rows])


def instant_of(day: str | None) -> datetime | None:
    """The first instant (UTC) of a day in WIB.

    Raises:
        InputError: `bad_date`.
    """
    from hub.domain.clock import start_of
    from hub.errors import InputError

    try:
        return None if day is None else start_of(date.fromisoformat(day))
    except ValueError:
        raise InputError("bad_date", "write the day as 2026-11-21") from None


@quarantine.command("show")
def show_row(
    number: Annotated[
        int, typer.Argument(metavar="ID", help="Number of the row; see `hub quarantine list`.")
    ],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show one row: its reasons in words, and its values masked (six digits of a number, first letters)."""
    settings = begin(data_dir)
    from hub.ingest.quarantine import shown

    async def work() -> dict[str, Any]:
        async with opened(settings) as database:
            return await shown(database, number)

    found = run(work)
    if as_json:
        print_json(found)
        return
    values, told = found.pop("values"), found.pop("told")
    reasons = [[each["reason"], f"{each['id']} / {each['en']}"] for each in told]
    table(("field", "value"), [*found.items(), *reasons])
    print()
    table(("column", "value"), list(values.items()))


@quarantine.command("export")
def export_rows(
    source: SourceName,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.xlsx", help="Workbook to write.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write the waiting rows of a source to a workbook for its producer: his own columns, and why each waits.

    Every cell is text, so that no NIK loses a digit and nothing runs as a formula. It holds personal data.
    """
    settings = begin(data_dir)
    _require(settings.config_dir, source)
    from hub.errors import InputError
    from hub.ingest.quarantine import export

    if to.suffix.lower() != ".xlsx":
        raise InputError("bad_file_name", "the file is a workbook: name it with .xlsx at its end")

    async def work() -> int:
        async with opened(settings) as database:
            return await export(database, source, to)

    rows = run(work)
    say(f"hub: {rows:,} rows are in {to}; it holds personal data: mind where it goes")
    if as_json:
        print_json({"source": source, "file": str(to), "rows": rows})


@quarantine.command("redrive")
def redrive_rows(source: SourceName, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Try the waiting rows of a source again, after a code table or the entry was mended.

    They are claimed anew from what was received. Those that are sound now land as a run of their own and leave
    quarantine; tried = stored + unchanged + refused. Rows that no reader could lay out are not tried.
    """
    settings = begin(data_dir)
    from hub.workflow.redrive import redrive

    async def work() -> "Redriven":
        async with opened(settings) as database:
            return await redrive(database, settings, source)

    done = run(work)
    if as_json:
        print_json(done.__dict__)
        return
    say(
        f"hub: {source}: {done.tried:,} rows tried = {done.stored:,} stored + {done.unchanged:,} unchanged"
        f" + {done.refused:,} refused still"
    )


@quarantine.command("proposals")
def list_proposals(source: SourceName, data_dir: DataDir = None, as_json: Json = False) -> None:
    """List damaged NIK that match one known person: proposals for a person to judge, masked, never links."""
    settings = begin(data_dir)
    config = _require(settings.config_dir, source)
    from hub.ingest.proposals import proposals

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return [asdict(each) for each in await proposals(database, config)]

    rows = run(work)
    if as_json or not rows:
        print_json(rows)
        return
    table(tuple(rows[0]), [list(each.values()) for each in rows])


def _require(config_dir: Path, source: str) -> "SourceConfig":
    from hub.errors import InputError
    from hub.registry.sources import load_sources

    known = load_sources(config_dir / "sources")
    if source not in known:
        raise InputError("unknown_source", f"no such source: {source}; known: {', '.join(known)}")
    return known[source]
