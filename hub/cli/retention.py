"""`hub retention`: what is past its time is erased."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.workflow.retention import Erased, Past

retention = typer.Typer(name="retention", help="How long what is over is kept.", no_args_is_help=True)


@retention.callback()
def _group() -> None:
    """How long what is over is kept (config/retention.toml); a worker enforces it once a day."""


@retention.command("run")
def enforce(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count it and erase nothing.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Erase what is past its time and write down how much; nothing that stands or that evidence needs."""
    settings = begin(data_dir)
    from hub.workflow.retention import enforce as work_of

    async def work() -> "Erased":
        async with opened(settings) as database:
            return await work_of(database, settings, getpass.getuser(), dry_run=dry_run)

    erased = run(work)
    if as_json:
        print_json(erased)
    else:
        rows = [(what, name, count) for what, by in erased.items() for name, count in by.items()]
        table(("class", "source or table", "rows"), rows)
    total = sum(sum(by.values()) for by in erased.values())
    say(f"hub: {total:,} rows {'would be' if dry_run else 'are'} erased")


@retention.command("list")
def list_runs(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List each time it was enforced: when, by whom, by which edition of the file, how many rows."""
    settings = begin(data_dir)
    from hub.workflow.retention import past

    async def work() -> "list[Past]":
        async with opened(settings) as database:
            return await past(database)

    rows = run(work)
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    totals = [sum(sum(by.values()) for by in row.erased.values()) for row in rows]
    table(
        ("at", "actor", "edition", "rows"),
        [(*row[:3], total) for row, total in zip(rows, totals, strict=True)],
    )
