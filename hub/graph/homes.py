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
    # An observation names nobody, and what moved is a book of the past.
    and table.name not in ("source_record", "quarantine", "claim_observation", "relocation", "withdrawal")
)


# What a move changes for readers of one area, told before the rows are rewritten: things listed elsewhere come into
# their lists and leave them, and a row that is out of reach tells of nothing.
_OF_MOVER = "join fold_mover m on t.person_id = m.person_id"
_RECORDS_OF_MOVER = (
    "fold_mover m join claim_person c on c.person_id = m.person_id"
    " join source_record t on t.id = c.record_id and t.person_id = m.person_id"
)
MOVED: dict[str, tuple[str, str, str, str]] = {
    "ENROLLMENT": (f"enrollment t {_OF_MOVER}", "enrollment_id", "uid", "program_id"),
    "PAYMENT": (f"benefit t {_OF_MOVER}", "benefit_id", "uid", "program_id"),
    "INSTITUTION": (f"institution t {_OF_MOVER}", "institution_id", "uid", "null"),
    "RECORD": (_RECORDS_OF_MOVER, "id", "id", "null"),
}
"""By kind of the feed: rows of movers, key, part of the global id, program."""


# What a record says of a mover whom it does not name first comes into a reach and leaves it with the mover: whoever is
# told whole records is told it anew.
_MENTIONS = (
    "(select distinct on (t.id) 'MENTION', t.id, t.id::text, cast(:at as timestamptz), null::smallint,"
    " t.event_area_key, m.person_id, c.home_area_key, m.home"
    " from fold_mover m join claim_person c on c.person_id = m.person_id and c.home_area_key <> m.home"
    " join source_record t on t.id = c.record_id and t.person_id is distinct from m.person_id"
    " where upper_inf(t.recorded) order by t.id)"
)


def moved(kind: str) -> str:
    """The statement that writes down the things of one kind that move."""
    rows, key, ref, program = MOVED[kind]
    return (
        "insert into relocation"
        " (kind, key, ref, at, program_id, listed_area_key, person_id, event_area_key, home_area_key)"
        f" (select distinct on (t.{key}) '{kind}', t.{key}, t.{ref}::text, cast(:at as timestamptz),"
        f" {program}::smallint, t.event_area_key, t.person_id, t.home_area_key, m.home"
        f" from {rows} where t.home_area_key <> m.home order by t.{key}, upper_inf(t.recorded) desc)"
        + (f" union all {_MENTIONS}" if kind == "RECORD" else "")
    )


async def move_homes(fold: Fold) -> None:
    """Updates the home area of the movers among `fold_person` in every table that grows with people."""
    await fold.make("fold_mover", MOVERS)
    if not (await fold.script.ask(ANCHORS)).rowcount:
        return
    for kind in MOVED:
        await fold.run(moved(kind))
    await fold.run(RECORDS)
    for name in FOLLOWING:
        await fold.run(
            f"update {name} t set home_area_key = m.home from fold_mover m"
            f" where t.person_id = m.person_id and t.home_area_key <> m.home"
        )
