"""Filters through other sets, orders, and pages over rows that change."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from hub.compiler.engine import Request
from hub.errors import InputError
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.roles import Role
from tests.schema.conftest import BUDI, KK, SITI, Ask, Counting

PERSONS = "query ($f: PersonFilter) { people(filter: $f) { nodes { name } } }"


async def names(ask: Ask, given: Any) -> list[str]:
    return [node["name"] for node in (await ask(PERSONS, f=given))["people"]["nodes"]]


AREA = {"wilayah": "33"}
PKH = {"program": {"eq": "PKH"}}
EVERYBODY = ["SITI AMINAH", "BUDI SANTOSO", "TINI", "ANI WIJAYA"]
APRIL = {"from": {"gte": "2025-04-01", "lt": "2025-05-01"}, "amount": {"lt": 400_000}}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"enrollments": {"some": PKH}}, ["SITI AMINAH", "TINI"]),
        ({"enrollments": {"some": PKH, "at": "2024-06-01"}}, ["SITI AMINAH"]),
        ({"enrollments": {"some": {"program": {"in": ["BPNT"]}}}}, []),
        ({"enrollments": {"some": {"program": {"in": ["BPNT"]}}, "ever": True}}, ["SITI AMINAH"]),
        (AREA | {"enrollments": {"none": {}}}, ["ANI WIJAYA"]),
        (AREA | {"enrollments": {"none": {}, "at": "2020-01-01"}}, EVERYBODY),
        ({"familyCards": {"some": {"members": {"some": {"nik": {"eq": BUDI}}}}}}, ["SITI AMINAH", "BUDI SANTOSO"]),
        ({"familyCards": {"some": {"kk": {"eq": KK}}}}, []),
        ({"familyCards": {"some": {"kk": {"eq": KK}}, "at": "2024-05-31"}}, ["SITI AMINAH"]),
        (AREA | {"payments": {"some": {"amount": {"gte": 700_000}}}}, ["SITI AMINAH"]),
        (AREA | {"payments": {"some": APRIL}}, ["BUDI SANTOSO"]),
        ({"nik": {"prefix": BUDI[:9]}}, ["BUDI SANTOSO"]),
        ({"name": {"prefix": "sit"}}, ["SITI AMINAH"]),
        (AREA | {"nik": {"isNull": True}, "diedOn": {"isNull": True}}, ["ANI WIJAYA"]),
        (AREA | {"not": {"diedOn": {"lt": "2030-01-01"}}}, ["SITI AMINAH", "TINI", "ANI WIJAYA"]),
        (AREA | {"and": [], "nik": None, "not": None, "enrollments": None}, EVERYBODY),
        (AREA | {"not": {"sex": {"eq": None}}}, EVERYBODY),
        (AREA | {"not": {}, "or": [{}, {"nik": None}]}, EVERYBODY),
        (AREA | {"or": [{"sex": {"eq": None}}, {"name": {"eq": "TINI"}}]}, ["TINI"]),
        (AREA | {"not": {"or": [{"name": {"eq": "TINI"}}, {"not": {"nik": None}}]}}, ["SITI AMINAH", *EVERYBODY[1::2]]),
        (AREA | {"or": []}, []),
        (AREA | {"enrollments": {"some": {"payments": {"none": {}}}}}, ["TINI"]),
        (AREA | {"enrollments": {"some": {"person": {"name": {"eq": "TINI"}}}}}, ["TINI"]),
    ],
)  # fmt: skip
async def test_a_filter_looks_through_what_other_sources_tell(ask: Ask, given: Any, found: list[str]) -> None:
    assert await names(ask, given) == found


async def test_a_filter_by_other_sets_is_one_statement(ask: Ask, reads: Counting) -> None:
    await names(ask, {"enrollments": {"some": PKH}, "familyCards": {"none": {"kk": {"eq": KK}}}})
    assert len(reads.statements) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"sex": {"eq": "P"}}, "filter_unindexed"),
        ({"not": {"nik": {"eq": SITI}}}, "filter_unindexed"),
        ({"enrollments": {"none": PKH}}, "filter_unindexed"),
        ({"or": [{"nik": {"eq": SITI}}, {"sex": {"eq": "P"}}]}, "filter_unindexed"),
        ({"or": [{"nik": {"eq": None}}], "sex": {"eq": "P"}}, "filter_unindexed"),
        ({"enrollments": {"some": PKH, "at": "2024-06-01", "ever": True}}, "link_day"),
        ({"and": [{"enrollments": {"some": PKH}}] * 13}, "limit_links"),
    ],
)
async def test_a_filter_that_no_index_serves_is_refused_with_the_reason(
    ask: Ask, given: Any, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        await names(ask, given)
    assert refused.value.code == code
    assert SITI not in str(refused.value)


async def test_a_filter_is_served_by_its_branches_or_by_what_stands_beside(ask: Ask) -> None:
    both = {"or": [{"nik": {"eq": SITI}, "sex": {"eq": "L"}}, {"name": {"eq": "tini"}}]}
    assert await names(ask, both) == ["TINI"]
    assert await names(ask, AREA | {"or": [{"sex": {"eq": "L"}}]}) == ["BUDI SANTOSO"]


async def test_a_card_was_ever_of_a_household_while_who_stood_on_it_lived_there(
    ask: Ask, told: Database
) -> None:
    query = """query ($f: HouseholdFilter) { households(filter: $f) { totalCount } }"""
    move = (
        "update hub.household_member set valid = daterange(:start, :end) where person_id ="
        " (select person_id from hub.person_state where name = 'SITI AMINAH' and upper_inf(recorded))"
    )
    ever = AREA | {"familyCards": {"some": {"kk": {"eq": KK}}, "ever": True}}
    for start, end, count in ((None, "2024-05-01", 1), ("2024-06-01", None, 0), (None, None, 1)):
        async with told.connect(Role.INGEST) as connection:
            days = {"start": start and date.fromisoformat(start), "end": end and date.fromisoformat(end)}
            await connection.execute(text(move), days)
            await connection.commit()
        assert (await ask(query, f=ever))["households"] == {"totalCount": count}


ORDERED = """query ($o: PersonOrder, $first: Int, $after: String, $last: Int, $before: String) {
  people(orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def walked(ask: Ask, order: Any, size: int, forward: bool) -> list[str]:
    """The names of all pages in an order, read from its start or from its end."""
    count, cursor, more, at = (
        ("first", "after", "hasNextPage", "endCursor")
        if forward
        else ("last", "before", "hasPreviousPage", "startCursor")
    )
    found: list[str] = []
    place = None
    while True:
        page = (await ask(ORDERED, o=order, **{count: size, cursor: place}))["people"]
        part = [edge["node"]["name"] for edge in page["edges"]]
        found = found + part if forward else part + found
        if not page["pageInfo"][more]:
            return found
        place = page["pageInfo"][at]


@pytest.mark.parametrize(
    ("field", "ascending"),
    [
        ("NAME", ["ANI WIJAYA", "BUDI SANTOSO", "SITI AMINAH", "TINI"]),
        ("AREA", EVERYBODY),
    ],
)
@pytest.mark.parametrize("size", [1, 3])
async def test_pages_in_an_order_join_to_the_whole_in_both_directions(
    ask: Ask, field: str, ascending: list[str], size: int
) -> None:
    for direction, whole in (("ASC", ascending), ("DESC", ascending[::-1])):
        order = {"field": field, "direction": direction}
        assert await walked(ask, order, size, forward=True) == whole
        assert await walked(ask, order, size, forward=False) == whole


async def test_a_cursor_of_another_order_is_refused(ask: Ask) -> None:
    by_name = {"field": "NAME"}
    cursor = (await ask(ORDERED, o=by_name, first=1))["people"]["pageInfo"]["endCursor"]
    for order in (None, {"field": "NAME", "direction": "DESC"}, {"field": "BIRTH_DATE"}):
        with pytest.raises(InputError) as refused:
            await ask(ORDERED, o=order, after=cursor)
        assert refused.value.code == "cursor_order"


async def test_an_order_that_no_index_serves_needs_a_filter(ask: Ask) -> None:
    query = """query ($f: PaymentFilter) {
      payments(orderBy: {field: AMOUNT, direction: DESC}, filter: $f) { nodes { amount } } }"""
    with pytest.raises(InputError) as refused:
        await ask(query)
    assert refused.value.code == "order_unindexed"
    found = (await ask(query, f=AREA))["payments"]["nodes"]
    assert [node["amount"] for node in found] == [750_000, 600_000, 300_000, 300_000]


async def test_the_statement_of_an_order_is_that_of_its_choice() -> None:
    """Fields and directions that come as variables make plans of their own."""

    def sql(field: str, direction: str) -> str:
        order = {"field": field, "direction": direction}
        return engine().explain(Request(ORDERED, {"o": order}))[0]

    assert len({sql("NAME", "ASC"), sql("NAME", "DESC"), sql("BIRTH_DATE", "ASC"), sql("NAME", "ASC")}) == 3


BY_BIRTH = {"field": "BIRTH_DATE", "direction": "DESC"}


async def test_pages_stay_whole_while_rows_come_and_go(ask: Ask, told: Database) -> None:
    """What is added or goes behind the cursor, before it or at it moves none of the others."""
    whole = await walked(ask, BY_BIRTH, 9, forward=True)
    page = (await ask(ORDERED, o=BY_BIRTH, first=2))["people"]
    change = (
        "update hub.person_state set recorded = tstzrange(lower(recorded), '2025-12-01') where name = :name"
    )
    back = "update hub.person_state set recorded = tstzrange(lower(recorded), null) where name = :name"
    for name in whole[:2]:
        await said(told, change, name)
        rest = (await ask(ORDERED, o=BY_BIRTH, first=9, after=page["pageInfo"]["endCursor"]))["people"]
        assert [edge["node"]["name"] for edge in rest["edges"]] == whole[2:]
        await said(told, back, name)
    await said(told, "update hub.person_state set birth_date = null where name = :name", whole[3])
    rest = (await ask(ORDERED, o=BY_BIRTH, first=9, after=page["pageInfo"]["endCursor"]))["people"]
    assert [edge["node"]["name"] for edge in rest["edges"]] == whole[2:]
    await said(told, "update hub.person_state set birth_date = '1990-01-01' where name = :name", whole[3])


async def said(database: Database, statement: str, name: str) -> None:
    async with database.connect(Role.INGEST) as connection:
        await connection.execute(text(statement), {"name": name})
        await connection.commit()
