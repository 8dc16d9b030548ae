"""What every open door does alike: it bounds what is asked, reads without a context, and lets caches keep the answer.

No statement of these doors enters a context (`hub.enter`). The policies of every table of persons admit no row without
one, so that nothing personal can be reached, whatever is asked and wherever the server listens.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.catalog_api.shelf import Shelf
from hub.compiler.engine import Reads
from hub.schema.admission import Admission
from hub.schema.asking import JSON, Malformed
from hub.schema.budget import Budget
from hub.schema.caching import kept
from hub.schema.coding import compressed
from hub.schema.door import told_of
from hub.schema.messages import language_of
from hub.schema.refusing import refusal

LONGEST_QUERY_STRING = 8 * 1024
PLACES = 2
"""Requests that read at one time, each with a connection of the open doors' own."""
SECONDS = 2.0
"""Seconds after which the database ends a statement of theirs."""
LEAST_COST = 100
"""Rows that a request counts at least, whatever it yields."""
OPEN_TO_ALL = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
"""What stands behind these doors is everybody's, so that pages of other sites may read it too."""


@dataclass(frozen=True)
class Told:
    """An answer.

    Args:
        body: Its bytes, or what JSON is made of.
        media: Its media type.
        headers: Beside the usual ones.
        status: HTTP status; caches keep 200 alone.
    """

    body: Any
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def bytes(self) -> bytes:
        """The body as it goes out."""
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


@dataclass(frozen=True)
class Asked:
    """A request, with what every door wants to know of it.

    Args:
        http: The request.
        language: `id` or `en`.
        base: Scheme and host under which permanent addresses begin; no slash at its end.
        door: What it is answered by.
    """

    http: HttpRequest
    language: str
    base: str
    door: "OpenDoor"

    @property
    def path(self) -> Mapping[str, str]:
        """The named parts of the path."""
        found: Mapping[str, str] = self.http.path_params
        return found

    def words(self, *allowed: str) -> dict[str, str]:
        """The parameters of the query string.

        Raises:
            Malformed: 400, one is unknown, stands twice or holds what no text holds.
        """
        found: dict[str, str] = {}
        for name, value in self.http.query_params.multi_items():
            if name not in allowed or name in found:
                told = ", ".join(allowed) or "-"
                raise Malformed(
                    400,
                    f"parameter tidak dikenal atau berulang; yang ada: {told}",
                    f"a parameter is unknown or stands twice; there are: {told}",
                )
            found[name] = clean(value)
        return found

    async def read(self, sql: str, *values: object, rows: int = 0) -> Any:
        """What JSON a statement yields, read without a context.

        Args:
            sql: A constant statement of one value.
            values: Its parameters.
            rows: Rows that it may yield, taken from the budget of whoever asks.
        """
        self.door.take(self.http, rows)
        text = await self.text(sql, values)
        return orjson.loads(text) if text else None

    async def text(self, sql: str, values: Sequence[object]) -> str | None:
        """The text that a statement yields; costs nothing by itself."""
        async with self.door.admission:
            return await self.door.reads.text(sql, values)


Work = Callable[[Asked], Awaitable[Told]]


@dataclass(frozen=True)
class OpenDoor:
    """Answers what anybody may ask.

    Args:
        reads: Where it reads: under the role that owns nothing.
        budget: Rows that each address may still ask for.
        admission: How many requests are worked on at one time.
        shelf: The released data sets.
        base: Scheme and host of permanent addresses; empty: those by which the server is asked.
    """

    reads: Reads
    budget: Budget
    admission: Admission
    shelf: Shelf
    base: str = ""

    def take(self, http: HttpRequest, rows: int) -> None:
        """Takes rows from the budget of an address.

        Raises:
            SpentError: `limit_budget`.
        """
        self.budget.take(http.client.host if http.client else "", max(rows, LEAST_COST))

    async def answer(
        self, http: HttpRequest, work: Work, methods: Sequence[str] = ("GET",), *, open_to_all: bool = True
    ) -> Response:
        """The answer to one request; whatever goes wrong is told in the hub's usual form.

        Args:
            http: The request.
            work: What makes the answer.
            methods: Those it takes, beside HEAD and OPTIONS.
            open_to_all: Whether pages of other sites may read the answer.
        """
        language = language_of(http.headers.get("accept-language", ""))
        if http.method == "OPTIONS":
            response = _preflight(methods, open_to_all=open_to_all)
        elif http.method not in (*methods, "HEAD"):
            response = _not_allowed(methods, language)
        else:
            response = await self._answered(http, work, language)
        response.raw_headers += [*told_of(language), *(OPEN_TO_ALL if open_to_all else ())]
        return await compressed(response, http.headers.get("accept-encoding", ""))

    async def _answered(self, http: HttpRequest, work: Work, language: str) -> Response:
        try:
            if len(http.url.query) > LONGEST_QUERY_STRING:
                raise Malformed(414, "alamat terlalu panjang", "the address is too long")
            asked = Asked(http, language, self.base or f"{http.url.scheme}://{http.url.netloc}", self)
            told = await work(asked)
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            return refusal(error, language, JSON)
        if http.method == "POST" or told.status != 200:
            response = Response(told.bytes(), told.status, media_type=told.media)
        else:
            response = kept(told.bytes(), told.media, http.headers.get("if-none-match", ""))
        for name, value in told.headers.items():
            response.headers[name] = value
        return response


def clean(text: str) -> str:
    """A text that the database can hold.

    Raises:
        Malformed: 400, it holds NUL or half of a surrogate pair.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _no_text() from None
    if "\0" in text:
        raise _no_text()
    return text


def _no_text() -> Malformed:
    return Malformed(400, "teks memuat NUL atau surrogate", "a text holds NUL or half of a surrogate pair")


def _allow(methods: Sequence[str]) -> str:
    return ", ".join([*methods, "HEAD", "OPTIONS"])


def _preflight(methods: Sequence[str], *, open_to_all: bool) -> Response:
    """What may be asked; of pages elsewhere no header that speaks for a caller is taken."""
    headers = {"allow": _allow(methods)}
    if open_to_all:
        headers |= {
            "access-control-allow-methods": _allow(methods),
            "access-control-allow-headers": "content-type",
        }
    return Response(status_code=204, headers=headers)


def _not_allowed(methods: Sequence[str], language: str) -> Response:
    told = ", ".join(methods)
    response = refusal(Malformed(405, f"mintalah dengan {told}", f"ask by {told}"), language, JSON)
    response.headers["allow"] = _allow(methods)
    return response
