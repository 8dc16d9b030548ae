"""Quarantine as a place of work: what waits there, each row as its producer wrote it, and why it was refused."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from hub.domain.masking import masked
from hub.domain.reasons import Reason
from hub.errors import InputError
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.workbooks import write_workbook

_WAITING = """
    from quarantine q join source s on s.id = q.source_id left join source_file f on f.id = q.file_id
    where upper_inf(q.recorded) and (cast(:source as text) is null or s.code = :source)
      and (cast(:reason as text) is null or :reason = any (q.reasons))
      and (cast(:since as timestamptz) is null or lower(q.recorded) >= :since)
"""
LISTED = text(
    f"""
    select q.id, s.code as source, f.name as file, q.row_no, q.reasons, q.fields, lower(q.recorded) as since,
           q.run_id as run, count(*) over () as total {_WAITING}
    order by s.code, f.name, q.row_no, q.id limit :most
    """
)
COUNTED = text(
    f"""
    select source, reason, count(*) as rows, min(since) as first
    from (select s.code as source, unnest(q.reasons) as reason, lower(q.recorded) as since {_WAITING}) w
    group by source, reason order by source, rows desc, reason
    """
)
ONE = text(
    """
    select q.id, s.code as source, f.name as file, q.row_no, q.reasons, q.fields, lower(q.recorded) as since,
           upper(q.recorded) as until, q.run_id as run, q.payload, l.columns
    from quarantine q join source s on s.id = q.source_id
    left join source_file f on f.id = q.file_id left join layout l on l.id = q.layout_id
    where q.id = :id
    """
)
LAYOUTS = text(
    """
    select l.columns from layout l join source s on s.id = l.source_id
    where s.code = :source and l.id in (select layout_id from quarantine where source_id = s.id
                                        and upper_inf(recorded))
    order by l.id
    """
)
KEYS = text(
    """
    select distinct k.name from quarantine q join source s on s.id = q.source_id
    cross join lateral jsonb_object_keys(
        case when q.layout_id is null and left(ltrim(q.payload), 1) = '{'
                  and position('\\u0000' in q.payload) = 0 then cast(q.payload as jsonb) end) k(name)
    where s.code = :source and upper_inf(q.recorded) order by 1
    """
)
# By how many values the longest row exceeds its list's columns.
EXTRA = text(
    """
    select max(case when left(ltrim(q.payload), 1) = '[' and position('\\u0000' in q.payload) = 0
               then jsonb_array_length(cast(q.payload as jsonb)) - coalesce(cardinality(l.columns), 0) end)
    from quarantine q join source s on s.id = q.source_id left join layout l on l.id = q.layout_id
    where s.code = :source and upper_inf(q.recorded)
    """
)
ROWS = text(
    """
    select q.payload, l.columns, q.reasons, q.fields, f.name as file, q.row_no
    from quarantine q join source s on s.id = q.source_id
    left join source_file f on f.id = q.file_id left join layout l on l.id = q.layout_id
    where s.code = :source and upper_inf(q.recorded)
    order by f.name, q.row_no, q.id
    """
)
# Waiting rows of a source that sends what changed, whose record the run has stored anew: they are out of date.
SUPERSEDED = text(
    """
    update quarantine q set recorded = tstzrange(lower(q.recorded), :at)
    where q.source_id = :source and upper_inf(q.recorded) and lower(q.recorded) < :at
      and exists (select from stage_version v join stage_row s on s.ordinal = v.ordinal
                  where s.record_key = q.record_key and (s.file_id, s.row_no) > (q.file_id, q.row_no))
    """
)
#: Columns that the export adds to the producer's own.
ADDED = ("HUB KODE", "HUB ALASAN", "HUB REASON", "HUB KOLOM", "HUB BERKAS", "HUB BARIS")
BATCH = 2_000


@dataclass(frozen=True)
class Wanted:
    """Which of the waiting rows; None everywhere for all.

    Args:
        source: Name of a source.
        reason: A reason code.
        since: Refused at this instant or later, UTC.
    """

    source: str | None = None
    reason: str | None = None
    since: datetime | None = None


async def close_superseded(connection: AsyncConnection, source_id: int, at: datetime) -> None:
    """Closes the waiting rows whose record was stored anew since; not for full lists, which tell what they lack.

    Args:
        connection: In the run's transaction, landed.
        source_id: The source.
        at: Instant of recording, UTC.
    """
    await connection.execute(SUPERSEDED, {"source": source_id, "at": at})


async def counted(database: Database, wanted: Wanted) -> list[dict[str, Any]]:
    """Waiting rows by source and reason, with the instant since which the first of them waits."""
    async with database.connect() as connection:
        found = await connection.execute(COUNTED, wanted.__dict__)
        return [{**row, **wording(row["reason"])} for row in found.mappings()]


async def listed(database: Database, wanted: Wanted, most: int) -> tuple[int, list[dict[str, Any]]]:
    """How many rows wait, and the first of them: file, row, reasons and columns; no value of a row."""
    async with database.connect() as connection:
        found = await connection.execute(LISTED, {**wanted.__dict__, "most": most})
        rows = [dict(row) for row in found.mappings()]
    total = rows[0]["total"] if rows else 0
    return total, [{name: row[name] for name in row if name != "total"} for row in rows]


async def shown(database: Database, quarantine_id: int) -> dict[str, Any]:
    """One row with its reasons in words and its values masked.

    Raises:
        InputError: `unknown_quarantine`.
    """
    async with database.connect() as connection:
        found = (await connection.execute(ONE, {"id": quarantine_id})).mappings().one_or_none()
    if found is None:
        raise InputError("unknown_quarantine", f"no row {quarantine_id} is or was in quarantine")
    row = dict(found)
    values = named(row.pop("payload"), row.pop("columns"))
    return {
        **row,
        "told": [{"reason": reason, **wording(reason)} for reason in row["reasons"]],
        "values": {name: masked(value) for name, value in values.items()},
    }


def wording(reason: str) -> dict[str, str | None]:
    """A reason in both languages; blank for a code of a later version."""
    known = reason in Reason.__members__
    return {"id": Reason(reason).text.id if known else None, "en": Reason(reason).text.en if known else None}


def named(payload: str, columns: Sequence[str] | None) -> dict[str, Any]:
    """The values of a row by the producer's own names; one that does not fit them under numbers."""
    values = orjson.loads(payload)
    if isinstance(values, dict):
        return values
    names = list(columns or ())
    names += [f"+{extra}" for extra in range(1, len(values) - len(names) + 1)]
    return dict(zip(names, values, strict=False))


async def export(database: Database, source: str, path: Path) -> int:
    """Writes the waiting rows of a source to a workbook in the producer's own columns; returns how many.

    Beside them stand reason codes, the reasons in Indonesian and English, the columns concerned, file and row.
    """
    async with database.connect() as connection:
        own = dict.fromkeys(
            name for row in await connection.execute(LAYOUTS, {"source": source}) for name in row.columns
        )
        own |= dict.fromkeys(row.name for row in await connection.execute(KEYS, {"source": source}))
        most = int(await connection.scalar(EXTRA, {"source": source}) or 0)
        own |= dict.fromkeys(f"+{extra}" for extra in range(1, most + 1))
        found = await connection.stream(ROWS, {"source": source})

        async def rows() -> AsyncIterator[Sequence[object]]:
            async for batch in found.partitions(BATCH):
                for row in batch:
                    yield _line(row, tuple(own))

        return await write_workbook(path, (*own, *ADDED), rows(), source[:28])


def _line(row: Any, own: Sequence[str]) -> list[object]:
    values = named(row.payload, row.columns)
    told = [wording(reason) for reason in row.reasons]
    return [
        *(_cell(values.get(name)) for name in own),
        ", ".join(row.reasons),
        "; ".join(each["id"] or "" for each in told),
        "; ".join(each["en"] or "" for each in told),
        ", ".join(dict.fromkeys(field for field in row.fields if field)),
        row.file,
        row.row_no,
    ]


def _cell(value: Any) -> object:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
