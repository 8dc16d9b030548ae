"""A message is heard whole before anything is done: who sends it, whether it is theirs, of now, and new."""

import base64
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.domain import clock
from hub.toolkit.envelopes import Style
from tests.schema.conftest import BUDI
from tests.spdci.office import Office, Partner, searched

PATH = "sr/registry/sync/search"


def message(**changed: Any) -> dict[str, Any]:
    return {"transaction_id": uuid.uuid4().hex, "search_request": [searched({"uin": BUDI})], **changed}


def code(found: Any) -> str:
    told = found.json()["message"]
    assert told["ack_status"] == "ERR"
    assert BUDI not in found.text
    return str(told["error"]["code"])


@pytest.mark.parametrize("style", [Style.STRING, Style.DETACHED])
def test_both_forms_of_signature_are_taken_and_answered_in_kind(office: Office, style: Style) -> None:
    body = office.partners["spmis"].sealed("search", message(), style=style)
    found = office.post(PATH, body)
    assert found.status_code == 200
    office.holds(found.content, style)


@pytest.mark.parametrize("said", ["", "Bearer x", "Basic eDp5", "Bearer hubkey_1_2"])
def test_without_a_token_nothing_is_told(office: Office, said: str) -> None:
    body = office.partners["spmis"].sealed("search", message())
    found = office.post(PATH, body, authorization=said)
    assert (found.status_code, code(found)) == (401, "err.request.unauthorized")
    assert found.headers["www-authenticate"] == "Bearer"
    assert found.json()["errors"][0]["code"] == "err.request.unauthorized"


Forging = Callable[[Partner, dict[str, Any]], Any]


def changed(**members: Any) -> Forging:
    return lambda _partner, body: body | members


def header(**members: Any) -> Forging:
    """Changed behind the signature."""
    return lambda _partner, body: body | {"header": body["header"] | members}


def none(_partner: Partner, body: dict[str, Any]) -> Any:
    protected = base64.urlsafe_b64encode(b'{"alg":"none","kid":"spmis-1"}').rstrip(b"=").decode()
    return body | {"signature": f"{protected}.."}


def shared_secret(partner: Partner, body: dict[str, Any]) -> Any:
    told = json.dumps({"alg": "HS256", "kid": partner.signer.kid}).encode()
    protected = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
    return body | {"signature": f"{protected}..c2lnbmF0dXJl"}


def with_key(partner: Partner, body: dict[str, Any]) -> Any:
    told = json.dumps({"alg": "EdDSA", "kid": partner.signer.kid, "jwk": partner.signer.public()}).encode()
    protected = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
    return body | {"signature": f"{protected}..{body['signature'].rpartition('.')[2]}"}


FORGED: dict[str, Forging] = {
    "a word": changed(signature="invalid-signature"),
    "the stub of the suite": changed(signature="unsigned-stub"),
    "another message": lambda _partner, body: body | {"message": message()},
    "another transaction": header(message_id="other"),
    "another time": header(total_count=1, message_ts=(clock.now() + timedelta(seconds=1)).isoformat()),
    "no algorithm": none,
    "a shared secret": shared_secret,
    "a key of its own": with_key,
    "too long": changed(signature="x" * 5000),
}


@pytest.mark.parametrize("style", [Style.STRING, Style.DETACHED])
@pytest.mark.parametrize("case", FORGED)
def test_a_signature_that_does_not_hold_is_refused(office: Office, case: str, style: Style) -> None:
    partner = office.partners["spmis"]
    found = office.post(PATH, FORGED[case](partner, partner.sealed("search", message(), style=style)))
    assert (found.status_code, code(found)) == (401, "err.signature.invalid")


@pytest.mark.parametrize("signature", [None, ""])
def test_what_is_not_signed_is_refused(office: Office, signature: str | None) -> None:
    body = office.partners["spmis"].sealed("search", message()) | {"signature": signature}
    assert code(office.post(PATH, body)) == "err.signature.missing"
    del body["signature"]
    assert code(office.post(PATH, body)) == "err.signature.missing"


def test_the_key_of_another_sender_signs_for_nobody_else(office: Office) -> None:
    other = office.partners["tetangga"].signer
    partner = Partner("spmis", type(other)("spmis", "spmis-1", other.key), "dinsos", "sistem")
    assert code(office.post(PATH, partner.sealed("search", message()))) == "err.signature.invalid"


def test_a_sender_speaks_for_its_agency_and_client_alone(office: Office) -> None:
    partner, told = office.partners["spmis"], []
    for token, named in (("tetangga", "spmis"), ("meja", "spmis"), ("spmis", "nobody")):
        found = office.post(PATH, partner.sealed("search", message(), sender_id=named), token)
        assert (found.status_code, code(found)) == (403, "err.sender_id.invalid")
        told.append(found.json()["message"]["error"])
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("said", "expected", "reason"),
    [
        ({"receiver_id": "other"}, "err.receiver_id.invalid", ""),
        ({"version": "2.0.0"}, "err.version.not_supported", "rjct.version.invalid"),
        ({"is_msg_encrypted": True}, "err.encryption.invalid", ""),
        ({"action": "subscribe"}, "err.request.bad", "rjct.action.invalid"),
        ({"total_count": 2}, "err.request.bad", "rjct.total_count.invalid"),
        ({"message_ts": "2026-01-01T00:00:00"}, "err.request.bad", ""),
        ({"message_ts": "yesterday"}, "err.request.bad", ""),
        ({"message_id": "x" * 100}, "err.request.bad", ""),
        ({"message_id": ""}, "err.request.bad", ""),
        ({"message_id": "a\nb"}, "err.request.bad", ""),
    ],
)
def test_a_header_that_is_not_of_ours_is_refused(
    office: Office, said: dict[str, Any], expected: str, reason: str
) -> None:
    found = office.post(PATH, office.partners["spmis"].sealed("search", message(), **said))
    assert (found.status_code, code(found)) == (400, expected)
    assert found.json().get("header", {}).get("status_reason_code", "") == reason


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(days=400), timedelta(minutes=-2)])
def test_a_message_of_another_time_is_refused(office: Office, age: timedelta) -> None:
    told = (clock.now() - age).isoformat()
    found = office.post(PATH, office.partners["spmis"].sealed("search", message(), message_ts=told))
    assert found.json()["header"]["status_reason_code"] == "rjct.message_ts.invalid"


def test_a_string_signature_ends(office: Office) -> None:
    partner = office.partners["spmis"]
    with clock.pin(clock.now() - timedelta(minutes=7)):
        old = partner.sealed("search", message())
    fresh = partner.sealed("search", old["message"])
    assert code(office.post(PATH, fresh | {"signature": old["signature"]})) == "err.signature.invalid"


def test_a_message_is_taken_once(office: Office) -> None:
    body = office.partners["spmis"].sealed("search", message())
    assert office.post(PATH, body).status_code == 200
    again = office.post(PATH, body)
    assert again.status_code == 400
    assert again.json()["header"]["status_reason_code"] == "rjct.message_id.duplicate"
    same = office.partners["spmis"].sealed("search", message(), message_id=body["header"]["message_id"])
    assert code(office.post(PATH, same)) == "err.request.bad"


def test_what_was_refused_may_be_sent_again_once_it_is_put_right(office: Office) -> None:
    name = uuid.uuid4().hex
    partner = office.partners["spmis"]
    assert (
        office.post(PATH, partner.sealed("search", message(transaction_id=""), message_id=name)).status_code
        == 400
    )
    assert office.post(PATH, partner.sealed("search", message(), message_id=name)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b'{"header": 1, "message": {}}', b'{"header":{},"header":{},"message":{}}',
        b'{"header":{"a":1,"a":2},"message":{}}', b'{"header":{},"message":NaN}', b'{"header":{}} x', b"\xff",
        b'{"header":{},"message":"\\ud800"}',
        b'{"header":{},"message":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_envelope_is_refused(office: Office, body: bytes) -> None:
    found = office.post(PATH, body)
    assert (found.status_code, code(found)) == (400, "err.request.bad")


def test_a_body_that_is_too_long_or_no_json_is_refused(office: Office) -> None:
    assert office.post(PATH, b" " * (257 * 1024)).status_code == 413
    assert office.post(PATH, b"<a/>", content_type="text/xml").status_code == 415


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"transaction_id": "x" * 100}, "message.transaction_id"),
        ({"transaction_id": 7}, "message.transaction_id"),
        ({"search_request": []}, "message.search_request"),
        ({"search_request": [{}]}, "message.search_request.0.reference_id"),
        ({"search_request": [searched({}, locale="en")]}, "message.search_request.0.locale"),
        ({"search_request": [searched({}, locale="ENG")]}, "message.search_request.0.locale"),
        ({"search_request": [searched({}, size=0)]}, "message.search_request.0.search_criteria.pagination.page_size"),
        ({"search_request": [searched({}, size=1, page=0)]},
         "message.search_request.0.search_criteria.pagination.page_number"),
        ({"search_request": [searched({}, "sql")]}, "message.search_request.0.search_criteria.query_type"),
        ({"search_request": [searched({}) | {"timestamp": "2024-01-15T10:30:00"}]},
         "message.search_request.0.timestamp"),
    ],
)  # fmt: skip
def test_a_message_of_another_form_is_refused_by_its_place(
    office: Office, told: dict[str, Any], place: str
) -> None:
    found = office.send(PATH, "search", message(**told))
    assert (found.status_code, code(found)) == (400, "err.request.bad")
    assert found.json()["message"]["error"]["message"].startswith(place)


def test_a_transaction_id_may_have_99_letters(office: Office) -> None:
    assert office.send(PATH, "search", message(transaction_id="x" * 99)).status_code == 200


@pytest.mark.parametrize(
    ("partner", "said", "status"),
    [
        ("spmis", {"hub_purpose": "pengawasan"}, 403),
        ("spmis", {"hub_agreement": "pks-2"}, 403),
        ("spmis", {"hub_purpose": "nothing"}, 400),
    ],
)
def test_without_an_agreement_the_whole_is_refused(
    office: Office, partner: str, said: dict[str, str], status: int
) -> None:
    found = office.send(PATH, "search", message(), partner, 1, **said)
    assert found.status_code == status
    assert code(found) == ("err.request.forbidden" if status == 403 else "err.request.bad")


def test_consent_and_leave_that_name_two_purposes_are_refused(office: Office) -> None:
    both: dict[str, Any] = {
        "consent": {"purpose": {"code": "verivali"}},
        "authorize": {"purpose": {"code": "layanan"}},
    }
    told = message(search_request=[searched({"uin": BUDI}, **both)])
    assert code(office.send(PATH, "search", told)) == "err.request.bad"


def test_an_agreement_that_ends_ends_the_search(office: Office) -> None:
    kept, office.granted = office.granted, {}
    office.door.ears.gate._granting = None  # type: ignore[attr-defined]  # as if five seconds had passed
    try:
        assert code(office.send(PATH, "search", message())) == "err.request.forbidden"
    finally:
        office.granted = kept
        office.door.ears.gate._granting = None  # type: ignore[attr-defined]


def test_a_sender_for_tests_need_not_sign_and_nobody_else_may_so(office: Office) -> None:
    for stub in ("unsigned-stub", "unsigned"):
        body = office.partners["suite"].sealed("search", message()) | {"signature": stub}
        found = office.post(PATH, body)
        assert found.status_code == 200
        assert "signature" not in found.json()
    body = office.partners["suite"].sealed("search", message()) | {"signature": "invalid-signature"}
    assert code(office.post(PATH, body)) == "err.signature.invalid"


def test_other_methods_paths_and_sites_are_refused(office: Office) -> None:
    assert office.client.get(f"/spdci/{PATH}").status_code == 405
    assert office.post("dr/registry/sync/search", b"{}").status_code == 404
    body = office.partners["spmis"].sealed("search", message())
    assert office.post(PATH, body, sec_fetch_site="cross-site").status_code == 403
    assert office.post(f"{PATH}?nik={BUDI}", body).status_code == 400


def test_nothing_of_a_message_stands_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        office.search({"uin": BUDI})
        office.search({"uin": {"$regex": BUDI}})
        office.post(PATH, b"{" + BUDI.encode())
    assert BUDI not in caplog.text
