"""Random operations: the compiler's answer equals that of plain resolvers, key order and refusals included."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from graphql import get_named_type, is_leaf_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Engine, Request
from hub.compiler.filters import MOST_LINKS
from hub.compiler.limits import Limits
from hub.domain import clock
from hub.errors import InputError
from hub.schema.build import schema
from hub.schema.declaring import catalog
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.conftest import wait_for
from tests.graph_builders import PROGRAMS, SOURCES, context, uid
from tests.oracle.changes import unsealed
from tests.oracle.documents import Writer, covered
from tests.oracle.fields import FIELDS
from tests.oracle.reference import Answer, Reference, printed_schema
from tests.oracle.roots import NODES, ROOTS
from tests.oracle.story import CARDS, DESA_TWO, NAMES, NIKS, NOW, oracle_story
from tests.oracle.world import read_world

WIDE = Limits(tokens=10**6, fields=10**6, aliases=10**6, directives=10**6, fragments=10**3, rows=10**12)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _cursors(mark: str, *places: list[Any]) -> list[str]:
    """Cursors of a connection, and behind a blank of an order that a caller chose."""
    return [_encoded(json.dumps([mark, *keys])) for keys in places]


BY_AREA = [[area, number] for area in (3320012001, DESA_TWO) for number in (1, 2, 4, 6)]
SINCE = [[DESA_TWO, 2, "2024-02-02"], [3320012001, 81, "2024-06-01"], [3320012001, 1, "0001-01-01"]]
HISTORY = [["2025-04-01", 2], ["0001-01-01", 1]]
CURSORS = {
    "Query.people": [
        *_cursors("Query.people", *BY_AREA),
        *_cursors("Query.people BIRTH_DATE ASC", ["1985-01-01", 2], [None, 3]),
        *_cursors("Query.people BIRTH_DATE DESC", ["1990-01-01", 1]),
        *_cursors("Query.people NAME DESC", ["TINI", 3]),
        *_cursors("Query.people NAME ASC", ["RUDI", 7]),
    ],
    "Query.payments": [
        *_cursors("Query.payments", *BY_AREA),
        *_cursors("Query.payments PAID_ON ASC", ["2025-04-01", 2]),
        *_cursors("Query.payments PAID_ON DESC", [None, 90]),
    ],
    **{
        name: _cursors(name, *BY_AREA)
        for name in ("Query.familyCards", "Query.households", "Query.surveyHouseholds")
    },
    **{name: _cursors(name, *BY_AREA) for name in ("Movements.joiners", "Movements.leavers")},
    **{
        name: _cursors(name, *SINCE)
        for name in ("Query.enrollments", "Query.groups", "Query.institutions", "Query.enrolledAfterDeath")
    },
    **{name: _cursors(name, *HISTORY) for name in ("Person.benefitHistory", "FamilyCard.benefitHistory")},
    "Query.excludingPrograms": _cursors("Query.excludingPrograms", [2, 2, 3, "family"]),
    "Query.missingAttributes": _cursors("Query.missingAttributes", [DESA_TWO, "family", "lantai"]),
    "Query.incompleteFamilies": _cursors("Query.incompleteFamilies", [500000, CARDS[2]]),
    "Query.sameNikTwice": _cursors("Query.sameNikTwice", [1, 1]),
    "Query.programCombinations": _cursors("Query.programCombinations", [3320010000, "BPNT+PKH"]),
    "Query.programOverlap": _cursors("Query.programOverlap", [3320010000]),
    "Query.records": [
        *_cursors("Query.records", [3]),
        *_cursors("Query.records KEY DESC", [2, "K3", 1, 1]),
        *_cursors("Query.records AREA ASC", [3320012001, 3]),
    ],
    "Query.refusals": _cursors("Query.refusals", [1]),
    "Query.statements": _cursors("Query.statements", [3320012001, 1, "NIK", 2, 1, NIKS[0], NIKS[0], 3]),
    "Person.stated": _cursors("Person.stated", ["NAME", 2, 1, "SITI AMINAH", "Siti  Aminah", -1]),
    "Query.findings": [
        *_cursors("Query.findings", [3320012001, 1], [3320012001, 3], [DESA_TWO, 4]),
        *_cursors("Query.findings AMOUNT ASC", [300_000, 1], [None, 4]),
        *_cursors("Query.findings AMOUNT DESC", [750_000, 3]),
    ],
    "Query.cases": _cursors("Query.cases", [3320012001, 1], [DESA_TWO, 3]),
    "Query.exposure": _cursors("Query.exposure", [3320010000, "after_death"]),
    "Query.exclusions": _cursors("Query.exclusions", [DESA_TWO, "poor_without_program"]),
    "Query.matrix": _cursors("Query.matrix", [3320010000, "BPNT+PKH", -1], [3320010000, "PKH", 1]),
    "Query.runs": [*_cursors("Query.runs", [2]), *_cursors("Query.runs ROWS_IN ASC", [3, 1])],
    "Query.wilayahList": [
        *_cursors("Query.wilayahList", ["33.20"]),
        *_cursors("Query.wilayahList NAME DESC", ["jepara", "33.20"]),
    ],
    "Query.retiredWilayah": _cursors("Query.retiredWilayah", ["33.19.02"]),
    "DataRelease.cells": _cursors("DataRelease.cells", [1], [2]),
    "Wilayah.descendants": _cursors("Wilayah.descendants", ["33.20.01"], ["33.20.02"]),
    "Query.observations": _cursors(
        "Query.observations",
        ["kemiskinan", "miskin", 3320012001, "2021-01-01", 1, '{"jk": "L", "umur": 5}'],
    ),
}
"""By connection."""
ALIEN = [*(cursor for found in CURSORS.values() for cursor in found[:2]), _encoded("[2]"), _encoded("[1, 2]")]
KINDS = {
    "Person": "person",
    "FamilyCard": "card",
    "Household": "household",
    "Payment": "benefit",
    "Group": "group",
    "Institution": "institution",
    "Finding": "finding",
    "Case": "case",
}
IDS = [_encoded(f"{type_}:{uid(kind, n)}") for type_, kind in KINDS.items() for n in (1, 2)]
TEXTS: dict[str, list[Any]] = {
    "Int": [0, 1, 1, 2, 2, 3, 3, 10, 500, 501, -1],
    "Float": [0, 0.25, 0.5, 0.75, 1],
    "String": ["PKH", "x", ""],
    "attribute": ["luas", "lantai", "x"],
    "dataset": ["kemiskinan", "kemiskinan", "x"],
    "measure": ["miskin", "rentan"],
    "number": ["K-1", "U-3", "x"],
    "nik": [*NIKS, *NIKS, "12"],
    "Rupiah": [0, 200_000, 600_000, 750_000],
    "kind": ["kube", "kube", "uep", "LKS"],
    "unit": ["orang"],
    "relation": ["1", "2"],
    "familyNo": ["1", "2"],
    "owner": ["Kementerian Sosial", "K"],
    "rowsIn": [0, 3, 10],
    "size": [10, 5],
    "edition": ["2025-Q1", "2025-", "2020"],
    "desil": [2, 3],
    "component": ["SD", "BALITA"],
    "value": ["6013", "60", NAMES[0], "SITI", NIKS[0]],
    "run": [_encoded("Run:1"), _encoded("Run:2"), _encoded("Program:PKH"), "x"],
    "key": ["K1", "K", "ADA|1"],
    "rule": ["after_death", "same_nik", "same_", "x"],
    "reason": ["blank", "ragged", "x"],
    "name": [*NAMES, "siti  aminah", "", "jepara", "Ked", "MAJU"],
    "NIK": list(NIKS),
    "KK": list(CARDS),
    "Date": ["2024-05-31", "2025-03-10", "2025-08-01", "2026-01-10", "2019-12-31"],
    "Period": ["2024", "2025-Q1", "2025-S1", "2025-04", "TW1 2025", "2025-Q5"],
    "DateTime": ["2025-08-01T00:00:00Z", "2025-09-01T07:00:00+07:00", "2024-12-31T00:00:00Z"],
    "WilayahCode": ["33", "33.20", "33.20.01", "33.20.02.2002", "34"],
    "program": [*PROGRAMS, "x"],
    "programs": [*PROGRAMS, *PROGRAMS, "x"],
    "source": [*SOURCES, "x"],
    "scheme": ["regsosek", "regsosek", "pmks", "kks", "x"],
    "register": ["dtsen", "dtks", "x"],
    "code": [
        "33.20",
        "3320",
        "33.20.02.2002",
        "3320012001",
        "3320020002",
        "PKH",
        " 33 ",
        "99",
        "x",
        "33.19.02",
        "33.99",
    ],
    "level": [1, 2, 3, 4],
    "successorCode": ["33.20.02", "33.20"],
    "bpsCode": ["3320020002", "33"],
    "population": [100, 300, 400],
    **CURSORS,
    "after": [*ALIEN, "x"],
    "before": ALIEN,
    "id": [
        *IDS,
        _encoded(f"Enrollment:{uid('enrollment', 80)}"),
        _encoded("Program:PKH"),
        _encoded("Wilayah:33.20.01"),
        _encoded("Component:PKH/SD"),
        _encoded("Source:pkh"),
        _encoded("Run:2"),
        _encoded("Record:1"),
        _encoded(f"Person:{uid('person', 99)}"),
        "x",
    ],
}
TEXTS["ids"] = TEXTS["id"][:-1]


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    wait_for(oracle_story().store(database))
    return database


@pytest.fixture(scope="module")
def reference(told: Database) -> Reference:
    return Reference(printed_schema(), wait_for(read_world(told)))


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One engine for all operations, so that plans and documents are kept between them."""
    return Engine(schema(), catalog(schema()), WIDE)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), "a response key stands twice in one object"
    return dict(pairs)


def shown(data: Any) -> str:
    """An answer as text, key order and all; PostgreSQL writes 1.0 as 1."""
    return json.dumps(_plain(data))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


async def compiled(engine: Engine, request: Request, reader: Reader, database: Database) -> Answer:
    """The compiler's answer, in the form of the reference's."""
    try:
        data = await engine.run(request, reader, lambda: context(database))
    except InvalidDocument as error:
        return Answer(invalid=tuple(fault.message for fault in error.errors))
    except InputError as error:
        return Answer(refused=frozenset([error.code]))
    return Answer(json.loads(unsealed(data.decode()), object_pairs_hook=_once))


class Sides:
    """The compiler and the reference over one graph."""

    def __init__(self, engine: Engine, reader: Reader, database: Database, reference: Reference) -> None:
        self.engine, self.reader, self.database, self.reference = engine, reader, database, reference

    async def agree(self, seed: int, language: str) -> None:
        """One random operation, asked twice with other variables, is answered alike by both sides."""
        operation = Writer(Random(seed), self.reference.schema, TEXTS).operation()
        for variables in operation.requests:
            request = Request(operation.document, variables, None, language)
            with clock.pin(NOW):
                wanted = self.reference.answer(operation.document, variables, language)
                got = await compiled(self.engine, request, self.reader, self.database)
            if "limit_links" in got.refused:
                assert wanted.links > MOST_LINKS, (operation.document, variables)
                continue
            if wanted.refused:
                assert got.refused, (operation.document, variables)
                assert got.refused <= wanted.refused, (operation.document, variables)
                continue
            assert shown(got.data) == shown(wanted.data), (operation.document, variables)
            assert (got.invalid, got.refused) == (wanted.invalid, wanted.refused), operation.document


@pytest_asyncio.fixture
async def sides(told: Database, engine: Engine, reference: Reference) -> AsyncIterator[Sides]:
    async with open_reader(told, 1) as reader:
        yield Sides(engine, reader, told, reference)


#: A seed does not shrink into a smaller operation, so no time goes into trying.
ONE_BY_ONE = {
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
SEEDS = st.integers(0, 2**64 - 1)
LANGUAGES = st.sampled_from(["id", "en"])


@settings(max_examples=150, **ONE_BY_ONE)  # type: ignore[arg-type]  # of two kinds
@given(seed=SEEDS, language=LANGUAGES)
async def test_an_answer_equals_that_of_plain_resolvers(sides: Sides, seed: int, language: str) -> None:
    await sides.agree(seed, language)


@pytest.mark.long
@settings(max_examples=2500, **ONE_BY_ONE)  # type: ignore[arg-type]  # of two kinds
@given(seed=SEEDS, language=LANGUAGES)
async def test_thousands_of_answers_equal_those_of_plain_resolvers(
    sides: Sides, seed: int, language: str
) -> None:
    await sides.agree(seed, language)


def test_the_operations_reach_every_field_of_the_reference(reference: Reference) -> None:
    random = Random(7)
    missing = {name for fields in FIELDS.values() for name in fields}
    missing |= {"edges", "pageInfo", "totalCount", "node"}
    for _ in range(6000):
        written = Writer(random, reference.schema, TEXTS).operation()
        missing -= set(written.document.replace("(", " ").split())
        if not missing:
            break
    assert sorted(missing) == []


#: Roots of which other tests hold every number against plain Python, and where.
HELD_ELSEWHERE = {
    "breachReach": "app/test_officer.py",
    "breaches": "app/test_officer.py",
    "restrictions": "app/test_officer.py",
    "whoSaw": "app/test_officer.py",
    "candidates": "app/test_judging.py",
    "coverage": "schema/across/test_coverage.py",
    "holders": "schema/across/test_holders.py",
    "withoutProgram": "schema/across/test_holders.py",
    "paymentTotals": "schema/across/test_totals.py",
    "rightsCases": "app/test_mutations.py",
    "shareFeed": "workflow/test_hub_feed.py",
}


def test_the_reference_answers_every_root_but_those_that_are_held_elsewhere() -> None:
    query = schema().query_type
    assert query is not None
    assert set(query.fields) - set(ROOTS) == set(HELD_ELSEWHERE)
    for root, file in HELD_ELSEWHERE.items():
        assert root in (Path(__file__).parents[1] / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("type_", covered(printed_schema()), ids=lambda type_: type_.name)
def test_the_reference_leaves_out_no_field_of_a_type_it_knows(type_: Any) -> None:
    left = [
        name
        for name, definition in type_.fields.items()
        if name not in FIELDS[type_.name]
        and (is_leaf_type(get_named_type(definition.type)) or get_named_type(definition.type).name in FIELDS)
    ]
    assert left == []
    assert set(FIELDS[type_.name]) <= set(type_.fields)
    assert type_.name in NODES or "id" not in type_.fields
