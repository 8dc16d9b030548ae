"""What earlier runs of a source left behind for the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.toolkit.allowance import Allowance

Seen = frozenset[tuple[str, str]]
#: By listing, what the last run kept: `{"since": instant}` or `{"cursor": token}`.
State = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier runs left.

    Attributes:
        seen: Name and sha256 of files that have landed and need not come again.
        state: Where incremental listings go on; None or empty for the beginning.
        allowance: Calls that may still be made today; it counts those of this run. None counts against the
            quota of the entry alone.
        glance: Whether the first page is enough: somebody looks at the source, and nothing lands.
    """

    seen: Seen = frozenset()
    state: State | None = None
    allowance: Allowance | None = None
    glance: bool = False
