"""What a fault makes of a whole answer: its bytes, its rows, or the page it stands for."""

import gzip
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

BOMB_BYTES = 10_000_000
DEPTH = 200_000
DIGITS = 5_000
Body = dict[str, Any]
_NIK = re.compile(rb'"nik": *(?:"[^"]*"|null|[0-9]+)')


def _in_front(member: bytes) -> Callable[[bytes], bytes]:
    """Puts a member before those of an object."""
    return lambda body: b"{" + member + b"," + body[1:]


@cache
def _bomb() -> bytes:
    """Some thousand bytes that unpack to a thousand times as many."""
    return gzip.compress(bytes(BOMB_BYTES))


#: Faults of the bytes.
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda body: bytes(len(body)),
    "empty": lambda _: b"",
    "short_json": lambda body: body[: len(body) // 2],
    "bad_gzip": lambda body: body,
    "bomb": lambda _: _bomb(),
    "cp1252": lambda body: body.replace(b'":"', b'":"\xe9', 1),
    "utf16": lambda body: body.decode().encode("utf-16"),
    "bom": lambda body: b"\xef\xbb\xbf" + body,
    "nan": _in_front(b'"odd":NaN'),
    "key_twice": _in_front(b'"rows":[]'),
    "big_int": lambda body: _NIK.sub(b'"nik":' + b"9" * DIGITS, body, count=1),
    "deep": _in_front(b'"odd":' + b"[" * DEPTH + b"]" * DEPTH),
}
#: Answers that call themselves compressed.
COMPRESSED = frozenset({"bad_gzip", "bomb"})


def _each(body: Body, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Body:
    return {**body, "rows": [change(row) for row in body["rows"]]}


def _first(body: Body, changed: dict[str, Any]) -> Body:
    rows = body["rows"]
    return {**body, "rows": [{**rows[0], **changed}, *rows[1:]] if rows else rows}


def _halved(body: Body) -> Body:
    rows = body["rows"][: len(body["rows"]) // 2]
    return {**body, "rows": rows, "total": len(rows), "last": True}


#: Faults of a page of rows.
ROWS: dict[str, Callable[[Body], Body]] = {
    "reordered": lambda body: {**body, "rows": body["rows"][::-1]},
    "doubled": lambda body: {**body, "rows": [*body["rows"], *body["rows"][:1]]},
    "field_gone": lambda body: _each(body, lambda row: {k: v for k, v in row.items() if k != "nisn"}),
    "type_changed": lambda body: _each(body, lambda row: {**row, "nisn": {"value": row["nisn"]}}),
    "nul": lambda body: _first(body, {"nama": "A\x00B"}),
    "surrogate": lambda body: _first(body, {"nama": "A\ud800B"}),
    "vanished": lambda body: {**body, "rows": [], "total": 0, "last": True},
    "halved": _halved,
    "emptied": lambda body: {**body, "rows": [], "last": False},
    "no_rows": lambda body: {name: value for name, value in body.items() if name != "rows"},
    "next_stuck": lambda body: {**body, "next": body.get("at"), "last": False},
}
#: Faults that answer with another page than the one asked for, under its number or under their own.
PAGES = {"page_before": -1, "page_after": 1, "page_repeated": -1, "page_missing": 1}
DISGUISED = frozenset({"page_repeated", "page_missing"})


def other_page(query: bytes, mode: str) -> bytes:
    """The query of the page that is served instead; the first has none before it."""
    if mode not in PAGES:
        return query
    asked = dict(parse_qsl(query.decode()))
    asked["page"] = str(max(1, int(asked.get("page", "1")) + PAGES[mode]))
    return urlencode(asked).encode()


def spoiled(body: bytes, mode: str, query: bytes) -> bytes:
    """The body that is sent instead; one that is no page of rows stays as it is under a fault of pages."""
    if mode in BYTES:
        return BYTES[mode](body)
    try:
        page = json.loads(body)
    except ValueError:
        return body
    if not isinstance(page, dict) or "rows" not in page:
        return body
    if mode in DISGUISED:
        asked = dict(parse_qsl(query.decode()))
        page["page"] = int(asked.get("page", "1"))
    change = ROWS.get(mode)
    return json.dumps(change(page) if change else page).encode()
