"""`hub init`: roles and tables, then reference data, programs and the rows of the sources in one transaction.

A group of reference files is loaded anew when one of its files differs from what is loaded, else left alone.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.agencies import load_terms
from hub.registry.areas import COUNTS, name_rows
from hub.registry.programs import allowance_rows
from hub.registry.reference import Reference, ReferenceFile, reference_files
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.copying import copy_csv
from hub.store.database import Database
from hub.store.migrate import head, upgrade
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

BATCH = 20_000
"""Rows a COPY: a few MB of memory."""
ALWAYS = "(,)"

Rows = Callable[[Reference], Iterable[NamedTuple]]


class Load(NamedTuple):
    """One table and where its rows come from."""

    table: str
    rows: Rows


@dataclass(frozen=True)
class Group:
    """Tables that are loaded together from files that are read together.

    Args:
        name: What `hub init` calls it.
        files: Names of its files as `reference_files` gives them; one that ends with `/` is all files below.
        loads: Its tables, in the order of loading.
    """

    name: str
    files: tuple[str, ...]
    loads: tuple[Load, ...]

    def holds(self, file: str) -> bool:
        """Whether a file belongs to the group."""
        return any(file == one or (one.endswith("/") and file.startswith(one)) for one in self.files)


GROUPS = (
    Group(
        "areas",
        ("reference/wilayah.csv.gz", "reference/wilayah_bps.csv.gz", "reference/population.csv"),
        (
            Load("wilayah", lambda reference: reference.wilayah_rows()),
            Load("wilayah", lambda reference: reference.bps_rows()),
            Load("wilayah_bridge", lambda reference: reference.bridge_rows()),
        ),
    ),
    Group(
        "retired area codes",
        ("reference/wilayah_retired.csv.gz",),
        (Load("wilayah_successor", lambda reference: reference.retired_rows()),),
    ),
    Group(
        "names of areas",
        ("reference/wilayah.csv.gz", "reference/wilayah_bps.csv.gz", "reference/wilayah_retired.csv.gz"),
        (Load("wilayah_name", lambda reference: name_rows(reference.config / "reference")),),
    ),
    Group(
        "code lists",
        (
            "reference/codes.csv", "reference/pmks.csv", "reference/psks.csv", "reference/disasters.csv",
            "reference/pmks_crosswalk.csv", "attributes.toml",
        ),
        (
            Load("code", lambda reference: reference.code_rows()),
            Load("code_crosswalk", lambda reference: reference.pmks_crosswalk_rows()),
        ),
    ),
    Group(
        "scopes of statuses",
        ("access.toml",),
        (Load("status_scope", lambda reference: load_terms(reference.config).status_scopes()),),
    ),
    Group(
        "programs",
        ("programs/",),
        (
            Load("program", lambda reference: reference.program_rows()),
            Load("component", lambda reference: reference.component_rows()),
            Load("program_amount", lambda reference: reference.amount_rows()),
            Load("program_exclusion", lambda reference: reference.exclusion_rows()),
            Load("program_allowance", lambda reference: allowance_rows(reference.programs)),
        ),
    ),
)  # fmt: skip

LOCK = text("select pg_advisory_xact_lock(hashtext('hub init'))")
LOADED = text("select name, sha256 from reference_load")
KEEP = text(
    "insert into reference_load (name, sha256, rows, loaded_on) values (:name, :sha256, :rows, :today)"
    " on conflict (name) do update set sha256 = excluded.sha256, rows = excluded.rows,"
    " loaded_on = excluded.loaded_on"
)
FORGET = text("delete from reference_load where name = :name")
AREAS = text("select level, count(*) as areas from wilayah where system = 'kemendagri' group by level")
STATISTICS = text("select hub.refresh_statistics(:names)")
WRITE_SOURCE = text(
    """
    insert into source (id, code, title_id, title_en, owner, family, rank, full_list, legal_basis)
    values (:id, :code, :title_id, :title_en, :owner, :family, :rank, :full_list, :legal_basis)
    on conflict (id) do update set code = excluded.code, title_id = excluded.title_id,
        title_en = excluded.title_en, owner = excluded.owner, family = excluded.family, rank = excluded.rank,
        full_list = excluded.full_list, legal_basis = excluded.legal_basis
    """
)
# A source keeps its number and a number its source: records point at the number.
CLASH = text("select code from source where (id = :id) <> (code = :code)")


@dataclass(frozen=True)
class Part:
    """One group after `hub init`: rows by table, and whether they were written now or stood already."""

    name: str
    tables: dict[str, int]
    loaded: bool


@dataclass(frozen=True)
class Initialised:
    """What `hub init` found and made.

    Args:
        revision: Of the tables.
        parts: One a group of reference data.
        areas: Areas in force by level, 1 province to 4 desa/kelurahan.
        sources: How many sources are declared.
    """

    revision: str
    parts: list[Part]
    areas: dict[int, int]
    sources: int


async def initialise(database: Database, settings: Settings) -> Initialised:
    """Makes the database ready for a sync; doing it again changes only what differs.

    Raises:
        FatalError: `config_invalid`, `reference_incomplete`, `source_renumbered`, or one of `upgrade`.
    """
    revision = await upgrade(database)
    reference, files = Reference(settings.config_dir), reference_files(settings.config_dir)
    async with database.connect(Role.INGEST) as connection:
        await connection.execute(LOCK)
        loaded = {row.name: row.sha256 for row in await connection.execute(LOADED)}
        parts = [await _load(connection, group, reference, files, loaded) for group in GROUPS]
        sources = await _write_sources(connection, settings)
        areas = {row.level: row.areas for row in await connection.execute(AREAS)}
        if areas != COUNTS:
            raise FatalError(
                "reference_incomplete", f"areas by level are {areas}, but the decree has {COUNTS}"
            )
        await connection.commit()
    return Initialised(revision, parts, areas, sources)


async def require_initialised(database: Database) -> None:
    """Makes sure that `hub init` has been run by a hub of this version.

    Raises:
        FatalError: `not_initialised`, or `database_unreachable`.
    """
    if await revision_of(database) != head():
        raise FatalError("not_initialised", "the tables are missing or older than this hub; run `hub init`")


async def revision_of(database: Database) -> str | None:
    """The revision of the tables; None where the database or the tables were never made.

    Raises:
        FatalError: `database_unreachable`.
    """
    async with database.administer(database.admin.database) as connection:
        found = await connection.scalar(
            text("select 1 from pg_database where datname = :name"), {"name": database.name}
        )
    if found is None:
        return None
    async with database.administer() as connection:
        if await connection.scalar(text("select to_regclass('hub.alembic_version')")) is None:
            return None
        revision = await connection.scalar(text("select version_num from hub.alembic_version"))
        return None if revision is None else str(revision)


async def _load(
    connection: AsyncConnection,
    group: Group,
    reference: Reference,
    files: Sequence[ReferenceFile],
    loaded: dict[str, str],
) -> Part:
    ours = {file.name: file.sha256 for file in files if group.holds(file.name)}
    before = {name: sha256 for name, sha256 in loaded.items() if group.holds(name)}
    tables = dict.fromkeys((load.table for load in group.loads), 0)
    if ours == before:
        for table in tables:
            tables[table] = int(await connection.scalar(text(f"select count(*) from {table}")) or 0)
        return Part(group.name, tables, loaded=False)
    for table in tables:
        await connection.execute(text(f"delete from {table}"))
    for load in group.loads:
        tables[load.table] += await _copy(connection, load.table, load.rows(reference))
    await connection.execute(STATISTICS, {"names": list(tables)})
    for name in before.keys() - ours.keys():
        await connection.execute(FORGET, {"name": name})
    kept = {"rows": sum(tables.values()), "today": clock.today()}
    await connection.execute(KEEP, [{"name": name, "sha256": sha, **kept} for name, sha in ours.items()])
    return Part(group.name, tables, loaded=True)


async def _copy(connection: AsyncConnection, table: str, rows: Iterable[NamedTuple]) -> int:
    """Appends named rows to a table, a batch at a time; returns how many."""
    copied = 0
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        columns, values = _with_validity(batch, table)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(values)
        copied += await copy_csv(connection, table, columns, out.getvalue().encode())
    return copied


def _with_validity(batch: list[NamedTuple], table: str) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
    """Columns and rows with `valid_from` and `valid_to` as one range; areas have no published beginning."""
    fields = batch[0]._fields
    if table == "wilayah":
        return (*fields, "valid"), ([*row, ALWAYS] for row in batch)
    if "valid_from" not in fields:
        return fields, (list(row) for row in batch)
    at = fields.index("valid_from")
    columns = (*fields[:at], "valid", *fields[at + 2 :])
    return columns, (
        [*row[:at], f"[{row[at]},{row[at + 1] or ''})", *row[at + 2 :]] for row in map(tuple, batch)
    )


async def _write_sources(connection: AsyncConnection, settings: Settings) -> int:
    sources = load_sources(settings.config_dir / "sources")
    for source in sources.values():
        row = {
            "id": source.number,
            "code": source.name,
            "title_id": source.title_id,
            "title_en": source.title_en,
            "owner": source.owner,
            "family": source.family,
            "rank": source.rank,
            "full_list": source.full_list,
            "legal_basis": source.legal_basis,
        }
        if await connection.scalar(CLASH, {"id": source.number, "code": source.name}) is not None:
            raise FatalError(
                "source_renumbered",
                f"config/sources/{source.name}.toml: number {source.number} and this name belong to different"
                " sources in the database; a source keeps its number",
            )
        await connection.execute(WRITE_SOURCE, row)
    return len(sources)
