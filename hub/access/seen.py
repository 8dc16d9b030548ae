"""Who saw a person: the answer that the law owes within three times 24 hours (UU 27/2022 art. 32)."""

from collections.abc import Sequence
from typing import Any

from hub.access.areas import NATIONAL_KEYS, Range
from hub.access.reaching import bounds, reached
from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.domain.nik import parse_nik
from hub.errors import InputError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

# Everyone who bears the number or ever did, by what the hub held at any time: lines tell of the person of their time.
BEARERS = text(
    "select distinct b.person_id from person_state b where b.nik = :nik"
    f" and {reached('b.person_id')} order by 1"
)
# How persons stand in lines: by their numbers, and by the cards and households that they ever stood on.
MARKS = text(
    """
    with p as (select unnest(cast(:persons as bigint[])) as person_id)
    select person_id::text from p
    union select 'c' || m.card_id from membership m join p using (person_id)
    union select 'h' || h.household_id from household_member h join p using (person_id)
    order by 1
    """
)


async def marks_of(connection: AsyncConnection, persons: Sequence[int]) -> list[str]:
    """Everything that stands for some persons in lines of the ledger."""
    return list((await connection.execute(MARKS, {"persons": list(persons)})).scalars())


async def who_saw_nik(
    database: Database, nik: str, ranges: Sequence[Range] = (NATIONAL_KEYS,)
) -> list[dict[str, Any]]:
    """Every line in which a bearer of a NIK stands, in order, as `lines_about` has them; what waits is sealed first.

    Each line also has `persons`, the numbers of the bearers that stand in it; none where the number was asked for and
    told of nobody.

    Args:
        database: Where.
        nik: As it was told.
        ranges: Of area keys, both ends inclusive: whoever answers for these alone learns of persons who live in them,
            and of a number that nobody there bears as if it were nobody's.

    Raises:
        InputError: `bad_nik`.
        RetriableError: `database_busy`, another sealer is at work for too long.
    """
    parsed = parse_nik(nik).nik
    if parsed is None:
        raise InputError("bad_nik", "not a NIK: 16 digits with a possible date")
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys, patient=True)
    async with database.connect() as connection:
        bearers = list((await connection.execute(BEARERS, {"nik": parsed, **bounds(ranges)})).scalars())
        stands = {one: await marks_of(connection, [one]) for one in bearers}
    if not bearers and tuple(ranges) != (NATIONAL_KEYS,):
        return []
    marks = [*dict.fromkeys(mark for each in stands.values() for mark in each), f"nik:{parsed}"]
    async with database.connect(Role.LEDGER) as connection:
        lines = await lines_about(connection, keys, marks)
    tokens = {
        one: {token.hex() for mark in each for token in keys.tokens(mark)} for one, each in stands.items()
    }
    return [
        {**line, "persons": [one for one, own in tokens.items() if not own.isdisjoint(line["subjects"])]}
        for line in lines
    ]
