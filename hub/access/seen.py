"""Who saw a person: the answer that the law owes within three times 24 hours (UU 27/2022 art. 32)."""

from collections.abc import Sequence
from typing import Any

from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.domain.nik import parse_nik
from hub.errors import InputError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

# Everyone who bears the number or ever did, by what the hub held at any time: lines tell of the person of their time.
BEARERS = text("select distinct person_id from person_state where nik = :nik order by 1")
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


async def who_saw_nik(database: Database, nik: str) -> list[dict[str, Any]]:
    """Every line in which a bearer of a NIK stands, in order; what waits is sealed first.

    Raises:
        InputError: `bad_nik`.
    """
    parsed = parse_nik(nik).nik
    if parsed is None:
        raise InputError("bad_nik", "not a NIK: 16 digits with a possible date")
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys)
    async with database.connect() as connection:
        bearers = list((await connection.execute(BEARERS, {"nik": parsed})).scalars())
        stands = await marks_of(connection, bearers)
    async with database.connect(Role.LEDGER) as connection:
        return await lines_about(connection, keys, [*stands, f"nik:{parsed}"])
