"""`hub rights`: what persons ask of their data, for the officer who answers for it."""

import getpass
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.breaches import breach
from hub.cli.files import keep
from hub.cli.restrictions import lift, restrict, restrictions

if TYPE_CHECKING:
    from hub.access.cases import Case
    from hub.store.database import Database

rights = typer.Typer(name="rights", help="Rights of persons over their data.", no_args_is_help=True)
rights.add_typer(breach)
for _each in (restrict, lift, restrictions):
    rights.command(_each.__name__)(_each)


class Right(StrEnum):
    """What may be asked."""

    access = "access"
    correction = "correction"
    restriction = "restriction"
    objection = "objection"


class Outcome(StrEnum):
    """What may become of a case."""

    told = "told"
    granted = "granted"
    refused = "refused"
    withdrawn = "withdrawn"


By = Annotated[
    str | None, typer.Option(help="Who does it, by name of account; the account of this shell when left out.")
]
Person = Annotated[UUID | None, typer.Option(help="Public id of the person, where several bear the NIK.")]
Out = Annotated[Path, typer.Option(help="File to write; readable by its owner alone.")]


@rights.callback()
def _group() -> None:
    """Rights of persons over their data (UU 27/2022): access, correction, restriction, objection, breaches."""


@rights.command("access")
def access(out: Out, person: Person = None, by: By = None, data_dir: DataDir = None) -> None:
    """Write everything that the hub holds of a person, who stated it and who saw it: .html a letter, .json the data.

    The NIK is read from standard input, so that it stays in no history. Find out first who asks.
    """
    settings = begin(data_dir)
    nik, actor = sys.stdin.readline().strip(), by or getpass.getuser()

    async def work() -> dict[str, Any]:
        from hub.workflow.subject import everything_of

        async with opened(settings) as database:
            return await everything_of(database, nik, person, actor)

    def letter(told: dict[str, Any]) -> str:
        from hub.registry.agencies import load_agencies, load_terms
        from hub.registry.rights import load_rights
        from hub.workflow.letters import access_letter

        config = settings.config_dir
        return access_letter(told, load_rights(config).controller, load_agencies(config), load_terms(config))

    told = run(work)
    keep(out, letter(told) if out.suffix == ".html" else _json(told))
    say(f"hub: {out} holds personal data; the ledger has a line of it")


@rights.command("open")
def open_case(
    kind: Annotated[
        Right, typer.Argument(metavar="KIND", help="access, correction, restriction, objection.")
    ],
    registry: Annotated[
        str | None, typer.Option(help="Source that a correction is routed to (`hub sources list`).")
    ] = None,
    finding: Annotated[UUID | None, typer.Option(help="Public id of the finding objected to.")] = None,
    person: Person = None,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Open a case: standard input has the NIK in its first line and what is asked for in the others.

    A correction is routed to its registry; a restriction withholds the person from now on. Prints the id of the case.
    """
    settings = begin(data_dir)
    nik, asked = sys.stdin.readline().strip(), sys.stdin.read().strip()

    async def work() -> UUID:
        from hub.access.cases import Asked
        from hub.access.cases import open_case as made
        from hub.registry.rights import load_rights
        from hub.workflow.subject import one_of

        async with opened(settings) as database, database.connect() as connection:
            _, uid = await one_of(connection, nik, person)
            one = Asked(kind.value, uid, asked, registry, finding)
            actor = by or getpass.getuser()
            case = await made(connection, one, load_rights(settings.config_dir), actor)
            await connection.commit()
            if finding:
                await _appealed(database, finding, case, actor)
            return case

    print(run(work))


async def _appealed(database: "Database", finding: UUID, case: UUID, actor: str) -> None:
    """Tells the case of the audit that the person objects."""
    from hub.audit.cases import Said, case_of, say

    audited = await case_of(database, finding)
    if audited is not None:
        await say(database, audited, Said("appealed", actor, reason=f"keberatan {case}"))


@rights.command("note")
def note(
    case: Annotated[UUID, typer.Argument(metavar="CASE", help="Id of the case.")],
    event: Annotated[Outcome, typer.Argument(metavar="EVENT", help="told, granted, refused, withdrawn.")],
    why: Annotated[
        str | None, typer.Option("--note", help="Why, or what was done; a refusal needs it.")
    ] = None,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Note what became of a case; of a restriction it also decides whether the person stays withheld."""
    settings = begin(data_dir)

    async def work() -> "Case":
        from hub.access.cases import note as noted

        async with opened(settings) as database, database.connect() as connection:
            found = await noted(connection, case, event.value, by or getpass.getuser(), why)
            await connection.commit()
            return found

    say(f"hub: the case is {run(work).standing}")


@rights.command("list")
def list_cases(
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that should be answered by now.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the cases by when they are due; ends with 1 with --overdue where there are any."""
    settings = begin(data_dir)

    async def work() -> "list[Case]":
        from hub.access.cases import cases

        async with opened(settings) as database, database.connect() as connection:
            return await cases(connection)

    from hub.domain import clock

    now = clock.now()
    rows = [_row(one, late=one.overdue(now)) for one in run(work) if one.overdue(now) or not overdue]
    if as_json:
        print_json(rows)
    else:
        columns = ("case", "kind", "standing", "opened", "due", "overdue", "registry", "events")
        table(columns, [[row[name] for name in columns] for row in rows])
    if overdue and rows:
        raise typer.Exit(1)


@rights.command("processing")
def processing(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Print the record of processing (UU 27/2022 art. 31): sources, recipients by agreement, purposes, retention."""
    settings = begin(data_dir)
    from hub.workflow.processing import page, record_of_processing

    async def work() -> dict[str, Any]:
        async with opened(settings) as database:
            return await record_of_processing(database, settings)

    record = run(work)
    if as_json:
        print_json(record)
    else:
        print(page(record))


def _row(one: "Case", *, late: bool) -> dict[str, Any]:
    """A case without what was asked: the words of a person are read where they are needed alone."""
    return {
        "case": one.uid, "kind": one.asked.kind, "person": one.asked.person, "standing": one.standing,
        "opened": one.opened, "due": one.due, "overdue": late, "registry": one.asked.registry,
        "finding": one.asked.finding, "events": [each.event for each in one.events],
    }  # fmt: skip


def _json(told: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(told, default=str).decode()
