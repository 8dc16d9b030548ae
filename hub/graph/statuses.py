"""Social statuses: by list and code, as claimed, for as long as the source holds them."""

from hub.graph.telling import STANDS, lasting, latest
from hub.graph.timeline import Fold
from hub.store.tables.graph import status

_OF_LATEST = latest("c.valid", "note", "detail", "record_id", "event_area_key", "home_area_key")
# Records of one source that claim the same status for days that touch are one interval.
WANTED = f"""
    select c.person_id, c.scheme, c.code, c.unit, c.unit_number, c.source_id,
           unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_touched t
    join claim_status c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    group by c.person_id, c.scheme, c.code, c.unit, c.unit_number, c.source_id
"""
# What records that name nobody say of a family or a group.
OF_UNITS = f"""
    select distinct c.person_id, c.scheme, c.code, c.unit, c.unit_number, c.source_id, {lasting("c.valid")} as valid,
           c.note, c.detail, c.record_id, c.event_area_key, c.home_area_key
    from fold_record t
    join claim_status c on c.record_id = t.record_id and c.person_id is null
    join source_record r on r.id = c.record_id and {STANDS}
    where not isempty({lasting("c.valid")})
"""
NAMELESS = "person_id is null"
"""Rows of a unit, told by a record that names nobody."""


async def fold_statuses(fold: Fold) -> None:
    """Folds the status claims of `fold_touched`, and those of `fold_record` that name nobody."""
    await fold.make("wanted_status", WANTED)
    await fold.write(status, "wanted_status", "fold_touched")
    await fold.make("wanted_unit_status", OF_UNITS)
    await fold.write(status, "wanted_unit_status", "fold_record", "record_id", NAMELESS)
