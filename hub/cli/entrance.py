"""The access context under which the local server and `hub query` read, until callers have accounts.

It reaches every area, and is given to nobody: the server listens on loopback alone.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from hub.access.areas import NATIONAL
from hub.access.context import EVERY_SCOPE, Reach, sign

if TYPE_CHECKING:
    from hub.store.database import Database

LIFE = timedelta(minutes=1)


def local_context(database: "Database") -> Callable[[], str]:
    """Makes a signed context of national reach, a new one for each statement."""
    reach = Reach(NATIONAL.ranges(), EVERY_SCOPE, "local", "local")
    return lambda: sign(database.roles.key("context"), reach, LIFE)
