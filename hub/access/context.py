"""Signs the access context that PostgreSQL checks on entry (`hub.enter`), so that it cannot be widened.

Context: `<lo>:<hi>:<expires>:<pid>:<caller>:<purpose>.<MAC>`, where the MAC is HMAC-SHA-256 in lower-case hex
over all before the point.
"""

import hashlib
import hmac
import time
from datetime import timedelta

from hub.errors import InputError

NATIONAL = (0, 9_999_999_999)
"""Reach of every area key; 0 is the key of what has no known area."""
LIFE = timedelta(seconds=30)
_FORBIDDEN = frozenset(":.\0")


def caller_of(context: str) -> str:
    """Who reads by a context, as it says; only the database knows whether that is true. Empty where it names nobody."""
    parts = context.split(":")
    return parts[4] if len(parts) > 4 else ""


def sign(
    key: bytes, areas: tuple[int, int], caller: str, purpose: str, expires_in: timedelta = LIFE, pid: int = 0
) -> str:
    """A context that lets a caller read some areas for a short while.

    It expires by the machine's time and not by the hub's clock, for the database checks it by its own.

    Args:
        key: `Roles.derive("context")`, 32 bytes.
        areas: Lowest and highest area key (10 digits), both inclusive.
        caller: Who reads; without colon, point and NUL.
        purpose: What for; likewise.
        expires_in: How long it is good for; counted in whole seconds, rounded down.
        pid: The one database backend that it is good for; 0 for any.

    Raises:
        InputError: `context_unfit`, a part that the context cannot hold.
    """
    lo, hi = areas
    if not 0 <= lo <= hi <= NATIONAL[1] or pid < 0:
        raise InputError(
            "context_unfit", "area keys have at most 10 digits, the lower first; a pid is from 0"
        )
    if not caller or not purpose or _FORBIDDEN & {*caller, *purpose}:
        raise InputError("context_unfit", "caller and purpose are texts without colon, point and NUL")
    expires = int(time.time() + expires_in.total_seconds())
    payload = f"{lo}:{hi}:{expires}:{pid}:{caller}:{purpose}"
    return f"{payload}.{hmac.digest(key, payload.encode(), hashlib.sha256).hex()}"
