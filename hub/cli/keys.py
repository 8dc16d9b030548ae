"""`hub keys`: what the hub signs with, changed without a pause."""

import getpass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.api_keys import api
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.access.rotating import Told

keys = typer.Typer(name="keys", help="Keys that the hub signs with.", no_args_is_help=True)
keys.add_typer(api)


class Key(StrEnum):
    """What is signed or made with a key."""

    context = "context"
    tokens = "tokens"
    subjects = "subjects"
    checkpoints = "checkpoints"
    pseudonyms = "pseudonyms"
    spdci = "spdci"


Name = Annotated[
    Key,
    typer.Argument(
        metavar="NAME",
        help="context: what a statement may reach; tokens: of the hub's own issuer; subjects: who stands in the ledger;"
        " checkpoints: of the ledger; pseudonyms: of agreements that mask by them; spdci: of messages by SPDCI.",
    ),
]
By = Annotated[
    str | None, typer.Option(help="Who does it, by name of account; the account of this shell when left out.")
]


@keys.callback()
def _group() -> None:
    """Keys that the hub signs with: derived from its secret, changed by generations, two believed at once."""


@keys.command("list")
def list_keys(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the generations of every key: which one signs, which are believed, which are retired."""
    settings = begin(data_dir)
    from hub.access.rotating import told

    async def work() -> "list[Told]":
        async with opened(settings) as database:
            return told(database.roles.ring)

    rows = run(work)
    if as_json:
        print_json([row._asdict() for row in rows])
    else:
        table(("name", "generation", "standing", "made", "retired", "by"), rows)


@keys.command("rotate")
def rotate(name: Name, by: By = None, data_dir: DataDir = None) -> None:
    """Make a new generation of a key: it is believed at once and signs after half a minute, with no pause."""
    settings = begin(data_dir)
    from hub.access.rotating import rotate as make

    async def work() -> int:
        async with opened(settings) as database:
            return await make(database, name.value, by or getpass.getuser())

    say(f"hub: generation {run(work)} of {name.value} is believed, and signs in half a minute")


@keys.command("retire")
def retire(
    name: Name,
    generation: Annotated[int, typer.Argument(min=1, help="Number of the generation.")],
    now: Annotated[
        bool, typer.Option("--now", help="Though what it signed may be in use: for a key that got out.")
    ] = False,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """End the belief in a generation, once nothing that it signed is in use any more."""
    settings = begin(data_dir)
    from hub.access.rotating import retire as end

    async def work() -> None:
        async with opened(settings) as database:
            await end(database, name.value, generation, by or getpass.getuser(), at_once=now)

    run(work)
    say(f"hub: generation {generation} of {name.value} is believed no more")
