"""How `hub share file` makes a file: an export under what one agreement grants, locked as it is written."""

import hashlib
import os
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.access.gate import Admitted, TokenGate
    from hub.compiler.engine import Request
    from hub.compiler.exporting import Export
    from hub.settings import Settings
    from hub.sharing.handing import Handed
    from hub.store.database import Database

Places = tuple[Path | None, Path | None, Path]
"""Where go: the ZIP; the code that fetches it; its password."""
README = "BACA-SAYA.txt"
WORDS = {
    "id": (
        "Berkas ini memuat data pribadi dan diberikan kepada {agency} berdasarkan perjanjian {agreement}\r\n"
        "untuk keperluan {purpose}. Berkas berlaku sampai dengan {last}; setelah itu\r\n"
        "hapuslah berkas ini beserta semua salinannya.\r\n"
        "Isinya: {root} menurut keadaan {made}. Nomor pada buku besar: {request}.\r\n"
        "Ditahan atau disamarkan menurut perjanjian: {held}.\r\n"
    ),
    "en": (
        "This file holds personal data and is handed to {agency} under the agreement {agreement} for {purpose}.\r\n"
        "It may be used up to and including {last}; delete it and every copy after that.\r\n"
        "It holds: {root} as of {made}. Number in the ledger: {request}.\r\n"
        "Held back or masked by the agreement: {held}.\r\n"
    ),
}


@dataclass(frozen=True)
class Wanted:
    """A file that is to be made.

    Args:
        agreement: Code.
        purpose: One of the agreement's.
        form: Of the list within.
        days: On which it may be used, today included.
        actor: Who makes it.
    """

    agreement: str
    purpose: str
    form: str
    days: int
    actor: str


async def handed(settings: "Settings", request: "Request", wanted: Wanted, places: Places) -> "Handed":
    """Makes a file and writes it down; what broke off leaves none.

    Raises:
        InputError: The document is no export, or asks for too much.
        RefusedError: `no_agreement`, `token_unbound`, `fields_refused`, `quota_spent`.
    """
    from hub.cli.answers import opened

    _free(*places)
    async with opened(settings) as database:
        return await handed_from(database, settings, request, wanted, places)


async def handed_from(
    database: "Database", settings: "Settings", request: "Request", wanted: Wanted, places: Places
) -> "Handed":
    """As `handed`, of a database that is open."""
    from hub.sharing.handing import HandedFiles
    from hub.toolkit.locked import drawn, kept_secret
    from hub.toolkit.scratch import scratch

    to, code_to, password_to = places
    password, code = drawn(), drawn() if code_to else None
    files = HandedFiles(database, settings.data_dir)
    await files.sweep()
    with scratch() as folder:
        draft = Path(folder) / "file.zip"
        made = await _made(settings, database, request, (wanted, draft, password))
        kept_secret(password_to, f"{password}\n")
        if code_to and code:
            kept_secret(code_to, f"{code}\n")
            files.place(made.request).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _laid(draft, files.place(made.request))
        await files.keep(made, code)
        if to:
            _laid(draft, to)
    return made


def _free(*places: Path | None) -> None:
    """Passes files that are not there yet, before anything of persons is told.

    Raises:
        InputError: `file_exists`.
    """
    from hub.errors import InputError

    if there := [str(path) for path in places if path and path.exists()]:
        raise InputError("file_exists", f"these are there already: {', '.join(there)}")


def _laid(draft: Path, path: Path) -> None:
    """Puts a copy in place once it is whole, for this account alone."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with (
            draft.open("rb") as file,
            os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        ):
            shutil.copyfileobj(file, out)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


async def _made(
    settings: "Settings", database: "Database", request: "Request", how: tuple[Wanted, Path, str]
) -> "Handed":
    from hub.cli.admitting import ledger_of
    from hub.compiler.exporting import export
    from hub.compiler.limits import limits_of
    from hub.schema.build import engine
    from hub.schema.door import seen_by
    from hub.schema.export_door import exported
    from hub.schema.forms import FORMS
    from hub.schema.leaving import Leaving
    from hub.sharing.handing import Handed
    from hub.store.bulk import open_bulk
    from hub.store.read import open_reader

    wanted, draft, password = how
    ledger = ledger_of(database, settings.model_copy(update={"ledger": "all"}))
    assert ledger is not None  # noqa: S101  # all leave lines
    gate = _gate(settings, database, ledger)
    asked = (wanted.agreement, wanted.purpose, wanted.actor)
    admitted = await gate.behalf(asked, timedelta(seconds=settings.export_seconds + 60))
    made = export(engine(limits_of(settings)), request, settings.export_rows, seen_by(admitted, gate))
    line = await ledger.line(request.query, made.asked)
    until = await _until(gate, wanted)
    async with open_bulk(database, settings.export_seconds) as bulk, open_reader(database, 1) as reads:
        left = Leaving(ledger, line, made.leave, admitted.context, reads) if made.leave else None
        terms = (settings.export_rows, _nothing, _nothing)
        pieces = exported(made, FORMS[wanted.form], bulk, admitted.context(), terms, left)
        told = _told(made, admitted, until, request.language) | {"request": str(line.request)}
        digest, size = await _locked(pieces, (draft, password), f"{made.root}.{wanted.form}", told)
    caller = admitted.caller
    return Handed(
        line.request, caller.agency, caller.agreement, caller.purpose, line.operation, wanted.form, made.root, size,
        digest, wanted.actor, until,
    )  # fmt: skip


def _gate(settings: "Settings", database: "Database", ledger: Any) -> "TokenGate":
    """A gate that lets nobody in by a token, and acts for agencies by what is granted now."""
    from hub.access.agreements import granting
    from hub.access.gate import TokenGate
    from hub.cli.admitting import asked
    from hub.registry.agencies import load_agencies, load_terms

    config, roles = settings.config_dir, database.roles
    return TokenGate(
        lambda: roles.key("context"), {}, load_agencies(config), load_terms(config),
        lambda: asked(database, granting), ledger=ledger, derive=roles.derive_pseudonyms,
    )  # fmt: skip


async def _until(gate: "TokenGate", wanted: Wanted) -> date:
    """The day after the last: never behind the end of the agreement."""
    from hub.domain import clock

    held = (await gate.read())[wanted.agreement]
    return min(clock.today() + timedelta(days=wanted.days), held.until)


def _told(made: "Export", admitted: "Admitted", until: date, language: str) -> dict[str, str]:
    """What the file says of itself."""
    from hub.domain import clock

    caller = admitted.caller
    held = sorted(f"{'.'.join(one.path)} ({', '.join(one.scopes) or one.mask})" for one in made.refused)
    return {
        "words": WORDS[language], "agency": caller.agency, "agreement": caller.agreement, "purpose": caller.purpose,
        "last": str(until - timedelta(days=1)), "root": made.root, "made": f"{clock.now():%Y-%m-%d %H:%M} UTC",
        "held": "; ".join(held) or "-",
    }  # fmt: skip


async def _locked(
    pieces: AsyncGenerator[bytes, None], how: tuple[Path, str], name: str, told: dict[str, str]
) -> tuple[str, int]:
    """SHA-256 and bytes of the ZIP, once it is written."""
    from hub.toolkit.locked import Locked

    draft, password = how
    with draft.open("w+b") as out:  # a local file
        with Locked(out, password) as locked:
            async with aclosing(pieces):
                with locked.member(name) as member:
                    async for piece in pieces:
                        member.write(piece)
            with locked.member(README) as member:
                member.write(told.pop("words").format(**told).encode())
        out.seek(0)
        return hashlib.file_digest(out, "sha256").hexdigest(), out.seek(0, os.SEEK_END)


def _nothing(*given: object) -> Sequence[object]:
    """Who has the machine has no budget, and a file is not followed."""
    return given
