"""`hub runs`: the book of runs, and a run taken back."""

from typing import Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

runs = typer.Typer(name="runs", help="The book of runs.", no_args_is_help=True)

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="Number of a run; see `hub runs list`.")]


@runs.callback()
def _group() -> None:
    """The book of runs."""


@runs.command("list")
def list_runs(
    source: Annotated[str | None, typer.Option(help="Only runs of this source.")] = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="So many, the newest first.")] = 30,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List runs, the newest first: what each brought, and how it ended.

    A `redrive` landed rows out of quarantine; a `revert` took a run back, which is `reverted` since.
    """
    settings = begin(data_dir)
    from hub.workflow.book import booked

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return await booked(database, source, most)

    rows = run(work)
    if as_json:
        print_json(rows)
        return
    columns = (
        "run",
        "source",
        "kind",
        "status",
        "started",
        "in",
        "stored",
        "unchanged",
        "quarantined",
        "closed",
    )
    table(columns, [[row[name] for name in columns] for row in rows])


@runs.command("show")
def show_run(number: RunNumber, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show a run: counts, seconds by stage, files, drift (unknown columns and codes), and why it failed."""
    settings = begin(data_dir)
    from hub.workflow.book import entry

    async def work() -> dict[str, Any]:
        async with opened(settings) as database:
            return await entry(database, number)

    found = run(work)
    if as_json:
        print_json(found)
        return
    table(("field", "value"), [[name, value] for name, value in found.items() if name != "files"])
    files = ("name", "bytes", "sha256", "detail")
    table(files, [[each[name] for name in files] for each in found["files"]])


@runs.command("revert")
def revert_run(number: RunNumber, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Take a whole run back: what it opened is closed, what it closed or replaced stands again.

    Only the newest landed run of a source; history is not rewritten, and the next sync of the same data lands it
    again. Persons whom it touched are folded anew, all in one transaction; what the hub linked by score since for
    whom it touched is parted, and with HUB_LINKING scored anew.
    """
    settings = begin(data_dir)
    from hub.cli.clusters import linked
    from hub.workflow.linking import follow
    from hub.workflow.revert import Reverted, revert

    async def work() -> Reverted:
        async with opened(settings) as database:
            done = await revert(database, settings, number)
            linked(await follow(database, settings))
            return done

    done = run(work)
    if as_json:
        print_json(done.__dict__)
        return
    say(
        f"hub: {done.source}: run {done.run} is taken back by run {done.by}: {done.stored:,} records stand again,"
        f" {done.closed:,} are closed, {done.persons:,} persons were folded anew"
    )
