"""Lines of the ledger as answers leave them: what was asked stands in them as tokens, and a receipt tells of each."""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import monotonic
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.access.callers import Caller
from hub.access.sealing import LedgerKeys
from hub.errors import RetriableError

FRESH = 5.0
"""Seconds after which it is looked again whether lines are sealed."""
_plainly = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
SIGNED = ("at", "caller", "agreement", "purpose", "operation", "request")
# The texts, comments and long numbers of a document; texts and comments are found whole, so that none ends in another.
_TOLD = re.compile(r'"""(?:\\"""|(?!""").)*+(?:""")?|"(?:\\.|[^"\\\n])*+"?|#[^\r\n]*+|[0-9]{6,}+', re.DOTALL)


@dataclass(frozen=True)
class Line:
    """What an answer's statement is given for the line that it leaves.

    Args:
        request: Id that the answer bears too.
        operation: SHA-256 of the document without the values that stand in it, in hex.
        asked: Keyed tokens, in hex, of the numbers and ids that are asked for.
    """

    request: UUID
    operation: str
    asked: list[str]


@dataclass
class Ledger:
    """Makes lines and receipts, as long as lines are sealed.

    Args:
        keys: Those of now.
        waits_since: Since when a line waits to be sealed; None: none does.
        patience: How long one may wait before nothing of persons is told any more.
    """

    keys: Callable[[], LedgerKeys]
    waits_since: Callable[[], Awaitable[datetime | None]]
    patience: timedelta = timedelta(hours=4)
    _looked: float = field(default=-FRESH - 1)
    _open: bool = True
    _keys: LedgerKeys | None = None

    async def line(self, document: str, asked: Iterable[str]) -> Line:
        """The line for one answer.

        Raises:
            RetriableError: `ledger_unsealed`, lines have waited for too long: what nobody seals is no proof.
        """
        if monotonic() - self._looked > FRESH:
            since = await self.waits_since()
            self._open = since is None or datetime.now(UTC) - since < self.patience
            self._keys, self._looked = self.keys(), monotonic()
        if not self._open:
            raise RetriableError(
                "ledger_unsealed",
                "lines of the ledger wait to be sealed for too long; nothing of persons is told until they are",
            )
        token = self._now().token
        return Line(uuid4(), digest(document), sorted({token(one).hex() for one in asked}))

    def _now(self) -> LedgerKeys:
        """The keys as they were a moment ago."""
        self._keys = self._keys or self.keys()
        return self._keys

    def receipt(self, line: Line, caller: Caller) -> dict[str, str]:
        """A signed proof for the caller that the line was left: it can be found in the sealed ledger by its id."""
        told = {
            "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "caller": f"{caller.agency}/{caller.subject}",
            "agreement": caller.agreement,
            "purpose": caller.purpose,
            "operation": line.operation,
            "request": str(line.request),
        }
        signature = self._now().signing.sign(_canonical(told))
        return told | {"signature": urlsafe_b64encode(signature).rstrip(b"=").decode()}


@lru_cache(maxsize=500)
def digest(document: str) -> str:
    """What stands for a document in the ledger: SHA-256 of its text once no value stands in it.

    Texts are emptied, comments fall away, and six digits or more, in names too, are one 0. What is left tells what was
    asked; the hash of a document that holds a number of sixteen digits would tell it to whoever tries them out.
    """
    return hashlib.sha256(_TOLD.sub(_emptied, document).encode(errors="surrogatepass")).hexdigest()


def _emptied(found: re.Match[str]) -> str:
    return {"#": "", '"': '""'}.get(found[0][0], "0")


def receipt_holds(receipt: dict[str, str], keys: Iterable[Ed25519PublicKey]) -> bool:
    """Whether the hub signed a receipt by one of these keys."""
    try:
        signature = urlsafe_b64decode(receipt["signature"] + "==")
        told = _canonical({name: receipt[name] for name in SIGNED})
    except (KeyError, ValueError, TypeError):
        return False
    for key in keys:
        try:
            key.verify(signature, told)
        except InvalidSignature:
            continue
        return True
    return False


def _canonical(told: dict[str, str]) -> bytes:
    return _plainly.encode(told).encode()
