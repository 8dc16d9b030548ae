"""What a caller's value goes through before it is bound: areas, names, ids, cursors, page sizes."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from hub.compiler.asked import match_rows
from hub.compiler.positions import feed_position, run_position, share_position
from hub.domain.names import match_key
from hub.domain.periods import Period
from hub.domain.wilayah import AreaCode, Level, System, key_range, parse_area
from hub.errors import InputError

MAX_PAGE = 500
DEFAULT_PAGE = 50
#: One unit of an area key at each level: the digits below it are zero.
LEVEL_UNITS = {Level.PROVINCE: 10**8, Level.KABUPATEN: 10**6, Level.KECAMATAN: 10**4, Level.DESA: 1}


@dataclass(frozen=True)
class Converter:
    """One conversion and the PostgreSQL type of what it yields."""

    type: str
    convert: Callable[[object], object]


def page_size(value: object) -> int:
    """The page size asked for, 0 to 500; 50 when none was.

    Raises:
        InputError: `page_size`, out of that range.
    """
    if value is None:
        return DEFAULT_PAGE
    size = int(str(value))
    if not 0 <= size <= MAX_PAGE:
        raise InputError("page_size", f"a page holds 0 to {MAX_PAGE} entries")
    return size


def _lowest(value: object) -> int:
    return key_range(AreaCode(System.KEMENDAGRI, str(value)))[0]


def _highest(value: object) -> int:
    return key_range(AreaCode(System.KEMENDAGRI, str(value)))[1]


def _level_unit(value: object) -> int:
    return LEVEL_UNITS[Level(int(str(getattr(value, "value", value))))]


def _bps_digits(value: object) -> str:
    """A code in bare digits, as BPS writes it; one with dots is never a BPS code and yields nothing."""
    return str(value).strip()


def _kemendagri(value: object) -> str | None:
    """The code as Kemendagri writes it, with dots; null when it has no such shape."""
    try:
        return parse_area(str(value), System.KEMENDAGRI).code
    except InputError:
        return None


def global_id(type_name: str, key: str) -> str:
    """The opaque id of an object over the whole schema."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def read_global_id(value: object) -> tuple[str, str]:
    """The type and the key inside a global id.

    Raises:
        InputError: `bad_id`, not an id that the hub gave out.
    """
    try:
        text = base64.b64decode(str(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        text = ""
    type_name, mark, key = text.partition(":")
    if not mark or not type_name or not key or "\0" in key:
        raise InputError("bad_id", "not an id that this hub gave out")
    return type_name, key


def node_key(value: object, type_name: str, kind: str) -> object:
    """The key inside a global id when it names that type, else null.

    Raises:
        InputError: `bad_id`.
    """
    named, key = read_global_id(value)
    if named != type_name:
        return None
    try:
        return _READERS[kind](key)
    except ValueError:
        raise InputError("bad_id", "not an id that this hub gave out") from None


def _run_key(value: object) -> object:
    """The number of the run that a global id names; null for an id of something else."""
    return node_key(value, "Run", "bigint")


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _persons(value: object) -> list[object]:
    """The keys in global ids of persons.

    Raises:
        InputError: `bad_id`, also for an id of something else; `limit_values`, more than a page holds.
    """
    if isinstance(value, list) and len(value) > MAX_PAGE:
        raise InputError("limit_values", f"at most {MAX_PAGE} ids")
    keys = [node_key(one, "Person", "uuid") for one in (value if isinstance(value, list) else [value])]
    if None in keys:
        raise InputError("bad_id", "not the id of a person")
    return keys


def storable(text: str) -> bool:
    """Whether PostgreSQL can hold a text."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError
    return text


def _bigint(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number


LAST_LETTER = "\U0010ffff"
"""Sorts behind every letter, by code point as the database sorts."""


def _prefix_end(text: str) -> str:
    """A text behind all that begin with this one."""
    return text + LAST_LETTER


_READERS: dict[str, Callable[[str], object]] = {
    "uuid": UUID,
    "text": str,
    "bigint": _bigint,
    "date": date.fromisoformat,
}


def cursor_part(value: object, place: int, kinds: tuple[str, ...], mark: str = "") -> object:
    """One sort key out of a cursor; null only where its kind ends in `?`.

    Args:
        value: The cursor.
        place: Which key of it.
        kinds: Kind of each key.
        mark: The connection that the cursor has to be of, and behind a blank its order where one was chosen; empty:
            the cursors of the feed, which are the keys alone.

    Raises:
        InputError: `bad_cursor`, no cursor; `cursor_list`, of another connection; `cursor_order`, made under
            another order.
    """
    try:
        parts = _parts(str(value))
        keys = _marked(parts, mark) if mark else parts
        if len(keys) != len(kinds):
            raise ValueError
        return _key(keys[place], kinds[place])
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise InputError("bad_cursor", "not a cursor of this list; take one from its edges") from None


@lru_cache(maxsize=16)
def _parts(cursor: str) -> list[object]:
    """What a cursor holds; kept for a moment, because each of its keys is asked for by itself."""
    parts = json.loads(base64.b64decode(cursor, validate=True))
    if not isinstance(parts, list):
        raise ValueError  # it is no cursor
    return parts


def _marked(parts: list[object], mark: str) -> list[object]:
    """The keys behind the mark of a cursor, which has to be this one."""
    if not parts or not isinstance(parts[0], str):
        raise ValueError
    if parts[0] != mark:
        if parts[0].partition(" ")[0] != mark.partition(" ")[0]:
            raise InputError(
                "cursor_list", "the cursor is of another list; take one from the edges of this one"
            )
        raise InputError("cursor_order", "the cursor was made under another order; begin anew")
    return parts[1:]


def _key(part: object, kind: str) -> object:
    if part is None:
        if not kind.endswith("?"):
            raise ValueError
        return None
    return _READERS[kind.rstrip("?")](_storable(str(part)))


def _first_day(value: object) -> date:
    assert isinstance(value, Period)  # noqa: S101  # the scalar has read it
    return value.start


def _after_last(value: object) -> date | None:
    assert isinstance(value, Period)  # noqa: S101  # the scalar has read it
    return value.end


CONVERTERS = {
    "lo": Converter("bigint", _lowest),
    "hi": Converter("bigint", _highest),
    "unit": Converter("bigint", _level_unit),
    "bps": Converter("text", _bps_digits),
    "kemendagri": Converter("text", _kemendagri),
    "match_key": Converter("text", lambda value: match_key(str(value))),
    "match_key_end": Converter("text", lambda value: _prefix_end(match_key(str(value)))),
    "lower": Converter("text", lambda value: str(value).lower()),
    "lower_end": Converter("text", lambda value: _prefix_end(str(value).lower())),
    "end": Converter("text", lambda value: _prefix_end(str(value))),
    "page": Converter("bigint", page_size),
    "match_rows": Converter("json", match_rows),
    "told": Converter("json", lambda value: value),
    "feed_position": Converter("bigint[]", feed_position),
    "share_position": Converter("bigint[]", share_position),
    "run_position": Converter("bigint[]", run_position),
    "run_key": Converter("bigint", _run_key),
    "texts": Converter("text[]", _texts),
    "first": Converter("date", _first_day),
    "after": Converter("date", _after_last),
    "flag": Converter("boolean", bool),
    "person_ids": Converter("uuid[]", _persons),
}
