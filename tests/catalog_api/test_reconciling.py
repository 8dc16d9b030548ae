"""Reconciliation: what a list may mean, with scores that are the same every time."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.catalog_api.reconciling.queries import MOST_QUERIES


def ask(client: TestClient, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    sent = {f"q{no}": query for no, query in enumerate(queries)}
    answer = client.post("/reconcile", data={"queries": json.dumps(sent)})
    assert answer.status_code == 200, answer.text
    return [answer.json()[name]["result"] for name in sent]


def within(**said: str) -> list[dict[str, str]]:
    return [{"pid": name, "v": value} for name, value in said.items()]


def best(client: TestClient, query: str, kind: str, **said: str) -> tuple[str, int, bool]:
    found = ask(client, {"query": query, "type": kind, "properties": within(**said)})[0]
    return (found[0]["id"], found[0]["score"], found[0]["match"]) if found else ("", 0, False)


@pytest.mark.parametrize(
    ("query", "kind", "said", "expected"),
    [
        ("33.20", "wilayah", {}, ("wilayah/33.20", 100, True)),
        ("3320", "kabupaten", {"system": "bps"}, ("wilayah/33.20", 100, True)),
        ("3320010001", "desa", {"system": "bps"}, ("wilayah/33.20.01.2001", 100, True)),
        ("1101", "kabupaten", {}, ("wilayah/11.01", 60, False)),
        ("91.01", "kabupaten", {}, ("wilayah/93.01", 90, False)),
        ("PROV. JAWA TENGAH", "provinsi", {}, ("wilayah/33", 100, True)),
        ("D.I. Yogyakarta", "provinsi", {}, ("wilayah/34", 100, True)),
        ("KAB. JEPARA", "kabupaten", {"provinsi": "Jawa Tengah"}, ("wilayah/33.20", 100, True)),
        ("KAB. JEPARA", "kabupaten", {"provinsi": "33"}, ("wilayah/33.20", 100, True)),
        ("Jepara", "kabupaten", {}, ("wilayah/33.20", 80, False)),
        ("Kec. Kedung", "kecamatan", {"kabupaten": "Jepara"}, ("wilayah/33.20.01", 100, True)),
        ("Kedung Malang", "desa", {"kecamatan": "Kedung", "kabupaten": "KAB JEPARA"}, None),
        ("Kedungmalang", "desa", {"kabupaten": "33.20"}, ("wilayah/33.20.01.2001", 90, False)),
        ("Kedungmalang", "desa", {"parent": "33.20.01"}, ("wilayah/33.20.01.2001", 100, True)),
        ("Kabupaten Jepara", "kabupaten", {"provinsi": "Bali"}, ("wilayah/33.20", 40, False)),
    ],
)
def test_an_area_is_found_by_code_or_by_name_within_its_parent(
    client: TestClient, query: str, kind: str, said: dict[str, str], expected: tuple[str, int, bool] | None
) -> None:
    found = best(client, query, kind, **said)
    assert found == expected if expected else (found[0], found[2]) == ("wilayah/33.20.01.2001", False)


def test_bare_digits_of_two_systems_give_both_areas_and_no_match(client: TestClient) -> None:
    found = ask(client, {"query": "1101", "type": "kabupaten"})[0]
    assert [(one["id"], one["match"]) for one in found[:2]] == [
        ("wilayah/11.01", False),
        ("wilayah/11.09", False),
    ]


def test_a_slip_of_the_pen_is_a_candidate_and_never_a_match(client: TestClient) -> None:
    found = ask(client, {"query": "Jepra", "type": "kabupaten", "properties": within(provinsi="33")})[0]
    assert (found[0]["id"], found[0]["match"]) == ("wilayah/33.20", False)
    assert 0 < found[0]["score"] <= 60


def test_a_name_that_many_bear_is_no_match_and_the_limit_holds(client: TestClient) -> None:
    found = ask(client, {"query": "Sukamaju", "type": "desa", "limit": 5})[0]
    assert [one["score"] for one in found] == [70] * 5


def test_answers_are_the_same_every_time_and_in_any_company(client: TestClient) -> None:
    queries = [{"query": "Kedung", "type": "kecamatan"}, {"query": "PKH"}, {"query": "sukamaju"}]
    alone = [ask(client, one)[0] for one in queries]
    assert ask(client, *queries) == alone == ask(client, *reversed(queries))[::-1]


@pytest.mark.parametrize(
    ("query", "kind", "expected"),
    [
        ("pkh", "program", ("codes/program/PKH", 100, True)),
        ("Program Keluarga Harapan", "program", ("codes/program/PKH", 100, True)),
        ("perempuan", "kode:sex", ("codes/sex/P", 100, True)),
        ("Anak Balita Telantar", "kode:pmks", ("codes/pmks/1", 100, True)),
        ("PKH", "kode", ("codes/program/PKH", 80, False)),
    ],
)
def test_a_program_or_code_is_found_by_code_or_label(
    client: TestClient, query: str, kind: str, expected: tuple[str, int, bool]
) -> None:
    assert best(client, query, kind) == expected


def test_one_query_may_be_asked_alone_by_get_or_post(client: TestClient) -> None:
    by_get = client.get("/reconcile", params={"query": "33.20"}).json()
    by_json = client.post("/reconcile", json={"query": {"query": "33.20"}}).json()
    assert by_get == by_json
    assert by_get["result"][0]["match"]


def test_the_manifest_leads_to_everything_it_names(client: TestClient) -> None:
    told = client.get("/reconcile").json()
    assert told["versions"] == ["0.2"]
    for one in told["suggest"].values():
        answer = client.get(one["service_url"] + one["service_path"], params={"prefix": "ke"})
        assert answer.json()["result"], one
    thing = ask(client, {"query": "33.20"})[0][0]["id"]
    assert client.get(told["view"]["url"].replace("{{id}}", thing)).json()["area"]["code"] == "33.20"
    page = client.get(told["preview"]["url"].replace("{{id}}", thing))
    assert "Kabupaten Jepara" in page.text
    assert "script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    proposed = told["extend"]["propose_properties"]
    columns = client.get(
        proposed["service_url"] + proposed["service_path"], params={"type": "wilayah"}
    ).json()
    assert {"code", "bps_code", "provinsi"} <= {one["id"] for one in columns["properties"]}


def test_matched_things_are_extended_by_columns(client: TestClient) -> None:
    wanted = {
        "ids": ["wilayah/33.20.01", "x"],
        "properties": [{"id": "kabupaten"}, {"id": "level"}, {"id": "no"}],
    }
    told = client.post("/reconcile", data={"extend": json.dumps(wanted)}).json()
    assert told["rows"]["wilayah/33.20.01"] == {
        "kabupaten": [{"str": "Kabupaten Jepara"}],
        "level": [{"float": 3}],
        "no": [],
    }
    assert told["rows"]["x"] == {"kabupaten": [], "level": [], "no": []}


def test_suggestions_come_from_the_province_down(client: TestClient) -> None:
    found = client.get("/reconcile/suggest/entity", params={"prefix": "jawa t"}).json()["result"]
    assert [one["id"] for one in found[:2]] == ["wilayah/33", "wilayah/35"]


@pytest.mark.parametrize(
    "sent",
    [
        {"queries": "[]"},
        {"queries": "{}"},
        {"queries": "{"},
        {"queries": json.dumps({str(no): {"query": "x"} for no in range(MOST_QUERIES + 1)})},
        {"queries": '{"q": {"query": "x", "limit": 0}}'},
        {"queries": '{"q": {"query": "x", "limit": true}}'},
        {"queries": '{"q": {"query": {}}}'},
        {"queries": '{"q": {"query": "x", "sql": "y"}}'},
        {"queries": '{"q": {"query": "x", "properties": [{"pid": "parent"}]}}'},
        {"queries": '{"q": {"query": "\\ud800"}}'},
        {"queries": '{"q": {"query": "a\\u0000b"}}'},
        {"queries": json.dumps({"q": {"query": "x" * 201}})},
        {"extend": "{}"},
        {"extend": json.dumps({"ids": ["x"] * 501, "properties": []})},
    ],
)
def test_what_is_not_well_formed_is_refused(client: TestClient, sent: dict[str, str]) -> None:
    assert client.post("/reconcile", data=sent).status_code == 400


@pytest.mark.parametrize(
    "word", ["' or 1=1 --", "%", "_", "\\", "'; drop table hub.wilayah; --", "${jndi:x}", "ñ" * 100]
)
def test_words_are_values_and_never_sql(client: TestClient, word: str) -> None:
    found = ask(client, {"query": word, "properties": within(parent=word, list=word)}, {"query": "33.20"})
    assert found[1][0]["match"]
    assert client.get("/reconcile/suggest/entity", params={"prefix": word}).status_code == 200
