"""Movers: the home area follows the person on every row, the area of the event stays where it happened."""

from hub.graph.homes import FOLLOWING
from tests.graph.attribute_sets import SMALL_SET, told
from tests.ingest.builders import KEDUNG, PECANGAAN, Desk, kk, month, nik, said

BUDI = ("BUDI", nik(1))
TABLES = (*FOLLOWING, "source_record")


async def areas(desk: Desk, which: str) -> dict[str, set[int]]:
    """Areas of one kind on all rows of Budi's, by table."""
    (person,) = await desk.column("select distinct person_id from person_state where nik = :nik", nik=nik(1))
    found = {}
    for table in TABLES:
        found[table] = set(await desk.column(f"select {which} from {table} where person_id = :p", p=person))
    return {table: keys for table, keys in found.items() if keys}


async def test_a_move_rewrites_the_home_on_every_row_and_no_event(desk: Desk) -> None:
    paid = (
        said("b", *BUDI, scope=month(1)).enrolled("BPNT", month(1)).paid("BPNT", month(1)).status("pmks", "1")
    )
    paid = paid.also("identifier", scheme="kks", value="1", grade=3)
    surveyed = (
        paid.also("score", register="dtsen", unit="person", edition="1", valid="(,)")
        .also("dwelling", scheme="idbdt", number="1", valid="(,)")
        .also("group", kind="kube", number="1", role_in_group="chair", valid="(,)")
        .also("institution", kind="LKS", number="1", name="PANTI", valid="(,)")
    )
    desk.attributes = SMALL_SET
    await desk.absorb("bpnt", [told(told(surveyed, None, penyakit=1), None, "family", kk(1), luas=1)])
    await desk.absorb("dukcapil", [said("d", *BUDI, kk=kk(1))])
    before = await areas(desk, "event_area_key")
    assert await areas(desk, "home_area_key") == {table: {KEDUNG} for table in before}
    assert len(before) >= 22
    await desk.absorb(
        "dukcapil", [said("d", *BUDI, kk=kk(1), area=PECANGAAN, since="2026-07-20")], "2026-08-01"
    )
    assert await areas(desk, "home_area_key") == {table: {PECANGAAN} for table in before}
    after = await areas(desk, "event_area_key")
    assert {table: after[table] >= keys for table, keys in before.items()} == dict.fromkeys(before, True)
    still = ("benefit", "benefit_event", "enrollment", "status", "claim_enrollment", "score", "group_member")
    assert [after[table] for table in still] == [{KEDUNG}] * len(still)
    assert await desk.column("select home_area_key from person") == [PECANGAAN]


async def test_what_followed_a_mover_is_written_down_with_both_homes(desk: Desk) -> None:
    await desk.absorb(
        "bpnt", [said("b", *BUDI, scope=month(1)).enrolled("BPNT", month(1)).paid("BPNT", month(1))]
    )
    await desk.absorb("dukcapil", [said("d", *BUDI), said("t", "TINI", nik(2))])
    assert await desk.rows("select * from relocation") == []
    moved = said("d", *BUDI, area=PECANGAAN, since="2026-07-20")
    await desk.absorb("dukcapil", [moved, said("t", "TINI", nik(2))], "2026-08-01")
    found = await desk.rows(
        "select distinct kind, listed_area_key, event_area_key, home_area_key from relocation order by 1"
    )
    homes = (KEDUNG, PECANGAAN)
    # The record that tells of the move was listed at the new home, and landed with the old one.
    listed = [("ENROLLMENT", KEDUNG), ("PAYMENT", KEDUNG), ("RECORD", KEDUNG), ("RECORD", PECANGAAN)]
    assert found == [(kind, area, *homes) for kind, area in listed]
    told = "select r.at = lower(s.recorded) from relocation r join person_state s using (person_id)"
    assert set(await desk.column(f"{told} where upper_inf(s.recorded) and upper_inf(s.valid)")) == {True}


async def test_who_did_not_move_is_left_alone(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI), said("t", "TINI", nik(2))])
    await desk.absorb("dukcapil", [said("d", *BUDI, area=PECANGAAN), said("t", "TINI", nik(2))], "2026-08-01")
    assert await desk.rows(
        "select nik, home_area_key from person_state where upper_inf(valid) and upper_inf(recorded) order by 1"
    ) == [
        (nik(1), PECANGAAN),
        (nik(2), KEDUNG),
    ]
