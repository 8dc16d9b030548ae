"""Files of an SFTP server on this machine: the server must be known, and what it has is read as a directory is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import pytest_asyncio

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, connector, entry

CONTENT = b"NIK;NAMA\n1;A\n"


class _Doors(asyncssh.SSHServer):
    """Lets one user in by password."""

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("demo", "open-sesame")


@pytest_asyncio.fixture
async def folder(tmp_path: Path) -> AsyncIterator[tuple[Path, SourceConfig]]:
    """A served folder, and the entry that reads it."""
    root, key = tmp_path / "root", asyncssh.generate_private_key("ssh-ed25519")
    (root / "out").mkdir(parents=True)

    def chrooted(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=_Doors, server_host_keys=[key], sftp_factory=chrooted
    )
    port = server.get_port()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    yield root / "out", told(f"sftp://127.0.0.1:{port}/out", known)
    server.close()
    await server.wait_closed()


def told(address: str, known: Path, **options: Any) -> SourceConfig:
    """An entry for this address."""
    auth = {
        "kind": "basic",
        "user_env": "HUB_CREDENTIAL_BOX_USER",
        "password_env": "HUB_CREDENTIAL_BOX_PASSWORD",
    }
    return entry(transport="sftp", address=address, auth=auth, options={"known_hosts": str(known), **options})


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_BOX_USER", "demo")
    monkeypatch.setenv("HUB_CREDENTIAL_BOX_PASSWORD", "open-sesame")
    settings.cache_clear()


async def pulled(source: SourceConfig) -> list[Page]:
    return [page async for page in pages(connector(CsvReader()), source, patience=HURRIED)]


async def refusal(source: SourceConfig) -> HubError:
    with pytest.raises((FatalError, RetriableError)) as caught:
        await pulled(source)
    assert "open-sesame" not in caught.value.message
    return caught.value


async def test_the_files_of_the_folder_are_read(folder: tuple[Path, SourceConfig]) -> None:
    place, source = folder
    for name in ("b.csv", "a.csv", "note.md", ".hidden.csv"):
        (place / name).write_bytes(CONTENT)
    found = await pulled(source)
    assert [(page.file.name, page.frame.rows()) for page in found] == [
        ("a.csv", [("1", "A")]),
        ("b.csv", [("1", "A")]),
    ]


async def test_a_file_with_other_bytes_than_promised_lands_nothing(folder: tuple[Path, SourceConfig]) -> None:
    place, source = folder
    (place / "a.csv").write_bytes(CONTENT)
    (place / "a.csv.sha256").write_text("0" * 64)
    assert (await refusal(source)).code == "file_differs"


async def test_a_server_that_is_not_known_is_told_nothing(
    folder: tuple[Path, SourceConfig], tmp_path: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    port = folder[1].address.split(":")[2].split("/")[0]
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {other}")
    assert (await refusal(folder[1])).code == "host_unknown"
    (tmp_path / "known_hosts").unlink()
    assert (await refusal(folder[1])).code == "option_wrong"


async def test_a_refused_credential_names_its_variables(
    folder: tuple[Path, SourceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_BOX_PASSWORD", "wrong")
    settings.cache_clear()
    error = await refusal(folder[1])
    assert (error.code, "HUB_CREDENTIAL_BOX_PASSWORD" in error.message) == ("credential_refused", True)


async def test_a_folder_or_server_that_is_not_there_is_told_apart(
    folder: tuple[Path, SourceConfig], tmp_path: Path
) -> None:
    address = folder[1].address
    for place, code in [
        (f"{address}/none", "directory_missing"),
        ("sftp://127.0.0.1:1/out", "unreachable"),
        ("sftp://me@127.0.0.1/out", "address_wrong"),
    ]:
        assert (await refusal(told(place, tmp_path / "known_hosts"))).code == code
