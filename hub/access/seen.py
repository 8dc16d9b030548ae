"""Who saw a person: the answer that the law owes within three times 24 hours (UU 27/2022 art. 32)."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.domain.nik import parse_nik
from hub.errors import InputError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

# Everyone who bears a number or ever did, with the cards and households that each ever stood on, as far as who reads
# sees it: lines tell of the person of their time. The number is {0}.
_STANDS = """
    select coalesce(json_object_agg(x.person_id, x.marks), '{{}}') from (
        select p.person_id, array(
            select 'c' || m.card_id from hub.membership m where m.person_id = p.person_id
            union select 'h' || h.household_id from hub.household_member h where h.person_id = p.person_id) as marks
        from (select distinct b.person_id from hub.person_state b where b.nik = {0}) p) x
"""
STANDS = _STANDS.format("$2::text")
"""For a caller, under its context: of whom it does not see it says nothing."""
_STANDS_HERE = text(_STANDS.format(":nik"))
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
    """Every line in which a bearer of a NIK stands, as `who_saw` has them, for who may see everybody.

    Raises:
        InputError: `bad_nik`.
        RetriableError: `database_busy`, another sealer is at work for too long.
    """
    parsed = parse_nik(nik).nik
    if parsed is None:
        raise InputError("bad_nik", "not a NIK: 16 digits with a possible date")
    async with database.connect() as connection:
        stands: Mapping[str, list[str]] = await connection.scalar(_STANDS_HERE, {"nik": parsed})
    return await who_saw(database, parsed, stands)


async def who_saw(database: Database, nik: str, stands: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Every line in which some persons stand or a NIK was asked for, in order; what waits is sealed first.

    Each is as `lines_about` has it, with `persons`, the numbers of those who stand in it; none where the number was
    asked for and told of none of them.

    Args:
        database: Where.
        nik: As it is written in a register.
        stands: Its bearers by their numbers, with the cards and households of each (`STANDS`).

    Raises:
        RetriableError: `database_busy`, another sealer is at work for too long.
    """
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys, patient=True)
    own = {int(one): (one, *marks) for one, marks in stands.items()}
    marks = [*dict.fromkeys(mark for each in own.values() for mark in each), f"nik:{nik}"]
    async with database.connect(Role.LEDGER) as connection:
        lines = await lines_about(connection, keys, marks)
    tokens = {
        one: {token.hex() for mark in each for token in keys.tokens(mark)}
        for one, each in sorted(own.items())
    }
    return [
        {**line, "persons": [one for one, each in tokens.items() if not each.isdisjoint(line["subjects"])]}
        for line in lines
    ]
