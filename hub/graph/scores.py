"""Welfare ranks: by register, ranked unit and edition, as claimed, for as long as the register held them."""

from hub.graph.statuses import NAMELESS
from hub.graph.telling import STANDS, lasting, latest
from hub.graph.timeline import Fold
from hub.store.tables.graph import score

_KEY = "c.person_id, c.register, c.unit, c.unit_number, c.edition, c.source_id"
_OF_LATEST = latest("c.valid", "desil", "percentile", "label", "record_id", "event_area_key", "home_area_key")
# Where several records of one edition rank the same unit, the latest word holds.
WANTED = f"""
    select {_KEY}, unnest(range_agg({lasting("c.valid")})) as valid, {_OF_LATEST}
    from fold_touched t
    join claim_score c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    group by {_KEY}
"""
# How records that name nobody rank a family or a household.
OF_UNITS = f"""
    select distinct {_KEY}, {lasting("c.valid")} as valid, c.desil, c.percentile, c.label, c.record_id,
           c.event_area_key, c.home_area_key
    from fold_record t
    join claim_score c on c.record_id = t.record_id and c.person_id is null
    join source_record r on r.id = c.record_id and {STANDS}
    where not isempty({lasting("c.valid")})
"""


async def fold_scores(fold: Fold) -> None:
    """Folds the score claims of `fold_touched`, and those of `fold_record` that name nobody."""
    await fold.make("wanted_score", WANTED)
    await fold.write(score, "wanted_score", "fold_touched")
    await fold.make("wanted_unit_score", OF_UNITS)
    await fold.write(score, "wanted_unit_score", "fold_record", "record_id", NAMELESS)
