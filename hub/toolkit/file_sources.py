"""Lists that lie as files: in a directory, or on a web server that publishes an index of them.

An index is `{"files": [{"name", "bytes", "sha256", ...}]}` at `<address>/index.json`. A file is taken when
its bytes have the digest that the index promises, and is read after it has arrived whole.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector, Reader
from hub.toolkit.drops import looked_at
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Patience, opened
from hub.toolkit.pages import FileSeen, Page, unchanged
from hub.toolkit.scratch import scratch

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$")
_DIGEST = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that a source offers."""

    name: str
    sha256: str
    size: int


async def served_pages(
    connector: Connector, source: SourceConfig, address: str, patience: Patience, earlier: Earlier
) -> AsyncIterator[Page]:
    """The pages of every file of an index, in the order of their names.

    Raises:
        FatalError: The index or a file cannot be read.
        RetriableError: Patience with the server ended.
    """
    reader = reader_of(connector)
    async with opened(source, patience, earlier.allowance) as http:
        files = await http.json("GET", f"{address}/index.json", lambda index: _offered(index, source, reader))
        for offered in files:
            if (offered.name, offered.sha256) in earlier.seen:
                yield unchanged(offered.name, offered.sha256, offered.size)
                continue
            with scratch() as directory:
                path = Path(directory) / "file"
                await http.download(f"{address}/{offered.name}", path, offered.sha256)
                file = FileSeen(offered.name, offered.sha256, offered.size)
                async for page in file_pages(reader, path, file, connector):
                    yield page


async def directory_pages(
    connector: Connector, source: SourceConfig, address: str, earlier: Earlier
) -> AsyncIterator[Page]:
    """The pages of every file of a directory that lies ready, in the order of their names.

    Where files are left for the next run, the last page says so in `file.detail["stopped"]`: the run is then no
    complete list, and closes nothing.

    Raises:
        FatalError: `directory_missing`, or a file cannot be read.
        RetriableError: The files are not whole yet; see `drops.looked_at`.
    """
    reader, directory = reader_of(connector), Path(address.removeprefix("file://"))
    if not directory.is_dir():  # noqa: ASYNC240 - one look at a local directory
        raise FatalError("directory_missing", f"{source.name}: the directory of its entry does not exist")
    drop = await asyncio.to_thread(looked_at, directory, reader.suffixes, source)
    for dropped in drop.files:
        place = f"{source.name}: {dropped.path.name}"
        digest = await asyncio.to_thread(dropped.digest, place)
        file = FileSeen(dropped.path.name, digest, dropped.size)
        if drop.waiting and dropped is drop.files[-1]:
            message = f"{drop.waiting} file(s) are too young and were left for the next run"
            file.detail["stopped"] = {"code": "files_unsettled", "message": message}
        if (file.name, digest) in earlier.seen:
            file.detail["unchanged"] = True
            yield Page(file, 1, (), pl.DataFrame(), complete=True)
            continue
        async for page in file_pages(reader, dropped.path, file, connector):
            if page.complete:
                dropped.check_still(place)
            yield page


def reader_of(connector: Connector) -> Reader:
    """The reader of a connector.

    Raises:
        FatalError: `connector_faulty`, it has none.
    """
    if connector.reader is None:
        raise FatalError(
            "connector_faulty", f"{connector.name}: reads no files, but its entry names a transport of files"
        )
    return connector.reader


async def file_pages(reader: Reader, path: Path, file: FileSeen, connector: Connector) -> AsyncIterator[Page]:
    """Pages made in a thread, each while the one before it is put to use."""
    pages = reader.pages(path, file, connector.layout, connector.name)
    ahead = asyncio.create_task(asyncio.to_thread(_next, pages))
    try:
        while (page := await ahead) is not None:
            ahead = asyncio.create_task(asyncio.to_thread(_next, pages))
            yield page
    finally:
        await asyncio.gather(ahead, return_exceptions=True)


def _next(pages: Iterator[Page]) -> Page | None:
    return next(pages, None)


def _offered(index: Any, source: SourceConfig, reader: Reader) -> list[Offered]:
    """The files of an index that the connector reads, by name.

    A name with a path in it, or without a digest, means that the index is not ours or not honest.
    """
    try:
        files = [Offered(each["name"], each["sha256"], int(each["bytes"])) for each in index["files"]]
    except (TypeError, KeyError, ValueError):
        raise FatalError(
            "index_odd", f"{source.name}: index.json has no files with name, bytes and sha256"
        ) from None
    if odd := [each for each in files if not (_NAME.match(each.name) and _DIGEST.match(each.sha256))]:
        raise FatalError(
            "index_odd",
            f"{source.name}: index.json names {len(odd)} file(s) that are no plain names with a digest",
        )
    wanted = [each for each in files if each.name.lower().endswith(reader.suffixes)]
    if len({each.name for each in wanted}) != len(wanted):
        raise FatalError("index_odd", f"{source.name}: index.json names a file twice")
    return sorted(wanted, key=lambda each: each.name)
