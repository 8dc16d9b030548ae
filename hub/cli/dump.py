"""`hub dump`."""

import sys
from typing import Annotated

import typer

from hub.cli.begin import DataDir, begin, run, say


def dump(
    table: Annotated[
        list[str] | None, typer.Option(help="Only this part; may be given several times. See --list.")
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="Print the names of the parts and end.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print the whole state of the hub as sorted lines of JSON, the same for the same state.

    Records with their versions, claims, persons, family cards, households, enrollments, benefits, statuses,
    judgements and quarantine. Nothing in it depends on when or in which run it was learned, nor on internal
    ids: two hubs that pulled the same lists print the same bytes. It holds personal data: mind where it goes.
    """
    settings = begin(data_dir)
    from hub.workflow.dump import PARTS, lines

    if names:
        print("\n".join(PARTS))
        return
    from hub.store.database import open_database
    from hub.workflow.initialise import require_initialised

    async def work() -> None:
        async with open_database(settings) as database:
            await require_initialised(database)
            say("hub: the dump holds personal data; mind where it goes")
            async for batch in lines(database, table or ()):
                sys.stdout.write(batch)
        sys.stdout.flush()

    run(work)
