"""Files of an SFTP server on this machine: the server must be known, and what it has is read as a directory is."""

import hashlib
import json
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
from hub.toolkit.earlier import Earlier
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, connector, entry

CONTENT = b"NIK;NAMA\n1;A\n"


KEY = asyncssh.generate_private_key("ssh-ed25519")
STRANGE_KEY = asyncssh.generate_private_key("ssh-ed25519")


class _Doors(asyncssh.SSHServer):
    """Lets one user in, by password or by key."""

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("demo", "open-sesame")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "demo" and key.public_data == KEY.public_data


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


async def pulled(source: SourceConfig, earlier: Earlier | None = None) -> list[Page]:
    found = pages(connector(CsvReader()), source, patience=HURRIED, earlier=earlier)
    return [page async for page in found]


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


async def test_a_glance_fetches_one_file(folder: tuple[Path, SourceConfig]) -> None:
    place, source = folder
    for name in ("b.csv", "a.csv"):
        (place / name).write_bytes(CONTENT)
    promised = [{"name": name, "sha256": hashlib.sha256(CONTENT).hexdigest()} for name in ("a.csv", "b.csv")]
    (place / "manifest.json").write_text(json.dumps({"files": promised}))
    assert [page.file.name for page in await pulled(source, Earlier(glance=True))] == ["a.csv"]
    assert [page.file.name for page in await pulled(source)] == ["a.csv", "b.csv"]


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


def by_key(source: SourceConfig) -> SourceConfig:
    """The same entry with a key in place of the password."""
    auth = {
        "kind": "private_key",
        "user_env": "HUB_CREDENTIAL_BOX_USER",
        "token_env": "HUB_CREDENTIAL_BOX_KEY",
    }
    return entry(transport="sftp", address=source.address, auth=auth, options=source.options)


def hold(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """The credential of the key; it may be the text of one or the path of its file."""
    monkeypatch.setenv("HUB_CREDENTIAL_BOX_KEY", key)
    settings.cache_clear()


def in_file(directory: Path, key: asyncssh.SSHKey, phrase: str | None = None) -> str:
    """The path of a file that holds a key."""
    key.write_private_key(str(directory / "key"), "pkcs8-pem", passphrase=phrase)
    return str(directory / "key")


async def test_a_key_lets_in_by_its_text_and_by_its_file(
    folder: tuple[Path, SourceConfig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder[0] / "a.csv").write_bytes(CONTENT)
    by_text, by_file = KEY.export_private_key().decode(), in_file(tmp_path, KEY)
    for key in (by_text, by_file):
        hold(monkeypatch, key)
        assert [page.frame.rows() for page in await pulled(by_key(folder[1]))] == [[("1", "A")]]


async def test_a_missing_key_names_what_must_hold_it(
    folder: tuple[Path, SourceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_CREDENTIAL_BOX_KEY", raising=False)
    settings.cache_clear()
    error = await refusal(by_key(folder[1]))
    assert error.code == "credential_missing"
    assert "HUB_CREDENTIAL_BOX_KEY to its private key, or to the path" in error.message


async def test_a_key_that_the_server_does_not_know_is_refused(
    folder: tuple[Path, SourceConfig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hold(monkeypatch, in_file(tmp_path, STRANGE_KEY))
    error = await refusal(by_key(folder[1]))
    assert (error.code, "HUB_CREDENTIAL_BOX_KEY" in error.message) == ("credential_refused", True)


async def test_a_key_is_not_shown_to_a_server_that_is_not_known(
    folder: tuple[Path, SourceConfig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hold(monkeypatch, in_file(tmp_path, KEY))
    port = folder[1].address.split(":")[2].split("/")[0]
    strange = STRANGE_KEY.export_public_key().decode()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {strange}")
    assert (await refusal(by_key(folder[1]))).code == "host_unknown"


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "credential_missing"), ("no key", "credential_refused"), ("locked", "credential_refused")],
)
async def test_a_key_that_cannot_be_had_is_told_without_its_content(
    folder: tuple[Path, SourceConfig],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
    code: str,
) -> None:
    if content == "locked":
        in_file(tmp_path, KEY, "open-sesame")
    elif content is not None:
        (tmp_path / "key").write_text(content)
    hold(monkeypatch, str(tmp_path / "key"))
    error = await refusal(by_key(folder[1]))
    assert (error.code, str(tmp_path) in error.message) == (code, False)


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
