"""Welfare ranks: edition by edition, as claimed, for as long as the register holds them."""

from typing import Any

from tests.ingest.builders import Desk, Row, days, kk, nik, said

HELD = "register, edition, desil, valid::text"


def ranked(edition: str, desil: int, valid: str, **more: Any) -> Row:
    """ALI's row in an edition of a register."""
    stated = {"register": "dtsen", "unit": "family", "unit_number": "1", "valid": valid} | more
    return said(edition, "ALI", nik(1)).also("score", edition=edition, desil=desil, **stated)


async def test_each_edition_keeps_its_rank_for_its_days(desk: Desk) -> None:
    first = ranked("2026-Q1", 2, days("2026-01-01", "2026-04-01"))
    await desk.absorb("bpnt", [first, ranked("2026-Q2", 3, days("2026-04-01"))])
    assert await desk.now("score", HELD) == [
        ("dtsen", "2026-Q1", 2, "[2026-01-01,2026-04-01)"),
        ("dtsen", "2026-Q2", 3, "[2026-04-01,)"),
    ]


async def test_a_rank_ends_on_the_day_its_record_was_seen_gone(desk: Desk) -> None:
    other = said("x", "BUDI", nik(2))
    await desk.absorb("kip", [ranked("2026-Q1", 2, days("2026-01-01")), other])
    await desk.absorb("kip", [other], "2026-08-01")
    assert await desk.now("score", HELD) == [("dtsen", "2026-Q1", 2, "[2026-01-01,2026-08-01)")]


async def test_a_corrected_rank_replaces_the_one_that_was_said(desk: Desk) -> None:
    for desil in (2, 5):
        await desk.absorb("kip", [ranked("2026-Q1", desil, days("2026-01-01"))])
    assert await desk.now("score", HELD) == [("dtsen", "2026-Q1", 5, "[2026-01-01,)")]


async def test_ranks_of_two_units_of_one_edition_stand_side_by_side(desk: Desk) -> None:
    family = ranked("2015", 2, days("2015-10-01"))
    household = ranked("2015", 4, days("2015-10-01"), unit="household", unit_number="77")
    await desk.absorb("kip", [family, Row("b", claims=household.claims)])
    assert await desk.now("score", "unit, desil", "1") == [("family", 2), ("household", 4)]


async def test_a_family_is_ranked_by_a_record_that_names_nobody_and_again_by_its_next_version(
    desk: Desk,
) -> None:
    stated = {
        "register": "dtsen",
        "unit": "family",
        "unit_number": kk(1),
        "edition": "2026-Q1",
        "valid": "(,)",
    }
    for desil in (2, 4):
        await desk.absorb("kip", [Row("f").also("score", desil=desil, **stated)])
    assert await desk.now("score", "person_id, unit_number, desil") == [(None, kk(1), 4)]
