"""The stage of one run: temporary tables that die with the transaction, filled by COPY.

Temporary tables are not logged, so staging costs little, and a killed run leaves nothing to clean up.
"""

from enum import IntEnum
from functools import cache
from io import BytesIO

import polars as pl

from hub.store.copying import copy_text
from hub.store.script import Script
from hub.store.sql import AsyncConnection, Table, text, type_name
from hub.store.tables.claims import CLAIMS

NOT_STAGED = frozenset({"record_id", "mention_id", "source_id", "person_id", "home_area_key"})
"""Columns of a claim that landing fills in; a connector states the rest."""


class Verdict(IntEnum):
    """What becomes of a staged row; every row gets exactly one."""

    FRESH = 0
    SAME = 1
    REPEAT = 2
    REFUSED_BEFORE = 3
    REFUSED = 4


_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}

BATCH = ("ordinal", "record_key", "scope", "content_hash", "file_id", "row_no")
BODY = ("ordinal", "payload", "layout_id")
REJECT = ("ordinal", "reasons", "fields", "area_key")

_ROW_COLUMNS = (
    "ordinal bigint not null, record_key text not null, scope text not null, content_hash uuid not null,"
    " file_id int not null, row_no int not null"
)
_REJECT_COLUMNS = "ordinal bigint not null, reasons text[], fields text[], area_key bigint"
CREATE = (
    f"create temp table stage_batch ({_ROW_COLUMNS}) on commit drop",
    f"create temp table stage_row ({_ROW_COLUMNS}, verdict smallint not null, record_id bigint) on commit drop",
    "create temp table stage_body (ordinal bigint not null, payload text not null, layout_id int) on commit drop",
    f"create temp table stage_reject ({_REJECT_COLUMNS}) on commit drop",
)

# Every row of the run with its verdict against what is stored: the same content under the same key stands.
CLASSIFY = text(
    f"""
    insert into stage_row
    select b.*,
           case when r.id is not null then {Verdict.SAME:d} when q.content_hash is not null
                then {Verdict.REFUSED_BEFORE:d} else {Verdict.FRESH:d} end,
           r.id
    from stage_batch b
    left join source_record r on r.source_id = :source and r.record_key = b.record_key
         and r.content_hash = b.content_hash and upper_inf(r.recorded)
    left join (select distinct content_hash from quarantine
               where source_id = :source and upper_inf(recorded)) q on q.content_hash = b.content_hash
    """
)
MANY_KEYS = 20_000
"""From so many keys on, reading what is stored once costs less than looking each of them up."""
FRESH_BETWEEN = text(
    "select ordinal from stage_row"
    f" where ordinal between :first and :last and verdict = {Verdict.FRESH:d} order by ordinal"
)


def staged_columns(table: Table) -> tuple[str, ...]:
    """Columns of a staged claim: ordinal and person slot, then what the connector states."""
    stated = tuple(column.name for column in table.columns if column.name not in NOT_STAGED)
    return ("ordinal", "slot", *stated)


def stage_name(table: Table) -> str:
    """Name of the stage of a claim table."""
    return f"stage_{table.name}"


@cache
def _claim_stage(table: Table) -> str:
    """The stage of one claim table, with the column types of the table itself."""
    stated = ", ".join(f"{name} {type_name(table, name)}" for name in staged_columns(table)[2:])
    return f"create temp table {stage_name(table)} (ordinal bigint, slot smallint, {stated}) on commit drop"


# One sync works at a time, so it may take what a server of many callers could not give each: sorts and hashes
# of a district in memory, and the stage in buffers of its own. The second lasts as long as the session.
# How many rows a stage has is what the planner must know; a tenth of the usual sample tells it.
ROOM = (
    "set local work_mem = '128MB'",
    "set temp_buffers = '128MB'",
    "set local default_statistics_target = 10",
)


async def open_stage(connection: AsyncConnection) -> None:
    """Makes the empty stage in the connection's transaction."""
    script = Script(connection, {}, few=True)
    await script.run(*ROOM, *CREATE, *(_claim_stage(table) for table in CLAIMS))
    await script.send()


async def stage_frame(
    connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: pl.DataFrame
) -> None:
    """Appends a frame to a stage; columns by name, nulls as null, lists as array literals."""
    if not rows.is_empty():
        await copy_text(connection, table, columns, copy_lines(rows.select(columns)))


def copy_lines(rows: pl.DataFrame) -> bytes:
    """A frame of texts, numbers and days in the text format of COPY.

    The lines themselves tell whether a cell held a sign that must be escaped: there are more of such signs then.
    """
    plain = _lines(rows)
    nulls = sum(rows.null_count().row(0)) if rows.width else 0
    told = (plain.count(b"\t"), plain.count(b"\n"), plain.count(b"\r"), plain.count(b"\\"))
    if told == (rows.height * (rows.width - 1), rows.height, 0, nulls):
        return plain
    return _lines(
        rows.with_columns(pl.col(pl.String).str.replace_many(list(_ESCAPES), list(_ESCAPES.values())))
    )


def _lines(rows: pl.DataFrame) -> bytes:
    out = BytesIO()
    rows.write_csv(out, include_header=False, separator="\t", quote_style="never", null_value="\\N")
    return out.getvalue()


async def stage_keys(connection: AsyncConnection, rows: pl.DataFrame, known: bool) -> None:
    """Stages the keys of some rows; a first load has nothing to compare them with.

    Args:
        connection: In the run's transaction.
        rows: Columns BATCH.
        known: Whether the source has stored anything before.
    """
    if known:
        await stage_frame(connection, "stage_batch", BATCH, rows)
    else:
        fresh = rows.with_columns(verdict=pl.lit(int(Verdict.FRESH)))
        await stage_frame(connection, "stage_row", (*BATCH, "verdict"), fresh)


async def classify(connection: AsyncConnection, source_id: int, rows: int) -> None:
    """Gives every staged key its verdict, all at once: many rows are one pass over what is stored, few are probes.

    Args:
        connection: In the run's transaction, with all keys staged.
        source_id: The source.
        rows: How many keys there are.
    """
    many = rows >= MANY_KEYS
    await connection.execute(text("analyze stage_batch"))
    if many:
        await connection.execute(text("set local enable_nestloop = off"))
    await connection.execute(CLASSIFY, {"source": source_id})
    if many:
        await connection.execute(text("set local enable_nestloop = on"))
    await connection.execute(text("create index on stage_row (ordinal)"))


async def fresh_between(connection: AsyncConnection, first: int, last: int) -> pl.Series:
    """Ordinals of the rows whose content is new, ascending, both ends within."""
    found = await connection.execute(FRESH_BETWEEN, {"first": first, "last": last})
    return pl.Series("ordinal", [row[0] for row in found], dtype=pl.Int64)
