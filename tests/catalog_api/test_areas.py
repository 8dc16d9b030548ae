"""Area codes by date: which code an area had, what took a retired one's place, and strict words for bad questions."""

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient


def get(client: TestClient, path: str, **headers: str) -> Any:
    return client.get(f"/reference{path}", headers=headers)


def codes(client: TestClient, path: str) -> list[tuple[str, str]]:
    return [(one["system"], one["code"]) for one in get(client, path).json()["codes"]]


def test_an_area_is_told_with_its_codes_in_both_systems(client: TestClient) -> None:
    told = get(client, "/wilayah/33.20").json()
    assert (told["status"], told["area"]["name"], told["area"]["bpsCode"]) == (
        "in_force",
        "Kabupaten Jepara",
        "3320",
    )
    assert [one["name"] for one in told["ancestors"]] == ["Jawa Tengah"]
    assert told["area"]["uri"] == "http://localhost/reference/wilayah/33.20"


def test_the_code_that_an_area_had_in_2016_is_another_than_today(client: TestClient) -> None:
    assert codes(client, "/wilayah/93.01?on=2016-01-01") == [("kemendagri", "91.01"), ("bps", "9501")]
    assert codes(client, "/wilayah/93.01?on=2025-01-01") == [("kemendagri", "93.01"), ("bps", "9501")]
    assert codes(client, "/wilayah/93.01") == [
        ("kemendagri", "91.01"),
        ("kemendagri", "93.01"),
        ("bps", "9501"),
    ]


def test_days_are_half_open(client: TestClient) -> None:
    last, first = codes(client, "/wilayah/93.01?on=2022-12-31"), codes(client, "/wilayah/93.01?on=2023-01-01")
    assert (last[0][1], first[0][1]) == ("91.01", "93.01")


def test_a_retired_code_leads_to_what_took_its_place(client: TestClient) -> None:
    told = get(client, "/wilayah/91.01").json()
    assert (told["status"], told["retired"]["to"], told["area"]["code"]) == ("retired", "2023-01-01", "93.01")


def test_a_retired_code_without_a_successor_is_told_as_such(client: TestClient) -> None:
    told = get(client, "/wilayah/11.01.15.2007").json()
    assert (told["status"], told["retired"]["method"], told["area"]) == ("retired", "none", None)
    assert [one["code"] for one in told["codes"]] == ["11.01.15.2007"]


def test_bare_digits_need_their_system_since_they_mean_two_areas(client: TestClient) -> None:
    refused = get(client, "/wilayah/1101")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["reason"]) == (
        400,
        "area_system_missing",
    )
    names = {
        s: get(client, f"/wilayah/1101?system={s}").json()["area"]["name"] for s in ("kemendagri", "bps")
    }
    assert names == {"kemendagri": "Kabupaten Aceh Selatan", "bps": "Kabupaten Simeulue"}


def test_pages_follow_each_other_to_the_end_without_gap_or_repeat(client: TestClient) -> None:
    path, found = "/wilayah?within=33.20&level=3&limit=5", []
    while path:
        page = get(client, path).json()
        found += [one["code"] for one in page["rows"]]
        path = (page["next"] or "").removeprefix("http://localhost/reference")
    whole = get(client, "/wilayah?within=33.20&level=3&limit=1000").json()
    assert found == [one["code"] for one in whole["rows"]] == sorted(set(found))
    assert (len(found), whole["next"]) == (16, None)


def test_a_list_of_a_day_has_the_codes_of_that_day(client: TestClient) -> None:
    then = get(client, "/wilayah?within=91&level=2&on=2016-01-01&limit=100").json()["rows"]
    now = get(client, "/wilayah?within=91&level=2&limit=100").json()["rows"]
    assert {"code": "91.01", "currentCode": "93.01"}.items() <= then[0].items()
    assert "91.01" not in {one["code"] for one in now}


@pytest.mark.parametrize(
    "path", ["/wilayah?within=33.20&level=3", "/successors?limit=3", "/bridges?within=3320"]
)
def test_lists_are_csv_too(client: TestClient, path: str) -> None:
    as_json = get(client, path).json()["rows"]
    answer = get(client, path, accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows] == [one["code"] for one in as_json]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wilayah/33.20?on=2016", 400),
        ("/wilayah/33.20?on=2016-02-30", 400),
        ("/wilayah/33.20?on=٢٠١٦-٠١-٠١", 400),
        ("/wilayah/33.20?day=2016-01-01", 400),
        ("/wilayah/33.20?on=2016-01-01&on=2017-01-01", 400),
        ("/wilayah/33.20?system=dagri", 400),
        ("/wilayah/33.2", 400),
        ("/wilayah/33.20'--", 400),
        ("/wilayah/33.98", 404),
        ("/wilayah?limit=1001", 400),
        ("/wilayah?limit=0", 400),
        ("/wilayah?limit=-1", 400),
        ("/wilayah?level=5", 400),
        ("/wilayah?within=3320", 200),
        ("/wilayah?system=bps&on=2016-01-01", 400),
        ("/wilayah?format=xml", 400),
        ("/wilayah?after=%00", 400),
        (f"/wilayah?after={'9' * 9000}", 414),
        ("/codes/nothing", 404),
        ("/codes/sex/x", 404),
    ],
)
def test_a_bad_question_is_told_what_is_wrong(client: TestClient, path: str, status: int) -> None:
    assert get(client, path).status_code == status


def test_messages_are_indonesian_unless_english_is_asked_for(client: TestClient) -> None:
    said = [get(client, "/wilayah/33.98", **{"accept-language": one}).json() for one in ("", "en")]
    assert [one["errors"][0]["message"] for one in said] == [
        "kode wilayah ini tidak dikenal",
        "no area ever had this code",
    ]


def test_an_answer_is_kept_by_its_mark(client: TestClient) -> None:
    first = get(client, "/wilayah/33.20")
    assert first.headers["cache-control"] == "public, max-age=60"
    again = get(client, "/wilayah/33.20", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_told_what_is_allowed(client: TestClient, method: str) -> None:
    refused = client.request(method, "/reference/wilayah")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_options_tell_what_may_be_asked_from_anywhere(client: TestClient) -> None:
    told = client.options("/reference/wilayah")
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (204, "*")
    assert "authorization" not in told.headers["access-control-allow-headers"]
