"""`hub feedback`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Json, RegistryUrl, begin, run

if TYPE_CHECKING:
    from hub.workflow.feedback import Sent

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Look-up sources; all that ask for reports.")
]


def feedback(
    names: Names = None, registry_url: RegistryUrl = None, data_dir: DataDir = None, as_json: Json = False
) -> None:
    """Report back to the population register whose data was used (data balikan).

    Each answer is reported once, under a pseudonym in place of a customer number. A sync reports what it looked
    up by itself; this sends what still waits. Ends with 1 when something waits on.
    """
    settings = begin(data_dir)
    from hub.store.database import open_database
    from hub.workflow.feedback import send_feedback
    from hub.workflow.initialise import require_initialised

    async def work() -> "list[Sent]":
        async with open_database(settings) as database:
            await require_initialised(database)
            return await send_feedback(database, settings, names or (), registry_url)

    sent = run(work)
    if as_json:
        import orjson

        print(orjson.dumps([asdict(each) for each in sent]).decode())
    else:
        for each in sent:
            told = (
                f"{each.source}: {each.accepted} accepted, {each.known} known before, {each.refused} refused"
            )
            print(told if each.code is None else f"{told}; the rest waits: {each.code}: {each.message}")
    raise typer.Exit(1 if any(each.code for each in sent) else 0)
