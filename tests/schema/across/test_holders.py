"""Who holds what equals what plain Python finds in the rows of the village."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store.tables import graph
from tests.schema.across.asking import DAYS, DESIL, FEW, PROGRAM, WILAYAH, bounded, told_of, units
from tests.schema.conftest import Ask
from tests.schema.village import Row, Village, prefix

SOME_PROGRAMS = st.one_of(st.none(), st.lists(PROGRAM, max_size=2, unique=True))
AGES = st.one_of(st.none(), st.integers(1, 90))
HOLDERS = """query ($with: [String!], $without: [String!], $unit: HolderUnit!, $min: Int, $max: Int, $child: Int,
    $old: Int, $disability: Boolean, $wilayah: WilayahCode, $day: Date, $after: String) {
  holders(with: $with, without: $without, unit: $unit, desilMin: $min, desilMax: $max, childUnder: $child,
      elderlyFrom: $old, disability: $disability, wilayah: $wilayah, asOf: $day, first: 5, after: $after) {
    totalCount nodes { person { nik } familyCard { kk } desil programs { code } }
    pageInfo { hasNextPage endCursor } } }"""


async def pages(ask: Ask, query: str, root: str, **given: Any) -> list[Row]:
    """The entries of all pages; as many as the count says."""
    found: list[Row] = []
    after, more, count = None, True, 0
    while more:
        page = (await ask(query, after=after, **given))[root]
        found += page["nodes"]
        after, more, count = (
            page["pageInfo"]["endCursor"],
            page["pageInfo"]["hasNextPage"],
            page["totalCount"],
        )
    assert len(found) == count
    return found


def years(day: date, count: int) -> date:
    """The day so many years before; the end of February where it was a leap day."""
    try:
        return day.replace(year=day.year - count)
    except ValueError:
        return day.replace(year=day.year - count, day=28)


def disabled(village: Village, person: int, day: date) -> bool:
    stated = village.rows(graph.person_attributes, day, person_id=person)
    status = village.rows(graph.status, day, person_id=person, scheme="pmks")
    return any(row["given"]["disabilitas"] for row in stated) or any(row["code"] in "59" for row in status)


def composed(village: Village, card: int | None, day: date, given: Row) -> bool:
    """Whether a family is made up as asked."""
    living = village.living(day)
    members = village.families(day).get(card, set()) if card else set[int]()
    born = [living[person]["birth_date"] for person in members]
    return (
        (given["child"] is None or any(one > years(day, given["child"]) for one in born))
        and (given["old"] is None or any(one <= years(day, given["old"]) for one in born))
        and (
            given["disability"] is None
            or any(disabled(village, person, day) for person in members) is given["disability"]
        )
    )


@FEW
@given(
    st.fixed_dictionaries(
        {
            "with": SOME_PROGRAMS, "without": SOME_PROGRAMS, "unit": st.sampled_from(["PERSON", "FAMILY_CARD"]),
            "min": DESIL, "max": DESIL, "child": AGES, "old": AGES,
            "disability": st.sampled_from([None, None, True, False]), "wilayah": WILAYAH,
        }
    ),
    DAYS,
)  # fmt: skip
async def test_holders_are_those_who_hold_some_and_not_others_where_and_as_asked(
    ask: Ask, village: Village, given: Row, day: date
) -> None:
    found = await pages(ask, HOLDERS, "holders", **given, day=day.isoformat())
    wanted = [
        told_of(village, one, day)
        for one in units(village, given["unit"], day)
        if set(given["with"] or ()) <= (held := village.programs(one["persons"], day))
        and not set(given["without"] or ()) & held
        and bounded(one["desil"], given["min"], given["max"])
        and prefix(given["wilayah"], one["key"][0])
        and composed(village, one["card"], day, given)
    ]
    assert found == wanted


@FEW
@given(st.integers(1, 10), WILAYAH, DAYS)
async def test_families_without_any_program_are_those_that_hold_none(
    ask: Ask, village: Village, most: int, wilayah: str | None, day: date
) -> None:
    query = """query ($most: Int!, $wilayah: WilayahCode, $day: Date, $after: String) {
      withoutProgram(desilMax: $most, wilayah: $wilayah, asOf: $day, after: $after, first: 3) { totalCount
        nodes { person { nik } familyCard { kk } desil programs { code } } pageInfo { hasNextPage endCursor } } }"""
    found = await pages(ask, query, "withoutProgram", most=most, wilayah=wilayah, day=day.isoformat())
    assert found == [
        told_of(village, one, day)
        for one in units(village, "FAMILY_CARD", day)
        if bounded(one["desil"], None, most)
        and prefix(wilayah, one["key"][0])
        and not village.programs(one["persons"], day)
    ]


@pytest.mark.parametrize(("years", "whole"), [(-(2**31), False), (0, False), (2**31 - 1, True)])
async def test_ages_beyond_any_person_are_answered(ask: Ask, years: int, whole: bool) -> None:
    query = """query ($y: Int) { all: holders(unit: PERSON) { totalCount }
        young: holders(unit: PERSON, childUnder: $y) { totalCount }
        old: holders(unit: PERSON, elderlyFrom: $y) { totalCount } }"""
    found = await ask(query, y=years)
    assert (found["young"]["totalCount"] > 0) is whole
    assert (found["old"]["totalCount"] > 0) is not whole
