"""Social statuses: by list and code, as claimed, for as long as the source holds them."""

from hub.graph.enrollments import STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import status

_OF_LATEST = ", ".join(
    f"(array_agg(c.{name} order by c.record_id desc))[1] as {name}"
    for name in ("note", "detail", "record_id", "event_area_key", "home_area_key")
)
# Records of one source that claim the same status for days that touch are one interval.
WANTED = f"""
    select c.person_id, c.scheme, c.code, c.unit, c.unit_number, c.source_id,
           unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_touched t
    join claim_status c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    group by c.person_id, c.scheme, c.code, c.unit, c.unit_number, c.source_id
"""


async def fold_statuses(fold: Fold) -> int:
    """Folds the status claims of `fold_touched`."""
    await fold.make("wanted_status", WANTED)
    return await fold.write(status, "wanted_status", "fold_touched")
