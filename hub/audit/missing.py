"""Listed in one register and missing in others: by number, and by name and address as the field compares lists by hand.

A row of the one list is found in another where that speaks of the same person, or where somebody of the same desa bears
the same name (blanks aside) and nothing speaks against it: RT and RW, or the birth date, are equal where both tell
them, and one of the two is told by both. Others of that name in the desa are told beside, for whoever goes there.

Who is missing is decided over every row there is, whoever asks: a row that an agreement hides is not one that is not
there. Of whom is found, the agreement decides who is told.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hub.access.context import Reach
from hub.access.signing import canonical
from hub.audit.disclosing import enter, leave
from hub.errors import InputError, RefusedError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

MOST = 100_000
"""Rows in one list."""
KNOWN = text("select code from source where code = any(cast(:codes as text[]))")
VISIBLE = text(
    """
    select c.record_id, c.mention_id from claim_person c join source_record r on r.id = c.record_id
    where c.record_id = any(:records)
    """
)
"""Which rows an agreement lets see, of some."""
MISSING = text(
    """
    with stated as materialized (
      select c.person_id, s.code as source, c.nik, c.name, replace(c.name_key, ' ', '') as name_key, c.birth_date,
             c.address, nullif(ltrim(c.rt, '0'), '') as rt, nullif(ltrim(c.rw, '0'), '') as rw, c.no_kk,
             coalesce(nullif(c.area_key, 0), nullif(c.home_area_key, 0)) as area_key, r.record_key,
             c.record_id, c.mention_id, c.home_area_key, c.event_area_key
      from claim_person c join source s on s.id = c.source_id
      join source_record r on r.id = c.record_id and upper_inf(r.recorded)
      where s.code = any(cast(:sources as text[])) and c.person_id is not null),
    listed as (
      select distinct on (t.person_id) t.* from stated t
      where t.source = :listed and (cast(:lo as bigint) is null or t.area_key between :lo and :hi)
        and (t.home_area_key <@ cast(cast(:reach as text) as int8multirange)
          or t.event_area_key <@ cast(cast(:reach as text) as int8multirange))
      order by t.person_id, t.record_key),
    other as materialized (select t.* from stated t where t.source = any(cast(:absent as text[]))),
    alike as (
      select l.person_id, o.source,
             coalesce((l.rt = o.rt and l.rw = o.rw) or l.birth_date = o.birth_date, false)
               and (l.rt = o.rt) is not false and (l.rw = o.rw) is not false
               and (l.birth_date = o.birth_date) is not false as fits
      from listed l join other o on o.area_key = l.area_key and o.name_key = l.name_key and o.person_id <> l.person_id),
    here as (
      select o.person_id, o.source from other o union select a.person_id, a.source from alike a where a.fits)
    select w.code as wilayah, w.name as desa, l.rw, l.rt, l.address, l.name, l.birth_date, l.nik, l.no_kk,
           array(select b from unnest(cast(:absent as text[])) b where b not in (
             select h.source from here h where h.person_id = l.person_id) order by 1) as absent,
           array(select distinct a.source from alike a where a.person_id = l.person_id and not a.fits order by 1)
             as namesakes, l.person_id, l.record_id, l.mention_id
    from listed l left join wilayah w on w.system = 'kemendagri' and w.area_key = l.area_key
    where case when :anywhere then not exists (select from here h where h.person_id = l.person_id)
          else (select count(distinct h.source) from here h where h.person_id = l.person_id) < :others end
    order by w.code nulls first, l.rw nulls first, l.rt nulls first, l.name, l.person_id limit :most
    """
)


@dataclass(frozen=True)
class Compared:
    """Which lists are held against each other.

    Args:
        listed: Code of the source whose people are looked for.
        absent: Codes of the sources in which they are looked for.
        area: First and last key of the area that the first list states; None: everywhere.
        anywhere: Only those who stand in none of the others; else those who are missing in one of them.
    """

    listed: str
    absent: Sequence[str]
    area: tuple[int, int] | None = None
    anywhere: bool = True


async def missing(
    database: Database, compared: Compared, reach: Reach, quota: int | None = None
) -> list[dict[str, Any]]:
    """Who is missing, by desa, RW and RT, for somebody who goes there; it leaves a line in the ledger.

    Args:
        database: Of the hub.
        compared: The lists.
        reach: Whom it may tell of. Of scopes it is asked for rows alone: whoever gives it has every one of them.
        quota: Persons a day that the agreement grants; None: no bound.

    Raises:
        InputError: `unknown_source`, `list_too_large`.
        RefusedError: `beyond_agreement`, it names programs, so that some lists are not to be known; `context_refused`;
            `quota_spent`.
    """
    if reach.programs is not None:
        raise RefusedError("beyond_agreement", "it grants some programs alone; lists tell of all of them")
    absent = sorted(set(compared.absent) - {compared.listed})
    async with database.connect(Role.APP) as connection:
        await enter(connection, database, reach)
        await _known(connection, compared.listed, absent)
        found = await _compared(database, compared, absent, reach)
        seen = await connection.execute(VISIBLE, {"records": sorted({each["record_id"] for each in found})})
        visible = {(row.record_id, row.mention_id) for row in seen}
        told = [each for each in found if (each.pop("record_id"), each.pop("mention_id")) in visible]
        asked = (uuid4(), hashlib.sha256(canonical([compared.listed, *absent])).hexdigest())
        persons = [str(each.pop("person_id")) for each in told]
        await leave(connection, asked, (["Statement.*"], persons), len(told), quota)
    return told


async def _known(connection: AsyncConnection, listed: str, absent: list[str]) -> None:
    sources = {listed, *absent}
    unknown = sources - set((await connection.execute(KNOWN, {"codes": sorted(sources)})).scalars())
    if unknown or not absent:
        told = ", ".join(sorted(unknown)) or "name another list"
        raise InputError("unknown_source", f"no such source: {told}; see `hub sources list`")


async def _compared(
    database: Database, compared: Compared, absent: list[str], reach: Reach
) -> list[dict[str, Any]]:
    """Who is missing where an agreement reaches, by every row that the hub has."""
    lo, hi = compared.area or (None, None)
    given = {
        "sources": [compared.listed, *absent], "listed": compared.listed, "absent": absent, "lo": lo, "hi": hi,
        "others": len(absent), "anywhere": compared.anywhere, "most": MOST + 1,
        "reach": "{" + ",".join(f"[{first},{last}]" for first, last in reach.ranges) + "}",
    }  # fmt: skip
    async with database.connect() as connection:
        found = [dict(row) for row in (await connection.execute(MISSING, given)).mappings()]
    if len(found) > MOST:
        raise InputError("list_too_large", f"more than {MOST:,} rows: ask for a smaller area")
    return found
