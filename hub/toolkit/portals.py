"""Data sets of open data portals: CKAN's Action API, and the interface of Open Data Jabar.

The entry's option `datasets` names each data set and what its columns mean; a portal's rows have no shape of their
own. Each row is told with the data set that it stands in and the values that name it: its area, its period and its
further dimensions.

Source: CKAN 2.10 API guide (package_show, datastore_search); calls of data.jabarprov.go.id as seen (2026).
"""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.credentials import where_to_look
from hub.toolkit.datasets import Dataset, datasets_of
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.json_text import cell_text, object_text
from hub.toolkit.listings import PAGE_SIZE, READINGS, line_pages
from hub.toolkit.page_styles import Book, Place, Sheet
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.portal_files import Linked, best_of, fetched, linked, rows_of
from hub.toolkit.scratch import scratch

ACTION = "/api/3/action"
BIGDATA = "/api-backend/bigdata"
CKAN = Listing(ACTION, style="offset", size="limit", last="")
JABAR = Listing(BIGDATA, style="offset", at="skip", size="limit", total="total", last="last")
#: Further facts of a data set that Satu Data Indonesia asks for (version 3, a single source).
SDI = ("country_code", "frekuensi_penerbitan", "level_penyajian", "tahun", "cakupan", "rujukan")
_WORD = re.compile(r"^[A-Za-z ]{1,40}$")


async def portal_pages(
    connector: Connector, source: SourceConfig, address: str, patience: Patience, earlier: Earlier
) -> AsyncIterator[Page]:
    """The rows of every data set of the entry, one after the other; the first that fails fails all.

    Where columns came that the data set does not name, `file.detail["unknown_columns"]` lists them; of a CKAN data
    set `file.detail["dataset"]` has what its page says of it.

    Raises:
        FatalError: `option_wrong`, `dataset_unknown`, `portal_refused`, `credential_refused`, `listing_odd`,
            `listing_incomplete`, `listing_too_long`, `layout_column_missing`, or a file cannot be read.
        RetriableError: Patience with the portal ended, `listing_moved`.
    """
    portal = _Ckan if source.transport == "ckan" else _Jabar
    async with opened(source, patience, earlier.allowance) as http:
        for dataset in datasets_of(source):
            with scratch() as directory:
                path = Path(directory) / "rows"
                asked = portal(source, http, address, dataset, glance=earlier.glance)
                pull = _Pull(asked, dataset, patience)
                file = await pull.file(path)
                for page in line_pages(path, file, connector.layout):
                    file.detail["unknown_columns"] = sorted(pull.unknown)
                    yield page


@dataclass(slots=True)
class _Portal:
    """One data set at a portal."""

    source: SourceConfig
    http: Http
    address: str
    dataset: Dataset
    glance: bool = False
    linked: Linked | None = None

    def book(self, listing: Listing) -> Book:
        """The pages of one reading."""
        return Book(
            listing,
            (self.source.name, self.dataset.name),
            int(self.source.options.get("page_size", PAGE_SIZE)),
            most_bytes=self.source.limits.max_bytes,
            glance=self.glance,
        )

    def unknown(self) -> HubError:
        """What a status 404 means here."""
        return FatalError(
            "dataset_unknown",
            f"{self.source.name}: the portal has no data set {self.dataset.name}; see options.datasets",
        )


class _Ckan(_Portal):
    """A data set of CKAN: its page says which resource holds the rows, in the datastore or, failing that, as a file."""

    listing = CKAN

    async def described(self) -> dict[str, Any]:
        """Title, day of change and extras of the data set; finds the resource."""
        found = await self._action("package_show", {"id": self.dataset.name}, self._result)
        resource = self._resource(found.get("resources"))
        self.dataset = self.dataset.at(str(resource.get("id")))
        if resource.get("datastore_active") is not True:
            self.linked = linked(self.source, self.address, resource)
        extras = found.get("extras")
        stated = {
            str(each.get("key")): each.get("value") for each in extras or () if isinstance(each, dict)
        } | {name: found[name] for name in SDI if name in found}
        return {
            "name": self.dataset.name,
            "resource": self.dataset.resource,
            **{name: found.get(name) for name in ("title", "metadata_modified", "license_id")},
            "extras": stated,
        }

    def _resource(self, told: Any) -> dict[str, Any]:
        """The one resource that the entry means: by its id, else the one in the datastore, else the one file."""
        resources = [each for each in (told if isinstance(told, list) else []) if isinstance(each, dict)]
        if wanted := self.dataset.resource:
            fitting = [each for each in resources if each.get("id") == wanted]
        else:
            active = [each for each in resources if each.get("datastore_active") is True]
            fitting = active or best_of(resources)
        if len(fitting) != 1:
            raise FatalError(
                "dataset_unknown",
                f"{self.source.name}: data set {self.dataset.name} has {len(fitting)} resources that fit; name one by "
                "its id as `resource` in options.datasets",
            )
        return fitting[0]

    async def sheet(self, book: Book, place: Place) -> Sheet:
        """One page of the resource, in the order of its row numbers."""
        asked = {**book.query(place), "resource_id": self.dataset.resource, "sort": "_id asc"}
        if self.dataset.where:
            asked["filters"] = json.dumps(dict(self.dataset.where))

        def read(answer: Any) -> Sheet:
            result = self._result(answer)
            told = {
                "rows": result.get("records"),
                "total": result.get("total"),
                "offset": result.get("offset"),
            }
            return book.read(told, {}, place)

        sheet: Sheet = await self._action("datastore_search", asked, read)
        return sheet

    async def _action(self, name: str, asked: Mapping[str, Any], shaped: Any) -> Any:
        return await self.http.page(
            f"{self.address}{ACTION}/{name}",
            lambda answer, _: shaped(answer),
            params=asked,
            refusals={404: self.unknown(), 409: self._refusal("Validation Error")},
        )

    def _result(self, answer: Any) -> dict[str, Any]:
        """The result inside an envelope.

        Raises:
            FatalError: `dataset_unknown`, `credential_refused`, `portal_refused`, `listing_odd`.
        """
        told = answer if isinstance(answer, dict) else {}
        error, result = told.get("error"), told.get("result")
        if told.get("success") is not True:
            raise self._refusal(str(error.get("__type")) if isinstance(error, dict) else "")
        if not isinstance(result, dict):
            raise FatalError("listing_odd", f"{self.source.name}: the answer of the portal has no result")
        return result

    def _refusal(self, kind: str) -> HubError:
        if kind == "Not Found Error":
            return self.unknown()
        if kind == "Authorization Error":
            return FatalError(
                "credential_refused",
                f"{self.source.name}: the portal refused us; {where_to_look(self.source)}",
            )
        return _refused(self.source, self.dataset, kind)


class _Jabar(_Portal):
    """A data set of Open Data Jabar: `resource` is the agency (OPD) in its path; an empty page ends it."""

    listing = JABAR

    async def described(self) -> dict[str, Any]:
        """The portal tells nothing of a data set beside its rows."""
        if not self.dataset.resource:
            raise FatalError(
                "option_wrong",
                f"{self.source.name}: each of options.datasets needs `resource`, the agency (opd) of its path",
            )
        return {"name": self.dataset.name, "resource": self.dataset.resource}

    async def sheet(self, book: Book, place: Place) -> Sheet:
        """One page; whatever the portal's largest page is, the end is an empty one, or its own count."""
        asked: dict[str, str | int] = dict(book.query(place))
        if self.dataset.where:
            asked["where_or"] = json.dumps(dict(self.dataset.where))
        url = f"{self.address}{BIGDATA}/{self.dataset.resource}/{self.dataset.name}"
        return await self.http.page(
            url, partial(self._read, book, place), params=asked, refusals={404: self.unknown()}
        )

    def _read(self, book: Book, place: Place, answer: Any, _: object) -> Sheet:
        told = answer if isinstance(answer, dict) else {}
        error, rows, metadata = told.get("error"), told.get("data"), told.get("metadata")
        if error not in (None, False, "0", "", "false"):
            raise _refused(self.source, self.dataset, "error")
        total = metadata.get("total") if isinstance(metadata, dict) else None
        counted = isinstance(total, str)
        return book.read(
            {"rows": rows, "total": total if counted else None, "last": None if counted else not rows},
            {},
            place,
        )


def _refused(source: SourceConfig, dataset: Dataset, kind: str) -> FatalError:
    word = kind if _WORD.match(kind) else "no known error"
    return FatalError("portal_refused", f"{source.name}: the portal refused data set {dataset.name} ({word})")


class _Pull:
    """One data set in one run."""

    def __init__(self, portal: "_Ckan | _Jabar", dataset: Dataset, patience: Patience) -> None:
        self._portal, self._dataset, self.unknown = portal, dataset, set[str]()
        self._patience = patience

    async def file(self, path: Path) -> FileSeen:
        """All rows as lines of a file; read anew when their count changes on the way."""
        described = await self._portal.described()
        if self._portal.linked is not None:
            return await self._copied(described, self._portal.linked, path)
        for reading in range(READINGS):
            with path.open("wb") as out:
                try:
                    return await self._written(described, out)
                except RetriableError as error:
                    if error.code != "listing_moved" or reading == READINGS - 1:
                        raise
        raise FatalError("listing_odd", f"{self._portal.source.name}: {self._dataset.name} was not read")

    async def _written(self, described: dict[str, Any], out: BinaryIO) -> FileSeen:
        name, totals, count, length, digest = self._portal.source.name, set[int](), 0, 0, hashlib.sha256()
        book = self._portal.book(self._portal.listing)
        place: Place | None = book.first()
        while place is not None:
            sheet = await self._portal.sheet(book, place)
            totals.update(() if sheet.total is None else (sheet.total,))
            if len(totals) > 1:
                raise RetriableError(
                    "listing_moved", f"{name}: {self._dataset.name} changed its count while it was read"
                )
            for row in sheet.rows:
                line = self._line(row)
                digest.update(line)
                length += out.write(line)
            count, place = count + len(sheet.rows), book.turn(sheet, place)
        if totals and totals != {count} and not book.glance:
            raise FatalError(
                "listing_incomplete",
                f"{name}: {self._dataset.name} has {max(totals):,} rows by its count, {count:,} came; nothing was read",
            )
        return FileSeen(self._dataset.name, digest.hexdigest(), length, {"rows": count, "dataset": described})

    async def _copied(self, described: dict[str, Any], found: Linked, path: Path) -> FileSeen:
        """The rows of the file that stands for a datastore, as lines."""
        raw = path.with_name("file")
        file = await fetched(self._portal.source, self._portal.http, self._patience, found, raw)
        return await asyncio.to_thread(self._told, described, file, raw, path)

    def _told(self, described: dict[str, Any], file: FileSeen, raw: Path, path: Path) -> FileSeen:
        count, length, digest = 0, 0, hashlib.sha256()
        with path.open("wb") as out:
            for row in rows_of(raw, file, self._dataset, self._portal.source.name):
                line = self._line(row)
                digest.update(line)
                count, length = count + 1, length + out.write(line)
        told = {**described, "file": {"sha256": file.sha256, "bytes": file.bytes, **file.detail}}
        return FileSeen(self._dataset.name, digest.hexdigest(), length, {"rows": count, "dataset": told})

    def _line(self, row: dict[str, Any]) -> bytes:
        """A row with its data set and the values that name it; it must have the columns that the entry names."""
        dataset = self._dataset
        if lacking := sorted(dataset.required - row.keys()):
            raise FatalError(
                "layout_column_missing",
                f"{self._portal.source.name}: {dataset.name} lacks {', '.join(lacking)}; nothing was read",
            )
        self.unknown.update(row.keys() - dataset.known)
        named = "|".join((cell_text(row[column]) or "").strip() for column in dataset.named)
        cells = {column: cell_text(value) for column, value in row.items() if column not in dataset.volatile}
        return object_text({"dataset": dataset.name, "key": named, "cells": cells}).encode() + b"\n"
