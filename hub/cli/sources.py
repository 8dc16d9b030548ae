"""`hub sources`: list, check, new."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import print_json, shown, table
from hub.cli.begin import DataDir, Json, RegistryUrl, begin, run, say

if TYPE_CHECKING:
    from hub.registry.sources import SourceConfig
    from hub.settings import Settings
    from hub.workflow.checking import Found

sources = typer.Typer(name="sources", help="What the hub pulls from.", no_args_is_help=True)

DUE = {
    "hourly": timedelta(hours=3),
    "daily": timedelta(days=2),
    "weekly": timedelta(days=9),
    "monthly": timedelta(days=35),
    "quarterly": timedelta(days=100),
    "yearly": timedelta(days=380),
}
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
        "enabled": source.enabled,
        "quota": source.limits.daily_quota,
        "calls_today": pulled.get("calls_today", 0),
        "open_until": pulled.get("open_until"),
        "last_run": pulled.get("last_run"),
        "last_complete": complete,
        "fresh": fresh,
    }


def _show(rows: list[dict[str, Any]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("name", "title", "owner", "transport", "enabled", "last run", "fresh", "calls", "circuit"):
        made.add_column(name, no_wrap=name in ("name", "last run"))
    for row in rows:
        last = row["last_run"]
        told = f"{last['status']} {last['started']:%Y-%m-%d}" if last else "never"
        calls = f"{row['calls_today']:,}/{row['quota']:,}" if row["quota"] is not None else "-"
        circuit = f"open until {shown(row['open_until'])}" if row["open_until"] else "closed"
        cells = (row["transport"], shown(row["enabled"]), told, shown(row["fresh"]), calls, circuit)
        made.add_row(row["name"], row["title_en"], row["owner"], *cells)
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(made)


@sources.command("check")
def check_source(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="Name of a source.")],
    registry_url: RegistryUrl = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Ask the real endpoint of a source: does it answer, with which rights, and what would its rows become?

    The first page is pulled and mapped, ten persons of it are shown masked, and nothing is written. A look-up asks
    its first question, which counts against the quota. Ends with 1 where the source does not answer as it should.
    """
    settings = begin(data_dir)

    found = run(lambda: _checked(settings, name, registry_url))
    if as_json:
        print_json(found.__dict__)
    else:
        told = {key: value for key, value in found.__dict__.items() if key != "sample"}
        table(("what", "found"), list(told.items()))
        if found.sample:
            columns = list(dict.fromkeys(key for row in found.sample for key in row))
            print()
            table(columns, [[row.get(key) for key in columns] for row in found.sample])
    raise typer.Exit(0 if found.answers else 1)


async def _checked(settings: "Settings", name: str, registry_url: str | None) -> "Found":
    from hub.store.database import open_database
    from hub.workflow.checking import check
    from hub.workflow.initialise import revision_of

    if settings.embedded and not (settings.data_dir / "postgres").exists():
        return await check(settings, name, registry_url)
    async with open_database(settings) as database:
        ready = await revision_of(database) is not None
        return await check(settings, name, registry_url, database if ready else None)


@sources.command("new")
def new_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and underscores.")],
    sample: Annotated[Path, typer.Option("--from", metavar="FILE", help="A CSV or XLSX file as it is sent.")],
    as_json: Json = False,
) -> None:
    """Begin a source from the header of a sample: connector, entry, recorded case and page.

    NIK, name and No KK are recognised by how lists write them; every other column is ignored by name until somebody
    has looked at it. Rows of the sample are not read. The entry is not enabled.
    """
    begin()
    import hub
    from hub.workflow.scaffold import begin_source

    root = Path(hub.__file__).resolve().parents[1]
    written = run(lambda: begin_source(root, name, sample))
    if as_json:
        print_json([str(path) for path in written])
        return
    say("hub: written; read them line by line, then run: python -m pytest tests/connectors -k " + name)
    for path in written:
        print(path)
