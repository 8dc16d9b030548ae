"""Released files at their permanent addresses, for whoever asks."""

import hashlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from hub.access.gate import OpenGate
from hub.app import create_app
from hub.errors import RefusedError
from hub.schema.terms import Terms
from hub.sharing.contents import contents_of
from hub.store.read import open_reader
from tests.sharing.conftest import PERIOD, Office

ADDRESS = f"/data/penerima/1/penerima-{PERIOD}-1.csv"


def nobody() -> str:
    """No context is made for these doors."""
    raise RefusedError("token_missing", "nobody is known here")


@pytest.fixture(scope="module")
def client(office: Office) -> Iterator[TestClient]:
    terms = Terms(releases=contents_of(office.settings.data_dir))
    app = create_app(lambda: open_reader(office.database, 2), nobody, terms=terms, gate=OpenGate(nobody))
    with TestClient(app, "http://localhost") as made:
        yield made


def test_anybody_gets_a_released_file_with_a_strong_mark(client: TestClient) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_who_has_it_is_told_so(client: TestClient) -> None:
    mark = client.get(ADDRESS).headers["etag"]
    answer = client.get(ADDRESS, headers={"if-none-match": f'"else", {mark}'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", mark)
    assert client.get(ADDRESS, headers={"if-none-match": '"else"'}).status_code == 200


def test_a_part_of_it_can_be_asked_for(client: TestClient) -> None:
    whole = client.get(ADDRESS)
    part = client.get(ADDRESS, headers={"range": "bytes=5-9", "if-range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(whole.content)}"
    assert client.get(ADDRESS, headers={"range": "bytes=5-9", "if-range": '"else"'}).status_code == 200
    assert client.get(ADDRESS, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_its_head_is_told_without_it(client: TestClient) -> None:
    answer, whole = client.head(ADDRESS), client.get(ADDRESS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == whole.headers["content-length"]
    assert answer.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("/1/", "/2/"),
        ADDRESS.replace("/1/", "/99999999999999999999/"),
        ADDRESS.replace(".csv", ".txt"),
        "/data/penerima/1/..%2f..%2fsecret",
        "/data/penerima/1/a%00b",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_it_is_only_read(client: TestClient) -> None:
    answer = client.post(ADDRESS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
