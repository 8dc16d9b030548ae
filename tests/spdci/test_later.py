"""What is asked by message is answered by message: once, to registered addresses, with the rights of then."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from hub.domain import clock
from hub.spdci.notifying import event_of
from hub.store.database import Database
from tests.conftest import wait_for
from tests.schema.changing import Runs
from tests.schema.conftest import BUDI, story
from tests.spdci.office import Office, made, searched, serving
from tests.spdci.receiving import Receiver


@pytest.fixture(scope="module")
def office(
    database: Database, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    wait_for(story().store(database))
    with serving(made(database, tmp_path_factory.mktemp("config"), receiver.url)) as served:
        yield served


def acknowledged(found: Any) -> str:
    assert found.status_code == 200, found.text
    told = found.json()["message"]
    assert told["ack_status"] == "ACK"
    return str(told["correlation_id"])


def search(office: Office, *items: Any, transaction: str = "t-1", **changed: Any) -> Any:
    told = {"transaction_id": transaction, "search_request": list(items) or [searched({"uin": BUDI})]}
    body = office.partners["spmis"].sealed("search", told, max(len(items), 1), **changed)
    return office.post("sr/registry/search", body)


def standing(
    office: Office, value: Any, by: str = "transaction_id", partner: str = "spmis", kind: str = "search"
) -> Any:
    asked = {"reference_id": "r", "txn_type": kind, "attribute_type": by, "attribute_value": value}
    told = {"transaction_id": uuid.uuid4().hex, "txnstatus_request": asked}
    found = office.send("sr/registry/sync/txn/status", "txn-status", told, partner)
    office.holds(found.content, office.partners[partner].style)
    assert found.json()["header"]["action"] == "txn-on-status"
    return found.json()["message"]["txnstatus_response"]["txn_status"]


def test_a_search_is_answered_where_the_sender_is_registered_and_its_standing_tells_of_nobody(
    office: Office, receiver: Receiver
) -> None:
    receiver.refuses = 1
    office.lines()
    good, bad = searched({"uin": BUDI}, reference="good"), searched({"x": 1}, reference="bad")
    correlation = acknowledged(search(office, good, bad, transaction="t-2"))
    path, told, body = receiver.next()
    assert path == "/dci/registry/on-search"
    office.holds(body, office.partners["spmis"].style)
    assert (told["header"]["action"], told["message"]["correlation_id"]) == ("on-search", correlation)
    assert told["message"]["transaction_id"] == "t-2"
    first, second = told["message"]["search_response"]
    assert first["data"]["reg_records"][0]["demographic_info"]["name"]["given_name"] == "BUDI SANTOSO"
    assert second["status_reason_code"] == "rjct.search_criteria.invalid"
    assert {line["purpose"] for line in office.lines()} == {"layanan"}
    for value, by in (
        ("t-2", "transaction_id"),
        (correlation, "correlation_id"),
        (["good"], "reference_id_list"),
    ):
        fared = standing(office, value, by)
        assert fared["correlation_id"] == correlation
        assert BUDI not in json.dumps(fared)
    assert standing(office, "t-2", partner="tetangga")["search_response"] == []
    assert standing(office, "never")["search_response"] == []


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", "http://127.0.0.1:1/dci/x", "{url}/../admin", "{url}x", "file:///etc"],
)
def test_no_answer_goes_where_the_sender_is_not_registered(
    office: Office, receiver: Receiver, address: str
) -> None:
    found = search(office, sender_uri=address.format(url=receiver.url))
    assert (found.status_code, found.json()["message"]["error"]["code"]) == (400, "err.sender_uri.invalid")


def test_what_waits_is_kept_encrypted_and_forgotten_once_it_is_answered(
    office: Office, receiver: Receiver
) -> None:
    book = office.door.book
    told = {"header": {}, "message": BUDI}
    sealed = book.seal(told)
    assert BUDI.encode() not in sealed
    assert book.unseal(sealed) == told
    acknowledged(search(office, sender_uri=f"{receiver.url}/elsewhere"))
    assert receiver.next()[0] == "/dci/elsewhere"

    async def left() -> Any:
        async with office.database.connect() as connection:
            query = text("select items::text from spdci_work where address like '%elsewhere'")
            return list(await connection.execute(query))

    [row] = wait_for(left())
    assert BUDI not in row.items


def test_an_agreement_that_ended_meanwhile_finds_nothing(office: Office, receiver: Receiver) -> None:
    kept = office.granted
    receiver.refuses = 10_000
    receiver.refused.clear()
    gate: Any = office.door.ears.gate
    acknowledged(search(office, transaction="t-3"))
    receiver.has_refused()  # What was found with the rights of before.
    office.granted, gate._granting = {}, None
    receiver.refuses = 0
    try:
        found = receiver.next()[1]["message"]
    finally:
        office.granted, gate._granting = kept, None
    assert found["transaction_id"] == "t-3"
    assert [one["status_reason_code"] for one in found["search_response"]] == ["rjct.search_criteria.invalid"]


def subscription(event: str = "REGISTER", **changed: Any) -> dict[str, Any]:
    criteria = {
        "reg_event_type": event,
        "filter": {"type": "UIN", "value": BUDI},
        "notify_record_type": "Member",
    }
    return {
        "reference_id": uuid.uuid4().hex,
        "timestamp": clock.now().isoformat(),
        "subscribe_criteria": criteria | changed,
    }


def subscribed(office: Office, receiver: Receiver, item: Any, registry: str = "sr") -> Any:
    told = {"transaction_id": "s", "subscribe_request": [item]}
    acknowledged(office.send(f"{registry}/registry/subscribe", "subscribe", told))
    path, found, _ = receiver.next()
    assert (path, found["header"]["action"]) == ("/dci/registry/on-subscribe", "on-subscribe")
    return found["message"]["subscribe_response"][0]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (subscription("TSUNAMI"), "rjct.notify_types.invalid"),
        (subscription(filter={"type": "PASSPORT", "value": "1"}), "rjct.search_criteria.invalid"),
        (subscription(frequency={"frequency": "0 0 0 * * ?"}), "rjct.notify_details.invalid"),
    ],
)
def test_what_cannot_be_subscribed_to_is_rejected(
    office: Office, receiver: Receiver, item: Any, code: str
) -> None:
    assert subscribed(office, receiver, item)["status_reason_code"] == code


def ended(office: Office, receiver: Receiver, *codes: str, partner: str = "spmis") -> Any:
    told = {"transaction_id": "u", "timestamp": clock.now().isoformat(), "subscription_codes": list(codes)}
    acknowledged(office.send("sr/registry/unsubscribe", "unsubscribe", told, partner))
    path, found, _ = receiver.next()
    assert path == "/dci/registry/on-unsubscribe"
    return found["message"]


def test_a_subscription_stands_once_and_ends_by_its_own_subscriber_alone(
    office: Office, receiver: Receiver
) -> None:
    first = subscribed(office, receiver, subscription("UPDATE"))
    [told] = first["subscriptions"]
    assert told["status"] == "subscribe"
    again = subscribed(office, receiver, subscription("UPDATE"))
    assert again["status_reason_code"] == "rjct.event.already_subscribed"
    foreign = ended(office, receiver, told["code"], partner="tetangga")
    assert (foreign["status"], foreign["status_reason_code"]) == ("rjct", "rjct.subscription_code.invalid")
    own = ended(office, receiver, told["code"])
    assert own["subscription_status"] == [{"code": told["code"], "status": "unsubscribe"}]
    assert ended(office, receiver, "never-given")["status"] == "rjct"
    [new] = subscribed(office, receiver, subscription("UPDATE"))["subscriptions"]
    assert new["code"] != told["code"]
    assert ended(office, receiver, new["code"])["status"] == "succ"


def test_the_standing_of_a_request_comes_by_message_too(office: Office, receiver: Receiver) -> None:
    asked = {
        "reference_id": "r",
        "txn_type": "search",
        "attribute_type": "transaction_id",
        "attribute_value": "t-2",
    }
    told = {"transaction_id": "x", "txnstatus_request": asked}
    acknowledged(office.send("sr/registry/txn/status", "txn-status", told))
    path, found, _ = receiver.next()
    assert (path, found["header"]["action"]) == ("/dci/registry/txn/on-status", "txn-on-status")
    assert found["message"]["txnstatus_response"]["txn_type"] == "search"


LIVES, DIED = {"vital": "hidup", "marital": "1"}, {"vital": "meninggal", "marital": "1"}


@pytest.mark.parametrize(
    ("change", "before", "events"),
    [
        ({"type": "PERSON", "kind": "UPSERT", "node": LIVES}, None, {"REGISTER", "BIRTH"}),
        ({"type": "PERSON", "kind": "UPSERT", "node": DIED}, LIVES, {"UPDATE", "DEATH"}),
        ({"type": "PERSON", "kind": "UPSERT", "node": DIED}, DIED, {"UPDATE"}),
        ({"type": "PERSON", "kind": "UPSERT", "node": LIVES | {"marital": "2"}}, LIVES, {"UPDATE", "MARRIAGE"}),
        ({"type": "PERSON", "kind": "UPSERT", "node": LIVES | {"marital": "3"}}, LIVES, {"UPDATE", "DIVORCE"}),
        ({"type": "MEMBERSHIP", "kind": "UPSERT", "node": LIVES}, LIVES, {"NewHouseHoldMember"}),
        ({"type": "PERSON", "kind": "TOMBSTONE", "node": None}, LIVES, {"DEREGISTER"}),
    ],
)  # fmt: skip
def test_what_a_change_is_called_follows_from_what_was_held_before(
    change: Any, before: Any, events: set[str]
) -> None:
    assert event_of(change, before) == events


MARRIED = """
with old as (update person_state set recorded = tstzrange(lower(recorded), :at)
  where nik = :nik and upper_inf(recorded))
insert into person_state select (jsonb_populate_record(s, jsonb_build_object(
  'marital', '2', 'recorded', tstzrange(:at, null)::text))).*
from person_state s where s.nik = :nik and upper_inf(s.recorded)
"""


async def marry(database: Database, nik: str) -> None:
    """A run of the register that says so."""
    runs = Runs(database, clock.now())
    at = await runs.begin()
    async with runs.landing(at, "complete") as connection:
        await connection.execute(text(MARRIED), {"at": at, "nik": nik})


def test_who_subscribed_is_told_of_what_changed_and_nobody_of_another_area_is(
    office: Office, receiver: Receiver
) -> None:
    items = {"crvs": subscription("MARRIAGE"), "ibr": subscription("UPDATE")}
    codes = {
        name: subscribed(office, receiver, item, name)["subscriptions"][0]["code"]
        for name, item in items.items()
    }
    foreign = {"transaction_id": "s", "subscribe_request": [subscription("UPDATE")]}
    acknowledged(office.send("ibr/registry/subscribe", "subscribe", foreign, "tetangga"))
    assert receiver.next()[0] == "/dci/registry/on-subscribe"
    office.lines()
    wait_for(marry(office.database, BUDI))
    told: dict[str, Any] = {}
    while len(told) < 2:
        path, found, body = receiver.next()
        assert path == "/dci/registry/notify"
        assert found["header"]["receiver_id"] == "spmis"
        office.holds(body, office.partners["spmis"].style)
        told[found["message"]["subscription_code"]] = found["message"]["notify_event"]
    [event] = told[codes["crvs"]]
    assert event["data"]["reg_event_type"] == "MARRIAGE"
    assert event["data"]["reg_records"]["identifier"]["identifier_value"] == BUDI
    assert event["data"]["reg_records"]["marital_status"] == "married"
    [event] = told[codes["ibr"]]
    assert (event["data"]["reg_event_type"], event["data"]["reg_record_type"]) == ("UPDATE", "Member")
    assert any(line["subjects"] for line in office.lines())


ENDED = """
update person_state set recorded = tstzrange(lower(recorded), :at) where name = any(:names) and upper_inf(recorded)
returning translate(encode(convert_to('Person:' || uid, 'UTF8'), 'base64'), E'\\n', '')
"""


async def end(database: Database, *names: str) -> list[str]:
    """A run after which these persons are held no longer; their global ids. Whoever subscribed is looked at at once."""
    runs = Runs(database, clock.now())
    at = await runs.begin()
    async with runs.landing(at, "complete") as connection:
        ids = await connection.execute(text(ENDED), {"at": at, "names": list(names)})
    await runs.say("update spdci_subscription set due = :at", at=at)
    return list(ids.scalars())


def test_who_left_is_told_of_to_those_alone_whose_filter_the_person_passed(
    office: Office, receiver: Receiver
) -> None:
    """Two persons end in one run, a third in the next: each subscriber hears of the one that was asked for."""
    codes = {}
    for name in ("BUDI SANTOSO", "TINI", "SITI AMINAH"):
        item = subscription("DEREGISTER", filter={"name": {"eq": name}}, filter_type="expression")
        codes[subscribed(office, receiver, item)["subscriptions"][0]["code"]] = name
    two = wait_for(end(office.database, "BUDI SANTOSO", "TINI"))
    one = wait_for(end(office.database, "SITI AMINAH"))
    assert (len(two), len(one)) == (2, 1)
    told: dict[str, list[Any]] = {}
    while len(told) < 3:
        found = receiver.next()[1]["message"]
        if found["subscription_code"] in codes:
            events = [each["data"]["reg_records"] for each in found["notify_event"]]
            told.setdefault(codes[found["subscription_code"]], []).append(events)
    assert sorted(str(told[name]) for name in ("BUDI SANTOSO", "TINI")) == sorted(
        str([[{"@id": each}]]) for each in two
    )
    assert told["SITI AMINAH"] == [[{"@id": one[0]}]]
