"""Coverage equals the counts of who is meant and who holds, in the rows of the village."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.schema.across.asking import DAYS, DESIL, FEW, PROGRAM, WILAYAH, bounded, units
from tests.schema.conftest import Ask
from tests.schema.village import AREAS, Row, Village, prefix

COVERAGE = """query ($program: String!, $min: Int, $max: Int, $by: [CoverageGroup!]!, $wilayah: WilayahCode,
    $day: Date) {
  coverage(program: $program, desilMin: $min, desilMax: $max, by: $by, wilayah: $wilayah, asOf: $day, first: 500) {
    nodes { wilayah { code } desil persons coveredPersons families coveredFamilies } } }"""


def area_group(key: int, groups: list[str]) -> str | None:
    """Code of the area that coverage is told apart by."""
    code = next(code for code, area in AREAS.items() if area == key)
    return next((code[:n] for name, n in LENGTHS.items() if name in groups), None)


LENGTHS = {"DESA": 13, "KECAMATAN": 8, "KABUPATEN": 5, "PROVINSI": 2}


@FEW
@given(
    st.fixed_dictionaries({"program": PROGRAM, "min": DESIL, "max": DESIL, "wilayah": WILAYAH}),
    st.lists(st.sampled_from([*LENGTHS, "DESIL"]), unique=True),
    DAYS,
)
async def test_coverage_equals_the_counts_of_who_is_meant_and_who_holds(
    ask: Ask, village: Village, given: Row, groups: list[str], day: date
) -> None:
    found = (await ask(COVERAGE, **given, by=groups, day=day.isoformat()))["coverage"]["nodes"]
    program, low, high, wilayah = (given[name] for name in ("program", "min", "max", "wilayah"))
    counted: dict[tuple[Any, Any], list[int]] = {}
    for place_of, unit in ((0, "PERSON"), (2, "FAMILY_CARD")):
        for one in units(village, unit, day):
            if bounded(one["desil"], low, high) and prefix(wilayah, one["key"][0]):
                key = (area_group(one["key"][0], groups), one["desil"] if "DESIL" in groups else None)
                counts = counted.setdefault(key, [0, 0, 0, 0])
                counts[place_of] += 1
                counts[place_of + 1] += program in village.programs(one["persons"], day)
    names = ("persons", "coveredPersons", "families", "coveredFamilies")
    assert found == [
        {"wilayah": {"code": key[0]} if key[0] else None, "desil": key[1]}
        | dict(zip(names, counted[key], strict=True))
        for key in sorted(counted, key=lambda key: (key[0] or "", key[1] or 0))
    ]
