"""`hub schema`: the GraphQL schema in print, against its last release, and as a page."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.answers import print_json
from hub.cli.begin import Json, begin, say

schema = typer.Typer(name="schema", help="The GraphQL schema.", no_args_is_help=True)

BREAKS = 1
Promise = Annotated[
    Path | None,
    typer.Option("--file", help="Printed schema of the release, instead of hub/schema/released.graphql."),
]


@schema.callback()
def _group() -> None:
    """The GraphQL schema."""


@schema.command("print")
def print_schema(
    federation: Annotated[
        bool, typer.Option("--federation", help="With the directives that a router composes by.")
    ] = False,
) -> None:
    """Print the schema in the schema definition language, as hub/schema/schema.graphql holds it."""
    from hub.schema.build import federated, printed

    print(federated().text if federation else printed(), end="")


@schema.command("reference")
def print_reference() -> None:
    """Print the reference page of the graph, as docs/schema.md holds it: every part in both languages."""
    from hub.schema.build import engine
    from hub.schema.page import reference_page

    print(reference_page(engine().schema, engine().catalog), end="")


@schema.command("check")
def check(file: Promise = None, as_json: Json = False) -> None:
    """Compare the schema with that of the last release; end with 1 where it would break a client.

    A part may go once a deprecation that a release brought has run out. What is allowed and may surprise a
    client all the same (a new value of an enum, a new argument) is told.
    """
    begin()
    from hub.domain import clock
    from hub.schema.build import schema as built
    from hub.schema.releases import RELEASED, Comparison, compared, promise_in

    released = promise_in(file or RELEASED)
    found = compared(released, built(), clock.today()) if released else Comparison()
    if as_json:
        print_json({"refused": found.refused, "told": found.told, "released": bool(released)})
    else:
        for line in found.refused:
            print(f"refused  {line}")
        for line in found.told:
            print(f"told     {line}")
        say(f"hub: {len(found.refused)} changes would break clients" if released else "hub: no release yet")
    if found.refused:
        raise typer.Exit(BREAKS)


@schema.command("release")
def release(file: Promise = None) -> None:
    """Make the schema of this checkout the promise that later ones are checked against.

    Refused (schema_breaks) where it breaks the last release, or where a new deprecation gives clients less than
    180 days.
    """
    begin()
    from hub import __version__
    from hub.domain import clock
    from hub.schema.build import schema as built
    from hub.schema.releases import RELEASED
    from hub.schema.releases import release as promise

    path = file or RELEASED
    promise(built(), __version__, clock.today(), path)
    say(f"hub: {path} is the schema of {__version__}; commit it with the release")
