"""What the data set of recipients tells of a month: other data sets show its cells and count none anew."""

from typing import NamedTuple

import orjson

from hub.errors import InputError
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

RECIPIENTS = "penerima"
RELEASE = text(
    "select id from dataset_release where dataset = :dataset and period = :period order by number desc limit 1"
)
ANY = text("select exists (select from dataset_release where dataset = :dataset)")
CELLS = text(
    "select cells::text from release_cell where release_id = :release and cells ->> 'kelompok_umur' = '_T'"
    " order by ordinal"
)


class Told(NamedTuple):
    """A cell's place: program, Kemendagri code of the area, desil (`_T`: over all)."""

    program: str
    area: str
    desil: str


async def require_released(database: Database) -> None:
    """Makes sure that there is something to read for callers without a personal scope.

    Raises:
        InputError: `not_released`.
    """
    async with database.connect() as connection:
        if not await connection.scalar(ANY, {"dataset": RECIPIENTS}):
            raise InputError("not_released", "no counts are released yet; run `hub datasets release` first")


async def recipients(connection: AsyncConnection, period: str) -> dict[Told, int | None]:
    """Recipients by program, area and desil as released for a month; None: withheld.

    Raises:
        InputError: `not_released`.
    """
    found = await connection.scalar(RELEASE, {"dataset": RECIPIENTS, "period": period})
    if found is None:
        raise InputError(
            "not_released", f"release {RECIPIENTS} of {period} first: this data set shows its cells"
        )
    rows = [orjson.loads(line) for line in (await connection.execute(CELLS, {"release": found})).scalars()]
    return {Told(row["program"], row["kode_kemendagri"], row["desil"]): row["jumlah"] for row in rows}
