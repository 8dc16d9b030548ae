"""The civil and the beneficiary registry: their records, who is in a program, and what the hub never asked for."""

import uuid
from typing import Any

import pytest

from tests.schema.conftest import BUDI, SITI
from tests.spdci.office import Office

NOBODY = "3320010101809999"


def test_civil_registration_tells_birth_death_and_marriage_and_no_program(office: Office) -> None:
    item = office.search({"type": "UIN", "value": BUDI}, "idtype-value", registry="crvs")
    [record] = item["data"]["reg_records"]
    assert (record["@type"], record["identifier"]["identifier_value"]) == ("CRVSPerson", BUDI)
    assert (record["death_date"], record["sex"], item["data"]["reg_type"]) == (
        "2025-03-10", "male", "ns:org:RegistryType:Civil",
    )  # fmt: skip
    refused = office.search({"programme_identifier": "PKH", "uin": BUDI}, registry="crvs")
    assert refused["status_reason_code"] == "rjct.search_criteria.invalid"
    born = office.search({"date_of_birth": {"$gte": "1900-01-01"}, "uin": BUDI}, registry="crvs")
    assert born["status"] == "succ"


def test_a_beneficiary_is_told_with_program_and_benefits(office: Office) -> None:
    query = {"person_identifier": BUDI, "programme_identifier": "BLT-DD"}
    [record] = office.search(query, registry="ibr")["data"]["reg_records"]
    assert record["@type"] == "Beneficiary"
    assert record["programme_identifier"][0]["programme_identifier"] == "BLT-DD"
    assert (record["enrollment_date"], record["enrollment_status"]) == ("2025-01-01", "2")
    assert [one["benefit_value"] for one in record["benefits"]] == ["IDR 300000"] * 2
    assert record["member"]["member_identifier"][0]["identifier_value"] == BUDI
    for state, programs in (("1", ["PKH", "PKH"]), ("3", ["BPNT"]), ("4", [])):
        found = office.search({"uin": SITI, "enrollment_status": state}, registry="ibr")["data"][
            "reg_records"
        ]
        assert [one["programme_identifier"][0]["programme_identifier"] for one in found] == programs


def enrolled(office: Office, query: Any, partner: str = "spmis", registry: str = "ibr") -> Any:
    criteria = {"query_type": "graphql", "response_entity": "Member", "query": query}
    told = {"transaction_id": uuid.uuid4().hex, "enrolled_criteria": criteria}
    return office.send(f"{registry}/registry/sync/enrolled", "search", told, partner)


PROGRAM = "programme_identifier.program.programme_identifier"


@pytest.mark.parametrize(
    ("nik", "program", "holds"),
    [(SITI, "PKH", "yes"), (SITI, "BPNT", "no"), (SITI, "PIP", "no"), (BUDI, "PKH", "no"), (NOBODY, "PKH", "no"),
     ("x", "PKH", "no")],
)  # fmt: skip
def test_who_is_in_a_program_today_is_answered_by_yes_or_no(
    office: Office, nik: str, program: str, holds: str
) -> None:
    found = enrolled(office, {"person_identifier": {"eq": nik}, PROGRAM: {"eq": program}})
    office.holds(found.content, office.partners["spmis"].style)
    [item] = found.json()["message"]["enrolled_response"]
    assert (item["status"], item["enrolled_status"]) == ("succ", holds)
    assert {"reference_id", "timestamp"} <= set(item)


def test_another_kabupaten_hears_no_of_everybody(office: Office) -> None:
    found = enrolled(office, {"person_identifier": {"eq": SITI}, PROGRAM: {"eq": "PKH"}}, "tetangga")
    assert found.json()["message"]["enrolled_response"][0]["enrolled_status"] == "no"


@pytest.mark.parametrize("query", [{"nothing": {"eq": "x"}}, [], "x", {"person_identifier": {"regex": "."}}])
def test_a_question_that_cannot_be_read_is_rejected_and_never_a_yes(office: Office, query: Any) -> None:
    [item] = enrolled(office, query).json()["message"]["enrolled_response"]
    assert (item["status"], item["enrolled_status"]) == ("rjct", "no")


def test_the_other_registries_do_not_answer_it(office: Office) -> None:
    assert enrolled(office, {}, registry="sr").status_code == 404


@pytest.mark.parametrize(
    ("path", "action"),
    [("on-search", "on-search"), ("on-subscribe", "on-subscribe"), ("on-unsubscribe", "on-unsubscribe"),
     ("txn/on-status", "txn-on-status"), ("notify", "notify")],
)  # fmt: skip
def test_what_the_hub_never_asked_for_is_refused_in_the_form_of_the_standard(
    office: Office, path: str, action: str
) -> None:
    partner = office.partners["spmis"]
    found = office.post(f"sr/registry/{path}", partner.sealed(action, {"transaction_id": "x"}, status="succ"))
    assert found.status_code == 200
    told = found.json()["message"]
    assert (told["ack_status"], told["error"]["code"]) == ("ERR", "err.request.bad")
    bad = office.post(f"sr/registry/{path}", partner.sealed(action, {}, status="succ") | {"signature": "x"})
    assert bad.status_code == 401
