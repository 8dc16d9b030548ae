"""What the hub says by SPDCI: acknowledgements, and signed envelopes in the form in which its partner signs."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from hub.domain import clock
from hub.schema.asking import JSON
from hub.spdci.partners import Partners
from hub.spdci.refusing import Nack
from hub.toolkit.envelopes import Style, sealed

HEADERS = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "1"}, 503: {"retry-after": "1"}}


def told_now() -> str:
    """The hub's clock, as the standard writes it: UTC, to the millisecond."""
    return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def acknowledged(correlation: str) -> Response:
    """An asynchronous request is taken; what comes of it comes under the same id."""
    return _response(
        {"message": {"ack_status": "ACK", "timestamp": told_now(), "correlation_id": correlation}}, 200
    )


def refused(nack: Nack, language: str) -> Response:
    """A request that is not worked on."""
    words = nack.words(language)
    error = {"code": nack.code, "message": words}
    told: dict[str, Any] = {
        "message": {
            "ack_status": "ERR",
            "timestamp": told_now(),
            "correlation_id": uuid.uuid4().hex,
            "error": error,
        }
    }
    if nack.reason:
        told["header"] = {"status": "rjct", "status_reason_code": nack.reason, "status_reason_message": words}
    if nack.status in (401, 403, 500):
        told["errors"] = [error]
    return _response(told, nack.status)


def header_of(
    partners: Partners, action: str, receiver: str, statuses: Sequence[str], message_id: str = ""
) -> dict[str, Any]:
    """The header of an answer.

    Args:
        partners: Knows who the hub is.
        action: `on-search`, …
        receiver: Whom it is for.
        statuses: Of its items; one that succeeded makes it a success.
        message_id: Chosen where it may be sent twice; else a new one.
    """
    done = [one for one in statuses if one in ("succ", "rjct")]
    return {
        "version": "1.0.0",
        "message_id": message_id or uuid.uuid4().hex,
        "message_ts": told_now(),
        "action": action,
        "status": "rjct" if statuses and set(statuses) == {"rjct"} else "succ",
        "total_count": len(statuses),
        "completed_count": len(done),
        "sender_id": partners.config.receiver_id,
        "receiver_id": receiver,
        "is_msg_encrypted": False,
    }


def body_of(partners: Partners, style: Style, header: Mapping[str, Any], message: Any) -> bytes:
    """A signed envelope as it goes out."""
    return orjson.dumps(sealed(partners.signer(), style, header, message, clock.now()))


def enveloped(
    partners: Partners, style: Style, header: Mapping[str, Any], message: Any, *, bare: bool = False
) -> Response:
    """A signed answer.

    Args:
        partners: Knows who the hub is.
        style: Of its signature.
        header: Of the envelope.
        message: Of the envelope.
        bare: Whether the message stands beside the envelope too: where the standard has an answer without one.
    """
    told = sealed(partners.signer(), style, header, message, clock.now())
    return _response({**message, **told} if bare else told, 200)


def _response(told: Mapping[str, Any], status: int) -> Response:
    return Response(orjson.dumps(told), status, HEADERS.get(status, {}) | {"cache-control": "no-store"}, JSON)
