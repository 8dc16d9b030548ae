"""A draft list, landed as if its source had published it, looked at, and taken back: nothing of it is stored.

The file is read by the reader of the source and mapped by its claims; the graph is folded as it would be. What is
looked at sees the hub as it would be after the list was determined; then the transaction is rolled back.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from hub.connectors import connector_of
from hub.errors import InputError
from hub.ingest import runs
from hub.ingest.paging import Stager
from hub.ingest.stage import Verdict, open_stage
from hub.registry.attributes import attributes_of
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.reference import load_reference
from hub.workflow.absorb import RunOrder, Timings, absorb
from hub.workflow.sync import survivorship_of

Answer = TypeVar("Answer")
LINKED = (
    "create temp table if not exists stage_link (ordinal bigint, slot int, person_id bigint) on commit drop"
)
# Every row of the file with its person (the first one that it names) and why it could not be read.
LISTED = text(
    """
    select distinct on (s.row_no) s.row_no, s.verdict, coalesce(l.person_id, r.person_id) as person_id, j.reasons
    from stage_row s
    left join stage_link l on l.ordinal = s.ordinal
    left join source_record r on r.id = s.record_id
    left join stage_reject j on j.ordinal = s.ordinal
    order by s.row_no, l.slot
    """
)


@dataclass(frozen=True)
class Listed:
    """One row of the draft.

    Args:
        number: Of the data row in the file, from 1.
        person: Whom it names, as the hub would number him; None: it could not be read, or repeats another row.
        repeats: It says what another row of the file says.
        reasons: Why it could not be read.
    """

    number: int
    person: int | None
    repeats: bool
    reasons: tuple[str, ...]


@dataclass
class Draft:
    """A draft list as it was received.

    Args:
        source: Entry of the list's source.
        columns: Names as received.
        rows: Values as received, by number of the row.
        listed: What became of each row.
        detail: What the reader says of the file: `delimiter`, `encoding`.
    """

    source: SourceConfig
    columns: tuple[str, ...] = ()
    rows: dict[int, tuple[str | None, ...]] = field(default_factory=dict)
    listed: list[Listed] = field(default_factory=list)
    detail: dict[str, object] = field(default_factory=dict)

    def add(self, page: Page) -> None:
        """Keeps the rows of a page."""
        self.columns = self.columns or page.columns or tuple(page.frame.columns)
        self.detail = page.file.detail
        self.rows |= dict(enumerate(page.frame.iter_rows(), page.first_row))


async def looked_at(
    database: Database,
    settings: Settings,
    source: str,
    path: Path,
    look: Callable[[AsyncConnection, Draft, datetime], Awaitable[Answer]],
) -> tuple[Draft, Answer]:
    """Lands a draft, has it looked at within the transaction, and rolls everything back.

    Raises:
        InputError: `unknown_source`; `unreadable_list`, its source is no list of files, or the file is not there.
        RetriableError: `sync_running`.
    """
    sources = load_sources(settings.config_dir / "sources")
    draft = Draft(_source(sources, source))
    pages = await asyncio.to_thread(lambda: list(_pages(draft.source, path)))
    reference = await asyncio.to_thread(load_reference, settings.config_dir / "reference")
    async with runs.only_sync(database, mend=False), database.connect() as connection:
        at = await runs.next_instant(connection)
        order = RunOrder(
            draft.source.number,
            0,
            at,
            full_list=False,
            known=True,
            survivorship=survivorship_of(settings.config_dir, sources),
            attributes=attributes_of(settings.config_dir),
        )
        await open_stage(connection)
        stager = Stager(
            connection, connector_of(draft.source.read_by), draft.source, reference, 0, known=True
        )
        for page in pages:
            draft.add(page)
            await stager.add(page)
        await stager.flush()
        await absorb(connection, order, Timings())
        await connection.execute(text(LINKED))
        draft.listed = [_listed(*row) for row in await connection.execute(LISTED)]
        answer = await look(connection, draft, at)
        await connection.rollback()
    return draft, answer


def _source(sources: dict[str, SourceConfig], name: str) -> SourceConfig:
    if name not in sources:
        raise InputError("unknown_source", f"no such source: {name}; known: {', '.join(sources)}")
    if connector_of(sources[name].read_by).reader is None:
        raise InputError("unreadable_list", f"{name} is no list of files")
    return sources[name]


def _pages(source: SourceConfig, path: Path) -> Iterator[Page]:
    """The pages of the file, by the reader of its source."""
    connector = connector_of(source.read_by)
    reader = connector.reader
    if reader is None or not path.is_file() or path.suffix.lower() not in reader.suffixes:
        endings = ", ".join(reader.suffixes if reader else ())
        raise InputError("unreadable_list", f"{path} is no file that {source.name} is read from ({endings})")
    content = path.read_bytes()
    seen = FileSeen(path.name, hashlib.sha256(content).hexdigest(), len(content))
    return reader.pages(path, seen, connector.layout, source.name)


def _listed(number: int, verdict: int, person: int | None, reasons: list[str] | None) -> Listed:
    refused = verdict in (Verdict.REFUSED, Verdict.REFUSED_BEFORE)
    told = tuple(reasons or (("REFUSED_BEFORE",) if refused else ()))
    return Listed(number, None if refused else person, verdict == Verdict.REPEAT, told)
