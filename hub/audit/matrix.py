"""The counts of combinations for the command line: by area, or for one area by combination."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.store.database import Database
from hub.store.sql import text

CELLS = text(
    """
    with asked as (select coalesce(cast(:quarter as date), (select max(quarter) from overlap_mark)) as quarter)
    select w.code as area, w.name, c.quarter, array_to_string(c.codes, '+') as combination, c.codes,
           case when :by_desil then c.desil end as desil,
           coalesce(sum(c.units) filter (where c.unit = 'person'), 0)::bigint as persons,
           coalesce(sum(c.units) filter (where c.unit = 'family'), 0)::bigint as families,
           coalesce(sum(c.amount_idr) filter (where c.unit = 'person'), 0)::bigint as amount
    from overlap_cell c join asked a on a.quarter = c.quarter
    left join wilayah w on w.system = 'kemendagri' and w.area_key = c.home_area_key / :unit * :unit
    where c.kind = :kind and (cast(:lo as bigint) is null or c.home_area_key between :lo and :hi)
      and c.codes @> cast(:holding as text[])
    group by w.code, w.name, c.quarter, c.codes, 6
    order by w.code nulls first, persons desc, families desc, combination, desil
    """
)


@dataclass(frozen=True)
class Wanted:
    """Which counts.

    Args:
        kind: `program` or `flag`.
        area: First and last key of an area; None: everywhere.
        unit: Keys in an area of the level that is counted: 1 of a desa, 10000 of a kecamatan, 1000000 of a kabupaten.
        quarter: First day of a quarter; None: the last that was counted.
        holding: Only combinations that hold all of these codes.
        by_desil: Told apart by desil; 0: not ranked.
    """

    kind: str
    area: tuple[int, int] | None
    unit: int
    quarter: date | None
    holding: tuple[str, ...] = ()
    by_desil: bool = False


async def cells(database: Database, wanted: Wanted) -> list[dict[str, Any]]:
    """The counts by area and combination, those with most persons first within each area."""
    lo, hi = wanted.area or (None, None)
    given = {
        "kind": wanted.kind, "lo": lo, "hi": hi, "unit": wanted.unit, "quarter": wanted.quarter,
        "holding": list(wanted.holding), "by_desil": wanted.by_desil,
    }  # fmt: skip
    async with database.connect() as connection:
        return [dict(row) for row in (await connection.execute(CELLS, given)).mappings()]
