"""Published aggregates: as claimed, record by record; never about one person."""

from hub.graph.telling import STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import observation

WANTED = f"""
    select distinct c.record_id, c.dataset, c.measure, c.value, c.unit, c.dimensions, c.area_key, c.source_id,
           {lasting("c.valid")} as valid, c.event_area_key, c.home_area_key
    from fold_record t
    join claim_observation c on c.record_id = t.record_id
    join source_record r on r.id = c.record_id and {STANDS}
    where not isempty({lasting("c.valid")})
"""


async def fold_observations(fold: Fold) -> None:
    """Folds the observations of the records in `fold_record`."""
    await fold.make("wanted_observation", WANTED)
    await fold.write(observation, "wanted_observation", "fold_record", "record_id")
