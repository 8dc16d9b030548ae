"""A caller's own list held against the story of conftest.py."""

import json
import logging
from typing import Any

import pytest
from graphql import GraphQLError

from hub.compiler.asked import match_rows
from hub.compiler.engine import Request
from hub.errors import InputError
from hub.schema.build import engine
from hub.schema.messages import message
from tests.schema.conftest import BUDI, SITI, Ask, Counting

MATCH = """query ($rows: [MatchRow!]!, $program: [String!], $day: Date) {
  match(rows: $rows, program: $program, asOf: $day) {
    row result bearers birthDateAgrees person { name } programs { program { code } since } } }"""
NOBODY = "3320010101909077"


async def test_each_row_is_answered_in_its_place_by_one_statement(ask: Ask, reads: Counting) -> None:
    rows = [
        {"nik": BUDI, "name": "Bpk. BUDI SANTOSO", "birthDate": "1990-01-01"},
        {"nik": NOBODY, "name": "BUDI"},
        {"nik": SITI, "name": "Tini", "birthDate": "1990-01-02"},
        {"nik": BUDI, "name": "RATNA"},
        {"nik": "12", "name": "BUDI SANTOSO"},
        {"nik": BUDI},
    ]
    found = (await ask(MATCH, rows=rows, day="2025-04-01"))["match"]
    assert len(reads.statements) == 1
    assert [(one["row"], one["result"], one["bearers"], one["birthDateAgrees"]) for one in found] == [
        (1, "AGREES", 1, True),
        (2, "NOT_FOUND", 0, None),
        (3, "AGREES", 2, False),
        (4, "OTHER_NAME", 1, None),
        (5, "BAD_NIK", 0, None),
        (6, "OTHER_NAME", 1, None),
    ]
    assert found[0]["programs"] == [{"program": {"code": "BLT-DD"}, "since": "2025-01-01"}]
    assert found[2]["person"] == {"name": "TINI"}
    assert found[1]["person"] is None
    assert found[1]["programs"] == []


async def test_programs_are_those_asked_for_on_the_day_asked_for(ask: Ask) -> None:
    rows = [{"nik": SITI, "name": "SITI AMINAH"}]
    both = [
        {"program": {"code": "BPNT"}, "since": "2024-01-01"},
        {"program": {"code": "PKH"}, "since": "2024-01-01"},
    ]
    assert (await ask(MATCH, rows=rows, day="2025-01-01"))["match"][0]["programs"] == both
    assert (await ask(MATCH, rows=rows, day="2025-07-01"))["match"][0]["programs"] == both[1:]
    assert (await ask(MATCH, rows=rows, day="2025-01-01", program=["BPNT"]))["match"][0]["programs"] == both[
        :1
    ]
    assert (await ask(MATCH, rows=rows, program=[]))["match"][0]["programs"] == []
    assert (await ask(MATCH, rows=[]))["match"] == []


async def test_a_thousand_rows_are_answered_and_one_more_is_refused(ask: Ask) -> None:
    rows: list[dict[str, Any]] = [{"nik": BUDI, "name": f"BUDI {number}"} for number in range(1000)]
    assert len((await ask(MATCH, rows=rows))["match"]) == 1000
    with pytest.raises(InputError) as refusal:
        await ask(MATCH, rows=[*rows, rows[0]])
    assert refusal.value.code == "limit_match_rows"
    assert "1000" in refusal.value.message
    assert message(refusal.value, "id").startswith("Satu panggilan")


def test_the_bound_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_MATCH_ROWS", "2")
    assert json.loads(match_rows([{"nik": "x"}] * 2)) == [{"nik": None, "keys": [], "born": None}] * 2
    with pytest.raises(InputError):
        match_rows([{"nik": "x"}] * 3)


@pytest.mark.parametrize(
    "row",
    [
        {"nik": BUDI, "name": "RAHASIA\0"},
        {"nik": "RAHASIA \ud800", "name": "\ud800"},
        {"nik": BUDI, "name": "' or 1=1; --", "birthDate": "1990-01-01"},
        {"nik": BUDI + BUDI, "name": "%_\\"},
    ],
)
async def test_no_text_of_a_row_breaks_the_statement_or_is_logged(
    ask: Ask, caplog: pytest.LogCaptureFixture, row: dict[str, str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (await ask(MATCH, rows=[row]))["match"][0]["result"] in ("OTHER_NAME", "BAD_NIK")
    assert BUDI not in caplog.text
    assert "RAHASIA" not in caplog.text


@pytest.mark.parametrize(
    "row", [{"nik": 3320010101859002, "name": "RAHASIA"}, {"nik": BUDI, "birthDate": "RAHASIA"}]
)
def test_a_row_of_another_kind_is_refused_without_being_repeated(row: dict[str, Any]) -> None:
    from hub.compiler.documents import InvalidDocument
    from hub.schema.refusing import faults

    with pytest.raises((InvalidDocument, GraphQLError)) as refusal:
        engine().prepare(Request(MATCH, {"rows": [row]}))
    assert isinstance(refusal.value, InvalidDocument)
    told = json.dumps([faults(refusal.value, language) for language in ("id", "en")])
    assert BUDI not in told
    assert "RAHASIA" not in told


def test_the_rows_never_stand_in_the_statement() -> None:
    sql, parameters = engine().explain(Request(MATCH, {"rows": [{"nik": BUDI, "name": "BUDI SANTOSO"}]}))
    assert BUDI not in sql
    assert "SANTOSO" not in sql
    assert any(BUDI in str(one) for one in parameters)
