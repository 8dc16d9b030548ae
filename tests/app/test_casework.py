"""Cases of the audit through the graph: what is said by who may, of what he sees, once, and never after the end."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.schema.mutating import Desk
from hub.settings import default_config_dir
from hub.store.database import Database
from tests.app.test_gate import HERE
from tests.app.test_mutations import Desktop, reason, serving
from tests.conftest import wait_for
from tests.graph_builders import uid
from tests.schema.conftest import story

SAY = (
    "mutation ($key: String!, $case: ID!, $event: CaseSaid!, $registry: String, $amount: Rupiah, $reason: String) {"
    " sayOfCase(key: $key, case: $case, event: $event, registry: $registry, amount: $amount, reason: $reason)"
    " { latest isClosed person { name } events { event actor agency registry } } }"
)
CASES = [b64encode(f"Case:{uid('case', number)}".encode()).decode() for number in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def office(database: Database) -> Iterator[Desktop]:
    told = story()
    told.anchored(3)
    for _ in CASES[:3]:
        told.found(2)
    wait_for(told.store(database))
    with TestClient(serving(database, desk=Desk(database, default_config_dir())), HERE) as client:
        yield Desktop(client, database)


def said(office: Desktop, case: str, event: str, agency: str = "dinsos", **more: Any) -> Any:
    who = {"subject": "pemeriksa", "purpose": "verivali", "key": str(uuid4())} | more
    return office.ask(SAY, agency, case=case, event=event, **who)


def test_what_is_said_of_a_case_is_added_once_and_told(office: Desktop) -> None:
    key, before = str(uuid4()), office.count("case_event")
    first = said(office, CASES[0], "registry_wrong", registry="pkh", key=key).json()
    again = said(office, CASES[0], "registry_wrong", registry="pkh", key=key).json()
    assert first["data"] == again["data"]
    assert office.count("case_event") == before + 1
    told = first["data"]["sayOfCase"]
    assert (told["latest"], told["isClosed"], told["person"]["name"]) == (
        "registry_wrong",
        False,
        "BUDI SANTOSO",
    )
    assert told["events"] == [
        {"event": "registry_wrong", "actor": "dinsos/pemeriksa", "agency": "dinsos", "registry": "pkh"}
    ]


def test_a_case_that_was_closed_takes_nothing_more(office: Desktop) -> None:
    assert said(office, CASES[1], "closed", reason="selesai").json()["data"]["sayOfCase"]["isClosed"] is True
    assert reason(said(office, CASES[1], "seen")) == (400, "case_closed")


@pytest.mark.parametrize(
    ("case", "event", "more", "status", "code"),
    [
        (CASES[2], "closed", {}, 400, "bad_event"),
        (CASES[2], "recovered", {}, 400, "bad_event"),
        (CASES[2], "registry_wrong", {"registry": "nobody"}, 400, "unknown_source"),
        (CASES[3], "seen", {}, 400, "unknown_case"),
        ("x", "seen", {}, 400, "bad_id"),
        (CASES[2], "seen", {"agency": "tetangga"}, 400, "unknown_case"),
        (CASES[2], "seen", {"subject": "meja"}, 403, "role_missing"),
        (CASES[2], "seen", {"purpose": "hak-subjek"}, 403, "purpose_missing"),
    ],
)
def test_what_says_too_little_and_who_may_not_is_refused_and_nothing_is_added(
    office: Desktop, case: str, event: str, more: dict[str, Any], status: int, code: str
) -> None:
    before = office.count("case_event")
    assert reason(said(office, case, event, **more)) == (status, code)
    assert office.count("case_event") == before
