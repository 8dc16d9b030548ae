"""Pulling: the pages of one source, by whatever transport its entry names."""

from collections.abc import AsyncGenerator, AsyncIterator

from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.toolkit.addresses import address_of
from hub.toolkit.connector import Connector
from hub.toolkit.file_sources import Seen, directory_pages, served_pages
from hub.toolkit.http import Patience
from hub.toolkit.listings import listing_pages
from hub.toolkit.lookup import looked_up_pages
from hub.toolkit.pages import Page


async def pages(
    connector: Connector,
    source: SourceConfig,
    *,
    base_url_override: str | None = None,
    wanted: AsyncIterator[str] | None = None,
    seen: Seen = frozenset(),
    patience: Patience | None = None,
) -> AsyncGenerator[Page, None]:
    """The pages of one run, file after file, each in order.

    A file or listing whose (name, sha256) is in `seen` gives one empty page with `skipped` set, so that the
    caller knows that it is still offered.

    Args:
        connector: Of the source.
        source: Its entry.
        base_url_override: Scheme, host and port in place of the entry's.
        wanted: NIK to look up, for a service that answers one person at a time.
        seen: Files that earlier runs have landed.
        patience: With a server that is busy or broken.

    Raises:
        FatalError: The pull cannot go on; nothing of this run may land.
        RetriableError: Patience ended; nothing of this run may land, and the next may succeed.
    """
    address = address_of(source.address, base_url_override, source.name)
    found = _found(connector, source, address, seen, wanted, patience or Patience())
    async for page in found:
        if page.file.detail.get("unknown_columns") and source.options.get("unknown_columns") == "stop":
            names = ", ".join(page.file.detail["unknown_columns"])
            raise FatalError(
                "layout_drift", f"{source.name}: {page.file.name} has columns that no one knows: {names}"
            )
        yield page


def _found(
    connector: Connector,
    source: SourceConfig,
    address: str,
    seen: Seen,
    wanted: AsyncIterator[str] | None,
    patience: Patience,
) -> AsyncIterator[Page]:
    if source.transport == "http_files":
        return served_pages(connector, source, address, seen, patience)
    if source.transport == "directory":
        return directory_pages(connector, source, address, seen)
    if source.transport == "http_json":
        return listing_pages(connector, source, address, seen, patience)
    if wanted is None:
        raise FatalError("nothing_wanted", f"{source.name}: looks up single NIK, and none were given")
    return looked_up_pages(connector, source, address, wanted, patience)
