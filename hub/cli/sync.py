"""`hub sync`."""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Json, RegistryUrl, begin, run

if TYPE_CHECKING:
    from hub.workflow.sync import Summary

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Sources; all when none is named.")
]


def sync(
    names: Names = None, registry_url: RegistryUrl = None, data_dir: DataDir = None, as_json: Json = False
) -> None:
    """Pull sources, join what they say to the graph, and tell what became of every row.

    Each source is one run and lands whole or not at all; a source that fails does not hold up the others. In
    the summary, in = stored + unchanged + quarantined; closed are records that a full list no longer has. A
    sync of unchanged sources writes its runs and nothing else. Ends with 1 when a source failed, with 3 when
    one ended early (a quota was used up).
    """
    settings = begin(data_dir)
    from hub.cli.progress import watcher
    from hub.cli.summary import exit_code, figures, show
    from hub.store.database import open_database
    from hub.workflow.initialise import require_initialised
    from hub.workflow.standing import rows_expected
    from hub.workflow.sync import sync as pull

    async def work() -> "list[Summary]":
        async with open_database(settings) as database:
            await require_initialised(database)
            with watcher(await rows_expected(database)) as watch:
                return await pull(database, settings, names or (), registry_url, watch)

    summaries = run(work)
    if as_json:
        import orjson

        print(orjson.dumps([figures(summary) for summary in summaries]).decode())
    else:
        show(summaries)
    raise typer.Exit(exit_code(summaries))
