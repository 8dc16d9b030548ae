"""Files that were handed over under an agreement: written down when they are made, given out to whoever has the code.

A file that left the hub can't be called back; what holds is this: it is locked, it bears its last day, the agreement
bounds that day, the hub's own door gives it to nobody from then on and its copy is taken away, and whom it told of
stands in the ledger under its id.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.domain import clock
from hub.store.database import Database
from hub.store.sql import text

FOLDER = "handed"
KEEP = text(
    "insert into handed_file (request, agency, agreement, purpose, operation, form, root, bytes, sha256, made, actor,"
    " until, code, fetched) values (:request, :agency, :agreement, :purpose, :operation, :form, :root, :bytes, :sha256,"
    " :made, :actor, :until, :code, 0)"
)
# Its day is not over, nobody took it back, and the agreement that granted it was neither ended nor is suspended.
_HOLDS = """
    until > :today and ended is null and not exists (
      select from agreement_event e
      where e.code || '@' || e.version = agreement and (e.event = 'ended' or e.event = 'suspended' and not exists (
        select from agreement_event n where n.code = e.code and n.version = e.version and n.event = 'resumed'
          and n.id > e.id)))
"""
# The file of a code, counted as fetched where it may still be.
FETCH = text(
    f"""
    update handed_file set fetched = fetched + case when {_HOLDS} then 1 else 0 end
    where code = :code returning request, form, agreement, {_HOLDS} as holds
    """
)
LIST = text("select * from handed_file order by made desc, request")
END = text("update handed_file set ended = :now where request = :request and ended is null returning 1")
OVER = text("select request from handed_file where until <= :today or ended is not null")


@dataclass(frozen=True)
class Handed:
    """A file that was made.

    Args:
        request: Id of its lines in the ledger.
        agency: Whom it is for.
        agreement: Code and version.
        purpose: What it is for.
        operation: Of its lines.
        form: Of what lies within.
        root: List that it holds.
        bytes: Of the ZIP.
        sha256: Of the ZIP, in hex.
        actor: Who made it.
        until: Day after the last on which it may be used (WIB).
    """

    request: UUID
    agency: str
    agreement: str
    purpose: str
    operation: str
    form: str
    root: str
    bytes: int
    sha256: str
    actor: str
    until: date


@dataclass(frozen=True)
class HandedFiles:
    """The handed files of one hub.

    Args:
        database: Where they are written down.
        data_dir: Below which those lie that the door gives out.
    """

    database: Database
    data_dir: Path

    def place(self, request: UUID) -> Path:
        """Where the copy lies that the door gives out."""
        return self.data_dir / FOLDER / f"{request}.zip"

    async def keep(self, handed: Handed, code: str | None) -> None:
        """Writes a file down.

        Args:
            handed: The file.
            code: That fetches it; None: the door gives it to nobody.
        """
        values = vars(handed) | {"made": clock.now(), "code": code and digest_of(code)}
        await self._write(KEEP, values)

    async def fetched(self, code: str) -> tuple[Path | None, Any]:
        """Where the file of a code lies, and its row; no place where it may not be fetched now.

        The row is None where nothing has that code.
        """
        found = await self._write(FETCH, {"code": digest_of(code), "today": clock.today()})
        if not found:
            return None, None
        place = self.place(found[0].request)
        return (place if found[0].holds and place.exists() else None), found[0]

    async def end(self, request: UUID) -> bool:
        """Takes a file back: the door gives it out no longer; whether there was such a one."""
        found = await self._write(END, {"request": request, "now": clock.now()})
        await self.sweep()
        return bool(found)

    async def sweep(self) -> int:
        """Takes away the copies whose day is over; returns how many."""
        over = [self.place(row.request) for row in await self._write(OVER, {"today": clock.today()})]
        gone = [path for path in over if path.exists()]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    async def listed(self) -> Sequence[Any]:
        """Every file, the newest first."""
        return await self._write(LIST, {})

    async def _write(self, statement: Any, values: dict[str, Any]) -> Sequence[Any]:
        async with self.database.connect() as connection:
            found = await connection.execute(statement, values)
            rows = found.all() if found.returns_rows else []
            await connection.commit()
        return rows


def digest_of(code: str) -> bytes:
    """What stands for a code: drawn from 125 bits, so that a plain hash keeps it."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).digest()
