"""`hub rights restrict`, `lift`, `restrictions`: whose data is withheld, for the officer who answers for it."""

import getpass
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.access.restrictions import Decided


class Kind(StrEnum):
    """Why the data of a person is withheld."""

    processing = "processing"
    protected = "protected"


Why = Annotated[
    Kind, typer.Option(help="processing (UU 27/2022 art. 40, 41) or protected (person or address).")
]
Basis = Annotated[str, typer.Option(help="Law, order or request that it rests on.")]
Person = Annotated[
    UUID | None, typer.Option(help="Public id of one person; every bearer of the NIK when left out.")
]
By = Annotated[str | None, typer.Option(help="Who decides; the account of this shell when left out.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day (WIB).")]


def restrict(
    basis: Basis, kind: Why = Kind.processing, since: Day = None, until: Day = None, person: Person = None,
    by: By = None, data_dir: DataDir = None,
) -> None:  # fmt: skip
    """Withhold whoever bears or ever bore the NIK that standard input has, from now on, by every door.

    `--until` is the day after the last.
    """
    _decide("restricted", kind, basis, person, by, data_dir, (since and since.date(), until and until.date()))


def lift(
    basis: Basis, kind: Why = Kind.processing, person: Person = None, by: By = None, data_dir: DataDir = None
) -> None:
    """Lift what withholds whoever bears the NIK that standard input has; each kind by itself."""
    _decide("lifted", kind, basis, person, by, data_dir)


def restrictions(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the decisions that withhold somebody today, by public id."""
    settings = begin(data_dir)

    async def work() -> "list[Decided]":
        from hub.access.restrictions import covering

        async with opened(settings) as database, database.connect() as connection:
            return await covering(connection)

    columns = ("person", "kind", "event", "at", "actor", "until")
    rows = [
        (one.person, one.decision.kind, one.decision.event, one.at, one.decision.actor, one.decision.until)
        for one in run(work)
    ]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows)


def _decide(
    event: Literal["restricted", "lifted"], kind: Kind, basis: str, person: UUID | None, by: str | None,
    data_dir: DataDir, days: tuple[date | None, date | None] = (None, None),
) -> None:  # fmt: skip
    settings = begin(data_dir)
    nik = sys.stdin.readline().strip()

    async def work() -> int:
        from hub.access.restrictions import Decision, bearers, covering, decide
        from hub.domain.nik import parse_nik
        from hub.errors import InputError

        async with opened(settings) as database, database.connect() as connection:
            found = await bearers(connection, parse_nik(nik).nik or "")
            chosen = [uid for uid in found if person in (None, uid)]
            if event == "lifted":
                held = {one.person for one in await covering(connection) if one.decision.kind == kind.value}
                chosen = [uid for uid in chosen if uid in held]
            if not chosen:
                raise InputError("unknown_person", "nobody whom this would change bears or bore this NIK")
            for uid in chosen:
                decision = Decision(kind.value, event, by or getpass.getuser(), basis, *days)
                await decide(connection, uid, decision)
            await connection.commit()
            return len(chosen)

    say(f"hub: {event}: {run(work)} persons")
