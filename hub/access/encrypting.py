"""Files encrypted a piece at a time, so that a backup of any size needs no memory and holds no name in clear.

Each file has a key of its own, HMAC-SHA-256 of a random salt under the key given. Pieces of 1 MiB are AES-256-GCM, with
their number and whether one is the last as nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár,
2015): a piece that is changed, missing, moved or cut off is found when it is reached, and nothing behind it is told.
"""

import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC = b"hub encrypted 1\n"
SALT_BYTES = 16
PIECE = 1 << 20
TAG_BYTES = 16


class Encrypting(io.RawIOBase):
    """A file to write to that goes out encrypted; it is whole once it is closed.

    Args:
        key: 32 bytes.
        out: Where the encrypted bytes go; it stays open.
    """

    def __init__(self, key: bytes, out: BinaryIO) -> None:
        super().__init__()
        salt = os.urandom(SALT_BYTES)
        self._cipher, self._out = _cipher(key, salt), out
        self._held, self._number = bytearray(), 0
        out.write(MAGIC + salt)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, plain: "Buffer") -> int:
        """Takes bytes of any length."""
        self._held += plain
        # One byte more than a piece has to be there: the last piece is told from the others.
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return memoryview(plain).nbytes

    def close(self) -> None:
        """Writes the last piece, without which the file counts as cut off."""
        if not self.closed:
            self._put(bytes(self._held), last=True)
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


def decrypted(key: bytes, file: BinaryIO) -> Iterator[bytes]:
    """What was encrypted; each piece is told once it is known to be whole and in its place.

    Raises:
        ValueError: The file is none of ours, was made under another key, or is not as it was.
    """
    head = file.read(len(MAGIC) + SALT_BYTES)
    if len(head) < len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise ValueError("no encrypted file")
    cipher, number = _cipher(key, head[len(MAGIC) :]), 0
    piece = file.read(PIECE + TAG_BYTES)
    while True:
        following = file.read(PIECE + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, None)
        except InvalidTag:
            raise ValueError(f"piece {number} is not as it was") from None
        if not following:
            return
        piece, number = following, number + 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, salt, hashlib.sha256))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
