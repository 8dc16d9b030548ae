"""Who stands in one list and in none of others: by number, and by name and address as the field compares by hand."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hub.access.areas import NATIONAL
from hub.access.context import EVERY_SCOPE, Reach
from hub.audit.missing import Compared, missing
from hub.errors import InputError, RefusedError
from tests.conftest import wait_for
from tests.sync_builders import Hub, loaded, new_hub

__all__ = ["loaded"]

OPERATOR = Reach(NATIONAL.ranges(), EVERY_SCOPE, "hub/ani", "verivali")
DESA, OTHER = 3320012001, 3320012002
#: List, person, name, RT, RW, birth, desa.
ROWS = [
    ("bdt2015", 1, "SITI AMINAH", "001", "02", None, DESA),  # alone in the first list
    ("bdt2015", 2, "BUDI SANTOSO", "001", "02", None, DESA),
    ("pkh", 2, "BUDI S", None, None, None, DESA),  # the same person, whatever the name
    ("bdt2015", 3, "TINI", "3", "1", None, DESA),
    ("kks", 30, "T INI", "003", "01", None, DESA),  # another number, the same name and place
    ("bdt2015", 4, "JOKO", "3", "1", "1980-01-01", DESA),
    ("pkh", 40, "JOKO", "4", "1", "1980-01-01", DESA),  # a namesake of another RT
    ("bdt2015", 5, "WATI", None, None, "1980-01-01", DESA),
    ("pkh", 50, "WATI", "4", "1", "1980-01-01", DESA),  # told by birth date alone
    ("bdt2015", 6, "SRI", None, None, None, DESA),
    ("pkh", 60, "SRI", None, None, None, DESA),  # nothing but the name
    ("bdt2015", 7, "AGUS", "1", "1", None, OTHER),
    ("pkh", 70, "AGUS", "1", "1", None, DESA),  # of another desa
    ("kks", 71, "AGUS", "1", "1", None, OTHER),
    ("bdt2015", 8, "DEWI", None, None, None, DESA),
    ("pkh", 8, "DEWI", None, None, None, OTHER),  # the same person, of whom the other row lies elsewhere
]
PERSON = """
    insert into hub.person (id, uid, founded_by, event_area_key, home_area_key)
    values ({person}, gen_random_uuid(), {number}, {area}, {area}) on conflict do nothing
"""
RECORD = """
    insert into hub.source_record (id, entry_id, source_id, record_key, occurrence, version, scope, payload,
      content_hash, file_id, row_no, run_id, recorded, person_id, event_area_key, home_area_key)
    select {number}, {number}, s.id, '{number}', 1, 1, '', '{{}}', gen_random_uuid(), 0, 1, 0, '[2026-01-01,)',
      {person}, {area}, {area} from hub.source s where s.code = '{source}'
"""
CLAIM = """
    insert into hub.claim_person (record_id, mention_id, source_id, person_id, nik_grade, no_kk_grade, name, name_key,
      rt, rw, birth_date, area_key, event_area_key, home_area_key)
    select {number}, {number} * 16, s.id, {person}, 0, 0, '{name}', '{name}', {rt}, {rw}, {birth}, {area}, {area},
      {area} from hub.source s where s.code = '{source}'
"""


def quoted(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


@pytest.fixture(scope="module")
def lists(loaded: Hub) -> Iterator[Hub]:
    with new_hub(loaded) as hub:
        for number, (source, person, name, rt, rw, birth, area) in enumerate(ROWS, 1):
            told = {"number": number, "source": source, "person": person, "name": name, "area": area}
            texts = {"rt": quoted(rt), "rw": quoted(rw), "birth": quoted(birth)}
            for statement in (PERSON, RECORD, CLAIM):
                hub.change(statement.format(**told, **texts))
        yield hub


def found(hub: Hub, *absent: str, **more: Any) -> list[dict[str, Any]]:
    return wait_for(missing(hub.database, Compared("bdt2015", absent, **more), OPERATOR))


def test_who_is_in_no_other_list_is_told_with_the_namesakes_of_the_desa(lists: Hub) -> None:
    told = {each["name"]: each["namesakes"] for each in found(lists, "pkh", "kks")}
    assert told == {"SITI AMINAH": [], "JOKO": ["pkh"], "SRI": ["pkh"]}


def test_who_is_missing_in_one_list_is_told_where_that_is_asked(lists: Hub) -> None:
    told = {each["name"]: each["absent"] for each in found(lists, "pkh", "kks", anywhere=False)}
    assert told["BUDI SANTOSO"] == ["kks"]
    assert told["TINI"] == ["pkh"]
    assert told["AGUS"] == ["pkh"]
    assert told["SITI AMINAH"] == ["kks", "pkh"]


def test_an_area_narrows_whom_is_looked_for(lists: Hub) -> None:
    assert [each["name"] for each in found(lists, "pkh", area=(OTHER, OTHER))] == ["AGUS"]


def lines(hub: Hub) -> list[Any]:
    """The lines that wait to be sealed, as the administrator sees them."""

    async def asked() -> list[Any]:
        async with hub.database.administer() as connection:
            told = await connection.exec_driver_sql(
                "select subjects::text, answers from hub.ledger_inbox order by id"
            )
            return list(told)

    return wait_for(asked())


def test_the_list_leaves_a_line_of_everybody_in_it(lists: Hub) -> None:
    before = len(lines(lists))
    found(lists, "pkh", "kks")
    subjects, answers = lines(lists)[before]
    assert answers == 3
    assert json.loads(subjects.replace("{", "[").replace("}", "]")) == [1, 4, 6]


@pytest.mark.parametrize("absent", [(), ("bdt2015",), ("no_such",)])
def test_lists_that_cannot_be_compared_are_refused(lists: Hub, absent: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        found(lists, *absent)
    assert caught.value.code == "unknown_source"


def test_what_an_agreement_hides_is_not_missing(lists: Hub) -> None:
    near = Reach([(DESA, DESA)], EVERY_SCOPE, "a/b", "verivali", "x@1")
    told = wait_for(missing(lists.database, Compared("bdt2015", ["pkh", "kks"]), near))
    assert [each["name"] for each in told] == ["SRI", "JOKO", "SITI AMINAH"]
    each_of = wait_for(missing(lists.database, Compared("bdt2015", ["pkh", "kks"], anywhere=False), near))
    assert {each["name"]: each["absent"] for each in each_of}["DEWI"] == ["kks"]
    assert "AGUS" not in {each["name"] for each in each_of}


@pytest.mark.parametrize(
    ("programs", "quota", "code"),
    [(frozenset({"PKH"}), None, "beyond_agreement"), (None, 2, "quota_spent")],
    ids=["programs", "quota"],
)
def test_a_list_is_no_wider_than_its_agreement(
    lists: Hub, programs: frozenset[str] | None, quota: int | None, code: str
) -> None:
    before = lines(lists)
    reach = Reach(NATIONAL.ranges(), EVERY_SCOPE, "a/b", "verivali", "y@1", programs)
    with pytest.raises(RefusedError) as caught:
        wait_for(missing(lists.database, Compared("bdt2015", ["pkh", "kks"]), reach, quota))
    assert (caught.value.code, lines(lists)) == (code, before)


def test_a_context_that_is_not_believed_makes_no_list(lists: Hub) -> None:
    with new_hub(lists) as hub:
        hub.change("delete from hub.context_key")
        with pytest.raises(RefusedError) as caught:
            found(hub, "pkh")
    assert caught.value.code == "context_refused"
