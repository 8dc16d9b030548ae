"""`hub worker`."""

import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, RegistryUrl, begin, run, say

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.store.database import Database
    from hub.workflow.summary import Summary

worker = typer.Typer(
    name="worker", help="Pull every source when its schedule says so.", invoke_without_command=True
)


@worker.callback()
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Run what is due, then end (for cron).")] = False,
    registry_url: RegistryUrl = None,
    audited: Annotated[
        bool, typer.Option("--audit/--no-audit", help="Audit whom the runs told of, after each round.")
    ] = True,
    released: Annotated[
        bool,
        typer.Option("--release/--no-release", help="Release data sets by their schedule, after each round."),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Pull every enabled source when its schedule says so, until SIGTERM or Ctrl-C; the run in hand is ended first.

    Several workers share the work. What was missed while none ran is caught up once. A source that failed is tried
    again an hour later. After a round whoever was heard of is audited, and with --release what the schedules of data
    sets want of the month that is over is released; with --once the command fails where that fails.
    `hub worker status` shows what is due.
    """
    if context.invoked_subcommand is not None:
        return
    settings = begin(data_dir)
    from hub.workflow.worker import Worker

    async def serve() -> int:
        async with opened(settings) as database:
            one = Worker(database, settings, registry_url, told=_tell)
            one.rounded = partial(_rounded, database, settings, audited=audited, released=released)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, _stop, one.stop)
            say(f"hub: worker {one.name} begins")
            return await one.work(once=once)

    done = run(serve)
    say(f"hub: worker ended after {done} runs")


async def _rounded(database: "Database", settings: "Settings", *, audited: bool, released: bool) -> None:
    """What follows a round of runs; copies of handed files whose day is over go."""
    from hub.sharing.handing import HandedFiles

    if audited:
        await _audit(database, settings)
    if released:
        await _release(database, settings)
    await HandedFiles(database, settings.data_dir).sweep()


async def _release(database: "Database", settings: "Settings") -> None:
    """Releases the data sets that their schedule wants released."""
    from hub.sharing.scheduled import release_due

    for one in await release_due(database, settings):
        say(f"hub: worker: {one.dataset} {one.period} release {one.number}: {one.rows:,} rows")


async def _audit(database: "Database", settings: "Settings") -> None:
    """Looks at whom the hub heard of since the last audit."""
    from hub.audit.running import audit
    from hub.cli.audit import told

    say(f"hub: worker: {told(await audit(database, settings)).removeprefix('hub: ')}")


def _stop(event: asyncio.Event) -> None:
    say("hub: worker: told to end; the run in hand is ended first")
    event.set()


def _tell(summary: "Summary") -> None:
    from hub.cli.summary import remarks

    say(
        f"hub: worker: {summary.source} run {summary.run} {summary.status}: {summary.rows_in:,} in ="
        f" {summary.stored:,} stored + {summary.unchanged:,} unchanged + {summary.quarantined:,} quarantined"
    )
    for line in remarks(summary):
        say(f"hub: worker: {line}")


@worker.command("status")
def status(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show when each source is due, how its last run ended, and which worker holds it."""
    settings = begin(data_dir)
    from hub.workflow.worker import schedule_of

    async def asked() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return await schedule_of(database)

    rows = run(asked)
    if as_json:
        print_json(rows)
        return
    columns = ("source", "due", "started", "finished", "outcome", "worker", "dead")
    table(columns, [[row[name] for name in columns] for row in rows])
