"""What a reconciliation client asks, read strictly: queries by GET or POST, one or a batch of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from hub.catalog_api.open_door import clean
from hub.schema.asking import JSON, LARGEST_BODY, Malformed
from hub.schema.awaiting import Left

MOST_QUERIES = 50
LONGEST_WORD = 200
MOST_PROPERTIES = 10
USUAL_RESULTS, MOST_RESULTS = 10, 25
FORM = "application/x-www-form-urlencoded"
MEMBERS = frozenset({"query", "type", "limit", "properties", "type_strict"})


@dataclass(frozen=True)
class Query:
    """One thing to be found.

    Args:
        text: What the list calls it.
        types: Ids of types it may be of; empty: of any.
        limit: Candidates at most.
        properties: Further words by property; several for one are all admitted.
    """

    text: str
    types: tuple[str, ...] = ()
    limit: int = USUAL_RESULTS
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def words(self, name: str) -> tuple[str, ...]:
        """What is said of a property; empty: nothing."""
        return self.properties.get(name, ())


async def sent(http: HttpRequest) -> dict[str, str]:
    """What a request says: its query string, and the body of a POST as a form or as JSON, each name once.

    Raises:
        Malformed: 400, 413, 415.
    """
    pairs = http.query_params.multi_items()
    if http.method == "POST" and http.headers.get("content-length", "") != "0":
        pairs += await _body(http)
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(400, "parameter berulang", "a parameter stands twice")
        found[name] = clean(value)
    return found


async def _body(http: HttpRequest) -> list[tuple[str, str]]:
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, JSON):
        raise Malformed(415, f"kirimlah {FORM} atau {JSON}", f"send {FORM} or {JSON}")
    found = bytearray()
    try:
        async for piece in http.stream():
            found += piece
            if len(found) > LARGEST_BODY:
                raise Malformed(413, "permintaan lebih dari 256 KB", "the request is over 256 KB")
    except ClientDisconnect:
        raise Left from None
    try:
        if kind == FORM:
            return parse_qsl(found.decode(), keep_blank_values=True, max_num_fields=20)
        given = orjson.loads(bytes(found))
        if not isinstance(given, dict):
            raise ValueError(kind)
        return [
            (name, value if isinstance(value, str) else orjson.dumps(value).decode())
            for name, value in given.items()
        ]
    except ValueError:
        raise Malformed(400, "isi tidak dapat dibaca", "the body can't be read") from None


def batch(text: str) -> dict[str, Query]:
    """The queries of `queries`, by the keys that the client gave them.

    Raises:
        Malformed: 400, they are none, too many, or not well-formed.
    """
    given = _json(text)
    if not isinstance(given, dict) or not 0 < len(given) <= MOST_QUERIES:
        raise Malformed(
            400,
            f"`queries` adalah objek dengan 1 sampai {MOST_QUERIES} pertanyaan",
            f"`queries` is an object of 1 to {MOST_QUERIES} queries",
        )
    return {name: _query(one) for name, one in given.items()}


def single(text: str) -> Query:
    """The query of `query`: JSON, or the bare text to be found."""
    return _query(_json(text)) if text.lstrip().startswith("{") else _query({"query": text})


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed(400, "bukan JSON yang sah", "not valid JSON") from None


def _query(given: Any) -> Query:
    if not isinstance(given, dict) or not given.keys() <= MEMBERS:
        raise _unfit()
    types, limit = given.get("type") or (), given.get("limit", USUAL_RESULTS)
    types = (types,) if isinstance(types, str) else tuple(types) if isinstance(types, list) else ()
    if (
        not (isinstance(limit, int) and not isinstance(limit, bool) and limit > 0)
        or len(types) > MOST_PROPERTIES
    ):
        raise _unfit()
    said = given.get("properties") or []
    if not isinstance(said, list) or len(said) > MOST_PROPERTIES or not all(map(_property, said)):
        raise _unfit()
    return Query(
        _word(given.get("query", "")),
        tuple(_word(one) for one in types),
        min(limit, MOST_RESULTS),
        {_word(one["pid"]): _words(one["v"]) for one in said},
    )


def _property(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("pid"), str) and "v" in one


def _words(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if len(values) > MOST_PROPERTIES:
        raise _unfit()
    return tuple(_word(one.get("id", "") if isinstance(one, dict) else one) for one in values)


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST_WORD:
        raise _unfit()
    return clean(str(value)).strip()


def _unfit() -> Malformed:
    return Malformed(
        400,
        f"pertanyaan: query (teks sampai {LONGEST_WORD}), type, limit, properties [{{pid, v}}]",
        f"a query has: query (a text of up to {LONGEST_WORD}), type, limit, properties [{{pid, v}}]",
    )
