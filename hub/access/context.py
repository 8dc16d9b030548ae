"""Signs the access context that PostgreSQL checks on entry (`hub.enter`), so that it cannot be widened.

Context: `<areas>:<scopes>:<programs>:<expires>:<pid>:<caller>:<agreement>:<purpose>.<MAC>`, where areas are ranges of
area keys `<lo>-<hi>` joined by commas, both ends inclusive, programs are `*` or codes joined by commas, and the MAC is
HMAC-SHA-256 in lower-case hex over all before the point.
"""

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from hub.access.areas import MOST_RANGES, NATIONAL_KEYS, Range
from hub.errors import InputError

LIFE = timedelta(seconds=30)
EVERY_SCOPE = (1 << 62) - 1
"""Of the operator of this machine; no agreement grants it."""
WITHHELD = 1 << 62
"""Beside the scopes: of a purpose that may see restricted and protected persons; the operator has it not."""
EVERY_PROGRAM = "*"
_FORBIDDEN = frozenset(":.\0")
_FORBIDDEN_IN_CODES = _FORBIDDEN | {",", EVERY_PROGRAM}


@dataclass(frozen=True)
class Reach:
    """What one caller may read.

    Args:
        ranges: Lowest and highest area key of each area, both inclusive, ascending and apart; none: no row at all.
        scopes: Granted scopes, a bit each (`Terms.bits`); 0: nothing that speaks of a person. `WITHHELD` beside them
            shows persons whom others may not see.
        caller: Who reads, `agency/client`; without colon, point and NUL.
        purpose: What for; likewise, and blank where nothing personal is asked.
        agreement: Code and version of what grants it; likewise.
        programs: Codes of the programs that may be seen; None: every one.
    """

    ranges: Sequence[Range]
    scopes: int
    caller: str
    purpose: str = ""
    agreement: str = ""
    programs: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """What no context can hold is refused before it is signed.

        Raises:
            InputError: `context_unfit`.
        """
        ends = [end for each in self.ranges for end in each]
        if ends != sorted(ends) or not all(0 <= end <= NATIONAL_KEYS[1] for end in ends):
            raise InputError("context_unfit", "area keys have at most 10 digits, the lower first")
        if len(self.ranges) > MOST_RANGES or not 0 <= self.scopes <= EVERY_SCOPE | WITHHELD:
            raise InputError("context_unfit", f"at most {MOST_RANGES} areas; scopes are a number of 62 bits")
        if not all(code and not _FORBIDDEN_IN_CODES & {*code} for code in self.programs or ()):
            raise InputError(
                "context_unfit", "codes of programs: texts without colon, point, comma, star and NUL"
            )
        if not self.caller or _FORBIDDEN & {*self.caller, *self.purpose, *self.agreement}:
            raise InputError(
                "context_unfit", "caller, purpose, agreement: texts without colon, point and NUL"
            )

    @cached_property
    def text(self) -> str:
        """Areas, scopes and programs as the context has them."""
        programs = EVERY_PROGRAM if self.programs is None else ",".join(sorted(self.programs))
        return f"{','.join(f'{lo}-{hi}' for lo, hi in self.ranges)}:{self.scopes}:{programs}"


def plain(subject: str) -> str:
    """A subject without what parts a context, so that two subjects stay two."""
    for sign_, code in (("%", "%25"), (":", "%3A"), (".", "%2E"), ("\0", "%00")):
        subject = subject.replace(sign_, code)
    return subject


def sign(key: bytes, reach: Reach, expires_in: timedelta = LIFE, pid: int = 0) -> str:
    """A context that lets a caller read for a short while.

    It expires by the machine's time and not by the hub's clock, for the database checks it by its own.

    Args:
        key: `Roles.derive("context")`, 32 bytes.
        reach: What may be read.
        expires_in: How long it is good for; counted in whole seconds, rounded down.
        pid: The one database backend that it is good for; 0 for any.

    Raises:
        InputError: `context_unfit`, a number that is no backend's.
    """
    if pid < 0:
        raise InputError("context_unfit", "a pid is from 0")
    expires = int(time.time() + expires_in.total_seconds())
    payload = f"{reach.text}:{expires}:{pid}:{reach.caller}:{reach.agreement}:{reach.purpose}"
    return f"{payload}.{_mac(key, payload)}"


@lru_cache(maxsize=256)
def _mac(key: bytes, payload: str) -> str:
    """Kept, because all contexts that one caller is given within a second are the same."""
    return hmac.digest(key, payload.encode(), hashlib.sha256).hex()
