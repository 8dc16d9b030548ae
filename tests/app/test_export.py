"""Exports: every form holds what GraphQL answers, whole or visibly not, under the caller's own access."""

import asyncio
import csv
import gzip
import io
import json
from collections.abc import Iterator
from typing import Any

import brotli
import polars as pl
import pytest
from backports import zstd
from starlette.testclient import TestClient

from hub.access.areas import NATIONAL_KEYS
from hub.app import create_app
from hub.compiler.engine import Request
from hub.compiler.exporting import export
from hub.compiler.limits import Limits
from hub.errors import InputError, RefusedError
from hub.schema.build import engine
from hub.schema.terms import Terms
from hub.store.bulk import BATCH, PIECE, open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.schema.village import Village

UNPACKED = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}
HERE = "http://localhost:8000"
PERSONS = 48
ENTRIES = """
  id nik name birthDate
  card: familyCards(current: true) { relation familyCard { kk } }
  ...more
"""
MORE = " fragment more on Person { enrollments { program { code } from to payments(first: 3) { amount } } }"
QUERY = "query ($w: WilayahCode, $n: Int, $after: String) { people(filter: {wilayah: $w}, first: $n, after: $after)"
NODES = f"{QUERY} {{ nodes {{ {ENTRIES} }} }} }} {MORE}"
EDGES = f"{QUERY} {{ edges {{ cursor node {{ {ENTRIES} }} }} }} }} {MORE}"
FORMULAS = ["=1+1", "+62", "-5 TAHUN", "@SITI", "\tTAB", "\rCR", 'PETIK "GANDA", KOMA', "Ñ 😀\\n"]


@pytest.fixture(scope="module")
def village(database: Database) -> Database:
    """A database with a village, and persons whose addresses a spreadsheet would run."""
    made = Village(persons=PERSONS)
    for number, text in enumerate(FORMULAS):
        made.graph.person(f"FORMULA {number}", f"332001410190{9900 + number}", address=text)
    wait_for(made.graph.store(database))
    return database


@pytest.fixture(scope="module")
def client(village: Database) -> Iterator[TestClient]:
    with TestClient(application(village), HERE) as made:
        yield made


def application(database: Database, rows: int = 1000, areas: tuple[int, int] = NATIONAL_KEYS) -> Any:
    return create_app(
        lambda: open_reader(database, 2),
        lambda: context(database, areas),
        terms=Terms(export_rows=rows),
        open_bulk=lambda: open_bulk(database, 60),
    )


def exported(client: TestClient, query: str, form: str = "ndjson", **variables: Any) -> Any:
    asked = client.post(f"/export?format={form}", json={"query": query, "variables": variables})
    assert asked.status_code == 200, asked.text
    return asked


def lines(response: Any) -> list[Any]:
    return [json.loads(line) for line in response.text.split("\n")[:-1]]


def paged(client: TestClient, query: str, part: str, **variables: Any) -> list[Any]:
    """The same by GraphQL."""
    asked = client.post("/graphql", json={"query": query, "variables": {"n": 500} | variables})
    found: list[Any] = asked.json()["data"]["people"][part]
    return found


def test_lines_of_json_are_what_graphql_answers(client: TestClient) -> None:
    for query, part in ((NODES, "nodes"), (EDGES, "edges")):
        response = exported(client, query)
        assert response.headers["content-type"] == "application/x-ndjson"
        assert response.headers["content-disposition"] == 'attachment; filename="people.ndjson"'
        assert response.headers["cache-control"] == "no-store"
        found = lines(response)
        assert len(found) == PERSONS + len(FORMULAS)
        assert json.dumps(found) == json.dumps(paged(client, query, part))


def test_an_export_keeps_filters_and_instants(client: TestClient) -> None:
    query = """query ($w: WilayahCode) {
      people(filter: {wilayah: $w, sex: {eq: P}}, first: 500, asOf: "2024-05-01", knownAt: "2025-01-05T00:00:00Z") {
        nodes { name enrollments { from } } } }"""
    graphql = client.post("/graphql", json={"query": query, "variables": {"w": "33.20.01"}}).json()
    found = lines(exported(client, query, w="33.20.01"))
    assert found == graphql["data"]["people"]["nodes"]
    assert 0 < len(found) < PERSONS


def test_an_export_goes_on_where_a_cursor_says(client: TestClient) -> None:
    whole = lines(exported(client, EDGES))
    parts: list[Any] = []
    while batch := lines(exported(client, EDGES, n=20, after=parts[-1]["cursor"] if parts else None)):
        parts += batch
    assert parts == whole


def test_an_export_says_how_it_is_followed(client: TestClient) -> None:
    first = exported(client, NODES)
    behind = first.headers["hub-next"]
    assert "hub-not-followed" not in first.headers
    body = {"query": NODES, "extensions": {"since": behind}}
    again = client.post("/export", json=body)
    assert (again.status_code, again.content) == (200, b"")
    assert again.headers["hub-next"] != behind
    body["extensions"] = {"since": "2024-12-31T00:00:00Z"}
    told = lines(client.post("/export", json=body))
    assert {one.pop("__change") for one in told} == {"UPSERT"}
    assert [one.pop("__id") for one in told] == [one["id"] for one in told]
    assert told == lines(first)
    for given, code in (({"since": 1}, 400), ({"since": "x"}, 400)):
        assert client.post("/export", json={"query": NODES, "extensions": given}).status_code == code
    asked = client.post("/graphql", json=body)
    assert asked.json()["errors"][0]["extensions"]["reason"] == "not_incremental"
    nested = exported(client, "{ people { nodes { id identifiers { value } } } }")
    assert nested.headers["hub-not-followed"] == "people.nodes.identifiers"
    assert "hub-next" not in exported(client, "{ wilayahList { nodes { code } } }").headers


def test_a_list_without_entries_is_an_export_without_rows(client: TestClient) -> None:
    assert exported(client, NODES, w="99").content == b""
    assert exported(client, NODES, n=0).content == b""
    assert exported(client, NODES, "csv", w="99").text.splitlines() == [
        '"id","nik","name","birthDate","card","enrollments"'
    ]
    assert pl.read_parquet(exported(client, NODES, "parquet", w="99").content).shape == (0, 6)


FLAT = """query { people { edges { cursor node { nik name address birthDate
  familyCards(current: true) { familyCard { kk } } } } } }"""


def test_csv_flattens_objects_and_keeps_lists_as_json(client: TestClient) -> None:
    response = exported(client, FLAT, "csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert list(rows[0]) == [
        "cursor", "node.nik", "node.name", "node.address", "node.birthDate", "node.familyCards",
    ]  # fmt: skip
    wanted = lines(exported(client, FLAT))
    assert len(rows) == len(wanted)
    for row, entry in zip(rows, wanted, strict=True):
        assert (row["cursor"], row["node.nik"]) == (entry["cursor"], entry["node"]["nik"])
        assert row["node.birthDate"] == entry["node"]["birthDate"]
        assert json.loads(row["node.familyCards"]) == entry["node"]["familyCards"]


def test_no_cell_of_csv_runs_as_a_formula(client: TestClient) -> None:
    response = exported(client, FLAT, "csv")
    rows = csv.DictReader(io.StringIO(response.content.decode(), newline=""))
    found = {row["node.address"] for row in rows if row["node.name"].startswith("FORMULA")}
    assert found == {f"'{text}" if text[0] in "=+-@\t\r" else text for text in FORMULAS}
    assert '"3320014101909900"' in response.text


def test_parquet_is_typed_and_holds_the_same(client: TestClient) -> None:
    frame = pl.read_parquet(exported(client, NODES, "parquet").content)
    assert frame.schema == {
        "id": pl.String,
        "nik": pl.String,
        "name": pl.String,
        "birthDate": pl.Date,
        "card": pl.List(pl.Struct({"relation": pl.String, "familyCard": pl.Struct({"kk": pl.String})})),
        "enrollments": pl.List(
            pl.Struct(
                {
                    "program": pl.Struct({"code": pl.String}),
                    "from": pl.Date,
                    "to": pl.Date,
                    "payments": pl.List(pl.Struct({"amount": pl.Int64})),
                }
            )
        ),
    }
    assert json.loads(json.dumps(frame.to_dicts(), default=str)) == lines(exported(client, NODES))


def test_objects_that_are_null_leave_their_columns_empty(client: TestClient) -> None:
    query = "{ sameNikTwice { nodes { nik program { code name } } } }"
    assert exported(client, query, "csv").text.splitlines()[0] == '"nik","program.code","program.name"'
    query = "{ people { nodes { name attributes { completeness expected } } } }"
    wanted = lines(exported(client, query))
    assert {one["attributes"] is None for one in wanted} == {True, False}
    frame = pl.read_parquet(exported(client, query, "parquet").content)
    assert frame.columns == ["name", "attributes.completeness", "attributes.expected"]
    expected = [one["attributes"] and one["attributes"]["expected"] for one in wanted]
    assert frame["attributes.expected"].to_list() == expected


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/x-ndjson"),
        ("*/*", "application/x-ndjson"),
        ("text/csv", "text/csv"),
        ("text/*;q=0.5, application/x-ndjson;q=0.4", "text/csv"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
    ],
)
def test_accept_chooses_the_form(client: TestClient, accept: str | None, media: str) -> None:
    client.headers.pop("accept", None)
    headers = {"accept": accept} if accept else {}
    response = client.post("/export", json={"query": "{ people { nodes { id } } }"}, headers=headers)
    assert response.headers["content-type"].startswith(media)
    assert response.headers["vary"] == "accept, accept-language, accept-encoding"


def test_text_is_packed_for_a_client_that_takes_it(client: TestClient) -> None:
    body = {"query": NODES}
    packed = [(form, coding) for form in ("ndjson", "csv") for coding in UNPACKED]
    for form, coding in (*packed, ("parquet", "zstd")):
        with client.stream(
            "POST", f"/export?format={form}", json=body, headers={"accept-encoding": coding}
        ) as got:
            raw = b"".join(got.iter_raw())
        assert got.headers.get("content-encoding") == (None if form == "parquet" else coding)
        if form != "parquet":
            assert UNPACKED[coding](raw) == exported(client, NODES, form).content
    for refused in ("gzip;q=0", "identity", "deflate"):
        response = client.post("/export", json=body, headers={"accept-encoding": refused})
        assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ programs { code } }", "not_an_export"),
        ("{ __schema { queryType { name } } }", "not_an_export"),
        ("{ people { totalCount } }", "not_an_export"),
        ("{ people { nodes { name } totalCount } }", "not_an_export"),
        ("{ people { nodes { name } } sources { code } }", "not_an_export"),
        ("{ a: people { nodes { name } } b: people { nodes { name } } }", "not_an_export"),
        ("{ people(last: 3) { nodes { name } } }", "not_an_export"),
        ("{ people(first: 1001) { nodes { name } } }", "limit_export_rows"),
        ("{ people(first: -1) { nodes { name } } }", "page_size"),
        ('{ people(after: "x") { nodes { name } } }', "bad_cursor"),
        ("{ people { nodes { enrollments { payments(first: 500) { amount } } } } }", "limit_rows"),
    ],
)
def test_what_is_no_export_is_refused_with_its_reason(client: TestClient, query: str, reason: str) -> None:
    response = client.post("/export", json={"query": query})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["reason"] == reason


def test_other_mistakes_are_told_as_graphql_tells_them(client: TestClient) -> None:
    assert client.post("/export", json={"query": "{"}).status_code == 400
    assert client.post("/export", json={"query": "{ people { nodes { x } } }"}).status_code == 400
    assert client.post("/export?format=xml", json={"query": NODES}).status_code == 400
    assert client.post("/export", json={"query": NODES}, headers={"accept": "image/png"}).status_code == 406
    assert client.post("/export", content=b"x").status_code == 415
    site = {"sec-fetch-site": "cross-site"}
    assert client.post("/export", json={"query": NODES}, headers=site).status_code == 403
    assert (client.get("/export").status_code, client.get("/export").headers["allow"]) == (405, "POST")


def test_an_export_of_more_than_may_be_is_refused_before_its_first_row(village: Database) -> None:
    with TestClient(application(village, rows=PERSONS), HERE) as client:
        response = client.post("/export", json={"query": NODES})
        assert response.json()["errors"][0]["extensions"]["reason"] == "limit_export_rows"
        assert len(lines(exported(client, NODES, n=PERSONS))) == PERSONS


def test_an_export_holds_what_its_caller_may_see_and_no_more(village: Database) -> None:
    reach = (3320012001, 3320012001)
    with TestClient(application(village, areas=reach), HERE) as client:
        found = lines(exported(client, NODES))
        assert found == paged(client, NODES, "nodes")
        assert 0 < len(found) < PERSONS


async def test_a_caller_without_a_sound_context_gets_nothing(village: Database) -> None:
    async with open_bulk(village, 60) as bulk:
        with pytest.raises(RefusedError):
            async with bulk.snapshot(context(village).replace("test", "more")):
                pass


async def test_a_connection_keeps_no_caller_for_the_next_one(village: Database) -> None:
    async with open_bulk(village, 60, size=1) as bulk:
        async with bulk.snapshot(context(village)) as snapshot:
            assert await snapshot.count("select count(*) from hub.person_state", []) > 0
        async with bulk.pool.acquire() as connection:
            assert await connection.fetchval("select count(*) from hub.person_state") == 0


async def test_rows_are_read_as_they_are_taken_and_a_reader_that_stops_frees_its_connection(
    village: Database,
) -> None:
    many = "select i::text from generate_series(1, 100000) i"
    async with open_bulk(village, 60, size=1) as bulk:
        for _ in range(3):
            async with bulk.snapshot(context(village)) as snapshot:
                rows = snapshot.batches(many, [])
                assert len(await anext(rows)) < 100_000
                await rows.aclose()
        async with asyncio.timeout(20), bulk.snapshot(context(village)) as snapshot:
            assert sum([len(batch) async for batch in snapshot.batches(many, [])]) == 100_000


async def test_a_fetch_is_bounded_by_bytes_however_large_the_entries_are(village: Database) -> None:
    large = "select repeat('é', n * 40000) from (values (0), (1), (3), (0), (40)) v(n)"
    async with open_bulk(village, 60, size=1) as bulk, bulk.snapshot(context(village)) as snapshot:
        found = [batch async for batch in snapshot.batches(large, [])]
    assert max(len(piece) for batch in found for piece in batch) == PIECE
    assert max(len(batch) for batch in found) <= BATCH
    lines = b"".join(piece for batch in found for piece in batch).decode().split("\n")
    assert [len(line) for line in lines] == [0, 40_000, 120_000, 0, 1_600_000, 0]


def test_values_travel_as_parameters() -> None:
    made = export(engine(), Request(NODES, {"w": "33.20", "n": 7}), 1000)
    assert "33" not in made.sql
    assert 7 in made.parameters
    assert made.count_parameters == [one for one in made.parameters if one != 7 and one != 3]


def test_what_an_entry_may_nest_is_bounded_by_what_a_page_may() -> None:
    narrow = engine(Limits(rows=100))
    with pytest.raises(InputError) as caught:
        export(narrow, Request("{ people { nodes { enrollments { from } } } }"), 1000)
    assert caught.value.code == "limit_rows"
