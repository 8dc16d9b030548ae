"""Whom to ask the population register about: NIK that lists name and its dump lacks, each asked once."""

from collections.abc import AsyncIterator, Sequence

from hub.store.sql import AsyncConnection, text

WANTED = text(
    """
    select distinct s.nik
    from person_state s
    where upper_inf(s.recorded) and upper_inf(s.valid) and s.nik is not null
      and not s.stated_by[1] = any (cast(:population as smallint[]))
      and not exists (select from person_state d where d.nik = s.nik and upper_inf(d.recorded)
                      and d.stated_by[1] = any (cast(:population as smallint[])))
      and not exists (select from source_record r where r.source_id = :asked and r.record_key = s.nik
                      and upper_inf(r.recorded))
    order by s.nik
    """
)


async def wanted_nik(
    connection: AsyncConnection, population: Sequence[int], asked: int
) -> AsyncIterator[str]:
    """NIK to look up, in order.

    Args:
        connection: To read with; left free when the first NIK is given.
        population: Ids of the sources whose word on a NIK needs no question.
        asked: Id of the look-up source: a NIK that it has answered is not asked again.
    """
    found = await connection.execute(WANTED, {"population": list(population), "asked": asked})
    numbers = [row[0] for row in found]
    await connection.rollback()
    for nik in numbers:
        yield nik
