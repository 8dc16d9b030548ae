"""What the hub signs when it asks a registry by SPDCI, and whose signature an answer has to bear.

Options of the entry: `signature` (in which of the two live forms), `key_id` and `key_env` (the variable with the
private key, Ed25519, or with the path of its file); `keys_file` (public keys of the registry, JWKS, below the
configuration) and `receiver_id`, by which it signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.domain import clock
from hub.errors import FatalError, InputError, RefusedError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.toolkit.credentials import credential
from hub.toolkit.envelopes import Signer, Style, read_envelope, sealed, signer_of, verify
from hub.toolkit.key_files import KeyFiles


@dataclass(frozen=True)
class Seals:
    """How one registry and the hub sign to each other.

    Args:
        source: Entry of the registry.
        style: In which form the hub signs; `Style.NONE`: not.
        signer: The hub to this registry.
        keys_file: Of the registry; None: what it answers is taken unsigned.
    """

    source: SourceConfig
    style: Style = Style.NONE
    signer: Signer | None = None
    keys_file: Path | None = None

    @property
    def registry(self) -> str:
        """By what id the registry signs."""
        return str(self.source.options.get("receiver_id", ""))

    def sealed(self, header: Mapping[str, Any], message: Any) -> dict[str, Any]:
        """The envelope to send."""
        if self.signer is None:
            return {"header": header, "message": message}
        return sealed(self.signer, self.style, header, message, clock.now())

    def hold(self, body: bytes) -> None:
        """Passes an answer that the registry signed, in either form, and any where none of its keys is known.

        Raises:
            FatalError: `signature_invalid`: it is not signed by the registry, or is no envelope; `config_invalid`.
        """
        if self.keys_file is None:
            return
        keys = KeyFiles(settings().config_dir).keys(self.keys_file)
        try:
            verify(read_envelope(body), self.registry, keys, clock.now())
        except (InputError, RefusedError):
            raise FatalError(
                "signature_invalid",
                f"{self.source.name}: the answer does not bear the registry's signature by a key of "
                f"{self.keys_file.name}; nothing of it was read. Ask the registry for its keys of now",
            ) from None


def seals_of(source: SourceConfig) -> Seals:
    """How a registry and the hub sign, by its entry.

    Raises:
        FatalError: `config_invalid`, `credential_missing`, `credential_refused`.
    """
    options = source.options
    style, file = Style(options.get("signature", Style.NONE)), options.get("keys_file")
    if file is not None and "receiver_id" not in options:
        raise FatalError(
            "config_invalid", f"{source.name}: options.keys_file needs receiver_id, who has to have signed"
        )
    signer = None if style is Style.NONE else _signer(source)
    return Seals(source, style, signer, None if file is None else Path(str(file)))


def _signer(source: SourceConfig) -> Signer:
    options = source.options
    if "key_id" not in options or "key_env" not in options:
        raise FatalError("config_invalid", f"{source.name}: options.signature needs key_id and key_env")
    variable = str(options["key_env"])
    told = credential(source, variable)
    try:
        if "PRIVATE KEY" not in told and not told.lstrip().startswith("{"):
            told = Path(told.strip()).read_text(encoding="utf-8")
        return signer_of(str(options.get("sender_id", "hub")), str(options["key_id"]), told)
    except (OSError, ValueError):
        raise FatalError(
            "credential_refused", f"{source.name}: {variable} leads to no private key (Ed25519; PEM or JWK)"
        ) from None
