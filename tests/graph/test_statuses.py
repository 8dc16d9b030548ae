"""Statuses: as claimed, for as long as the source holds them."""

from tests.ingest.builders import Desk, Row, days, kk, nik, said

HELD = "scheme, code, valid::text"


async def test_a_status_is_held_for_the_days_its_source_claims(desk: Desk) -> None:
    await desk.absorb(
        "kip", [said("1", "ALI", nik(1)).status("layak_pip", "ya").status("pmks", "1", days("2026-01-01"))]
    )
    assert await desk.now("status", HELD) == [("layak_pip", "ya", "(,)"), ("pmks", "1", "[2026-01-01,)")]


async def test_a_status_ends_on_the_day_its_record_was_seen_gone(desk: Desk) -> None:
    other = said("2", "BUDI", nik(2))
    await desk.absorb("kip", [said("1", "ALI", nik(1)).status("layak_pip", "ya"), other])
    await desk.absorb("kip", [other], "2026-08-01")
    assert await desk.now("status", HELD) == [("layak_pip", "ya", "(,2026-08-01)")]


async def test_a_status_said_otherwise_replaces_what_was_said(desk: Desk) -> None:
    for code in ("ya", "tidak"):
        await desk.absorb("kip", [said("1", "ALI", nik(1)).status("layak_pip", code)])
    assert await desk.now("status", HELD) == [("layak_pip", "tidak", "(,)")]


async def test_one_status_in_records_that_overlap_is_one_interval(desk: Desk) -> None:
    spells = (days("2026-01-01", "2026-04-01"), days("2026-03-01"), days("2024-01-01", "2025-01-01"))
    rows = [said(str(at), "ALI", nik(1)).status("pmks", "1", spell) for at, spell in enumerate(spells)]
    await desk.absorb("kip", rows)
    assert await desk.now("status", HELD, "3") == [
        ("pmks", "1", "[2024-01-01,2025-01-01)"),
        ("pmks", "1", "[2026-01-01,)"),
    ]


async def test_a_status_of_a_family_needs_no_named_person_and_ends_when_its_record_is_gone(
    desk: Desk,
) -> None:
    told = {
        "scheme": "rtlh",
        "code": "1",
        "unit": "family",
        "unit_number": kk(1),
        "valid": days("2026-01-01"),
    }
    other = said("2", "BUDI", nik(2))
    await desk.absorb("kip", [Row("f").also("status", **told), other])
    await desk.absorb("kip", [other], "2026-08-01")
    held = "person_id, unit_number, valid::text"
    assert await desk.now("status", held) == [(None, kk(1), "[2026-01-01,2026-08-01)")]
