"""The access context under which the local server and `hub query` read, until callers have accounts.

It reaches every area, and is given to nobody: the server listens on loopback alone.
"""

import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.store.database import Database

NATIONAL = (0, 9_999_999_999)
LIFE = 60
"""Seconds a context is good for, by the machine's clock, which is the one the database checks."""


def local_context(database: "Database") -> Callable[[], str]:
    """Makes a signed context of national reach, a new one for each statement."""
    key = database.roles.derive("context")

    def sign() -> str:
        payload = f"{NATIONAL[0]}:{NATIONAL[1]}:{int(time.time()) + LIFE}:0:local:local"
        return f"{payload}.{hmac.digest(key, payload.encode(), 'sha256').hex()}"

    return sign
