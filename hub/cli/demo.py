"""`hub demo`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Host, Json, Port, begin, run, say
from hub.cli.registries import (
    Area,
    Day,
    Lists,
    Persons,
    Preset,
    Seed,
    Truth,
    day_of,
    lists_of,
    plan_of,
    with_demo_credentials,
)

if TYPE_CHECKING:
    from hub.cli.demonstration import Demonstration
    from hub.settings import Settings
    from hub.store.database import Database

QUERIES = """
Three queries to begin with (paste them into {url}/graphql, or: hub query - <<< '...'):

1. One person: families, programs, payments, and who says so
{{
  person(nik: "{nik}") {{
    name birthDate wilayah {{ name }}
    familyCards {{ from to familyCard {{ kk members(current: true) {{ relationLabel person {{ name }} }} }} }}
    households(current: true) {{ household {{ address rt rw }} }}
    enrollments {{
      program {{ code name }} component {{ name }} from to
      payments(first: 3) {{ from amount status paidOn }}
    }}
    statements(field: [NAME]) {{ value source {{ code }} firstSeen lastSeen current }}
  }}
}}

2. One family card, its members and what each of them receives
{{
  familyCard(kk: "{kk}") {{
    wilayah {{ name }}
    members(current: true) {{
      relationLabel
      person {{
        name vitalLabel
        enrollments(current: true) {{ program {{ code }} from }}
        payments(first: 3) {{ from amount }}
      }}
    }}
  }}
}}

3. An audit answer: families in two programs that exclude each other
{{
  excludingPrograms(first: 5) {{
    totalCount
    nodes {{
      programA {{ code }} programB {{ code }} legalBasis since until
      familyCard {{ kk wilayah {{ name }} }}
    }}
  }}
}}
"""


def demo(
    persons: Persons = 20_000,
    area: Area = "33.20",
    seed: Seed = 7,
    preset: Preset = "2024",
    day: Day = None,
    lists: Lists = "all",
    data_dir: DataDir = None,
    truth: Truth = None,
    once: Annotated[bool, typer.Option("--once", help="Do everything but serve.")] = False,
    as_json: Json = False,
    host: Host = None,
    port: Port = None,
) -> None:
    """Make up the registries of a kabupaten, pull them twice a month apart, join them, and serve the graph.

    Nobody in it is real. The database is the hub's own (HUB_DATABASE_URL is set aside), tables and reference
    data are made first, then the registries are served by a process of their own and pulled over HTTP: once
    as they stood a month ago, and once as they stand today, with moves, births, deaths and new payments.
    On a directory that holds this demo already it goes on where that stopped: the registries are pulled once
    more, what is unchanged writes nothing, and the graph is served.
    """
    from hub.cli.demonstration import Demonstration

    found = begin(data_dir)
    host, port = host or found.host, found.port if port is None else port
    settings = _settings(found)
    plan = plan_of(persons, area, seed, preset, day_of(day), lists_of(lists))
    shown = Demonstration(settings, plan, day, truth)
    if not once:
        _try(host, port)

    async def work() -> None:
        from hub.store.database import open_database

        shown.prepare()
        async with open_database(settings) as database:
            await shown.pull(database)
            if as_json:
                _print_json(shown)
            if not once:
                await _serve(database, host, port)

    run(work)


def _settings(found: "Settings") -> "Settings":
    """The settings of the demo, now those of the process: a database of its own, and its credentials."""
    from hub.settings import adopt

    if found.database_url is not None:
        say("demo: HUB_DATABASE_URL is set aside; the demo runs a database of its own")
    chosen = with_demo_credentials(found.model_copy(update={"database_url": None, "role_prefix": None}))
    adopt(chosen)
    return chosen


def _try(host: str, port: int) -> None:
    """Tells of a port that is taken before the minutes that the rest takes."""
    from hub.cli.serving import listen

    listen(host, port).close()


async def _serve(database: "Database", host: str, port: int) -> None:
    from hub.cli.serving import address, listen, serve_until_told

    with listen(host, port) as listener:
        url = address(listener)
        words = await _words(database, url)
        await serve_until_told(database, listener, lambda: _greet(words, url))


def _print_json(shown: "Demonstration") -> None:
    import orjson

    print(orjson.dumps(shown.report()).decode(), flush=True)


async def _words(database: "Database", url: str) -> str:
    from hub.workflow.tally import example

    found = await example(database)
    return QUERIES.format(url=url, nik=found.nik, kk=found.kk) if found else ""


def _greet(words: str, url: str) -> None:
    print(words, file=sys.stderr)
    say(f"serving {url}/graphql (GraphiQL in a browser); Ctrl-C ends it")
