"""The four database roles of the hub and their passwords.

`<prefix>_owner` owns every table and cannot log in; `<prefix>_ingest` writes; `<prefix>_app` reads under
row-level security and owns nothing; `<prefix>_ledger` seals the ledger and sees nothing else. Passwords are derived
from one secret, so that nothing but that secret has to be kept: HUB_SECRET when set, else a file made once in the
data directory.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from hub.settings import Settings
from hub.store.generations import KeyName, Ring, use_of

SECRET_FILE = "secret"  # noqa: S105  # The name of a file.
SECRET_BYTES = 32


class Role(StrEnum):
    """What a connection is for."""

    OWNER = "owner"
    INGEST = "ingest"
    APP = "app"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Roles:
    """Names and passwords of the roles of one hub.

    Args:
        prefix: What the names begin with; two hubs on one server need two prefixes.
        secret: Key from which the passwords are derived.
        ring: Generations of the keys; those of a hub that never changed one, until the database was asked.
    """

    prefix: str
    secret: bytes
    ring: Ring = field(default_factory=Ring, compare=False)

    def name(self, role: Role) -> str:
        """Name of a role in the database."""
        return f"{self.prefix}_{role.value}"

    def password(self, role: Role) -> str:
        """Password of a role that logs in: HMAC-SHA-256 of its name, in hex."""
        return self.derive(f"database role {self.name(role)}").hex()

    def derive(self, use: str) -> bytes:
        """A 32-byte key for one use, from which neither the secret nor another key can be told."""
        return _derived(self.secret, use)

    def key(self, name: KeyName) -> bytes:
        """The key that signs now."""
        return self.derive(use_of(name, self.ring.signing(name)))

    def derive_pseudonyms(self, use: str) -> bytes:
        """The key of the pseudonyms of one use, in the generation that signs now."""
        generation = self.ring.signing("pseudonyms")
        return self.derive(use if generation == 1 else f"{use} {generation}")

    def keys(self, name: KeyName) -> tuple[bytes, ...]:
        """The keys of every generation there ever was, the oldest first."""
        return tuple(self.derive(use_of(name, one.number)) for one in self.ring.every(name))


@lru_cache(maxsize=64)
def _derived(secret: bytes, use: str) -> bytes:
    """Kept, because the context of every statement is signed by such a key."""
    return hmac.digest(secret, use.encode(), hashlib.sha256)


def roles_of(settings: Settings) -> Roles:
    """The roles of the hub with these settings; makes the secret file on first use."""
    secret = (
        settings.secret.get_secret_value().encode() if settings.secret else _kept_secret(settings.data_dir)
    )
    return Roles(settings.effective_role_prefix, secret)


def _kept_secret(data_dir: Path) -> bytes:
    """The secret of the data directory; whoever comes first makes it, atomically and for the owner alone."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / SECRET_FILE
    if not path.exists():
        # A process number would not do: threads share it, and so may containers that share the directory.
        draft = data_dir / f".{SECRET_FILE}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first, and its secret is the one that counts.
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text().strip())
