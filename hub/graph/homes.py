"""Rewrites the home area on every row of the persons who moved, so that row security lets the new area in."""

from hub.graph.timeline import Fold
from hub.store.tables import metadata

MOVERS = "select person_id, home from fold_person where old_home <> home"
ANCHORS = """
    update person p set home_area_key = m.home from fold_mover m where p.id = m.person_id
"""
# A record follows the person of its first slot; it is found through the claims.
RECORDS = """
    update source_record r set home_area_key = m.home
    from fold_mover m join claim_person c on c.person_id = m.person_id
    where r.id = c.record_id and r.person_id = m.person_id and r.home_area_key <> m.home
"""
FOLLOWING = tuple(
    table.name
    for table in metadata.tables.values()
    if {"person_id", "home_area_key"} <= set(table.columns.keys())
    and table.name not in ("source_record", "quarantine", "claim_observation")  # The last names nobody.
)


async def move_homes(fold: Fold) -> None:
    """Updates the home area of the movers among `fold_person` in every table that grows with people."""
    await fold.make("fold_mover", MOVERS)
    if not await fold.run(ANCHORS):
        return
    await fold.run(RECORDS)
    for name in FOLLOWING:
        await fold.run(
            f"update {name} t set home_area_key = m.home from fold_mover m"
            f" where t.person_id = m.person_id and t.home_area_key <> m.home"
        )
