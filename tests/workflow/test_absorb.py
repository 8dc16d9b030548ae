"""A first load into an empty hub gives the same graph whether its indices are built before or after its rows."""

import pytest

from hub.store.database import Database
from hub.workflow import absorb
from tests.ingest.builders import Desk, Row, open_desk, prepare, said

KK = "3320010101019001"
ROWS: list[Row] = [
    said(
        "1", "Siti Aminah", "3320014101809001", kk=KK, relation="1", address="DUKUH KRAJAN 1", rt="1", rw="2"
    ),
    said(
        "2", "Budi Santoso", "3320010101809002", kk=KK, relation="4", address="DUKUH KRAJAN 1", rt="1", rw="2"
    ),
    said("3", "Kasmini", "3320014101809001"),
    said("4", "Slamet"),
    said("5", "Siti Aminah", "3320014101809001", address="JALAN PEMUDA 5", rt="3", rw="1"),
]
GRAPH = """
    select 'person', nik, name_key, home_area_key::text, valid::text from person_state
    union all select 'card', no_kk, valid::text, home_area_key::text, null from family_card
    union all select 'member', s.nik, m.relation, m.valid::text, null
              from membership m join person_state s on s.person_id = m.person_id
    union all select 'dweller', s.nik, s.name_key, h.valid::text, null
              from household_member h join person_state s on s.person_id = h.person_id
    union all select 'claim', c.nik, c.name_key, r.record_key, r.version::text
              from claim_person c join source_record r on r.id = c.record_id
    union all select 'cluster', method, count(*)::text, null, null from cluster_member group by method
    union all select 'edge', method, count(*)::text, null, null from edge group by method
    order by 1, 2, 3, 4, 5
"""
INDICES = """
    select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
    where indrelid::regclass::text !~ '^pg_|stage|fold|link' order by 1
"""
NUMBER = "select 'pk_person'::regclass::oid::int"


async def _built(desk: Desk) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], int]:
    await desk.absorb("dukcapil", ROWS)
    (number,) = await desk.column(NUMBER)
    return await desk.rows(GRAPH), await desk.rows(INDICES), number


async def test_indices_built_after_the_rows_change_nothing(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(fresh_database)
    async with open_desk(fresh_database) as desk:
        (before,) = await desk.column(NUMBER)
        monkeypatch.setattr(absorb, "BARE_FROM", 1)
        graph, indices, after = await _built(desk)
        assert after != before
        monkeypatch.undo()
        await desk.restart()
        assert await _built(desk) == (graph, indices, before)
