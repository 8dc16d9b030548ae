"""Whether what was released is still as it was: every file by its SHA-256, every row counted."""

from typing import NamedTuple

from hub.sharing.contents import Contents
from hub.store.database import Database
from hub.store.sql import text

FILES = text(
    """
    select r.dataset, r.number, f.name, f.sha256 from release_file f join dataset_release r on r.id = f.release_id
    where cast(:dataset as text) is null or r.dataset = :dataset order by r.dataset, r.number, f.name
    """
)
ROWS = text(
    """
    select r.dataset, r.number from dataset_release r
    cross join lateral (select count(*) as rows, count(*) filter (where c.cells ->> 'status' = 'c') as suppressed
      from release_cell c where c.release_id = r.id) k
    where (cast(:dataset as text) is null or r.dataset = :dataset) and (r.rows, r.suppressed) <> (k.rows, k.suppressed)
    order by r.dataset, r.number
    """
)


class Fault(NamedTuple):
    """What is wrong: `missing`, `changed` (a file), `rows` (the rows that are kept)."""

    dataset: str
    number: int
    name: str
    trouble: str


async def verify(
    database: Database, contents: Contents, dataset: str | None = None
) -> tuple[int, list[Fault]]:
    """How many files were looked at, and what is wrong with any release, of one data set or all."""
    async with database.connect() as connection:
        files = (await connection.execute(FILES, {"dataset": dataset})).all()
        rows = (await connection.execute(ROWS, {"dataset": dataset})).all()
    found = [
        Fault(one.dataset, one.number, one.name, trouble)
        for one in files
        if (trouble := contents.check(one.sha256)) is not None
    ]
    return len(files), found + [Fault(one.dataset, one.number, "", "rows") for one in rows]
