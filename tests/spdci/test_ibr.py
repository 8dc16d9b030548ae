"""The conformance pack of the beneficiary registry: every message of the standard for IBR, over HTTP, in one world.

The public suite asks social registries and civil registries; what it asks of those is asked here of an IBR, and what
the standard has for an IBR alone besides (`tests/spdci/ibr.py` makes the world).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.spdci import load_spdci
from hub.spdci.updating import inboxes_of
from hub.toolkit.envelopes import Style
from tests.spdci.ibr import (
    AGUS,
    BUDI,
    CASH,
    FIRST,
    JOKO,
    NOBODY,
    PROGRAM,
    SITI,
    UPDATES,
    World,
    example,
    loaded,
    person,
    standing,
    subscribed,
    told,
    unsubscribed,
    updates,
    world,
)
from tests.spdci.office import searched
from tests.sync_builders import changed_config

__all__ = ["loaded", "world"]


def test_what_a_partner_told_is_found_under_its_program_with_state_days_and_benefits(world: World) -> None:
    [budi] = world.records({"person_identifier": BUDI})
    assert (budi["@type"], budi["enrollment_date"], budi["enrollment_status"]) == (
        "Beneficiary",
        "2026-01-01",
        "1",
    )
    assert budi["programme_identifier"][0]["programme_identifier"] == "BLT-DD"
    assert [(one["benefit_value"], one["benefit_type"]) for one in budi["benefits"]] == [("IDR 300000", "1")]
    assert budi["member"]["demographic_info"]["name"]["given_name"] == "BUDI SANTOSO"
    [over] = world.records({"person_identifier": SITI, "programme_identifier": "BPNT"})
    assert (over["enrollment_status"], over["status_change_date"]) == ("3", ["2026-03-01"])
    [suspended] = world.records({"uin": JOKO})
    assert suspended["enrollment_status"] == "4"


QUERIES: dict[str, tuple[str, Any]] = {
    "identifier": ("idtype-value", {"type": "UIN", "value": BUDI}),
    "identifier of another name": ("idtype-value", {"type": "NationalID", "value": BUDI}),
    "expression": ("expression", {"$and": [{"uin": BUDI}, {"enrollment_date": {"$gte": "2026-01-01"}}]}),
    "expression in its wrappings": (
        "expression",
        {"type": "ns:org:QueryType:expression",
         "value": {"expression": {"collection": "Member", "query": {"uin": {"$eq": BUDI}}}}},
    ),
    "state": ("expression", {"uin": {"$in": [BUDI, JOKO]}, "enrollment_status": "1"}),
    "program": ("expression", {"programme_identifier": "BLT-DD", "location": "33.20"}),
    "predicate": (
        "predicate",
        [{"seq_num": 1, "condition": "and",
          "expression1": {"attribute_name": "uin", "operator": "eq", "attribute_value": BUDI},
          "expression2": {"attribute_name": "enrollment_date", "operator": "gte", "attribute_value": "2025-12-31"}}],
    ),
    "graphql": (
        "graphql",
        {"type": "ns:org:QueryType:graphql", "value": {
            "expression": f'{{ enrollments(filter: {{person: {{nik: {{eq: "{BUDI}"}}}}}}) {{ nodes {{ id }} }} }}'}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", QUERIES)
def test_every_kind_of_query_finds_the_same_beneficiary(world: World, case: str) -> None:
    kind, query = QUERIES[case]
    item = world.office.search(query, kind, registry="ibr")
    assert (item["status"], item["data"]["reg_type"]) == ("succ", "ns:org:RegistryType:IBR")
    assert len(item["data"]["reg_records"]) == item["pagination"]["total_count"] == 1
    assert item["receipt"]


def test_a_page_holds_as_many_as_it_says_and_an_order_is_kept(world: World) -> None:
    sort = [{"attribute_name": "enrollment_date", "sort_order": "asc"}]
    query = {"location": "33.20", "uin": {"$in": [BUDI, SITI, JOKO]}}
    pages = [world.records(query, size=3, page=number, sort=sort) for number in (1, 2, 3)]
    assert [len(each) for each in pages] == [3, 1, 0]
    assert pages[0][0]["enrollment_date"] == "2025-01-01"


@pytest.mark.parametrize("style", [Style.STRING, Style.DETACHED])
def test_both_signatures_are_taken_and_answered_in_kind(world: World, style: Style) -> None:
    assert world.tell(FIRST[0], style=style)[0]["status"] == "rcvd"
    assert world.sync().stored == 0


@pytest.mark.parametrize(
    ("nik", "program", "holds"),
    [
        (BUDI, "BLT-DD", "yes"),
        (SITI, "PKH", "yes"),
        (SITI, "BPNT", "no"),
        (BUDI, "PKH", "no"),
        (NOBODY, "PKH", "no"),
    ],
)
def test_enrolled_is_answered_by_yes_or_no_with_and_without_an_envelope(
    world: World, nik: str, program: str, holds: str
) -> None:
    query = {"person_identifier": {"eq": nik}, PROGRAM: {"eq": program}}
    message = {"transaction_id": "e", "enrolled_criteria": {"query_type": "expression", "query": query}}
    found = world.office.send("ibr/registry/sync/enrolled", "search", message)
    world.office.holds(found.content, Style.STRING)
    assert found.json()["enrolled_response"] == found.json()["message"]["enrolled_response"]
    assert found.json()["enrolled_response"][0]["enrolled_status"] == holds


def test_a_search_asked_by_message_is_answered_by_message_and_its_standing_is_told(world: World) -> None:
    message = {"transaction_id": "a-1", "search_request": [searched({"uin": BUDI}, reference="one")]}
    found = world.office.send("ibr/registry/search", "search", message).json()["message"]
    assert found["ack_status"] == "ACK"
    answer = world.next("on-search")
    assert (answer["transaction_id"], answer["correlation_id"]) == ("a-1", found["correlation_id"])
    assert answer["search_response"][0]["data"]["reg_records"][0]["@type"] == "Beneficiary"
    assert standing(world, "a-1")["search_response"][0]["status"] == "succ"
    assert standing(world, "never")["search_response"] == []


def test_how_what_was_told_fared_is_told_to_its_teller_alone_and_of_nobody(world: World) -> None:
    message = updates(FIRST[0], {}) | {"transaction_id": "u-1"}
    sealed = world.office.partners["spmis"].sealed("notify", message, status="succ")
    assert world.office.post(UPDATES, sealed).status_code == 200
    fared = standing(world, "u-1", "receipt")
    assert [one["status"] for one in fared["search_response"]] == ["rcvd", "rjct"]
    assert BUDI not in json.dumps(fared)
    assert standing(world, "u-1", "receipt", "tetangga")["search_response"] == []
    asked = {
        "reference_id": "r",
        "txn_type": "receipt",
        "attribute_type": "transaction_id",
        "attribute_value": "u-1",
    }
    later = {"transaction_id": "x", "txnstatus_request": asked}
    assert (
        world.office.send("ibr/registry/txn/status", "txn-status", later).json()["message"]["ack_status"]
        == "ACK"
    )
    assert world.next("txn/on-status")["txnstatus_response"]["txn_type"] == "receipt"


def test_who_subscribed_hears_of_whom_a_partner_told_until_the_subscription_ends(world: World) -> None:
    code = subscribed(world, "REGISTER", {"name": "WATI NOTIFIED"}, "expression")
    wati = told(person("3320014303809005", "WATI NOTIFIED", sex="female", birth_date="1980-03-03"))
    assert world.tell(wati)[0]["status"] == "rcvd"
    assert world.sync().stored == 1
    world.hub.change("update hub.spdci_subscription set due = now()")
    world.office.door.came.set()
    notice = world.next("notify")
    assert notice["subscription_code"] == code
    [event] = notice["notify_event"]
    assert event["data"]["reg_event_type"] == "REGISTER"
    assert event["data"]["reg_records"]["demographic_info"]["name"]["given_name"] == "WATI NOTIFIED"
    assert unsubscribed(world, code)["status"] == "succ"
    again = unsubscribed(world, code, "never-given")
    assert (again["status"], again["status_reason_code"]) == ("rjct", "rjct.subscription_code.invalid")


def test_a_state_that_changes_ends_the_enrollment_on_its_day_and_the_last_word_stands(world: World) -> None:
    nik, name = "3320010505809006", "DODI"

    def dodi(**more: Any) -> Any:
        return told(person(nik, name, birth_date="1980-05-05"), **more)

    assert world.tell(dodi(), dodi(enrollment_status="4"))[1]["status"] == "rcvd"
    world.tell(dodi(enrollment_status="Graduated", status_change_date="2026-06-30"))
    summary = world.sync()
    assert (summary.rows_in, summary.stored, summary.conflicting) == (
        summary.stored + summary.unchanged,
        1,
        0,
    )
    [record] = world.records({"uin": nik})
    assert (record["enrollment_status"], record["status_change_date"]) == ("3", ["2026-06-30"])
    world.tell(dodi(enrollment_status="3"))
    assert world.sync().stored == 0, "told again without its day, the state keeps the day that it had"
    world.tell(dodi(enrollment_status="1"))
    world.sync()
    assert world.records({"uin": nik})[0]["enrollment_status"] == "1"


def test_the_form_of_the_standards_example_is_read_as_well(world: World) -> None:
    nik = "3320014506809007"
    assert world.tell(example(nik))[0]["status"] == "rcvd"
    assert world.sync().stored == 1
    [record] = world.records({"uin": nik})
    assert (record["enrollment_date"], record["benefits"][0]["benefit_value"]) == ("2026-02-02", "IDR 300000")
    assert record["member"]["demographic_info"]["name"]["given_name"] == "TESTIA DUA TIGA"


UNREAD: dict[str, tuple[Any, str]] = {
    "no object": ("x", "beneficiary"),
    "nothing": ({}, "member_identifier"),
    "a number without a kind": (told({"member_identifier": BUDI}), "member_identifier"),
    "no name": (told(person(BUDI, "")), "name"),
    "no program": (told(person(BUDI, "B")) | {"programme_identifier": []}, "programme_identifier"),
    "a program that the hub does not know": (told(person(BUDI, "B"), "DCI001"), "programme_identifier"),
    "a program of others": (told(person(BUDI, "B"), "PIP"), "programme_identifier"),
    "no first day": (told(person(BUDI, "B"), enrollment_date=""), "enrollment_date"),
    "a day that never was": (told(person(BUDI, "B"), enrollment_date="2026-02-30"), "enrollment_date"),
    "a state of no list": (told(person(BUDI, "B"), enrollment_status="9"), "enrollment_status"),
    "an end before the beginning": (
        told(person(BUDI, "B"), enrollment_status="3", status_change_date=["2025-01-01"]), "status_change_date"),
    "money of another country": (
        told(person(BUDI, "B"), benefits=[CASH | {"benefit_value": "USD 50"}]), "benefit_value"),
    "a benefit of no list": (told(person(BUDI, "B"), benefits=[CASH | {"benefit_type": "9"}]), "benefit_type"),
    "a benefit without a day": (told(person(BUDI, "B"), benefits=[{"benefit_type": "1"}]), "benefit_date"),
    "too many benefits": (told(person(BUDI, "B"), benefits=[CASH] * 51), "benefits"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_read_is_rejected_by_its_member_and_the_rest_is_taken(world: World, case: str) -> None:
    item, member = UNREAD[case]
    bad, good = world.tell(item, FIRST[0])
    assert (bad["status"], good["status"]) == ("rjct", "rcvd")
    assert bad["status_reason_message"].startswith(f"{member}:")
    assert BUDI not in json.dumps(bad)


def test_a_number_that_is_no_nik_is_taken_and_quarantined_with_its_reason(world: World) -> None:
    assert world.tell(told(person("12345", "RUSAK")))[0]["status"] == "rcvd"
    summary = world.sync()
    assert (summary.stored, summary.quarantined, summary.rows_in) == (0, 1, 1 + summary.unchanged)
    assert summary.reasons


def test_every_sender_tells_of_its_own_and_of_nobody_elses(world: World) -> None:
    sealed = world.office.partners["tetangga"].sealed("notify", updates(FIRST[0]), status="succ")
    found = world.office.post(UPDATES, sealed, "tetangga")
    assert (found.status_code, code(found)) == (403, "err.request.forbidden")
    assert found.json()["header"]["status_reason_code"] == "rjct.action.not_supported"
    for registry in ("sr", "crvs"):
        body = world.office.partners["spmis"].sealed("notify", updates(FIRST[0]), status="succ")
        assert world.office.post(f"{registry}/registry/sync/enrollment/updates", body).status_code == 404


def test_agreements_decide_who_sees_what_was_told(world: World) -> None:
    assert world.records({"uin": AGUS}) == []
    [agus] = world.records({"uin": AGUS}, "tetangga")
    assert agus["enrollment_status"] == "1"
    assert world.records({"uin": BUDI}, "tetangga") == []
    leave: dict[str, Any] = {
        "authorize": {"purpose": {"code": "verivali", "ref_uri": "urn:hub:agreement:pks-3"}}
    }
    [narrow] = world.office.items([searched({"uin": BUDI}, **leave)], "meja", "ibr")
    assert narrow["status_reason_code"] == "rjct.filter.invalid"
    two: dict[str, Any] = {
        "consent": {"purpose": {"code": "layanan"}},
        "authorize": {"purpose": {"code": "verivali"}},
    }
    message = {"transaction_id": "x", "search_request": [searched({"uin": BUDI}, **two)]}
    assert code(world.office.send("ibr/registry/sync/search", "search", message)) == "err.request.bad"


def code(found: Any) -> str:
    told_code: str = found.json()["message"]["error"]["code"]
    return told_code


SEARCH = {"transaction_id": "x", "search_request": [searched({"uin": BUDI})]}
ENROLLED = {"transaction_id": "x", "enrolled_criteria": {"query": {"uin": {"eq": BUDI}}}}
STATUS = {
    "transaction_id": "x",
    "txnstatus_request": {
        "reference_id": "r", "txn_type": "search", "attribute_type": "transaction_id", "attribute_value": "x"},
}  # fmt: skip
ENDS = {"transaction_id": "x", "timestamp": clock.now().isoformat(), "subscription_codes": ["x"]}
SUBSCRIBES = {
    "transaction_id": "x",
    "subscribe_request": [{
        "reference_id": "r", "timestamp": clock.now().isoformat(),
        "subscribe_criteria": {"reg_event_type": "UPDATE", "filter": {"uin": BUDI}, "notify_record_type": "Member"}}],
}  # fmt: skip
DOORS: dict[str, tuple[str, dict[str, Any]]] = {
    "sync/search": ("search", SEARCH),
    "search": ("search", SEARCH),
    "sync/txn/status": ("txn-status", STATUS),
    "txn/status": ("txn-status", STATUS),
    "subscribe": ("subscribe", SUBSCRIBES),
    "unsubscribe": ("unsubscribe", ENDS),
    "sync/enrolled": ("search", ENROLLED),
    "sync/enrollment/updates": ("notify", updates(FIRST[0])),
}
every_door = pytest.mark.parametrize("door", DOORS)


def body_of(world: World, door: str, **changed: Any) -> dict[str, Any]:
    action, message = DOORS[door]
    more: dict[str, Any] = {"status": "succ"} if action == "notify" else {}
    return world.office.partners["spmis"].sealed(action, message, **more, **changed)


@every_door
def test_no_door_opens_without_a_token_or_under_a_wrong_signature(world: World, door: str) -> None:
    path, body = f"ibr/registry/{door}", body_of(world, door)
    content = json.dumps(body)
    headers = {"content-type": "application/json"}
    for more in ({}, {"authorization": "Bearer nonsense"}):
        found = world.office.client.post(f"/spdci/{path}", content=content, headers=headers | more)
        assert (found.status_code, code(found)) == (401, "err.request.unauthorized")
    found = world.office.post(path, body | {"signature": "invalid-signature"})
    assert (found.status_code, code(found)) == (401, "err.signature.invalid")
    del body["signature"]
    assert code(world.office.post(path, body)) == "err.signature.missing"
    changed = body_of(world, door)
    changed["message"] = changed["message"] | {"transaction_id": "another"}
    assert code(world.office.post(path, changed)) == "err.signature.invalid"


@every_door
def test_every_door_refuses_what_the_standard_does_not_allow(world: World, door: str) -> None:
    path, partner = f"ibr/registry/{door}", world.office.partners["spmis"]
    action, message = DOORS[door]
    more: dict[str, Any] = {"status": "succ"} if action == "notify" else {}
    for bad in ({}, message | {"transaction_id": "x" * 100}, {"transaction_id": "x"}, None):
        found = world.office.post(path, partner.sealed(action, bad, **more))
        assert (found.status_code, code(found)) == (400, "err.request.bad")
    for header in (
        {"message_ts": "2026-01-01T00:00:00"}, {"message_ts": "2020-01-01T00:00:00+00:00"}, {"action": "other"},
        {"message_id": "x" * 100},
    ):  # fmt: skip
        assert code(world.office.post(path, body_of(world, door, **header))) == "err.request.bad"
    assert code(world.office.post(path, body_of(world, door, version="2.0.0"))) == "err.version.not_supported"
    assert code(world.office.post(path, body_of(world, door, receiver_id="x"))) == "err.receiver_id.invalid"
    sealed = body_of(world, door, is_msg_encrypted=True)
    assert code(world.office.post(path, sealed)) == "err.encryption.invalid"
    assert world.office.client.get(f"/spdci/{path}").status_code == 405
    assert world.office.post(path, b"<a/>", content_type="text/xml").status_code == 415


REPLAYED = [door for door in DOORS if door.startswith("sync/")]


@pytest.mark.parametrize("door", REPLAYED)
def test_no_message_is_taken_twice(world: World, door: str) -> None:
    body = body_of(world, door)
    assert world.office.post(f"ibr/registry/{door}", body).status_code == 200
    again = world.office.post(f"ibr/registry/{door}", body)
    assert again.json()["header"]["status_reason_code"] == "rjct.message_id.duplicate"


def test_nothing_that_was_told_stands_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        world.tell(FIRST[0], told(person(BUDI, "BUDI SANTOSO"), "DCI001"))
    assert BUDI not in caplog.text
    assert "BUDI" not in caplog.text


def test_what_lies_on_the_tray_is_for_the_hub_alone(world: World) -> None:
    [address] = {Path(inbox.tray.directory) for inbox in world.office.door.inboxes.values()}
    files = [path for path in address.iterdir() if path.suffix == ".ndjson"]
    assert files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    assert oct(address.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize(
    "more", ['updates = "pkh"', 'updates = "none"', 'updates = "ibr_updates"\nprograms = ["X"]']
)
def test_an_entry_that_names_no_such_source_or_program_is_refused(tmp_path: Path, more: str) -> None:
    changed_config(tmp_path, "ibr_updates", address=json.dumps(str(tmp_path / "tray")))
    entry = '[[sender]]\nid = "a"\nagency = "dinsos"\ntest = true\n'
    (tmp_path / "spdci.toml").write_text(entry + more)
    with pytest.raises(FatalError) as caught:
        inboxes_of(load_spdci(tmp_path), tmp_path)
    assert caught.value.code == "config_invalid"
