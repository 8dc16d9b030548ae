"""Households as surveys found them (ruta): numbered by the survey, apart from where people live now.

A person lives in one household and may have been found in several ruta; the rows of surveys bear the numbering
(`scheme`) of theirs, the rows of `hub.graph.families` bear none, and neither fold touches the other's.
"""

from hub.graph.enrollments import STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import household_member

KEY = "'ruta:' || c.scheme || ':' || c.number"
NEW_HOUSEHOLDS = f"""
    insert into household (household_id, uid, basis, dwelling, address, valid, recorded, event_area_key, home_area_key)
    select nextval('household_ids'), gen_random_uuid(), 'ruta', d.dwelling, d.address, daterange(null, null),
           tstzrange(:at, null), d.event_area_key, d.home_area_key
    from (select distinct on (dwelling) *
          from (select {KEY} as dwelling, c.* from fold_touched t join claim_dwelling c on c.person_id = t.person_id) n
          order by dwelling, (relation = '1') desc nulls last, record_id) d
    where not exists (select from household h where h.dwelling = d.dwelling and upper_inf(h.recorded))
"""
_OF_LATEST = ", ".join(
    f"(array_agg(c.{name} order by c.record_id desc))[1] as {name}"
    for name in ("family_no", "relation", "event_area_key", "home_area_key")
)
WANTED = f"""
    select c.person_id, h.household_id, c.scheme, unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_touched t
    join claim_dwelling c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    join household h on h.dwelling = {KEY} and upper_inf(h.recorded)
    group by c.person_id, h.household_id, c.scheme
"""


async def fold_dwellings(fold: Fold) -> int:
    """Folds the dwelling claims of `fold_touched`; returns the rows opened."""
    await fold.run(NEW_HOUSEHOLDS)
    await fold.make("wanted_ruta", WANTED)
    return await fold.write(household_member, "wanted_ruta", "fold_touched", only="scheme is not null")
