"""Files that leave the hub locked: a ZIP under AES-256, as 7-Zip, WinZip, WinRAR and Keka open it, and its password.

The password is drawn, never chosen: the format stretches it by a thousand rounds alone, which is too few for a word
that a person thinks of. Source: WinZip AE-2 specification 1.04 (2009); names and sizes within are not hidden.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyzipper

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of passwords and codes: none that is taken for another (0 and O, 1 and I)."""
GROUPS, GROUP = 5, 5
"""125 bits."""


def drawn() -> str:
    """A password or code to be read aloud and typed: five groups of five signs."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


class Locked:
    """A ZIP in the making, every member under AES-256; whole once its block has ended.

    Args:
        file: Where it goes.
        password: Of all its members.
    """

    def __init__(self, file: IO[bytes], password: str) -> None:
        self._zip = pyzipper.AESZipFile(
            file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES, allowZip64=True
        )
        self._zip.setpassword(password.encode())

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """A file within it, written piece by piece."""
        with self._zip.open(name, "w", force_zip64=True) as file:
            yield file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()


def kept_secret(path: Path, text: str) -> None:
    """Writes a file that was not there, for this account alone.

    Raises:
        FileExistsError: It is there already.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
