"""Proposals: fifteen digits, name and birth date must fit one person alone; nothing is told that was hidden."""

import json
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.names import match_key
from hub.ingest.proposals import Proposal, fifteen, proposals
from hub.registry.sources import SourceConfig
from hub.store.database import Database
from hub.store.sql import text
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import entry

NIK, TWIN = "3320010303629001", "3320010303629002"
BORN = date(1962, 3, 3)
COLUMNS = ["NIK", "NAMA", "LAHIR"]


def _claims(rows: Rows) -> Claims:
    return rows.claims(person={**rows.nik("NIK"), **rows.name("NAMA"), **rows.birth("LAHIR")})


CONNECTOR = Connector(
    name="list",
    layout=Layout(taken=dict.fromkeys(COLUMNS, ())),
    key=("NIK", "NAMA"),
    claims=_claims,
    reader=CsvReader(),
)
PERSON = text(
    "insert into person_state (person_id, uid, nik, nik_grade, name, name_key, birth_date, stated_by, valid,"
    " recorded, event_area_key, home_area_key) values (:id, gen_random_uuid(), :nik, 4, :name, :name_key, :born,"
    " '{}', '(,)', '[2026-01-01,)', 0, 0)"
)
FILE = text(
    "insert into source_file (source_id, run_id, name, sha256, bytes) values (:source, 1, 'a.csv', '', 1)"
    " on conflict do nothing"
)
FILE_ID = text("select id from source_file where source_id = :source")
LAYOUT = text(
    "insert into layout (source_id, fingerprint, columns) values (:source, gen_random_uuid(),"
    " cast(:columns as text[])) returning id"
)
REFUSED = text(
    "insert into quarantine (source_id, content_hash, occurrence, scope, layout_id, payload, reasons, fields, file_id,"
    " row_no, run_id, recorded, event_area_key, home_area_key) values (:source, gen_random_uuid(), 1, '', :layout,"
    " :payload, cast(:reasons as text[]), cast(:fields as text[]), :file, :row_no, 1, '[2026-01-01,)', 0, 0)"
)


def person(number: int, nik: str, name: str) -> dict[str, Any]:
    """A known person as parameters of PERSON."""
    return {"id": number, "nik": nik, "name": name, "name_key": match_key(name), "born": BORN}


class Shelf:
    """One source's quarantine over two known persons: twins with numbers that differ in the last digit alone."""

    def __init__(self, database: Database, source: SourceConfig) -> None:
        self.database, self.source = database, source

    async def refuse(self, row_no: int, *cells: str | None, reasons: dict[str, str]) -> None:
        """Puts a row into quarantine; reasons by column."""
        async with self.database.connect() as connection:
            keys: dict[str, Any] = {"source": self.source.number}
            await connection.execute(FILE, keys)
            file = await connection.scalar(FILE_ID, keys)
            layout = await connection.scalar(LAYOUT, keys | {"columns": COLUMNS})
            told = {
                "layout": layout,
                "file": file,
                "payload": json.dumps(cells),
                "reasons": list(reasons.values()),
                "fields": list(reasons),
                "row_no": row_no,
            }
            await connection.execute(REFUSED, keys | told)
            await connection.commit()

    async def proposed(self) -> list[Proposal]:
        """What is proposed for the source."""
        return await proposals(self.database, self.source, Reference(current={}), CONNECTOR)


@pytest_asyncio.fixture
async def shelf(fresh_database: Database) -> Shelf:
    source = entry(number=7)
    async with fresh_database.connect() as connection:
        for number, (nik, name) in enumerate([(NIK, "SITI AMINAH"), (TWIN, "SARI WULAN")]):
            await connection.execute(PERSON, person(number, nik, name))
        await connection.commit()
    return Shelf(fresh_database, source)


async def test_a_number_without_its_last_digit_is_proposed_to_the_one_person_who_fits(shelf: Shelf) -> None:
    await shelf.refuse(1, "3.32001030362900E+15", "Siti Aminah", "1962-03-03", reasons={"NIK": "SCIENTIFIC"})
    await shelf.refuse(2, NIK[:15], "SARI WULAN", "1962-03-03", reasons={"NIK": "NOT_16_DIGITS"})
    first, second = await shelf.proposed()
    assert (first.row_no, first.reason, first.file, first.field) == (1, "SCIENTIFIC", "a.csv", "NIK")
    assert (second.row_no, second.person != first.person) == (2, True)
    assert NIK not in repr(first) + repr(second)
    assert NIK[6:15] not in repr(first) + repr(second)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        (("3.32E+15", "SITI AMINAH", "1962-03-03"), {"NIK": "SCIENTIFIC"}),
        ((NIK[:15], "SITI AMINAH", "1962-03-04"), {"NIK": "NOT_16_DIGITS"}),
        ((NIK[:15], "BUDI", "1962-03-03"), {"NIK": "NOT_16_DIGITS"}),
        ((NIK[:15], "SITI AMINAH", None), {"NIK": "NOT_16_DIGITS"}),
        ((NIK[:15], "SITI AMINAH", "1962-03-03"), {"NIK": "NOT_16_DIGITS", "NAMA": "NAME_BLANK"}),
        ((NIK, "SITI AMINAH", "1962-03-03"), {"NIK": "IMPOSSIBLE_DATE"}),
    ],
    ids=["too few digits", "another day", "another name", "no day", "refused for more", "no damage"],
)
async def test_what_does_not_fit_whole_is_not_proposed(shelf: Shelf, cells: Any, reasons: Any) -> None:
    await shelf.refuse(1, *cells, reasons=reasons)
    assert await shelf.proposed() == []


async def test_a_number_that_two_persons_fit_is_not_proposed(shelf: Shelf) -> None:
    async with shelf.database.connect() as connection:
        await connection.execute(PERSON, person(3, f"{NIK[:15]}9", "SITI AMINAH"))
        await connection.commit()
    await shelf.refuse(1, NIK[:15], "SITI AMINAH", "1962-03-03", reasons={"NIK": "NOT_16_DIGITS"})
    assert await shelf.proposed() == []


async def test_a_source_of_another_number_has_no_proposals_of_this_one(shelf: Shelf) -> None:
    await shelf.refuse(1, NIK[:15], "SITI AMINAH", "1962-03-03", reasons={"NIK": "NOT_16_DIGITS"})
    other = replace_number(shelf.source)
    assert await proposals(shelf.database, other, Reference(current={}), CONNECTOR) == []


def replace_number(source: SourceConfig) -> SourceConfig:
    """The same entry under another number."""
    return source.model_copy(update={"number": source.number + 1})


@pytest.mark.parametrize(
    ("damaged", "left"),
    [
        ("3.32001030362900E+15", NIK[:15]),
        ("3,32001030362900e15", NIK[:15]),
        (f"{NIK}.0", NIK[:15]),
        (NIK[:15], NIK[:15]),
        (f"\u00a0'{NIK[:15]}", NIK[:15]),
        ("3.32E+15", None),
        ("3.32001030362900E+14", None),
        (NIK[:14], None),
        (None, None),
    ],
)
def test_fifteen_digits_are_taken_only_where_they_are_left(damaged: str | None, left: str | None) -> None:
    assert fifteen(damaged) == left


@given(st.text(max_size=30))
def test_whatever_is_left_of_a_number_is_fifteen_digits_or_nothing(damaged: str) -> None:
    left = fifteen(damaged)
    assert left is None or (len(left) == 15 and left.isdigit())
