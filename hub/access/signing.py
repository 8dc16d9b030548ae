"""Files that leave the hub signed: their digests, by the key with which it signs its ledger."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.errors import InputError

__all__ = ["PrivateKey", "PublicKey", "canonical", "public_key", "signed", "unsigned"]


def canonical(told: object) -> bytes:
    """The one form in bytes that is signed."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(files: Mapping[str, bytes], key: PrivateKey) -> bytes:
    """The digests of files, signed; JSON with `files`, `key` (public, hex) and `signature` (hex)."""
    told = {name: hashlib.sha256(found).hexdigest() for name, found in files.items()}
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    return canonical({"files": told, "key": public, "signature": key.sign(canonical(told)).hex()})


def public_key(told: str) -> PublicKey:
    """The key of 64 hex digits.

    Raises:
        InputError: `bad_key`.
    """
    try:
        return PublicKey.from_public_bytes(bytes.fromhex(told))
    except ValueError:
        raise InputError("bad_key", "a public key is 64 hex digits") from None


def unsigned(files: Mapping[str, bytes], told: dict[str, Any], keys: Iterable[PublicKey] = ()) -> list[str]:
    """Which files are not as they were signed, or that nobody trusted signed them; empty: all holds.

    Args:
        files: By name: every file that has to be signed.
        told: What `signed` made of them.
        keys: That are trusted; none: the key that is named is taken for it, which tells nothing of who signed.

    Raises:
        KeyError, ValueError, InputError: It is none.
    """
    if told["files"].keys() != files.keys():
        return [f"what is signed is not {', '.join(sorted(files))}"]
    wrong = [
        f"{name} is not as it was signed"
        for name, digest in sorted(told["files"].items())
        if hashlib.sha256(files[name]).hexdigest() != digest
    ]
    trusted = list(keys) or [public_key(told["key"])]
    for key in trusted:
        try:
            key.verify(bytes.fromhex(told["signature"]), canonical(told["files"]))
        except InvalidSignature:
            continue
        return wrong
    return [*wrong, "no key of this hub signed it"]
