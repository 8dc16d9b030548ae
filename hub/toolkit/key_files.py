"""Public keys of those the hub exchanges signed messages with, from files (JWKS, RFC 7517)."""

import json
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.errors import FatalError


class KeyFiles:
    """Files of public keys; one is read anew when it has changed.

    Args:
        directory: Below which relative paths lie.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[Path, tuple[int, KeySet]] = {}

    def keys(self, file: Path) -> KeySet:
        """The keys in a file as they are now.

        Raises:
            FatalError: `config_invalid`, it can't be read, or holds a private key.
        """
        path = self._directory / file
        try:
            changed = path.stat().st_mtime_ns
            if path not in self._read or self._read[path][0] != changed:
                self._read[path] = changed, _public(path.read_bytes())
        except (OSError, ValueError, TypeError, LookupError, JoseError):
            raise FatalError("config_invalid", f"{file.name}: its public keys (JWKS) can't be read") from None
        return self._read[path][1]


def _public(body: bytes) -> KeySet:
    keys = KeySet.import_key_set(json.loads(body))
    if any(key.is_private for key in keys.keys):
        raise ValueError
    return keys
