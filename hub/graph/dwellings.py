"""Households as surveys found them (ruta): numbered by the survey, apart from where people live now.

A person lives in one household and may have been found in several ruta; the rows of surveys bear the numbering
(`scheme`) of theirs, the rows of `hub.graph.families` bear none, and neither fold touches the other's.
"""

from hub.graph.telling import BY_KEY, STANDS, lasting, latest
from hub.graph.timeline import Fold
from hub.store.tables.graph import household, household_member

KEY = "'ruta:' || c.scheme || ':' || c.number"
_FIRST = f"(c.relation = '1') desc nulls last, upper_inf(r.recorded) desc, {BY_KEY}"
NEW_HOUSEHOLDS = f"""
    insert into household (household_id, uid, basis, dwelling, address, valid, recorded, event_area_key, home_area_key)
    select nextval('household_ids'), gen_random_uuid(), 'ruta', d.dwelling, d.address, daterange(null, null),
           tstzrange(:at, null), d.event_area_key, d.event_area_key
    from (select distinct on (dwelling) {KEY} as dwelling, c.address, c.event_area_key
          from fold_touched t join claim_dwelling c on c.person_id = t.person_id
          join source_record r on r.id = c.record_id and {STANDS}
          order by dwelling, {_FIRST}) d
    where not exists (select from household h where h.dwelling = d.dwelling and upper_inf(h.recorded))
"""
_OF_LATEST = latest("c.valid", "family_no", "relation", "event_area_key", "home_area_key")
WANTED = f"""
    select c.person_id, h.household_id, c.scheme, unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_touched t
    join claim_dwelling c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    join household h on h.dwelling = {KEY} and upper_inf(h.recorded)
    group by c.person_id, h.household_id, c.scheme
"""
# Older households in which the touched persons were found, or were until this fold.
TOUCHED = """
    select distinct h.household_id, h.uid, h.basis, h.dwelling
    from fold_touched t
    join household_member m on m.person_id = t.person_id and m.scheme is not null
         and (upper_inf(m.recorded) or upper(m.recorded) = :at)
    join household h on h.household_id = m.household_id and upper_inf(h.recorded) and lower(h.recorded) < :at
"""
HOUSEHOLDS = f"""
    select distinct on (h.household_id) h.household_id, h.uid, h.basis, h.dwelling, c.address, null::text as rt,
           null::text as rw, daterange(null, null) as valid, null::bigint as person_id, c.event_area_key,
           c.event_area_key as home_area_key
    from fold_ruta h
    join household_member m on m.household_id = h.household_id and upper_inf(m.recorded) and m.scheme is not null
    join claim_dwelling c on c.person_id = m.person_id and h.dwelling = {KEY}
    join source_record r on r.id = c.record_id and {STANDS}
    order by h.household_id, {_FIRST}
"""


async def fold_dwellings(fold: Fold) -> None:
    """Folds the dwelling claims of `fold_touched`."""
    await fold.run(NEW_HOUSEHOLDS)
    await fold.make("wanted_ruta", WANTED)
    await fold.write(household_member, "wanted_ruta", "fold_touched", only="scheme is not null")
    await fold.make("fold_ruta", TOUCHED)
    await fold.make("wanted_ruta_household", HOUSEHOLDS)
    await fold.write(household, "wanted_ruta_household", "fold_ruta", "household_id")
