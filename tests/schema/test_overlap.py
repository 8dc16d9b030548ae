"""Who holds several programs at once, over the story of conftest.py."""

import pytest

from tests.schema.conftest import Ask, Counting

OVERLAP = """query ($programs: [String!]!, $wilayah: WilayahCode, $day: Date, $level: WilayahLevel! = KABUPATEN) {
  programOverlap(programs: $programs, wilayah: $wilayah, asOf: $day, level: $level) {
    nodes { wilayah { code } holders persons families } } }"""


@pytest.mark.parametrize(
    ("programs", "day", "counted"),
    [
        (["PKH", "BPNT"], "2025-01-15", [("33.20", 2, 1, 1)]),
        (["PKH", "BPNT"], "2025-06-01", [("33.20", 2, 0, 0)]),
        (["PKH", "BLT-DD"], "2025-06-01", [("33.20", 3, 0, 1)]),
        (["PKH", "BPNT", "BLT-DD"], "2025-01-15", [("33.20", 3, 0, 1)]),
        (["PKH"], "2025-06-01", [("33.20", 2, 2, 1)]),
        (["PKH", "PKH"], "2025-06-01", [("33.20", 2, 2, 1)]),
        (["PKH", "NONE"], "2025-06-01", [("33.20", 2, 0, 0)]),
        (["NONE"], "2025-06-01", []),
        ([], "2025-06-01", []),
        (["PKH"], "2023-06-01", []),
    ],
)
async def test_persons_and_families_count_where_they_hold_all_programs_on_the_day(
    ask: Ask, programs: list[str], day: str, counted: list[tuple[str, int, int, int]]
) -> None:
    nodes = (await ask(OVERLAP, programs=programs, day=day))["programOverlap"]["nodes"]
    assert [
        (one["wilayah"]["code"], one["holders"], one["persons"], one["families"]) for one in nodes
    ] == counted


@pytest.mark.parametrize(
    ("wilayah", "level", "found"),
    [
        ("33.20.01", "PROVINSI", ["33"]),
        (None, "KECAMATAN", ["33.20.01"]),
        ("33.20.02", "DESA", []),
        ("34", "DESA", []),
    ],
)
async def test_areas_are_counted_at_their_level_and_within_the_area_asked_for(
    ask: Ask, wilayah: str | None, level: str, found: list[str]
) -> None:
    nodes = (await ask(OVERLAP, programs=["PKH"], wilayah=wilayah, level=level))["programOverlap"]["nodes"]
    assert [one["wilayah"]["code"] for one in nodes] == found
    assert all((one["holders"], one["families"]) == (2, 1) for one in nodes)


async def test_the_counts_of_all_areas_are_one_statement(ask: Ask, reads: Counting) -> None:
    await ask(OVERLAP, programs=["PKH", "BPNT"], level="DESA")
    assert len(reads.statements) == 1
