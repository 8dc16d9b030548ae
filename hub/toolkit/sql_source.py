"""Lists that stand in a PostgreSQL database of their owner: one query, in one transaction that can only read.

The driver has a second home here, beside the hub's own store (`docs/decisions/0002-a-second-home-for-asyncpg.md`).
"""

import hashlib
import ipaddress
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import polars as pl

from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector
from hub.toolkit.credentials import credential, where_to_look
from hub.toolkit.earlier import Earlier
from hub.toolkit.file_sources import file_pages
from hub.toolkit.json_files import JsonReader
from hub.toolkit.json_text import object_text
from hub.toolkit.pages import FileSeen, Page, unchanged
from hub.toolkit.records import with_all_columns
from hub.toolkit.scratch import scratch

_NAME = "query.ndjson"
_ROWS_AT_ONCE = 5_000
#: Rows that show what a query is like.
_GLANCED = 500
#: What the session of the other side is told; its own settings change nothing about the texts that come.
_SESSION = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "application_name": "hub",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What the options of an entry ask of a database.

    Attributes:
        text: One SELECT, without a semicolon.
        order: Columns of its answer that together name a row: two pulls of one state are the same bytes.
        seconds: For each statement, and for each wait for rows.
        most: Rows that are enough; None for all.
    """

    text: str
    order: tuple[str, ...]
    seconds: int
    most: int | None = None


async def sql_pages(
    connector: Connector, source: SourceConfig, address: str, earlier: Earlier
) -> AsyncIterator[Page]:
    """The rows of the query that the entry's option `query` holds, ordered by its option `order`.

    They are fetched whole to a file, in one state of the database, before the first of them is told.

    Raises:
        FatalError: `option_wrong`, `address_wrong`, `credential_refused`, `query_refused`, `too_large`.
        RetriableError: `unreachable`, `query_stopped`.
    """
    query = _query(source)
    if earlier.glance:
        query = replace(query, most=_GLANCED)
    with scratch() as directory:
        path = Path(directory) / "rows"
        file = await _fetched(source, address, query, path)
        if (file.name, file.sha256) in earlier.seen:
            yield unchanged(file.name, file.sha256, file.bytes)
            return
        if not file.bytes:
            yield Page(file, 1, (), with_all_columns(pl.DataFrame(), connector.layout), complete=True)
            return
        async for page in file_pages(JsonReader(), path, file, connector):
            yield page


def _query(source: SourceConfig) -> Query:
    options = source.options
    text, order = options.get("query"), options.get("order")
    seconds = options.get("statement_seconds", int(source.limits.timeout_seconds))
    named = isinstance(order, list) and bool(order) and all(isinstance(name, str) for name in order)
    if not (isinstance(text, str) and named and isinstance(seconds, int) and seconds > 0):
        raise FatalError(
            "option_wrong",
            f"{source.name}: a source of transport sql needs options.query (a SELECT), options.order (the columns that"
            " name a row) and, if at all, options.statement_seconds (a number from 1)",
        )
    return Query(text.strip().removesuffix(";"), tuple(order or ()), seconds)


async def _fetched(source: SourceConfig, address: str, query: Query, path: Path) -> FileSeen:
    """The answer as JSON lines in a file; every failure by what to do next."""
    arguments = _arguments(source, address, query)
    try:
        connection = await asyncpg.connect(**arguments)
        try:
            return await _read(connection, source, query, path)
        finally:
            await connection.close(timeout=5)
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError):
        raise FatalError(
            "credential_refused", f"{source.name}: the database refused the entry; {where_to_look(source)}"
        ) from None
    except (asyncpg.QueryCanceledError, TimeoutError):
        raise RetriableError(
            "query_stopped",
            f"{source.name}: the query was stopped after {query.seconds} seconds; nothing landed",
        ) from None
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        OSError,
        asyncpg.InterfaceError,
    ):
        raise RetriableError(
            "unreachable", f"{source.name}: the database of its entry does not answer"
        ) from None
    except asyncpg.PostgresError as error:
        raise FatalError(
            "query_refused",
            f"{source.name}: the database refused options.query (SQLSTATE {error.sqlstate}); nothing was read",
        ) from None


async def _read(connection: Any, source: SourceConfig, query: Query, path: Path) -> FileSeen:
    digest, length, rows = hashlib.sha256(), 0, 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        statement, names = await _texts_only(connection, source, query)
        with path.open("wb") as out:
            async for record in connection.cursor(statement, prefetch=_ROWS_AT_ONCE):
                line = object_text(dict(zip(names, record, strict=True))).encode() + b"\n"
                digest.update(line)
                length, rows = length + len(line), rows + 1
                if length > source.limits.max_bytes:
                    raise FatalError(
                        "too_large",
                        f"{source.name}: the answer is larger than limits.max_bytes; nothing was read",
                    )
                out.write(line)
    return FileSeen(_NAME, digest.hexdigest(), length, {"rows": rows})


async def _texts_only(connection: Any, source: SourceConfig, query: Query) -> tuple[str, list[str]]:
    """The statement that gives every column of the query as text, in its order; and the names of the columns.

    The query stands in the configuration, where an operator wrote it. The names are those that the database
    says its answer has, quoted.
    """
    described = await connection.prepare(f"select * from ({query.text}\n) as answer")
    names = [attribute.name for attribute in described.get_attributes()]
    if lacking := [name for name in query.order if name not in names]:
        raise FatalError(
            "option_wrong",
            f"{source.name}: options.order names {', '.join(lacking)}, which the query has not",
        )
    texts = ", ".join(f"answer.{_quoted(name)}::text" for name in names)
    order = ", ".join(f"answer.{_quoted(name)}" for name in query.order)
    limit = "" if query.most is None else f" limit {int(query.most)}"
    return f"select {texts} from ({query.text}\n) as answer order by {order}{limit}", names


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _arguments(source: SourceConfig, address: str, query: Query) -> dict[str, Any]:
    """What the driver connects with; the password comes from the credential alone."""
    host, port, database = _place(source, address)
    if not (source.auth.user_env and source.auth.password_env):
        raise FatalError("credential_missing", f"{source.name}: transport sql needs auth of kind basic")
    return {
        "host": host,
        "port": port,
        "database": database,
        "user": credential(source, source.auth.user_env),
        "password": credential(source, source.auth.password_env),
        "ssl": _encryption(source, host),
        "timeout": source.limits.timeout_seconds,
        "command_timeout": query.seconds + 5,
        "server_settings": {**_SESSION, "statement_timeout": str(query.seconds * 1_000)},
    }


def _place(source: SourceConfig, address: str) -> tuple[str, int, str]:
    """Host (or folder of a socket), port and database of an address.

    Raises:
        FatalError: `address_wrong`; an address has no user and no password, those are credentials.
    """
    try:
        url = urlsplit(address)
        asked = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        host, port = url.hostname or asked.pop("host", ""), url.port or int(asked.pop("port", "5432"))
        usual = url.scheme in ("postgresql", "postgres") and not url.username and not asked
    except ValueError:
        usual, host, port, url = False, "", 0, urlsplit("")
    if not (usual and host and len(url.path) > 1):
        raise FatalError(
            "address_wrong",
            f"{source.name}: its address is no postgresql://host:port/database (or"
            " postgresql:///database?host=/folder/of/a/socket) without a user",
        )
    return host, port, url.path[1:]


def _encryption(source: SourceConfig, host: str) -> ssl.SSLContext | bool:
    """Encrypted, with the server's name checked; on this machine alone in the clear."""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = host == "localhost" or host.startswith("/")
    if near:
        return False
    authority = source.auth.authority_file
    return ssl.create_default_context(cafile=str(authority) if authority else None)
