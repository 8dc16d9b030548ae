"""The chain of the ledger: what a line is, how it is sealed to the one before, and how any change shows.

A line is JSON in one canonical form; its seal is SHA-256 over the seal before and the line. A checkpoint signs a seal
with Ed25519 and can be kept elsewhere: without one kept outside, cutting off the end or writing all anew leaves a sound
chain behind.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

BEGINNING = bytes(32)
"""The seal before the first line."""


@dataclass(frozen=True)
class Sealed:
    """One line with its seal.

    Args:
        seq: Number of the line, from 1 without gaps.
        line: Canonical JSON; it holds `seq` too.
        seal: 32 bytes.
    """

    seq: int
    line: str
    seal: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A seal as it was at one instant, signed.

    Args:
        seq: Of the line.
        seal: Of that line.
        at: ISO 8601, UTC.
        signature: Ed25519 over all before, 64 bytes.
    """

    seq: int
    seal: bytes
    at: str
    signature: bytes = b""

    def signed_text(self) -> bytes:
        """What the signature stands for."""
        return canonical({"at": self.at, "seal": self.seal.hex(), "seq": self.seq}).encode()

    def sign(self, key: Ed25519PrivateKey) -> "Checkpoint":
        """The same, signed."""
        return Checkpoint(self.seq, self.seal, self.at, key.sign(self.signed_text()))

    def to_json(self) -> str:
        """One line of the file that is kept elsewhere."""
        told = {"at": self.at, "seal": self.seal.hex(), "seq": self.seq, "signature": self.signature.hex()}
        return canonical(told)

    @classmethod
    def from_json(cls, text: str) -> "Checkpoint":
        """The checkpoint of one such line.

        Raises:
            ValueError: It is none.
        """
        try:
            told = json.loads(text)
            seal, signature = bytes.fromhex(told["seal"]), bytes.fromhex(told["signature"])
            return cls(int(told["seq"]), seal, str(told["at"]), signature)
        except (TypeError, KeyError, AttributeError):
            raise ValueError("not a checkpoint") from None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a ledger, and from where on.

    Args:
        kind: `changed`, `missing`, `cut` (shorter than a checkpoint), `rewritten` (another seal than a checkpoint's),
            `forged` (a checkpoint that none of the keys signed).
        seq: The first line that is not as it was.
    """

    kind: str
    seq: int


def canonical(told: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no blanks, so that one meaning has one text."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(before: bytes, line: str) -> bytes:
    """The seal of a line behind another."""
    return hashlib.sha256(before + line.encode()).digest()


def sealed(told: Iterable[Mapping[str, Any]], last: int = 0, before: bytes = BEGINNING) -> Iterator[Sealed]:
    """The lines behind a line, in the order given.

    Args:
        told: What each line holds, without `seq`.
        last: Number of the line before.
        before: Its seal.
    """
    for seq, each in enumerate(told, start=last + 1):
        line = canonical({**each, "seq": seq})
        before = seal(before, line)
        yield Sealed(seq, line, before)


class Verifier:
    """Holds a ledger against checkpoints, line by line.

    Args:
        checkpoints: From wherever they were kept, in any order.
        keys: That sign or ever signed checkpoints.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], keys: Sequence[Ed25519PublicKey]) -> None:
        self.faults: list[Fault] = []
        self.lines = 0
        self.sound = True
        self._before = BEGINNING
        self._anchored: dict[int, set[bytes]] = {}
        for one in checkpoints:
            if any(_signed(one, key) for key in keys):
                self._anchored.setdefault(one.seq, set()).add(one.seal)
            else:
                self.faults.append(Fault("forged", one.seq))

    def add(self, each: Sealed) -> bool:
        """Takes the next line; false from the first one on that is not as it was, for behind it nothing can be told."""
        if not self.sound:
            return False
        fault = _fault_of(each, self.lines, self._before)
        if fault is None and self._anchored.pop(each.seq, {each.seal}) != {each.seal}:
            fault = Fault("rewritten", each.seq)
        if fault is not None:
            self.faults.append(fault)
            self._anchored.clear()
            self.sound = False
            return False
        self._before, self.lines = each.seal, each.seq
        return True

    def end(self) -> list[Fault]:
        """Every fault, once the last line has come."""
        if beyond := [seq for seq in self._anchored if seq > self.lines]:
            self.faults.append(Fault("cut", min(self.lines + 1, *beyond)))
        return self.faults


def _fault_of(each: Sealed, last: int, before: bytes) -> Fault | None:
    if each.seq != last + 1:
        return Fault("missing", last + 1)
    return None if _holds(each, before) else Fault("changed", each.seq)


def _holds(each: Sealed, before: bytes) -> bool:
    """Whether a line is canonical, bears its number and is sealed to the line before."""
    try:
        told = json.loads(each.line)
    except ValueError:
        return False
    fit = isinstance(told, dict) and canonical(told) == each.line and told.get("seq") == each.seq
    return fit and seal(before, each.line) == each.seal


def _signed(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(checkpoint.signature, checkpoint.signed_text())
    except InvalidSignature:
        return False
    return True
