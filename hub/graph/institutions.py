"""Institutions of social welfare: each by source, kind and number, with whoever answers for it."""

from hub.graph.telling import STANDS, lasting, latest
from hub.graph.timeline import Fold
from hub.store.tables.graph import institution

# The institutions of which the run's records speak, known ones under their number and new ones.
TOUCHED = """
    select n.source_id, n.kind, n.number, coalesce(i.institution_id, nextval('institution_ids')) as institution_id,
           coalesce(i.uid, gen_random_uuid()) as uid
    from (select distinct c.source_id, c.kind, c.number
          from fold_record t join claim_institution c on c.record_id = t.record_id) n
    left join lateral (
      select i.institution_id, i.uid from institution i
      where i.source_id = n.source_id and i.kind = n.kind and i.number = n.number
      order by lower(i.recorded) desc limit 1) i on true
"""
_OF_LATEST = latest(
    "c.valid", "name", "address", "detail", "person_id", "record_id", "event_area_key", "home_area_key"
)
WANTED = f"""
    select i.institution_id, i.uid, i.kind, i.number, i.source_id,
           unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_institution i
    join claim_institution c on c.source_id = i.source_id and c.kind = i.kind and c.number = i.number
    join source_record r on r.id = c.record_id and {STANDS}
    group by i.institution_id, i.uid, i.kind, i.number, i.source_id
"""


async def fold_institutions(fold: Fold) -> None:
    """Folds the institutions of the records in `fold_record`."""
    await fold.make("fold_institution", TOUCHED)
    await fold.make("wanted_institution", WANTED)
    await fold.write(institution, "wanted_institution", "fold_institution", "institution_id")
