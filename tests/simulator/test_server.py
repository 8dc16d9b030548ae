import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hub.simulator import Credentials, RegistryServer
from tests.simulator.conftest import Generated

KEY = {"X-API-Key": Credentials().api_key}
SIGNED = (Credentials().user, Credentials().password)


@pytest.fixture
def client(server: RegistryServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, auth=SIGNED, headers=KEY, trust_env=False, timeout=30) as each:
        yield each


def pages(client: httpx.Client, path: str, size: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for page in range(1, 10_000):
        answer = client.get(path, params={"page": page, "size": size}).json()
        rows += answer["rows"]
        if answer["last"]:
            assert len(rows) == answer["total"]
            return rows
    raise AssertionError("no last page")


def test_files_listings_months_and_their_guards(
    client: httpx.Client, server: RegistryServer, hamlet: Generated
) -> None:
    assert client.get("/_health").json()["month"] == 1
    assert httpx.get(f"{server.url}/files/pkh/index.json", trust_env=False).status_code == 401
    index = client.get("/files/dukcapil/index.json").json()["files"]
    for each in index[:2]:
        content = client.get(f"/files/dukcapil/{each['name']}").content
        assert (len(content), hashlib.sha256(content).hexdigest()) == (each["bytes"], each["sha256"])
    assert client.get("/files/dukcapil/..%2Fmanifest.json").status_code == 404
    assert client.get("/files/tax/index.json").status_code == 404
    assert client.get("/dapodik/peserta-didik", headers={"X-API-Key": "x"}).status_code == 401
    assert client.get("/pip/penerima", params={"size": 1001}).status_code == 422
    pupils = pages(client, "/dapodik/peserta-didik", 37)
    assert len(pupils) == len({row["nisn"] for row in pupils})
    assert {row["nisn"] for row in pages(client, "/pip/penerima", 1000)} == {row["nisn"] for row in pupils}
    before = {each["name"] for each in client.get("/files/bpnt/index.json").json()["files"]}
    server.month(2)
    after = {each["name"] for each in client.get("/files/bpnt/index.json").json()["files"]}
    assert before < after
    assert client.post("/_month", json={"month": 9}).status_code == 400
    assert len(hamlet.dump(2)) == hamlet.emitted.rows("dukcapil", 2)


def test_faults_come_when_asked_for_and_only_so_often(client: httpx.Client, server: RegistryServer) -> None:
    path = "/files/pkh/index.json"
    server.fault("/files/pkh", "429", times=2, retry_after=0.5)
    assert [client.get(path).status_code for _ in range(3)] == [429, 429, 200]
    server.fault("/files", "429", retry_after=3)
    assert client.get(path).headers["retry-after"] == "3"
    server.fault("/files", "500")
    assert client.get(path).status_code == 500
    server.fault("/files", "html200")
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")
    server.fault("/files", "garbage")
    assert client.get(path).content.strip(b"\x00") == b""
    for mode in ("truncate", "reset"):
        server.fault("/files", mode)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(path)
    assert client.get(path).status_code == 200
    assert client.post("/_faults", json={"path_prefix": "/", "mode": "flood"}).status_code == 400
