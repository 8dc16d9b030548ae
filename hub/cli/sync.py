"""`hub sync`."""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Json, RegistryUrl, begin, run, say

if TYPE_CHECKING:
    from hub.workflow.summary import Summary

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Sources; all when none is named.")
]


def sync(
    names: Names = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do all the work, show what would change, and roll it back.")
    ] = False,
    registry_url: RegistryUrl = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Pull sources, join what they say to the graph, and tell what became of every row.

    Each source is one run and lands whole or not at all; a source that fails does not hold up the others. In
    the summary, in = stored + unchanged + quarantined; closed are records that a full list no longer has. A
    sync of unchanged sources writes its runs and nothing else. With HUB_LINKING whom it touched is scored and
    linked afterwards. Ends with 1 when a source failed, with 3 when one ended early (a quota was used up). A
    dry run writes nothing but the calls it made; examples of changed fields are masked.
    """
    settings = begin(data_dir)
    from hub.cli.clusters import linked
    from hub.cli.progress import watcher
    from hub.cli.summary import exit_code, figures, show
    from hub.store.database import open_database
    from hub.workflow.initialise import require_initialised
    from hub.workflow.linking import follow
    from hub.workflow.standing import rows_expected
    from hub.workflow.sync import sync as pull

    async def work() -> "list[Summary]":
        async with open_database(settings) as database:
            await require_initialised(database)
            with watcher(await rows_expected(database)) as watch:
                pulled = await pull(database, settings, names or (), registry_url, watch, dry_run=dry_run)
            linked(None if dry_run else await follow(database, settings))
            return pulled

    summaries = run(work)
    if dry_run:
        say("hub: a dry run: nothing of this was kept")
    if as_json:
        import orjson

        print(orjson.dumps([figures(summary) for summary in summaries]).decode())
    else:
        show(summaries)
    raise typer.Exit(exit_code(summaries))
