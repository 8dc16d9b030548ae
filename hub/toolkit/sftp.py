"""Lists that lie in a folder of an SFTP server: fetched whole, then read as a directory is.

The server must be known before it is spoken to: without its key in a file of known hosts nothing is sent, no
password above all.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector
from hub.toolkit.credentials import credential, where_to_look
from hub.toolkit.drops import MANIFEST, SIDECAR
from hub.toolkit.earlier import Earlier
from hub.toolkit.file_sources import directory_pages, reader_of
from hub.toolkit.pages import Page
from hub.toolkit.scratch import scratch

if TYPE_CHECKING:
    from asyncssh import SFTPClient, SSHKey

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$")
#: More files than this in one folder are no drop of lists.
MOST_FILES = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files of a folder are fetched: by ending and pattern; the first alone where a glance is enough."""

    suffixes: tuple[str, ...]
    glob: str
    glance: bool

    def takes(self, name: str) -> bool:
        """Whether a file is one of the list."""
        return name.lower().endswith(self.suffixes) and fnmatchcase(name, self.glob)


async def sftp_pages(
    connector: Connector, source: SourceConfig, address: str, earlier: Earlier
) -> AsyncIterator[Page]:
    """The pages of every file of the folder that the entry's address names; see `directory_pages`.

    `options.known_hosts` is the file with the key of the server. The credential is of kind `basic` (`user_env` with
    `password_env`) or `private_key` (`user_env` with `token_env`: its text, or the path of its file).
    `options.glob` and `options.settled_seconds` say the same as for a directory; a manifest beside the files is
    kept to.

    Raises:
        FatalError: `option_wrong`, `address_wrong`, `host_unknown`, `credential_refused`, `directory_missing`,
            `too_large`, or a file cannot be read.
        RetriableError: `unreachable`, `file_grows`, or the files are not whole yet.
    """
    glob = str(source.options.get("glob", "*"))
    wanted = Wanted(reader_of(connector).suffixes, glob, earlier.glance)
    with scratch() as directory:
        await _fetched(source, address, Path(directory), wanted)
        async for page in directory_pages(connector, source, directory, earlier):
            yield page


async def _fetched(source: SourceConfig, address: str, directory: Path, wanted: Wanted) -> None:
    """The files of the folder, with the times at which they were last changed."""
    import asyncssh

    arguments, folder = _arguments(source, address)
    try:
        async with asyncssh.connect(**arguments) as connection, connection.start_sftp_client() as client:
            await _copied(client, folder, directory, source, wanted)
    except asyncssh.HostKeyNotVerifiable:
        raise FatalError(
            "host_unknown", f"{source.name}: the server's key is not the one in options.known_hosts"
        ) from None
    except (asyncssh.PermissionDenied, asyncssh.KeyImportError):
        raise FatalError(
            "credential_refused", f"{source.name}: the server refused the entry; {where_to_look(source)}"
        ) from None
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPPermissionDenied):
        raise FatalError(
            "directory_missing", f"{source.name}: the folder of its address, or a file in it, may not be read"
        ) from None
    except (asyncssh.Error, OSError, TimeoutError):
        raise RetriableError(
            "unreachable", f"{source.name}: the server of its address does not answer"
        ) from None


async def _copied(
    client: "SFTPClient",
    folder: str,
    directory: Path,
    source: SourceConfig,
    wanted: Wanted,
) -> None:
    """Copies what the reader reads, the manifest and the digests; a file that changed meanwhile is none."""
    names = [str(name) for name in await client.listdir(folder) if _NAME.match(str(name))]
    lists = [name for name in sorted(names) if wanted.takes(name)]
    beside = [name for name in names if name == MANIFEST or name.removesuffix(SIDECAR) in lists]
    if wanted.glance:
        lists, beside = lists[:1], []
    if len(names) > MOST_FILES:
        raise FatalError("too_large", f"{source.name}: its folder holds more than {MOST_FILES:,} files")
    for name in dict.fromkeys([*beside, *lists]):
        path = f"{folder}/{name}"
        before = await client.stat(path)
        if (before.size or 0) > source.limits.max_bytes:
            raise FatalError("too_large", f"{source.name}: {name} is larger than limits.max_bytes")
        await client.get(path, directory / name, preserve=True, follow_symlinks=True)
        after = await client.stat(path)
        if (before.size, before.mtime) != (after.size, after.mtime):
            raise RetriableError("file_grows", f"{source.name}: {name} was changed while it was fetched")


def _arguments(source: SourceConfig, address: str) -> tuple[dict[str, Any], str]:
    """What the client connects with, and the folder."""
    hosts = source.options.get("known_hosts")
    if not isinstance(hosts, str) or not Path(hosts).is_file():
        raise FatalError(
            "option_wrong", f"{source.name}: options.known_hosts must name the file with the server's key"
        )
    host, port, folder = _place(source, address)
    arguments: dict[str, Any] = {
        "host": host,
        "port": port,
        "known_hosts": hosts,
        "username": credential(source, source.auth.user_env or "USER"),
        "password": None,
        "client_keys": None,
        "agent_path": None,
        "config": None,
        "connect_timeout": source.limits.timeout_seconds,
        "login_timeout": source.limits.timeout_seconds,
    }
    if source.auth.kind == "private_key":
        arguments["client_keys"] = [_key(source, source.auth.token_env or "TOKEN")]
    else:
        arguments["password"] = credential(source, source.auth.password_env or "PASSWORD")
    return arguments, folder


def _key(source: SourceConfig, variable: str) -> "SSHKey":
    """The private key that a credential is, or that lies in the file which a credential names.

    Raises:
        FatalError: `credential_missing`, `credential_refused`.
    """
    import asyncssh

    held = credential(source, variable)
    try:
        text = held if held.lstrip().startswith("-----BEGIN") else Path(held).read_text(encoding="ascii")
    except (OSError, ValueError):
        raise FatalError(
            "credential_missing",
            f"{source.name}: {variable} (auth.token_env) is no private key and names no file that can be read",
        ) from None
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise FatalError(
            "credential_refused",
            f"{source.name}: {variable} leads to no private key that opens without a pass phrase",
        ) from None


def _place(source: SourceConfig, address: str) -> tuple[str, int, str]:
    """Host, port and folder of an address, which has no user and no password."""
    try:
        url = urlsplit(address)
        host, port = url.hostname, url.port or 22
    except ValueError:
        host, port, url = None, 0, urlsplit("")
    if host is None or url.scheme != "sftp" or url.username or url.query:
        raise FatalError(
            "address_wrong", f"{source.name}: its address is no sftp://host/folder without a user"
        )
    return host, port, unquote(url.path) or "."
