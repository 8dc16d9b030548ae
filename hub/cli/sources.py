"""`hub sources list`."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.begin import DataDir, Json, begin, run

if TYPE_CHECKING:
    from hub.registry.sources import SourceConfig
    from hub.settings import Settings

sources = typer.Typer(name="sources", help="What the hub pulls from.", no_args_is_help=True)

DUE = {"daily": timedelta(days=2), "weekly": timedelta(days=9), "monthly": timedelta(days=35)}
"""Age from which a source is stale, by the word of its schedule: one period and a little."""


@sources.callback()
def _group() -> None:
    """What the hub pulls from."""


@sources.command("list")
def list_sources(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the declared sources with their last run and how fresh they are.

    `fresh` is false when the last complete run is older than the schedule wants, and null where nothing was
    pulled yet or the schedule sets no time.
    """
    settings = begin(data_dir)
    from hub.registry.sources import load_sources

    declared = load_sources(settings.config_dir / "sources")
    pulled = run(lambda: _pulled(settings))
    rows = [_row(source, pulled.get(source.name, {})) for source in declared.values()]
    if as_json:
        import orjson

        print(orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode())
    else:
        _show(rows)


async def _pulled(settings: "Settings") -> dict[str, dict[str, Any]]:
    """Last runs by source; none where the database was never made."""
    from hub.store.database import open_database
    from hub.workflow.initialise import revision_of
    from hub.workflow.standing import last_runs

    if settings.embedded and not (settings.data_dir / "postgres").exists():
        return {}
    async with open_database(settings) as database:
        return await last_runs(database) if await revision_of(database) else {}


def _row(source: "SourceConfig", pulled: dict[str, Any]) -> dict[str, Any]:
    from hub.domain import clock

    complete, due = pulled.get("last_complete"), DUE.get(source.schedule)
    fresh = None if complete is None or due is None else clock.now() - complete <= due
    return {
        "name": source.name,
        "number": source.number,
        "title_id": source.title_id,
        "title_en": source.title_en,
        "owner": source.owner,
        "family": source.family,
        "transport": source.transport,
        "rank": source.rank,
        "schedule": source.schedule,
        "last_run": pulled.get("last_run"),
        "last_complete": complete,
        "fresh": fresh,
    }


def _show(rows: list[dict[str, Any]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("name", "title", "owner", "transport", "last run", "fresh"):
        table.add_column(name, no_wrap=name in ("name", "last run"))
    for row in rows:
        last = row["last_run"]
        told = f"{last['status']} {last['started']:%Y-%m-%d}" if last else "never"
        fresh = {None: "-", True: "yes", False: "no"}[row["fresh"]]
        table.add_row(row["name"], row["title_en"], row["owner"], row["transport"], told, fresh)
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table)
