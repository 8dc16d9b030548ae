"""What the graph holds now, in numbers, and a person worth looking at."""

from typing import NamedTuple

from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text

# Things, not rows: a person before and after a death is one.
TALLY = text(
    """
    select (select count(distinct person_id) from person_state where upper_inf(recorded)) as persons,
           (select count(*) from household where upper_inf(recorded) and basis <> 'ruta') as households,
           (select count(*) from family_card where upper_inf(recorded)) as families,
           (select count(distinct enrollment_id) from enrollment where upper_inf(recorded)) as enrollments,
           (select count(*) from benefit where upper_inf(recorded)) as payments
    """
)
# The one with a family card who takes part in most programs and was paid most often.
EXAMPLE = text(
    """
    select s.nik, c.no_kk
    from (select person_id, count(distinct program_id) as programs, count(*) as payments from benefit
          where upper_inf(recorded) group by person_id order by 2 desc, 3 desc, 1 limit 200) b
    join person_state s on s.person_id = b.person_id and upper_inf(s.recorded) and s.nik is not null
    join membership m on m.person_id = b.person_id and upper_inf(m.recorded) and upper_inf(m.valid)
    join family_card c on c.card_id = m.card_id and upper_inf(c.recorded)
    where exists (select from enrollment e where e.person_id = b.person_id and upper_inf(e.recorded))
    order by s.vital = 'meninggal', b.programs desc, b.payments desc, s.nik
    limit 1
    """
)
PULLED = text("select exists (select from run)")


class Example(NamedTuple):
    """A person with a family card, enrollments and payments."""

    nik: str
    kk: str


async def tally(database: Database) -> dict[str, int]:
    """Persons, households, families, enrollments and payments that the hub holds true now."""
    async with database.connect(Role.INGEST) as connection:
        return dict((await connection.execute(TALLY)).mappings().one())


async def example(database: Database) -> Example | None:
    """Whom to show first; None where nobody has it all."""
    async with database.connect(Role.INGEST) as connection:
        found = (await connection.execute(EXAMPLE)).one_or_none()
    return None if found is None else Example(found.nik, found.no_kk)


async def was_pulled(database: Database) -> bool:
    """Whether any source was ever pulled."""
    async with database.connect(Role.INGEST) as connection:
        return bool(await connection.scalar(PULLED))
