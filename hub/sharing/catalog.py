"""The catalog that doors read: data sets with their columns, releases and files, and rows of releases page by page.

All of it is published, so that no caller and no context is asked. Each call is one statement under the reading role.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from hub.errors import InputError
from hub.registry.datasets import Dataset

DATASETS = """
select coalesce(jsonb_agg(jsonb_build_object('uid', d.uid, 'definition', d.definition, 'missing', d.missing,
  'releases', r.releases) order by d.sort, d.name), '[]')::text
from hub.dataset d cross join lateral (
  select coalesce(jsonb_agg(to_jsonb(r) - 'definition' || jsonb_build_object('made', to_char(r.made at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), 'columns', r.definition -> 'column', 'files', f.files)
    order by r.number desc), '[]') as releases
  from hub.dataset_release r cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(f) - 'release_id' order by f.name), '[]') as files
    from hub.release_file f where f.release_id = r.id) f
  where r.dataset = d.name) r
where $1::text is null or d.name = $1
"""
# Rows are found by their columns' values as text, and come in the order of the files.
ROWS = """
with chosen as (select c.ordinal, c.cells from hub.release_cell c where c.release_id = $1
  and not exists (select from jsonb_each_text($2::text::jsonb) w where c.cells ->> w.key is distinct from w.value))
select jsonb_build_object('total', (select count(*) from chosen), 'rows', coalesce((
  select jsonb_agg(p.cells order by p.ordinal) from (select * from chosen order by ordinal limit $3 offset $4) p),
  '[]'))::text
"""
FILE = """
select (to_jsonb(f) || jsonb_build_object('made',
  to_char(r.made at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')))::text
from hub.release_file f join hub.dataset_release r on r.id = f.release_id
where r.dataset = $1 and r.number = $2 and f.name = $3
"""
MOST_ROWS = 32_000
"""Rows of one page at most; as CKAN has it."""


class Reads(Protocol):
    """What the catalog is read through: the text of one statement's single value."""

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The value, or None."""
        ...


@dataclass(frozen=True)
class ReleasedFile:
    """A file of a release.

    Attributes:
        format: csv, json, parquet, xlsx, sdmx-csv.
        sha256: In hex; its contents lie under it (`hub.sharing.contents`).
    """

    name: str
    format: str
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """A release, immutable.

    Attributes:
        period: Month (WIB) that it tells of, `2026-11`.
        made: UTC.
        reason: Of a correction; None: it is none.
        replaces: Number of the release that a correction takes the place of.
        suppressed: Rows whose number is withheld.
        columns: As they were declared then (`hub.registry.datasets.Column` as JSON).
    """

    id: int
    uid: UUID
    dataset: str
    number: int
    period: str
    made: datetime
    reason: str | None
    replaces: int | None
    digest: str
    rows: int
    suppressed: int
    limits: Mapping[str, Any]
    protection: Mapping[str, Any]
    columns: Sequence[Mapping[str, Any]]
    files: Sequence[ReleasedFile]

    def path(self, file: ReleasedFile) -> str:
        """The permanent path of one of its files."""
        return f"/data/{self.dataset}/{self.number}/{file.name}"


@dataclass(frozen=True)
class Entry:
    """A data set with its releases, the newest first.

    Attributes:
        missing: What Satu Data asks for and it does not tell.
    """

    uid: UUID
    dataset: Dataset
    missing: Sequence[str]
    releases: Sequence[Release]

    @property
    def current(self) -> Release | None:
        """The newest release; None: none yet."""
        return self.releases[0] if self.releases else None


@dataclass(frozen=True)
class Page:
    """Some rows of a release, and how many there are with these values."""

    total: int
    rows: Sequence[Mapping[str, Any]]


async def entries(reads: Reads, name: str | None = None) -> list[Entry]:
    """Every data set in its order; with `name` that one, or none."""
    return [_entry(each) for each in json.loads(await reads.text(DATASETS, [name]) or "[]")]


async def page(
    reads: Reads, release: int, where: Mapping[str, str] | None = None, limit: int = 100, offset: int = 0
) -> Page:
    """Rows of a release in the order of its files.

    Args:
        reads: What is read through.
        release: Its id (`Release.id`).
        where: Value by column, as text; every one has to be so. A column that it has not matches nothing.
        limit: Rows at most, from 0 to MOST_ROWS.
        offset: Rows left out before, from 0.

    Raises:
        InputError: `bad_page`, limit or offset is out of bounds.
    """
    if not 0 <= limit <= MOST_ROWS or not 0 <= offset < 1 << 62:
        raise InputError("bad_page", f"limit is 0 to {MOST_ROWS}, offset 0 or more")
    found = json.loads(
        await reads.text(ROWS, [release, json.dumps(dict(where or {})), limit, offset]) or "{}"
    )
    return Page(found["total"], found["rows"])


async def file(reads: Reads, dataset: str, number: int, name: str) -> tuple[ReleasedFile, datetime] | None:
    """A file of a release and the instant (UTC) of that; None where there is none."""
    if not 0 < number < 1 << 31:
        return None
    found = await reads.text(FILE, [dataset, number, name])
    if found is None:
        return None
    told = json.loads(found)
    return _file(told), datetime.fromisoformat(told["made"])


def _entry(told: dict[str, Any]) -> Entry:
    releases = [_release(each) for each in told["releases"]]
    return Entry(UUID(told["uid"]), Dataset.model_validate(told["definition"]), told["missing"], releases)


def _release(told: dict[str, Any]) -> Release:
    made = datetime.fromisoformat(told.pop("made"))
    files = [_file(each) for each in told.pop("files")]
    return Release(**told | {"uid": UUID(told["uid"])}, made=made, files=files)


def _file(told: dict[str, Any]) -> ReleasedFile:
    return ReleasedFile(told["name"], told["format"], told["media_type"], told["bytes"], told["sha256"])
