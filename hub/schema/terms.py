"""On what terms the server answers: the bounds that the settings name, in one place."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from ipaddress import ip_network

from hub.access.certificates import Proxies
from hub.compiler.engine import Reads
from hub.compiler.limits import Limits, limits_of
from hub.registry.documents import read_documents
from hub.schema.mutating import Desk
from hub.schema.streams import Patience
from hub.schema.trusted import Trusted, trusted
from hub.settings import Settings
from hub.sharing.contents import Contents, contents_of


@dataclass(frozen=True)
class Terms:
    """What a server allows.

    Args:
        limits: Upper bounds of one document.
        budget: Rows, by page sizes, that one caller may ask for in a minute.
        concurrency: Requests that are answered at one time.
        export_rows: Rows of one export.
        export_seconds: Seconds that one export may take, from its first row to its last.
        trusted: Documents that may be asked for by their hash.
        federation: Whether it answers the router of a federation as one of its subgraphs.
        patience: How long and for how many subscriptions it waits.
        desk: What acts are done with; None: none are done.
        open_budget: Rows that one address may ask the open doors for in a minute.
        open_reads: Opens what the open doors read through, so that they never wait for each other with the graph's
            callers; None: they read through what the graph does.
        releases: Contents of released files; None: none are served.
        proxies: Whose word is taken for the certificate that a caller showed.
        public_url: Scheme and host under which permanent addresses begin; empty: those by which it is asked.
    """

    limits: Limits = field(default_factory=Limits)
    budget: int = 600_000_000
    concurrency: int = 8
    export_rows: int = 1_000_000
    export_seconds: float = 900
    trusted: Trusted = field(default_factory=Trusted)
    federation: bool = False
    patience: Patience = field(default_factory=Patience)
    desk: Desk | None = None
    open_budget: int = 1_000_000
    public_url: str = ""
    open_reads: Callable[[], AbstractAsyncContextManager[Reads]] | None = None
    releases: Contents | None = None
    proxies: Proxies = field(default_factory=Proxies)


def terms_of(settings: Settings) -> Terms:
    """The terms that the settings name."""
    return Terms(
        limits=limits_of(settings),
        budget=settings.query_budget,
        concurrency=settings.query_concurrency,
        export_rows=settings.export_rows,
        export_seconds=settings.export_seconds,
        trusted=trusted(settings.trusted_documents, read_documents(settings.config_dir)),
        federation=settings.federation,
        open_budget=settings.open_budget,
        public_url=settings.public_url or "",
        releases=contents_of(settings.data_dir),
        proxies=Proxies(
            settings.client_certificate_header or "", tuple(map(ip_network, settings.proxy_addresses))
        ),
    )
