"""Whom a row in quarantine may speak of, where a spreadsheet took the last digit of its NIK: proposals, never links.

Fifteen digits that are left, the name and the birth date must all fit, and fit one person alone. Whoever reads
a proposal asks the owner of the list for the number; nothing here writes anything, and no number or name is told.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from hub.connectors import connector_of
from hub.domain.masking import masked
from hub.domain.names import keys_agree
from hub.domain.reasons import Reason
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.cells import ROW
from hub.toolkit.connector import Connector
from hub.toolkit.records import unfold
from hub.toolkit.reference import Reference, load_reference
from hub.toolkit.rows import Rows

DAMAGE = (Reason.SCIENTIFIC, Reason.PRECISION_LOST, Reason.NOT_16_DIGITS)
"""Reasons under which fifteen digits may be left."""

BATCH = 2_000

# Open rows of a source that are refused for damage alone, in the order of their ids, with the names of their values.
DAMAGED = text(
    """
    select q.id, q.payload, q.reasons, q.fields, q.row_no, f.name as file, coalesce(l.columns, '{}') as columns
    from quarantine q join source_file f on f.id = q.file_id left join layout l on l.id = q.layout_id
    where q.source_id = :source and upper_inf(q.recorded) and q.id > :after
        and q.reasons <@ cast(:damage as text[])
    order by q.id limit :batch
    """
)
# The persons known now who have one of these numbers.
KNOWN = text(
    """
    select distinct person_id, uid::text as uid, nik, name_key, birth_date from person_state
    where nik = any(cast(:numbers as text[])) and upper_inf(recorded)
    """
)
_scientific = re.compile(r"^\+?([0-9])[.,]([0-9]{14,})E\+?15$", re.IGNORECASE)
_digits = re.compile(r"^'?([0-9]{15})(?:[0-9](?:[.,]0+)?)?$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A person whom a row in quarantine may speak of.

    Attributes:
        quarantine: Id of the row in quarantine.
        file: Name of the file it stood in.
        row_no: Its number there, from 1.
        field: Column of the damaged number.
        reason: Code under which the row was refused.
        person: Public id of the one person who fits.
        nik: The person's number, masked but for its area.
    """

    quarantine: int
    file: str
    row_no: int
    field: str
    reason: str
    person: str
    nik: str


async def proposals(
    database: Database,
    source: SourceConfig,
    reference: Reference | None = None,
    connector: Connector | None = None,
) -> list[Proposal]:
    """The proposals for the open quarantine of a source, in the order of its rows.

    Args:
        database: Read under the role that writes; nothing is written.
        source: Entry of the source.
        reference: Areas and code lists; those of the settings when None.
        connector: Of the source; the one of its name when None.
    """
    told = reference or load_reference(settings().config_dir / "reference")
    reading = connector or connector_of(source.read_by)
    found: list[Proposal] = []
    async with database.connect() as connection:
        async for rows in _damaged(connection, source.number):
            known = await _persons(connection, suspects := _suspects(rows, source, told, reading))
            found += [made for suspect in suspects if (made := _proposal(suspect, known)) is not None]
    return found


def fifteen(damaged: str | None) -> str | None:
    """The first fifteen digits of a damaged number; None where fewer are left or the text is something else."""
    tidy = (damaged or "").replace("\u00a0", "").strip()
    if found := _scientific.match(tidy):
        return found[1] + found[2][:14]
    found = _digits.match(tidy)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A damaged row with what it says of its person."""

    row: Any
    field: str
    reason: str
    prefix: str
    name_key: str
    born: date


async def _damaged(connection: AsyncConnection, source: int) -> AsyncIterator[list[Any]]:
    """Damaged rows, some thousands at once."""
    after = 0
    while True:
        asked = {"source": source, "after": after, "damage": list(DAMAGE), "batch": BATCH}
        rows = list(await connection.execute(DAMAGED, asked))
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _suspects(
    rows: Sequence[Any], source: SourceConfig, reference: Reference, connector: Connector
) -> list[_Suspect]:
    """The rows that still have fifteen digits, a name and a birth date, by the source's own mapping.

    The mapping sees each row without its damaged number, which it refuses; what it then says of the one
    person without a number is what the row says of the person concerned.
    """
    forgiving = source.model_copy(update={"options": {**source.options, "nik": "optional"}})
    found: list[_Suspect] = []
    for columns in dict.fromkeys(tuple(row.columns) for row in rows):
        group = [row for row in rows if tuple(row.columns) == columns and len(set(row.fields)) == 1]
        for field in dict.fromkeys(row.fields[0] for row in group):
            some = [row for row in group if row.fields[0] == field]
            frame = unfold(pl.Series([row.payload for row in some], dtype=pl.String), columns, connector)
            if field not in frame.columns:
                continue
            prefixes = [fifteen(each) for each in frame[field].to_list()]
            blanked = frame.with_columns(pl.lit(None, dtype=pl.String).alias(field))
            persons = _nameless(connector.claims(Rows(blanked, forgiving, reference)).person)
            found += [
                _Suspect(some[at], field, some[at].reasons[0], prefix, *persons[at])
                for at, prefix in enumerate(prefixes)
                if prefix is not None and at in persons
            ]
    return found


def _nameless(persons: pl.DataFrame) -> dict[int, tuple[str, date]]:
    """Name key and birth date by row, for the rows with one person who has no number but both of these."""
    alone = persons.filter(pl.col("nik").is_null()).filter(pl.len().over(ROW) == 1)
    whole = alone.drop_nulls(["name_key", "birth_date"])
    return {row: (name, born) for row, name, born in whole.select(ROW, "name_key", "birth_date").rows()}


async def _persons(connection: AsyncConnection, suspects: Sequence[_Suspect]) -> dict[str, list[Any]]:
    """The persons known by any number with one of the prefixes, by prefix."""
    numbers = sorted({f"{suspect.prefix}{last}" for suspect in suspects for last in range(10)})
    known: dict[str, list[Any]] = {}
    for row in await connection.execute(KNOWN, {"numbers": numbers}):
        known.setdefault(row.nik[:15], []).append(row)
    return known


def _proposal(suspect: _Suspect, known: dict[str, list[Any]]) -> Proposal | None:
    """The proposal where exactly one person fits."""
    fitting = {
        (row.uid, row.nik)
        for row in known.get(suspect.prefix, ())
        if row.birth_date == suspect.born and keys_agree(row.name_key or "", suspect.name_key)
    }
    if len({uid for uid, _ in fitting}) != 1:
        return None
    uid, nik = min(fitting)
    row = suspect.row
    return Proposal(row.id, row.file, row.row_no, suspect.field, suspect.reason, uid, masked(nik) or "")
