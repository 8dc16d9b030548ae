"""The world of the pack for the beneficiary registry: made by the interface itself, over HTTP.

A partner tells of beneficiaries, their source is synced, and everything else asks for what came of it.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hub.domain import clock
from hub.toolkit.envelopes import Style
from hub.workflow.sync import sync
from tests.conftest import wait_for
from tests.spdci.office import Office, made, serving
from tests.spdci.receiving import Receiver
from tests.sync_builders import Hub, changed_config, loaded, new_hub

__all__ = ["loaded", "world"]

BUDI, SITI, JOKO, AGUS = "3320010101859002", "3320014101909001", "3320010202809003", "3321010202809004"
CARD = "3320010101219004"
NOBODY = "3320010101809999"
PROGRAM = "programme_identifier.program.programme_identifier"
UPDATES = "ibr/registry/sync/enrollment/updates"


def person(nik: str, name: str, area: str = "33.20.01.2001", **more: Any) -> dict[str, Any]:
    """A member in the form of the schema."""
    identifiers = [{"@type": "Identifier", "identifier_type": "UIN", "identifier_value": nik}]
    return {
        "@type": "Member", "member_identifier": identifiers,
        "demographic_info": {
            "@type": "SRPerson", "identifier": identifiers, "name": {"@type": "Name", "given_name": name},
            "sex": "male", "birth_date": "1985-01-01", "address": {"sub_region_code": area}, **more,
        },
    }  # fmt: skip


def told(member: Any, program: str = "BLT-DD", **more: Any) -> dict[str, Any]:
    """A beneficiary in the form of the schema."""
    return {
        "@context": "https://schema.spdci.org/extensions/ibr/v1/", "@type": "Beneficiary", "assistance_unit": "1",
        "member": member, "programme_identifier": [{"@type": "Programme", "programme_identifier": program}],
        "enrollment_date": "2026-01-01", "enrollment_status": "1", "benefits": [], **more,
    }  # fmt: skip


CASH = {"benefit_type": "1", "benefit_date": "2026-05-05", "benefit_value": "IDR 300000"}
FIRST = [
    told(person(BUDI, "BUDI SANTOSO"), benefits=[CASH]),
    told(person(SITI, "SITI AMINAH", sex="female", birth_date="1990-01-01"), "PKH"),
    told(
        person(SITI, "SITI AMINAH", sex="female", birth_date="1990-01-01"), "BPNT", enrollment_status="3",
        status_change_date=["2026-02-01", "2026-03-01"], enrollment_date="2025-01-01",
    ),
    told(person(JOKO, "JOKO", birth_date="1980-02-02"), "BPNT", enrollment_status="4"),
    told(person(AGUS, "AGUS", "33.21.01.2001", birth_date="1980-02-02")),
]  # fmt: skip


def updates(*beneficiaries: Any) -> dict[str, Any]:
    return {
        "transaction_id": uuid.uuid4().hex,
        "enrolled_updates": {"beneficiaries": list(beneficiaries)},
    }


class World:
    """A hub with a partner that tells of beneficiaries.

    Args:
        office: Serves it.
        hub: Its database and settings.
        receiver: The partner's own server.
    """

    def __init__(self, office: Office, hub: Hub, receiver: Receiver) -> None:
        self.office, self.hub, self.receiver = office, hub, receiver

    def sync(self) -> Any:
        """Pulls what lies ready."""
        [summary] = wait_for(sync(self.hub.database, self.hub.settings, ("ibr_updates",)))
        return summary

    def tell(self, *beneficiaries: Any, partner: str = "spmis", style: Style | None = None) -> list[Any]:
        """The items of the answer to a message that tells of some."""
        message = updates(*beneficiaries)
        sealed = self.office.partners[partner].sealed("notify", message, style=style, status="succ")
        found = self.office.post(UPDATES, sealed, partner)
        assert found.status_code == 200, found.text
        answer = found.json()
        self.office.holds(found.content, style or Style.STRING)
        bare = {name: answer[name] for name in ("transaction_id", "correlation_id", "enrolled_response")}
        assert bare == answer["message"]
        assert bare["transaction_id"] == message["transaction_id"]
        assert all({"reference_id", "timestamp", "status"} <= set(one) for one in bare["enrolled_response"])
        items: list[Any] = bare["enrolled_response"]
        return items

    def records(self, query: Any, partner: str = "spmis", **more: Any) -> list[Any]:
        """The records of a search."""
        item = self.office.search(query, partner=partner, registry="ibr", **more)
        assert item["status"] == "succ", item
        found: list[Any] = item["data"]["reg_records"]
        return found

    def next(self, path: str) -> Any:
        """The message that comes next, to that path, once its signature holds."""
        got, envelope, body = self.receiver.next()
        assert got == f"/dci/registry/{path}"
        self.office.holds(body, Style.STRING)
        return envelope["message"]


@pytest.fixture(scope="module")
def world(loaded: Hub, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tray, config = tmp_path_factory.mktemp("tray"), tmp_path_factory.mktemp("config")
    changed_config(config, "ibr_updates", address=json.dumps(str(tray / "ibr")))
    more = 'updates = "ibr_updates"\nprograms = ["BLT-DD", "PKH", "BPNT"]\n'
    with new_hub(loaded) as plain:
        hub = replace(plain, settings=plain.settings.model_copy(update={"config_dir": config}))
        with serving(made(hub.database, config, receiver.url, more)) as office:
            found = World(office, hub, receiver)
            assert [one["status"] for one in found.tell(*FIRST)] == ["rcvd"] * len(FIRST)
            summary = found.sync()
            assert (summary.status, summary.rows_in, summary.stored) == ("complete", len(FIRST), len(FIRST))
            yield found


def standing(world: World, transaction: str, kind: str = "search", partner: str = "spmis") -> Any:
    asked = {
        "reference_id": "r",
        "txn_type": kind,
        "attribute_type": "transaction_id",
        "attribute_value": transaction,
    }
    message = {"transaction_id": uuid.uuid4().hex, "txnstatus_request": asked}
    found = world.office.send("ibr/registry/sync/txn/status", "txn-status", message, partner)
    return found.json()["message"]["txnstatus_response"]["txn_status"]


def subscribed(world: World, event: str, filter_: Any, kind: str = "idtype-value") -> str:
    criteria = {
        "reg_event_type": event, "filter_type": kind, "filter": filter_, "notify_record_type": "Member",
        "reg_type": "ns:org:RegistryType:IBR",
    }  # fmt: skip
    item = {
        "reference_id": uuid.uuid4().hex,
        "timestamp": clock.now().isoformat(),
        "subscribe_criteria": criteria,
    }
    message = {"transaction_id": "s", "subscribe_request": [item]}
    found = world.office.send("ibr/registry/subscribe", "subscribe", message).json()["message"]
    answer = world.next("on-subscribe")
    assert answer["correlation_id"] == found["correlation_id"]
    [item] = answer["subscribe_response"]
    assert item["status"] == "succ", item
    code: str = item["subscriptions"][0]["code"]
    return code


def unsubscribed(world: World, *codes: str) -> Any:
    message = {"transaction_id": "n", "timestamp": clock.now().isoformat(), "subscription_codes": list(codes)}
    assert world.office.send("ibr/registry/unsubscribe", "unsubscribe", message).status_code == 200
    return world.next("on-unsubscribe")


def example(nik: str) -> dict[str, Any]:
    """A beneficiary as the example of the standard writes it: the program within the member, days with dots."""
    return {
        "@type": "Beneficiary", "assistance_unit": "1",
        "member": {
            "member_identifier": "HS0205202401",
            "demographic_info": {"person": {
                "identifier_type": "NID", "identifier_value": nik, "sex": "F", "birth_date": "05.06.1980",
                "name": {"first_name": "TESTIA", "second_name": "DUA", "surname": "TIGA"},
                "address": {"sub_region_code": "3320012001"},
            }},
            "programme_identifier": {
                "programme": {"programme_identifier": "BLT-DD", "programme_name": "BLT Dana Desa"},
                "enrolment_date": "02.02.2026", "enrolment_status": "Active", "status_change_date": "",
                "benefits": {"benefit_type": "Cash", "benefit_date": "02.05.2026", "benefit_value": "Rp 300.000"},
            },
        },
    }  # fmt: skip
