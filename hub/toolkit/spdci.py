"""Registries that speak the SPDCI interfaces: `sync/search` by one identifier, or by criteria page by page.

Source: SPDCI API standards 1.0.0 (social registry, CRVS, IBR; OpenAPI of the public conformance suite). What is asked
is signed where the entry says how, and what is answered has to be where it names the registry's keys
(`hub.toolkit.seals`).
"""

import hashlib
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from hub.domain import clock
from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.credentials import where_to_look
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.listings import PAGE_SIZE, line_pages
from hub.toolkit.page_styles import Book, Place, Sheet
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.scratch import scratch
from hub.toolkit.seals import seals_of

PATH = "/registry/sync/search"
#: How the pages of a search look once they are out of their envelope.
SEARCH = Listing(PATH, last="", style="page")
_CODE = re.compile(r"^(?:err|rjct)\.[a-z_.]{1,60}$")
_BUSY = ("err.request.too_many_requests", "err.request.timeout", "err.service.unavailable")
_UNKNOWN = ("err.request.unauthorized", "err.request.forbidden", "err.sender_id.invalid")


async def searched_pages(
    connector: Connector, source: SourceConfig, address: str, patience: Patience, earlier: Earlier
) -> AsyncIterator[Page]:
    """All records that match the criteria of the entry: options `query_type`, `query`, `reg_type` and so on.

    Raises:
        FatalError: `registry_rejected`, `listing_odd`, `listing_incomplete`, `credential_refused`.
        RetriableError: Patience with the registry ended.
    """
    async with opened(source, patience, earlier.allowance) as http:
        with scratch() as directory:
            path = Path(directory) / "rows"
            file = await _written(Registry(source, address, http), path, glance=earlier.glance)
            for page in line_pages(path, file, connector.layout):
                yield page


async def _written(registry: "Registry", path: Path, *, glance: bool) -> FileSeen:
    """The records of all pages, one a line."""
    digest, length, rows, total, book = hashlib.sha256(), 0, 0, 0, registry.book(glance=glance)
    place: Place | None = book.first()
    with path.open("wb") as out:
        while place is not None:
            sheet = await registry.page(book, place)
            out.write(sheet.lines)
            digest.update(sheet.lines)
            length, rows, total = length + len(sheet.lines), rows + len(sheet.rows), sheet.total or 0
            place = book.turn(sheet, place)
    if rows != total and not glance:
        raise FatalError(
            "listing_incomplete",
            f"{registry.name}: the search has {total:,} records by its count, {rows:,} came; nothing was read",
        )
    return FileSeen("search", digest.hexdigest(), length, {"rows": rows})


class Registry:
    """One registry as one sender may search it.

    Args:
        source: Its entry; options `sender_id`, `receiver_id`, `reg_type`, `reg_record_type`, `query_type`,
            `query`, `page_size`, and those of `hub.toolkit.seals`.
        address: Below which `/registry/sync/search` lies.
        http: Opened for the source.
    """

    def __init__(self, source: SourceConfig, address: str, http: Http) -> None:
        self.name = source.name
        self._source, self._url, self._http = source, f"{address}{PATH}", http
        self._seals = seals_of(source)

    def book(self, *, glance: bool = False) -> Book:
        """The pages of one search."""
        size, most = int(self._source.options.get("page_size", PAGE_SIZE)), self._source.limits.max_bytes
        return Book(SEARCH, (self.name, "search"), size, most_bytes=most, glance=glance)

    async def find(self, kind: str, value: str) -> list[dict[str, Any]]:
        """The records under one identifier, such as (`UIN`, a NIK); none is no error.

        Raises:
            FatalError: See `searched_pages`.
            RetriableError: See `searched_pages`.
        """
        sheet = await self._search(
            {"query_type": "idtype-value", "query": {"type": kind, "value": value}}, Place()
        )
        return sheet.rows

    async def page(self, book: Book, place: Place) -> Sheet:
        """One page of the search of the entry; see `searched_pages` for errors."""
        options = self._source.options
        criteria = {"query_type": options.get("query_type", "expression"), "query": options.get("query", {})}
        return await self._search(criteria, place, book)

    async def _search(self, criteria: dict[str, Any], place: Place, book: Book | None = None) -> Sheet:
        book = book or self.book()
        options, wide = self._source.options, ("reg_type", "reg_record_type")
        asked: dict[str, Any] = {**criteria, **{name: options[name] for name in wide if name in options}}
        asked["pagination"] = {"page_size": book.size, "page_number": place.number}
        transaction = uuid.uuid4().hex
        return await self._http.json(
            "POST",
            self._url,
            lambda answer: book.read(self._opened(answer, transaction), {}, place),
            heard=self._seals.hold,
            json=self._envelope(transaction, asked),
        )

    def _envelope(self, transaction: str, criteria: dict[str, Any]) -> dict[str, Any]:
        now, options = clock.now().isoformat(timespec="milliseconds"), self._source.options
        header = {
            "version": "1.0.0",
            "message_id": uuid.uuid4().hex,
            "message_ts": now,
            "action": "search",
            "sender_id": str(options.get("sender_id", "hub")),
            "total_count": 1,
        }
        if "receiver_id" in options:
            header["receiver_id"] = str(options["receiver_id"])
        request = {
            "reference_id": transaction,
            "timestamp": now,
            "search_criteria": criteria,
            "locale": "ind",
        }
        return self._seals.sealed(header, {"transaction_id": transaction, "search_request": [request]})

    def _opened(self, answer: Any, transaction: str) -> dict[str, Any]:
        """The page inside an envelope, as a listing answers it.

        Raises:
            FatalError: `registry_rejected`, `credential_refused`, `listing_odd`.
            RetriableError: `busy`, `answer_pending`.
        """
        header, message = _dict(answer, "header"), _dict(answer, "message")
        if "ack_status" in message:
            raise self._refusal(str(_dict(message, "error").get("code")))
        self._refuse(header)
        found = message.get("search_response")
        if (
            str(message.get("transaction_id")) != transaction
            or not isinstance(found, list)
            or len(found) != 1
        ):
            raise FatalError("listing_odd", f"{self.name}: the answer is not to the search that was made")
        item = found[0] if isinstance(found[0], dict) else {}
        self._refuse(item)
        pagination = _dict(item, "pagination")
        rows = _dict(item, "data").get("reg_records", [])
        total = pagination.get("total_count", str(len(rows)) if isinstance(rows, list) else None)
        return {"rows": rows, "page": pagination.get("page_number"), "total": total}

    def _refuse(self, told: dict[str, Any]) -> None:
        status = told.get("status")
        if status == "rjct":
            raise self._refusal(str(told.get("status_reason_code")))
        if status in ("rcvd", "pdng"):
            raise RetriableError("answer_pending", f"{self.name}: the registry has not finished the search")
        if status != "succ":
            raise FatalError("listing_odd", f"{self.name}: the answer has no status that is known")

    def _refusal(self, code: str) -> HubError:
        """What a code of the standard means; a code of no known form is not repeated."""
        if code in _BUSY:
            return RetriableError("busy", f"{self.name}: the registry is busy ({code})")
        if code in _UNKNOWN:
            return FatalError(
                "credential_refused",
                f"{self.name}: the registry refused us ({code}); {where_to_look(self._source)}",
            )
        told = code if _CODE.match(code) else "with a code that is not of the standard"
        return FatalError("registry_rejected", f"{self.name}: the registry rejected the search ({told})")


def _dict(answer: Any, key: str) -> dict[str, Any]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return found if isinstance(found, dict) else {}
