"""`hub rights breach`: failures to protect personal data, whom they touch, and the notices that the law asks for."""

import getpass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.files import keep

if TYPE_CHECKING:
    from hub.access.breaches import Breach, Touched
    from hub.settings import Settings

breach = typer.Typer(name="breach", help="Failures to protect personal data.", no_args_is_help=True)
Instant = Annotated[
    str, typer.Option(metavar="INSTANT", help="2026-11-28T08:00:00+07:00; without an offset WIB.")
]


@breach.callback()
def _group() -> None:
    """Failures to protect personal data (UU 27/2022 art. 46): told to persons and authority within 3 x 24 hours."""


@breach.command("note")
def note(
    since: Instant,
    until: Instant,
    known: Instant,
    how: Annotated[str, typer.Option(help="How it came about; it stands in the notices.")],
    handling: Annotated[str, typer.Option(help="What was and is done; it stands in the notices.")],
    caller: Annotated[str, typer.Option(help="Agency, or agency/client; every one when left out.")] = "",
    agreement: Annotated[str, typer.Option(help="Code of the agreement; every one when left out.")] = "",
    by: Annotated[str | None, typer.Option(help="Who notes it; the account of this shell.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Note a breach: the clock runs from when it was known. Prints its id."""
    settings = begin(data_dir)

    async def work() -> UUID:
        from hub.access.breaches import Breach, Window, note_breach
        from hub.registry.rights import load_rights

        window = Window(_instant(since), _instant(until), caller, agreement)
        found = Breach(UUID(int=0), _instant(known), _instant(known), window, how, handling)
        async with opened(settings) as database, database.connect() as connection:
            made = await note_breach(
                connection, found, load_rights(settings.config_dir), by or getpass.getuser()
            )
            await connection.commit()
            return made

    print(run(work))


class Outcome(StrEnum):
    """What may become of a breach."""

    told_authority = "told_authority"
    told_persons = "told_persons"
    handled = "handled"
    closed = "closed"


@breach.command("say")
def say_of(
    uid: Annotated[UUID, typer.Argument(metavar="BREACH", help="Id of the breach.")],
    event: Annotated[
        Outcome, typer.Argument(metavar="EVENT", help="told_authority, told_persons, handled, closed.")
    ],
    why: Annotated[
        str | None, typer.Option("--note", help="What was done or why it is closed; those two need it.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who notes it; the account of this shell.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Note what became of a breach; it counts as told once the authority and the persons were."""
    settings = begin(data_dir)

    async def work() -> "Breach":
        from hub.access.breaches import say_of_breach

        async with opened(settings) as database, database.connect() as connection:
            found = await say_of_breach(connection, uid, event.value, by or getpass.getuser(), why)
            await connection.commit()
            return found

    say(f"hub: the breach is {run(work).standing}")


@breach.command("list")
def list_breaches(
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that should have been told by now.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the breaches by when they were known; ends with 1 with --overdue where there are any."""
    settings = begin(data_dir)

    async def work() -> "list[Breach]":
        from hub.access.breaches import breaches

        async with opened(settings) as database, database.connect() as connection:
            return await breaches(connection)

    from hub.domain import clock

    now = clock.now()
    rows = [
        (one.uid, one.standing, one.known, one.due, one.overdue(now), one.window.caller, one.window.agreement)
        for one in run(work)
        if one.overdue(now) or not overdue
    ]
    columns = ("breach", "standing", "known", "due", "overdue", "caller", "agreement")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows)
    if overdue and rows:
        raise typer.Exit(1)


@breach.command("report")
def report(
    uid: Annotated[UUID, typer.Argument(metavar="BREACH", help="Id of the breach.")],
    to: Annotated[Path, typer.Option(help="New folder for the notices and the list of persons.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write the notice to the authority, that to each person, and the list of persons, by the ledger.

    `otoritas.html`, `orang.html` and `orang.txt` (a public id a line); the list is the hub's and goes to nobody.
    """
    settings = begin(data_dir)
    one, found = run(lambda: _touched(settings, uid))
    from hub.registry.rights import load_rights
    from hub.workflow.letters import breach_letter

    controller = load_rights(settings.config_dir).controller
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, to_authority in (("otoritas.html", True), ("orang.html", False)):
        keep(to / name, breach_letter(one, found, controller, to_authority=to_authority))
    keep(to / "orang.txt", "".join(f"{person}\n" for person in found.persons))
    if as_json:
        print_json(
            {
                "persons": len(found.persons), "unknown": found.unknown, "lines": found.lines,
                "fields": found.fields, "callers": found.callers, "first": found.first, "last": found.last,
                "due": one.due,
            }
        )  # fmt: skip
    say(
        f"hub: {len(found.persons):,} persons in {found.lines:,} disclosures; to be told by {one.due:%Y-%m-%d %H:%M}Z"
    )


async def _touched(settings: "Settings", uid: UUID) -> "tuple[Breach, Touched]":
    """A breach and whom it touches.

    Raises:
        InputError: `unknown_breach`.
    """
    from hub.access.breaches import breaches, touched
    from hub.errors import InputError

    async with opened(settings) as database:
        async with database.connect() as connection:
            found = await breaches(connection, uid)
        if not found:
            raise InputError("unknown_breach", "there is no such breach; `hub rights breach list` shows them")
        return found[0], await touched(database, found[0].window)


def _instant(told: str) -> datetime:
    """An instant in UTC.

    Raises:
        InputError: `bad_instant`.
    """
    from hub.domain.clock import WIB
    from hub.errors import InputError

    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        raise InputError("bad_instant", "write it as 2026-11-28T08:00:00+07:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=WIB)).astimezone(UTC)
