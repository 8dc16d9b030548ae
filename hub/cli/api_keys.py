"""`hub keys api`: keys of systems that can't get tokens."""

import getpass
from datetime import timedelta
from typing import Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

api = typer.Typer(name="api", help="Keys of systems that can't get tokens.", no_args_is_help=True)
By = Annotated[
    str | None, typer.Option(help="Who does it, by name of account; the account of this shell when left out.")
]


@api.callback()
def _group() -> None:
    """Keys of systems that can't get tokens: for one client, shown once, kept as a hash, never without an end."""


@api.command("make")
def make(
    agency: Annotated[str, typer.Option(help="Code of the agency (config/agencies).")],
    client: Annotated[str, typer.Option(help="Client of the agency.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good for.")] = 90,
    purpose: Annotated[str | None, typer.Option(help="The one purpose it is good for.")] = None,
    agreement: Annotated[str | None, typer.Option(help="The one agreement it is good for.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Only in this area; may be given several times.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Only this scope; may be given several times.")
    ] = None,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it on stdout, for the only time: the hub keeps its hash."""
    settings = begin(data_dir)
    from hub.access.api_keys import make as made
    from hub.access.areas import areas_of
    from hub.errors import InputError
    from hub.registry.agencies import load_agencies

    known = load_agencies(settings.config_dir).get(agency)
    if known is None:
        raise InputError("unknown_client", "config/agencies has no such agency")
    areas_of(area or [])
    told = {"purpose": purpose, "agreement": agreement, "areas": area, "scope": " ".join(scope or [])}

    async def work() -> str:
        async with opened(settings) as database, database.connect() as connection:
            narrowed = {name: value for name, value in told.items() if value}
            key = await made(
                connection, known, client, timedelta(days=days), by or getpass.getuser(), narrowed
            )
            await connection.commit()
            return key

    print(run(work))
    say("hub: it is shown this once; hand it over on a way of its own")


@api.command("end")
def end(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of the key, as `hub keys api list` shows it.")],
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """End a key for good; servers refuse it within five seconds."""
    settings = begin(data_dir)
    from hub.access.api_keys import end as ended

    async def work() -> None:
        async with opened(settings) as database, database.connect() as connection:
            await ended(connection, key, by or getpass.getuser())
            await connection.commit()

    run(work)
    say("hub: the key is refused from now on")


@api.command("list")
def list_keys(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List every key: whose it is, what it is narrowed to, who made and ended it."""
    settings = begin(data_dir)
    from hub.access.api_keys import listed

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database, database.connect() as connection:
            return await listed(connection)

    rows = run(work)
    if as_json:
        print_json(rows)
        return
    columns = ("id", "agency", "client", "made", "expires", "actor", "ended", "ended_by")
    table(columns, [[row[name] for name in columns] for row in rows])
