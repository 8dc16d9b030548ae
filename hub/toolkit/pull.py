"""Pulling: the pages of one source, by whatever transport its entry names."""

from collections.abc import AsyncGenerator, AsyncIterator

from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.toolkit.addresses import address_of
from hub.toolkit.asking import Question
from hub.toolkit.connector import Connector
from hub.toolkit.earlier import Earlier
from hub.toolkit.file_sources import directory_pages, served_pages
from hub.toolkit.http import Patience
from hub.toolkit.hub_feed import feed_pages
from hub.toolkit.listings import listing_pages
from hub.toolkit.lookup import looked_up_pages
from hub.toolkit.pages import Page
from hub.toolkit.portals import portal_pages
from hub.toolkit.sftp import sftp_pages
from hub.toolkit.spdci import searched_pages
from hub.toolkit.sql_source import sql_pages

#: Transports that call a service, and those that read what lies somewhere.
_CALLED = {
    "http_files": served_pages,
    "http_json": listing_pages,
    "spdci": searched_pages,
    "ckan": portal_pages,
    "jabar": portal_pages,
    "hub_feed": feed_pages,
}
_READ = {"directory": directory_pages, "sql": sql_pages, "sftp": sftp_pages}


async def pages(
    connector: Connector,
    source: SourceConfig,
    *,
    base_url_override: str | None = None,
    wanted: AsyncIterator[Question] | None = None,
    earlier: Earlier | None = None,
    patience: Patience | None = None,
) -> AsyncGenerator[Page, None]:
    """The pages of one run, file after file, each in order.

    A file or listing whose (name, sha256) is in `earlier.seen` gives one empty page with `skipped` set, so that the
    caller knows that it is still offered.

    Args:
        connector: Of the source.
        source: Its entry.
        base_url_override: Scheme, host and port in place of the entry's.
        wanted: What to ask a service that answers one question at a time.
        earlier: What earlier runs left. What this one keeps of an incremental listing comes as
            `file.detail["state"]`, to be stored with the rows of the file when its last page has landed.
        patience: With a server that is busy or broken.

    Raises:
        FatalError: The pull cannot go on; nothing of this run may land.
        RetriableError: Patience ended; nothing of this run may land, and the next may succeed.
    """
    address = address_of(source.address, base_url_override, source.name)
    found = _found(connector, source, address, wanted, patience or Patience(), earlier or Earlier())
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
    wanted: AsyncIterator[Question] | None,
    patience: Patience,
    earlier: Earlier,
) -> AsyncIterator[Page]:
    if (called := _CALLED.get(source.transport)) is not None:
        return called(connector, source, address, patience, earlier)
    if (read := _READ.get(source.transport)) is not None:
        return read(connector, source, address, earlier)
    if wanted is None:
        raise FatalError("nothing_wanted", f"{source.name}: answers single questions, and none were given")
    return looked_up_pages(connector, source, address, wanted, patience, earlier.allowance)
