"""Who sends: the sender that a header names, whose system it is, and the keys by which either side signs."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.access.gate import Admitted
from hub.domain import clock
from hub.registry.spdci import Sender, Spdci
from hub.spdci.refusing import Nack
from hub.store.generations import use_of
from hub.store.roles import Roles
from hub.toolkit.envelopes import Envelope, Signer, Style, verify
from hub.toolkit.key_files import KeyFiles

STUBS = ("unsigned-stub", "unsigned")
"""What the public conformance suite writes in place of a signature; believed of senders for tests alone."""


@dataclass(frozen=True)
class Partners:
    """Who may send to the hub, and by which key the hub answers.

    Args:
        config: Senders.
        files: Their public keys.
        roles: Of the hub, from whose secret its key comes.
    """

    config: Spdci
    files: KeyFiles
    roles: Roles

    def sender(self, named: str, registry: str, admitted: Admitted) -> Sender:
        """The sender of that id, where it is the caller's.

        Raises:
            Nack: `err.sender_id.invalid`, with the same words whether there is one or not.
        """
        found = self.config.by_id().get(named)
        caller = admitted.caller
        if (
            found is None
            or found.agency != caller.agency
            or found.client not in (None, caller.subject)
            or registry not in found.registries
        ):
            raise Nack(
                "err.sender_id.invalid",
                "Pengirim ini tidak terdaftar untuk instansi Anda dan registri ini.",
                "This sender is not registered for your agency and this registry.",
                status=403,
            )
        return found

    def style(self, sender: Sender, envelope: Envelope) -> Style:
        """The form in which a sender signed.

        Raises:
            RefusedError: `signature_missing`, `signature_invalid`.
        """
        if sender.test and envelope.signature in STUBS:
            return Style.NONE
        if sender.keys_file is None:
            raise Nack(
                "err.signature.invalid", "Tanda tangan tidak sah.", "The signature does not hold.", status=401
            )
        return verify(envelope, sender.id, self.files.keys(sender.keys_file), clock.now())

    def signer(self) -> Signer:
        """The hub as it signs now."""
        number = self.roles.ring.signing("spdci")
        return self._signer(number)

    def published(self) -> dict[str, Sequence[dict[str, str]]]:
        """The public keys that are believed now (JWKS)."""
        return {"keys": [self._signer(number).public() for number in self.roles.ring.live("spdci")]}

    def _signer(self, number: int) -> Signer:
        key = Ed25519PrivateKey.from_private_bytes(self.roles.derive(use_of("spdci", number)))
        return Signer(self.config.receiver_id, f"hub-{number}", key)
