"""Where a reader of a feed stands: the cursor, the instant or nothing that the arguments name, as one value."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from hub.domain import clock
from hub.errors import InputError

VERSION = 2
"""Of cursors of changes, their first number. Those of version 1 were the six parts of a position and no more."""
PARTS = 6
"""Of a position: filter, watermark when the cursor was made, instant that tombstones follow, and the last change:
instant, kind, key. Instants in microseconds since 1970."""
SEALED = PARTS + 5
"""Parts of a cursor behind its version: of the position, and what the database made of it (`hub.feed_cursor`)."""
NARROWING = ("types", "wilayah", "ids")
PAGING = ("first", "last", "after", "before")
LAST = 2**63 - 1
EXPORT = -1
"""Last part of the position behind an export, in which the kind of a change has its day and the first instant that of
how far it may have seen."""
SHARE = -2
"""Last part of the position of a feed between hubs. Its others: filter, cut of the window that is being read (0: a new
one), number of the last version told, instant and record of the last end."""
SHARED = ("wilayah", "sources")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_position(given: object) -> list[int | None]:
    """The parts of the position that the arguments of a feed name; nulls where they name none.

    Raises:
        InputError: `bad_cursor`, `cursor_old`, `cursor_of_another` (made under other narrowing arguments),
            `since_and_after`. Whether the cursor was given out to this caller is for the database to find.
    """
    arguments: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    after, since, mark = arguments.get("after"), arguments.get("since"), _mark(arguments)
    if after is None and not isinstance(since, datetime):
        return [mark, None, None, None, None, None]
    if isinstance(since, datetime):
        if after is not None:
            raise InputError("since_and_after", "ask with `since` or with `after`, not with both")
        at = (since - _EPOCH) // timedelta(microseconds=1)
        return [mark, None, at, at, LAST, LAST]
    parts = _sealed(after)
    if parts[0] != mark:
        raise InputError(
            "cursor_of_another",
            "the cursor was made under another filter; ask with the same, or from the start",
        )
    return [*parts]


def _sealed(after: object) -> list[int]:
    """The parts of a cursor behind its version.

    Raises:
        InputError: `bad_cursor`; `cursor_old`, of a version before.
    """
    try:
        version, *parts = numbers(after, 1 + SEALED)
    except InputError:
        version, parts = VERSION - 1, numbers(after, PARTS)
    if version != VERSION:
        raise InputError("cursor_old", "the cursor is of an earlier form of the feed; begin anew")
    return parts


def share_position(given: object) -> list[int | None]:
    """The parts of the position that the arguments of a feed between hubs name; nulls where they name none.

    Raises:
        InputError: `bad_cursor`, `cursor_old`, `cursor_of_another` (of other narrowing arguments, or another feed).
    """
    arguments: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    mark = _mark(arguments, SHARED)
    if arguments.get("after") is None:
        return [mark, None, None, None, None, None]
    parts = _sealed(arguments["after"])
    if parts[0] != mark or parts[PARTS - 1] != SHARE:
        raise InputError(
            "cursor_of_another",
            "the cursor was made under another narrowing, or by another feed; begin anew",
        )
    return [*parts]


def export_position(since: str, mark: int) -> list[int | None]:
    """The parts of the position behind which an export begins.

    Args:
        since: Cursor of an export before (`Hub-Next`), or an instant with its offset, exclusive.
        mark: Number of what the export is narrowed by (`export_mark`).

    Raises:
        InputError: `bad_cursor`, neither; `cursor_old`; `cursor_of_another`, the cursor of another export.
    """
    try:
        instant = datetime.fromisoformat(since)
    except ValueError:
        instant = None
    if instant is not None and instant.tzinfo is not None:
        at = (instant - _EPOCH) // timedelta(microseconds=1)
        return [mark, None, at, at, epoch_day(clock.day_of(instant)), EXPORT]
    parts = _sealed(since)
    if parts[0] != mark or parts[PARTS - 1] != EXPORT:
        raise InputError(
            "cursor_of_another",
            "the cursor was made by another export; ask with the same filter, or take all of it",
        )
    return [*parts]


def export_mark(root: str, arguments: Mapping[str, object]) -> int:
    """A number of what an export is narrowed by, whatever part of it is asked for and in whatever order."""
    narrowing = {name: one for name, one in arguments.items() if name not in (*PAGING, "orderBy", "knownAt")}
    said = json.dumps([root, narrowing], default=lambda one: str(getattr(one, "value", one)), sort_keys=True)
    return int.from_bytes(blake2b(said.encode(), digest_size=6).digest())


def epoch_day(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH.date()).days


def run_position(given: object) -> list[int | None]:
    """The number of the run in the cursor of a feed of runs; null without one.

    Raises:
        InputError: `bad_cursor`.
    """
    after = given.get("after") if isinstance(given, Mapping) else None
    return [None] if after is None else [*numbers(after, 1)]


def numbers(cursor: object, count: int) -> list[int]:
    """The whole numbers, each a bigint, in a cursor of so many.

    Raises:
        InputError: `bad_cursor`.
    """
    try:
        parts = json.loads(base64.b64decode(str(cursor), validate=True))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        parts = None
    fit = isinstance(parts, list) and len(parts) == count
    if not fit or not all(type(part) is int and -(2**63) <= part <= LAST for part in parts):
        raise InputError("bad_cursor", "not a cursor of this feed; take one from its `next`")
    return [*parts]


def _mark(arguments: Mapping[str, object], narrowing: tuple[str, ...] = NARROWING) -> int:
    """A number of the narrowing arguments, the same in whatever order a list has them."""
    said = [_said(arguments.get(name)) for name in narrowing]
    return int.from_bytes(blake2b(json.dumps(said).encode(), digest_size=6).digest())


def _said(value: object) -> list[str] | None:
    if value is None:
        return None
    each = value if isinstance(value, list) else [value]
    return sorted({str(getattr(one, "value", one)) for one in each})
