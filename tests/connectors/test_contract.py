"""What must hold for every connector: its case is recorded; order, repeats and surprises change nothing."""

import csv
import json
import re
import shutil
from enum import Enum
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import respx

from hub.connectors import CONNECTORS
from hub.errors import FatalError
from hub.schema import words
from hub.settings import settings
from hub.toolkit.cells import ROW
from hub.toolkit.claims import SCHEMAS, Claims
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import opened
from hub.toolkit.layout import Layout, header_form
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.records import fingerprint, unfold
from hub.toolkit.rows import Rows
from tests.connectors import recorded
from tests.connectors.recorded import (
    BASE,
    CASES,
    CONFIG,
    REFERENCE,
    SOURCES,
    case,
    claimed,
    claimed_case,
    plain,
    pulled,
)
from tests.toolkit.builders import HURRIED
from tests.toolkit.corpus.making import rewritten

NAMES = sorted(CONNECTORS)
every_connector = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def demo_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in SOURCES.values():
        for variable in (source.auth.user_env, source.auth.password_env, source.auth.token_env):
            if variable:
                monkeypatch.setenv(variable, "demo")
    settings.cache_clear()


def test_every_connector_has_its_entry_and_every_entry_its_connector() -> None:
    assert set(NAMES) == set(SOURCES)


@every_connector
async def test_the_recorded_case_gives_the_expected_claims(name: str) -> None:
    found = [row for _, records, claims in await claimed_case(name) for row in plain(records, claims)]
    assert found == json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))


@every_connector
async def test_every_column_of_the_recorded_case_is_taken_or_ignored(name: str) -> None:
    for page in await case(name):
        assert page.file.detail["unknown_columns"] == []


#: Columns of claims that hold closed words, with the enum that the graph answers by.
CLOSED: dict[str, dict[str, type[Enum]]] = {
    "person": {"sex": words.Sex, "vital": words.VitalStatus},
    "enrollment": {"role_in_program": words.EnrollmentRole, "status": words.EnrollmentStatus},
    "benefit": {"kind": words.BenefitKind, "event": words.PaymentEventKind},
    "status": {"unit": words.Unit},
    "score": {"unit": words.Unit},
    "group": {"role_in_group": words.GroupRole},
}


@every_connector
async def test_claims_have_the_columns_of_their_schemas_and_the_closed_words_of_the_graph(name: str) -> None:
    for _, _, claims in await claimed_case(name):
        for kind, frame in claims.frames().items():
            assert frame.schema == pl.Schema(SCHEMAS[kind])
            for column, enum in CLOSED.get(kind, {}).items():
                assert set(frame[column].drop_nulls()) <= {one.value for one in enum}


def _shuffled(page: Page) -> Page:
    """The same rows, each twice, backwards; refused rows leave with their marks."""
    whole = page.frame.with_row_index("at").filter(~pl.col("at").is_in(page.refused["row"].to_list()))
    order = [*reversed(whole["at"].to_list()), *whole["at"].to_list()]
    payloads = None if page.payloads is None else page.payloads[order]
    return Page(page.file, 1, page.columns, page.frame[order], complete=True, payloads=payloads)


def _said(name: str, page: Page) -> set[str]:
    return _lines(page, *claimed(name, page))


def _lines(page: Page, records: pl.DataFrame, claims: Claims) -> set[str]:
    kept = page.refused["row"].to_list()
    rows = zip(records["content_hash"], plain(records, claims), strict=True)
    return {json.dumps([digest, row]) for at, (digest, row) in enumerate(rows) if at not in kept}


async def _said_case(name: str) -> list[set[str]]:
    """What each page of the recorded case says."""
    return [_lines(page, records, claims) for page, records, claims in await claimed_case(name)]


@every_connector
async def test_order_and_repeats_of_rows_change_nothing(name: str) -> None:
    for page, told in zip(await case(name), await _said_case(name), strict=True):
        assert _said(name, _shuffled(page)) == told


@every_connector
async def test_pages_in_another_order_and_sent_twice_change_nothing(name: str) -> None:
    sent = await case(name)
    again = [sent[-1], *reversed(sent)]
    said = set[str]().union(*(_said(name, page) for page in again))
    assert said == set[str]().union(*await _said_case(name))


@every_connector
async def test_rows_claimed_anew_from_their_payloads_say_the_same(name: str) -> None:
    connector = CONNECTORS[name]
    for page, records, claims in await claimed_case(name):
        good = records["refused"].is_null()
        frame = unfold(records["payload"].filter(good), page.columns, connector)
        rows = pl.Series(ROW, [at for at, kept in enumerate(good) if kept], dtype=pl.Int64)
        again = connector.claims(Rows(frame.with_columns(rows), SOURCES[name], REFERENCE))
        for kind in SCHEMAS:
            assert _rows(again, kind) == _rows(claims, kind)


def _rows(claims: Claims, kind: str) -> list[tuple[object, ...]]:
    frame = claims.frames().get(kind)
    return [] if frame is None else frame.rows()


@every_connector
async def test_a_refused_row_makes_no_claim(name: str) -> None:
    for _, records, claims in await claimed_case(name):
        for row in plain(records, claims):
            assert not (row["refused"] and row["claims"])


NEW = "KOLOM BARU"
#: By which a row of a portal is known, whose columns the entry names.
PORTAL_ROWS = {"_id", "kode_provinsi"}


def _with_new_field(directory: Path, page: Page, layout: Layout) -> None:
    """Gives a column that may lack, or each object of answers, a name that no one knows."""
    known, text = layout.canonical(), directory / "answers.json"
    if text.exists():
        text.write_text(
            json.dumps(_more(json.loads(text.read_text(encoding="utf-8")), known)), encoding="utf-8"
        )
        return
    for path in directory.glob("*.ndjson"):
        rows = [json.dumps(_more(json.loads(line), known)) for line in path.read_text().splitlines()]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    named = [name for name in page.columns if known[header_form(name)] not in layout.required]
    for path in directory.iterdir():
        if path.suffix == ".xlsx":
            path.write_bytes(rewritten(path.read_bytes(), lambda told: _renamed(told, named).encode()))
        elif path.suffix == ".csv":
            path.write_text(_renamed(path.read_text(encoding="utf-8-sig"), named), encoding="utf-8")


def _renamed(text: str, names: list[str]) -> str:
    """The last of the names that stands as a cell of a header bears another; a list of needed columns gets one more."""
    if not names:
        return "".join(f"{line},{'x' if at else NEW}\n" for at, line in enumerate(text.splitlines()))
    found = [re.search(rf"(?<=[;,>]){re.escape(name)}(?=[;,<\r\n])", text) for name in names]
    spots = [spot for spot in found if spot]
    return text[: spots[-1].start()] + NEW + text[spots[-1].end() :] if spots else text


def _more(value: Any, known: dict[str, str]) -> Any:
    """The same with one more member in each object that is a row."""
    if isinstance(value, list):
        return [_more(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    is_row = sum(header_form(name) in known for name in value) > 1 or bool(PORTAL_ROWS & value.keys())
    more = {NEW: "1"} if is_row else {}
    return {name: _more(each, known) for name, each in value.items()} | more


@every_connector
async def test_a_field_that_no_one_knows_is_reported_by_a_pull(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (await case(name))[0]
    shutil.copytree(CASES / name, tmp_path / name)
    _with_new_field(tmp_path / name, page, CONNECTORS[name].layout)
    monkeypatch.setattr(recorded, "CASES", tmp_path)
    found = {each for page in await pulled(name) for each in page.file.detail["unknown_columns"]}
    assert len(found) == 1
    assert NEW in found.pop()


@every_connector
@respx.mock
async def test_a_refused_credential_names_where_to_look(name: str) -> None:
    source = SOURCES[name]
    respx.route().respond(401)
    variable = source.auth.password_env or source.auth.token_env or ""
    async with opened(source, HURRIED) as http:
        with pytest.raises(FatalError) as caught:
            await http.json("GET", BASE, lambda value: value)
    assert caught.value.code == "credential_refused"
    assert (variable or "no credential") in caught.value.message


#: Portals are public, `pmks_counts` is a table beside the configuration, the other hub is on this machine, and
#: `ibr_updates` is what the hub laid down itself.
OPEN = {"ckan", "hub_feed", "ibr_updates", "jabar", "pmks_counts"}


def test_only_what_is_public_or_near_goes_without_a_credential() -> None:
    assert {name for name in NAMES if SOURCES[name].auth.kind == "none"} == OPEN


NONSENSE = {"cursor": "nonsense", "since": "2999-01-01T00:00:00+00:00"}
#: How servers of both kinds refuse a token: by its status, or by a reason in the words of a hub.
UNKNOWN_TOKEN = {
    "errors": [{"message": "x", "extensions": {"code": "BAD_USER_INPUT", "reason": "bad_cursor"}}]
}


@every_connector
async def test_an_impossible_cursor_ends_in_the_right_error_or_is_not_looked_at(name: str) -> None:
    state = {listing: NONSENSE for listing, _ in CONNECTORS[name].listings} or {name: NONSENSE}
    earlier = Earlier(state=state)
    if not any(listing.incremental for _, listing in CONNECTORS[name].listings):
        kept = [_said(name, page) for page in await pulled(name, earlier)]
        assert kept == await _said_case(name)
        return
    found = pages(CONNECTORS[name], SOURCES[name], base_url_override=BASE, earlier=earlier, patience=HURRIED)
    with respx.mock() as router:
        router.route().respond(400, json=UNKNOWN_TOKEN)
        with pytest.raises(FatalError) as caught:
            await anext(found)
    assert caught.value.code in ("cursor_unknown", "cursor_impossible")
    assert "nonsense" not in caught.value.message


def test_the_layouts_of_two_headers_have_two_fingerprints() -> None:
    assert fingerprint(("NIK", "NAMA")) != fingerprint(("NAMA", "NIK"))
    assert len(fingerprint(("NIK",))) == 32


@every_connector
def test_every_column_is_described_in_the_page_of_its_source(name: str) -> None:
    text = (CONFIG.parent / "docs" / "sources" / f"{name}.md").read_text(encoding="utf-8")
    layout = CONNECTORS[name].layout
    missing = [column for column in (*layout.taken, *layout.ignored) if f"`{column}`" not in text]
    assert missing == []


@every_connector
def test_keys_of_cases_bear_synthetic_serials_only(name: str) -> None:
    for path in (CASES / name).glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.reader(lines, delimiter=";" if name != "bpnt" else ","):
                assert all(int(cell[12:]) >= 9000 for cell in row if len(cell) == 16 and cell.isdecimal())
