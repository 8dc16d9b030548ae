"""Institutions: by source, kind and number, with whoever answers for them."""

from tests.ingest.builders import KEDUNG, Desk, Row, days, nik, said

HOUSE = {
    "kind": "LKS",
    "number": "L-1",
    "name": "PANTI KASIH",
    "valid": days("2026-01-01"),
    "event_area_key": KEDUNG,
}
HELD = "number, name, address, detail, valid::text"


async def test_an_institution_may_name_nobody_and_keeps_its_id_when_it_moves(desk: Desk) -> None:
    for address in ("JL. A", "JL. B"):
        row = Row("i").also("institution", address=address, detail='{"akreditasi": "B"}', **HOUSE)
        await desk.absorb("kip", [row])
    assert await desk.now("institution", HELD) == [
        ("L-1", "PANTI KASIH", "JL. B", {"akreditasi": "B"}, "[2026-01-01,)")
    ]
    assert len(set(await desk.column("select uid from institution"))) == 1


async def test_who_answers_for_an_institution_is_the_person_of_its_record(desk: Desk) -> None:
    await desk.absorb("kip", [said("i", "ALI", nik(1)).also("institution", **HOUSE)])
    named = """
        select p.name from institution i join person_state p on p.person_id = i.person_id
        where upper_inf(i.recorded) and upper_inf(p.recorded)
    """
    assert await desk.column(named) == ["ALI"]
