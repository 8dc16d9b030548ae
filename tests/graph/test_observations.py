"""Published aggregates: record by record, replaced where the publisher corrects them."""

from typing import Any

from tests.ingest.builders import KEDUNG, Desk, Row, days

HELD = "measure, value::float8, dimensions, area_key, valid::text"


def number(key: str, value: float | None, **more: Any) -> Row:
    """A published number of a year."""
    claim = {
        "dataset": "kemiskinan",
        "measure": "penduduk_miskin",
        "unit": "orang",
        "dimensions": '{"jk": "L"}',
    }
    place = {"area_key": KEDUNG, "event_area_key": KEDUNG, "valid": days("2024-01-01", "2025-01-01")}
    return Row(key).also("observation", value=value, **(claim | place | more))


async def test_a_corrected_number_replaces_the_one_published_before(desk: Desk) -> None:
    for value in (10.0, 12.5):
        await desk.absorb("kip", [number("1", value)])
    said = ("penduduk_miskin", 12.5, {"jk": "L"}, KEDUNG, "[2024-01-01,2025-01-01)")
    assert await desk.now("observation", HELD) == [said]
    assert await desk.column("select count(*) from observation") == [2]


async def test_a_number_that_the_publisher_leaves_blank_is_kept_as_none(desk: Desk) -> None:
    await desk.absorb("kip", [number("1", None)])
    assert await desk.column("select value from observation") == [None]


async def test_a_record_may_state_several_numbers(desk: Desk) -> None:
    row = number("1", 1.0)
    both = Row("1", claims=(*row.claims, *number("1", 2.0, dimensions='{"jk": "P"}').claims))
    await desk.absorb("kip", [both])
    assert await desk.column("select value::int from observation order by 1") == [1, 2]


async def test_a_number_of_a_year_that_is_over_stays_when_the_list_drops_it(desk: Desk) -> None:
    await desk.absorb("kip", [number("1", 1.0), number("2", 2.0)])
    await desk.absorb("kip", [number("2", 2.0)], "2026-08-01")
    assert await desk.column("select value::int from observation where upper_inf(recorded) order by 1") == [
        1,
        2,
    ]
