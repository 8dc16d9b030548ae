"""A message that came, from its bytes to what may be worked on: each check in turn, and nothing done before the last.

Token, envelope, sender, receiver, signature, time stamp, form, purposes, and whether it came before. A request that
fails one of them leaves nothing behind, so that it can be sent again once it is put right.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import BaseModel
from starlette.requests import Request as HttpRequest

from hub.access.gate import Admitted, Gate
from hub.access.tokens import Claims
from hub.domain import clock
from hub.registry.spdci import Sender
from hub.schema.asking import body, no_other_site
from hub.schema.door import SAID
from hub.schema.messages import language_of
from hub.spdci.messages import CallbackHeader, Header, Leave, checked, instant
from hub.spdci.partners import Partners
from hub.spdci.refusing import BAD, Nack
from hub.store.database import Database
from hub.store.sql import text
from hub.toolkit.envelopes import SKEW, Envelope, Style, read_envelope

WINDOW = timedelta(minutes=5)
"""How old a message may be when it comes."""
KEPT = timedelta(days=1)
"""How long it is remembered which messages came: far longer than one may be old."""
TAKEN = text(
    "insert into spdci_message (sender, digest, at) values (:sender, :digest, :at)"
    " on conflict do nothing returning 1"
)
VERSIONS = re.compile(r"^1(\.\d{1,3}){0,2}$")
AGREEMENT = re.compile(r"(?:^|agreements?[:/])([a-z0-9][a-z0-9-]{1,62})$")
"""How `ref_uri` names an agreement: by its code, or at the end of an address or URN."""
LANGUAGES = {"ind": "id", "eng": "en"}
Message = TypeVar("Message", bound=BaseModel)


@dataclass(frozen=True)
class Sent:
    """A request of which its sender is known.

    Args:
        registry: `sr`, `crvs` or `ibr`.
        header: Of the request.
        envelope: As it came.
        sender: Who sent it.
        style: How it was signed, and how answers are.
        claims: What its token or key says.
        said: What its HTTP headers say: those of `SAID`, in its order.
        language: `id` or `en`.
        later: Whether it is worked on after its token was shown: with the rights of then.
    """

    registry: str
    header: Header | CallbackHeader
    envelope: Envelope
    sender: Sender
    style: Style
    claims: Claims | None
    said: tuple[str, ...]
    language: str
    later: bool = False

    def spoken(self, locale: str | None) -> str:
        """The language of an item."""
        return LANGUAGES.get(locale or "", self.language)


@dataclass(frozen=True)
class Heard(Generic[Message]):
    """A request that may be worked on.

    Args:
        sent: Who sent it.
        message: What it says.
    """

    sent: Sent
    message: Message


@dataclass(frozen=True)
class Ears:
    """Hears the messages of one server.

    Args:
        gate: Knows callers.
        partners: Knows senders.
        database: Remembers which messages came.
    """

    gate: Gate
    partners: Partners
    database: Database

    async def sent(
        self,
        http: HttpRequest,
        registry: str,
        action: str,
        form: type[Header] | type[CallbackHeader] = Header,
    ) -> Sent:
        """The request behind an HTTP request, once its sender is known.

        Raises:
            Nack: It is refused whole.
            RefusedError: `token_missing`, `token_refused`, `signature_missing`, `signature_invalid`.
            Malformed: 413, 415, 408.
        """
        no_other_site(http)
        got = await body(http)
        authorization, *said = (http.headers.get(name, "") for name in SAID)
        certificate = said[-1]
        if http.url.query:
            raise Nack(BAD, "Kirimlah semuanya dalam isi.", "Send everything in the body.")
        admitted = await self.gate.admit(authorization, "", "", certificate)
        envelope = read_envelope(got)
        header = checked(form, envelope.header, "header")
        sender = self.partners.sender(header.sender_id, registry, admitted)
        self._of_ours(header)
        style = self.partners.style(sender, envelope)
        _timely(header, action)
        language = language_of(http.headers.get("accept-language", ""))
        return Sent(
            registry, header, envelope, sender, style, admitted.claims, (authorization, *said), language
        )

    def _of_ours(self, header: Header | CallbackHeader) -> None:
        if header.is_msg_encrypted:
            raise Nack(
                "err.encryption.invalid",
                "Pesan tersandi (JWE) tidak diterima; kirimlah lewat TLS.",
                "Encrypted messages (JWE) are not taken; send by TLS.",
            )
        if header.receiver_id not in (None, self.partners.config.receiver_id):
            raise Nack(
                "err.receiver_id.invalid", "Pesan ini untuk penerima lain.", "This is for another receiver."
            )
        if not VERSIONS.match(header.version):
            raise Nack(
                "err.version.not_supported", "Versi yang dilayani: 1.0.0.", "The version served is 1.0.0.",
                "rjct.version.invalid",
            )  # fmt: skip

    async def admitted(self, sent: Sent, leaves: Sequence[Leave | None]) -> Admitted:
        """The caller under the purpose and agreement that an item names, its HTTP headers, or its sender's entry.

        Args:
            sent: The request.
            leaves: `authorize` and `consent` of the item; the first that names a purpose counts, and both have to
                name the same.

        Raises:
            Nack: They name two purposes.
            RefusedError: `no_agreement`.
            InputError: `unknown_purpose`, `unlike_token`.
        """
        authorization, *said = sent.said
        named = {
            one.purpose.code: one.purpose.ref_uri
            for one in leaves
            if one and one.purpose and one.purpose.code
        }
        if len(named) > 1:
            raise Nack(
                BAD,
                "consent dan authorize menyebut dua keperluan.",
                "consent and authorize name two purposes.",
            )
        purpose, uri = next(iter(named.items()), ("", None))
        found = AGREEMENT.search(uri) if uri else None
        purpose = purpose or said[0] or sent.sender.purpose
        agreement = (found[1] if found else "") or said[1] or sent.sender.agreement
        if sent.later:
            return await self.gate.resume(sent.claims, purpose, agreement)
        return await self.gate.admit(authorization, purpose, agreement, said[2])

    async def take(self, sent: Sent) -> None:
        """Takes a message, once and for good.

        Raises:
            Nack: It came before.
        """
        digest = hashlib.sha256(sent.header.message_id.encode()).digest()
        row = {"sender": sent.sender.id, "digest": digest, "at": clock.now()}
        async with self.database.connect() as connection:
            fresh = await connection.scalar(TAKEN, row)
            await connection.commit()
        if fresh is None:
            raise Nack(
                BAD,
                "rjct.message_id.duplicate: pesan dengan id ini sudah pernah diterima.",
                "rjct.message_id.duplicate: a message of this id has come before.",
                "rjct.message_id.duplicate",
            )


def counted(header: Header | CallbackHeader, items: int) -> None:
    """Passes a request that holds as many items as it says.

    Raises:
        Nack: It does not.
    """
    if isinstance(header, Header) and header.total_count != items:
        raise Nack(
            BAD,
            "header.total_count tidak sama dengan banyaknya permintaan di dalamnya.",
            "header.total_count is not the number of requests in the message.",
            "rjct.total_count.invalid",
        )


def heard(sent: Sent, form: type[Message]) -> Heard[Message]:
    """What a request says, in its form.

    Raises:
        Nack: `err.request.bad`.
    """
    return Heard(sent, checked(form, sent.envelope.message, "message"))


def _timely(header: Header | CallbackHeader, action: str) -> None:
    at, now = instant(header.message_ts), clock.now()
    if not now - WINDOW <= at <= now + SKEW:
        raise Nack(
            BAD,
            "header.message_ts terlalu lama atau di masa depan; periksa jam Anda.",
            "header.message_ts is too old, or in the future; look at your clock.",
            "rjct.message_ts.invalid",
        )
    if header.action != action:
        raise Nack(
            BAD, f"header.action di alamat ini: {action}", f"header.action at this address: {action}",
            "rjct.action.invalid",
        )  # fmt: skip
