"""Social statuses: by list and code, as claimed, for as long as the source holds them."""

from hub.graph.enrollments import STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import status

WANTED = f"""
    select distinct on (c.person_id, c.scheme, c.code, c.source_id, lower(c.valid))
           c.person_id, c.scheme, c.code, c.note, c.source_id, c.record_id, {lasting("c.valid")} as valid,
           c.event_area_key, c.home_area_key
    from fold_touched t
    join claim_status c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    order by c.person_id, c.scheme, c.code, c.source_id, lower(c.valid), c.record_id desc
"""


async def fold_statuses(fold: Fold) -> int:
    """Folds the status claims of `fold_touched`."""
    await fold.make("wanted_status", WANTED)
    return await fold.write(status, "wanted_status", "fold_touched")
