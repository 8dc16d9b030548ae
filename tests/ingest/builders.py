"""Rows as a source says them, put straight on the stage and absorbed: plain arguments, synthetic numbers."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from hub.domain.clock import start_of
from hub.domain.names import match_key
from hub.graph.checks import faults
from hub.identity.clusters import forget, gather
from hub.ingest import runs
from hub.ingest.paging import TABLES
from hub.ingest.stage import (
    BATCH,
    BODY,
    REJECT,
    classify,
    fresh_between,
    open_stage,
    stage_frame,
    stage_keys,
    stage_name,
    staged_columns,
)
from hub.registry.attributes import NO_ATTRIBUTES, AttributeSet
from hub.registry.reference import Reference, reference_files
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.claims import SCHEMAS, completed
from hub.toolkit.records import content_hashes
from hub.workflow import initialise
from hub.workflow.absorb import RunOrder, Timings, absorb
from tests.conftest import wait_for

KEDUNG, PECANGAAN = 3320012001, 3320022001
"""A desa in each of two kecamatan."""
FIELDS = {"kk": "no_kk", "since": "effective_on", "area": "area_key"}
DAYS = {"effective_on", "birth_date", "event_on"}


def nik(number: int) -> str:
    """A synthetic NIK, another for each number."""
    return f"332001010190{9000 + number}"


def kk(number: int) -> str:
    """A synthetic No KK, another for each number."""
    return f"332001020220{9000 + number}"


def days(start: str | None, end: str | None = None) -> str:
    """A half-open interval of days as text of a daterange."""
    return f"[{start or ''},{end or ''})"


def quarter(number: int, year: int = 2026) -> str:
    """A quarter of a year, 1 to 4."""
    first = 3 * number - 2
    return days(f"{year}-{first:02}-01", f"{year + number // 4}-{(first + 3 - 1) % 12 + 1:02}-01")


def month(number: int, year: int = 2026) -> str:
    """A month of a year, 1 to 12."""
    return days(f"{year}-{number:02}-01", f"{year + number // 12}-{number % 12 + 1:02}-01")


@dataclass(frozen=True)
class Row:
    """One row of a list: its key, its scope and what it claims."""

    key: str
    scope: str = ""
    claims: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    refused: str | None = None

    def also(self, frame: str, /, **stated: Any) -> "Row":
        """The row with one more claim."""
        return replace(self, claims=(*self.claims, (frame, tuple(stated.items()))))

    def enrolled(self, program: str, period: str, component: str | None = None, **stated: Any) -> "Row":
        """The row with an enrollment."""
        claim = {"role_in_program": "member", "status": "active", "component": component} | stated
        return self.also("enrollment", program=program, period=period, **claim)

    def paid(self, program: str, period: str, event: str = "paid", **stated: Any) -> "Row":
        """The row with a benefit in money."""
        return self.also(
            "benefit", program=program, period=period, event=event, **({"kind": "money"} | stated)
        )

    def status(self, scheme: str, code: str, valid: str = "(,)") -> "Row":
        """The row with a social status."""
        return self.also("status", scheme=scheme, code=code, valid=valid)

    @property
    def payload(self) -> str:
        """The row as received; equal for rows that say the same."""
        return json.dumps([self.key, self.scope, self.claims, self.refused])


def said(key: str, name: str | None = None, number: str | None = None, **stated: Any) -> Row:
    """A row that names a person.

    Args:
        key: Record key.
        name: As written.
        number: NIK.
        stated: `scope` of the row; `area` (KEDUNG), `kk`, `since` and further columns of a person's claim.
    """
    scope = stated.pop("scope", "")
    told = {FIELDS.get(column, column): value for column, value in stated.items()}
    claim = {"area_key": KEDUNG, "nik": number, "nik_grade": 3 if number else 0, "name": name} | told
    return Row(key, scope).also("person", name_key=match_key(name) or None, **claim)


def refused(key: str, reason: str = "NIK_INVALID", scope: str = "") -> Row:
    """A row that cannot land."""
    return Row(key, scope, refused=reason)


def _value(column: str, value: Any) -> Any:
    return date.fromisoformat(value) if column in DAYS and isinstance(value, str) else value


@dataclass
class Desk:
    """The hub from its stage to its graph, in one transaction that is never committed."""

    connection: AsyncConnection
    sources: dict[str, int]
    run: int = 0
    survivorship: dict[str, list[int]] = field(default_factory=dict)
    attributes: AttributeSet = NO_ATTRIBUTES

    async def restart(self) -> None:
        """Forgets everything that was absorbed."""
        await self.connection.rollback()
        await self.connection.begin()
        self.run = 0

    async def absorb(
        self, source: str, rows: Sequence[Row], on: str = "2026-07-01", *, full_list: bool = True
    ) -> dict[str, int]:
        """One run of a source on the first instant of a day (WIB); returns its counts.

        What must hold after any run is looked at here: the sum of the counts, the recorded intervals, and that
        everybody stands for whom the edges say.
        """
        self.run += 1
        number = self.sources[source]
        await self.connection.execute(text("discard temp"))
        known = await runs.stored_before(self.connection, number)
        await open_stage(self.connection)
        if rows:
            await self._stage(number, rows, known)
        at = start_of(date.fromisoformat(on)) + runs.TICK * self.run
        order = RunOrder(number, self.run, at, full_list, known, self.survivorship, self.attributes)
        counts = await absorb(self.connection, order, Timings())
        assert counts["rows_in"] == counts["stored"] + counts["unchanged"] + counts["quarantined"]
        assert counts["rows_in"] == len(rows)
        assert await faults(self.connection) == []
        assert await self.elsewhere() == 0
        return counts

    async def elsewhere(self) -> int:
        """How many mentions stand for somebody else than the edges say."""
        await self.connection.execute(text("drop table if exists pg_temp.judged_mention"))
        await forget(self.connection)
        found = await gather(self.connection, everybody=True)
        await forget(self.connection)
        return found

    async def _stage(self, number: int, rows: Sequence[Row], known: bool) -> None:
        payloads = pl.Series("payload", [row.payload for row in rows])
        staged = pl.DataFrame(
            {
                "ordinal": range(len(rows)),
                "record_key": [row.key for row in rows],
                "scope": [row.scope for row in rows],
                "content_hash": content_hashes(payloads),
                "file_id": 1,
                "row_no": range(1, len(rows) + 1),
                "payload": payloads,
                "layout_id": None,
            }
        )
        await stage_keys(self.connection, staged.select(BATCH), known)
        if known:
            await classify(self.connection, number, len(rows))
        fresh = set(await fresh_between(self.connection, 0, len(rows)))
        await stage_frame(
            self.connection, "stage_body", BODY, staged.filter(pl.col("ordinal").is_in(list(fresh)))
        )
        told = [(at, row) for at, row in enumerate(rows) if at in fresh]
        refused = [
            {"ordinal": at, "reasons": f"{{{row.refused}}}", "fields": "{nik}", "area_key": None}
            for at, row in told
            if row.refused
        ]
        await stage_frame(self.connection, "stage_reject", REJECT, pl.DataFrame(refused))
        for kind in SCHEMAS:
            await self._claims(kind, told)

    async def _claims(self, kind: str, told: Iterable[tuple[int, Row]]) -> None:
        claims = []
        for at, row in told:
            areas = [dict(stated).get("area_key") for each, stated in row.claims if each == "person"]
            event = (areas[0] if areas else 0) or 0
            claims += [
                {"row": at, "event_area_key": event} | {name: _value(name, value) for name, value in stated}
                for each, stated in row.claims
                if each == kind
            ]
        if claims:
            frame = completed(pl.DataFrame(claims, infer_schema_length=None), SCHEMAS[kind])
            named = frame.rename({"row": "ordinal", "role": "slot"})
            roles = {"role_in_program": "role", "role_in_group": "role"}
            named = named.rename({name: role for name, role in roles.items() if name in named.columns})
            table = TABLES[kind]
            await stage_frame(self.connection, stage_name(table), staged_columns(table), named)

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Answer of a query, as plain tuples."""
        return [tuple(row) for row in await self.connection.execute(text(query), values)]

    async def column(self, query: str, **values: Any) -> list[Any]:
        """First column of the answer of a query."""
        return [row[0] for row in await self.rows(query, **values)]

    async def now(self, table: str, columns: str, order: str = "1, 2") -> list[tuple[Any, ...]]:
        """What is recorded now; `valid` and `period` as text, e.g. `valid::text`."""
        return await self.rows(f"select {columns} from {table} where upper_inf(recorded) order by {order}")


def prepare(database: Database) -> None:
    """Loads programs and sources of the product's own configuration."""

    async def load() -> None:
        settings = Settings()
        programs = next(group for group in initialise.GROUPS if group.name == "programs")
        async with database.connect() as connection:
            reference, files = Reference(settings.config_dir), reference_files(settings.config_dir)
            await initialise._load(connection, programs, reference, files, {})
            await initialise._write_sources(connection, settings)
            await connection.commit()

    wait_for(load())


@asynccontextmanager
async def open_desk(database: Database) -> AsyncIterator[Desk]:
    """A desk whose work is undone at the end."""
    async with database.connect() as connection:
        found = await connection.execute(text("select code, id from source"))
        yield Desk(connection, {row.code: row.id for row in found})
        await connection.rollback()
