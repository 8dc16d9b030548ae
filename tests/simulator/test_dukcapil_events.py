"""The simulated feed of events, families by No KK, and the place where use is reported."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.simulator import Credentials, Plan, RegistryServer, generate

DEMO = Credentials()
KEY = {"X-API-Key": DEMO.api_key}
FEED = "/dukcapil/peristiwa"
BALIKAN = "/dukcapil/balikan"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, RegistryServer]]:
    directory = generate(
        Plan(seed=7, persons=600, lists=("dukcapil_events",)), tmp_path_factory.mktemp("office") / "r"
    ).directory
    with RegistryServer(directory) as server:
        yield directory, server


def whole(server: RegistryServer, start: str = "e0") -> tuple[list[dict[str, Any]], str]:
    rows: list[dict[str, Any]] = []
    with httpx.Client(base_url=server.url, trust_env=False, headers=KEY) as client:
        while True:
            page = client.get(FEED, params={"cursor": start, "size": 7}).json()
            rows, start = [*rows, *page["rows"]], page["next"]
            if page["last"]:
                return rows, start


def test_the_feed_of_the_second_month_goes_on_where_the_first_ended(
    office: tuple[Path, RegistryServer],
) -> None:
    _, server = office
    server.month(1)
    first, end = whole(server)
    server.month(2)
    everything, _ = whole(server)
    later, _ = whole(server, end)
    assert everything == [*first, *later]
    assert first
    assert later


def test_some_events_come_twice_and_some_come_late(office: tuple[Path, RegistryServer]) -> None:
    _, server = office
    server.month(2)
    events, _ = whole(server)
    assert max(Counter(event["ID_PERISTIWA"] for event in events).values()) == 2
    assert any(event["TGL_PERISTIWA"][:7] < event["TGL_CATAT"][:7] for event in events)
    assert all(event["TGL_PERISTIWA"] <= event["TGL_CATAT"][:10] for event in events)


def test_every_event_is_in_the_register_of_the_month(office: tuple[Path, RegistryServer]) -> None:
    directory, server = office
    server.month(2)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for path in (directory / "month2" / "dukcapil").glob("*.csv"):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        found = [dict(zip(head.split(";"), line.split(";"), strict=True)) for line in lines]
        rows |= {(row["NIK"], row["NAMA_LGKP"]): row for row in found}
    for event in whole(server)[0]:
        row = rows[str(event["NIK"]), event["NAMA_LGKP"]]
        assert row["NO_KK"] == event["NO_KK"]
        assert (row["STAT_HIDUP"] == "2") == (event["JENIS_PERISTIWA"].upper() == "KEMATIAN")


@pytest.mark.parametrize(
    ("cursor", "headers", "status"),
    [("e99999", KEY, 400), ("x", KEY, 400), ("e0", {"X-API-Key": "wrong"}, 401)],
    ids=["beyond the end", "no cursor", "no key"],
)
def test_a_wrong_cursor_or_key_is_refused(
    office: tuple[Path, RegistryServer], cursor: str, headers: dict[str, str], status: int
) -> None:
    _, server = office
    answer = httpx.get(f"{server.url}{FEED}", params={"cursor": cursor}, headers=headers, trust_env=False)
    assert answer.status_code == status


def test_a_family_is_found_by_the_number_of_its_card(office: tuple[Path, RegistryServer]) -> None:
    directory, server = office
    server.month(1)
    path = next((directory / "month1" / "dukcapil").glob("*.csv"))
    head, line, *_ = path.read_text(encoding="utf-8").splitlines()
    row = dict(zip(head.split(";"), line.split(";"), strict=True))
    body = {"user_id": DEMO.user, "password": DEMO.password, "IP_USER": DEMO.ip}
    url = f"{server.url}/dukcapil/get_json/{DEMO.agency}/{DEMO.user}/CALL_NIK_GET_KK"
    with httpx.Client(trust_env=False) as client:
        found = client.post(url, json={**body, "NO_KK": row["NO_KK"]}).json()["content"]
        nobody = client.post(url, json={**body, "NO_KK": "3320010101019999"}).json()["content"]
        odd = client.post(url, json={**body, "NO_KK": "12"}).json()["content"]
    assert row["NIK"] in {str(member["NIK"]) for member in found}
    assert {str(member["NO_KK"]) for member in found} == {row["NO_KK"]}
    assert "data tidak ditemukan" in json.dumps(nobody).lower()
    assert "parameter tidak lengkap" in json.dumps(odd).lower()


def test_use_is_reported_once_and_a_report_of_another_shape_is_refused(
    office: tuple[Path, RegistryServer],
) -> None:
    _, server = office
    use = {"NIK": "3320014101909001", "param": [{"CUSTOMER_ID": "c1"}]}
    report = [{"id_lembaga": "33-20", "nama_lembaga": "Dinas Sosial", "data": [use]}]
    bearer = {"Authorization": f"Bearer {DEMO.api_key}"}
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        told = [client.post(BALIKAN, json=report, headers=bearer) for _ in range(2)]
        odd = client.post(BALIKAN, json=[{"data": []}], headers=bearer)
        stranger = client.post(BALIKAN, json=report)
    assert [(each.status_code, each.json()["message"]) for each in told] == [
        (200, "Success"),
        (400, "Data sudah pernah dikirim"),
    ]
    assert (odd.status_code, stranger.status_code) == (400, 401)
