"""A release: rows counted, made safe, kept and written into files, in one transaction; once made it never changes."""

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from hub.domain import clock
from hub.errors import InputError
from hub.registry.datasets import Dataset, Limits, load_datasets, load_limits
from hub.settings import Settings
from hub.sharing.combinations import combination_rows
from hub.sharing.contents import Contents, contents_of
from hub.sharing.coverage import coverage_rows, hidden_people
from hub.sharing.cubes import CubeRows, Tally
from hub.sharing.earlier import Key, Row, by, earlier
from hub.sharing.forms import MEDIA, Forms, Head
from hub.sharing.money import money_rows
from hub.sharing.places import places, provinces
from hub.sharing.provinces import Provinces
from hub.store.copying import copy_text
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

BATCH = 2000
LOCK = text("select pg_advisory_lock(hashtext('hub release'))")
SNAPSHOT = text("set transaction isolation level repeatable read")
LATEST = text(
    "select id, number from dataset_release where dataset = :dataset and period = :period order by number desc limit 1"
)
NEXT = text("select coalesce(max(number), 0) + 1 from dataset_release where dataset = :dataset")
IDENTITY = text("select nextval(pg_get_serial_sequence('hub.dataset_release', 'id'))")
ADD = text(
    """
    insert into dataset_release (id, dataset, number, period, made, reason, replaces, digest, definition, limits, rows,
      suppressed, protection)
    values (:id, :dataset, :number, :period, :made, :reason, :replaces, :digest, cast(:definition as jsonb),
      cast(:limits as jsonb), :rows, :suppressed, cast(:protection as jsonb))
    """
)
ADD_FILE = text(
    "insert into release_file (release_id, name, format, media_type, bytes, sha256)"
    " values (:release, :name, :format, :media, :bytes, :sha256)"
)
CELLS = "select cells::text from release_cell where release_id = :release order by ordinal"
COUNTED = text(
    "select count(*) as rows, count(*) filter (where cells ->> 'status' = 'c') as suppressed"
    " from release_cell where release_id = :release"
)
DECLARE = text(
    """
    insert into dataset (name, title_id, title_en, definition, missing, sort)
    values (:name, :title_id, :title_en, cast(:definition as jsonb), :missing, :sort)
    on conflict (name) do update set title_id = excluded.title_id, title_en = excluded.title_en,
      definition = excluded.definition, missing = excluded.missing, sort = excluded.sort
    where (dataset.definition, dataset.missing, dataset.sort)
      is distinct from (excluded.definition, excluded.missing, excluded.sort)
    """
)


@dataclass(frozen=True)
class Released:
    """A release as it was made.

    Attributes:
        files: Bytes by name.
        protection: What disclosure control did: hidden first and in all, and the narrowest interval that is left.
    """

    dataset: str
    number: int
    period: str
    rows: int
    suppressed: int
    files: Mapping[str, int]
    protection: Mapping[str, Any]


@dataclass(frozen=True)
class Order:
    """What is to be released.

    Args:
        period: Month (WIB), `2026-11`; None: this month.
        reason: Why a month that is released already is corrected; None: it is none.
    """

    period: str | None = None
    reason: str | None = None

    def days(self) -> tuple[str, date]:
        """The month, and the day (WIB) on which it is counted: today, or the last one of a month that is over.

        Raises:
            InputError: `bad_period`, it is no month, or it lies ahead.
        """
        today = clock.today()
        try:
            first = date.fromisoformat(f"{self.period or f'{today:%Y-%m}'}-01")
        except ValueError:
            raise InputError("bad_period", "write the month as 2026-11") from None
        if first > today:
            raise InputError("bad_period", "the month lies ahead")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return f"{first:%Y-%m}", min(last, today)


async def declare(connection: AsyncConnection, datasets: Mapping[str, Dataset]) -> None:
    """Writes down the data sets as they are declared now; the catalog tells them, released or not."""
    for sort, one in enumerate(datasets.values()):
        told = {
            "name": one.name, "title_id": one.title_id, "title_en": one.title_en, "sort": sort,
            "definition": json.dumps(one.definition()), "missing": one.missing(),
        }  # fmt: skip
        await connection.execute(DECLARE, told)


async def release(
    database: Database, settings: Settings, names: Sequence[str] = (), order: Order | None = None
) -> list[Released]:
    """Releases data sets, those that others show cells of first; each in a transaction of its own.

    Without a reason, a data set that has a release of the month is left alone.

    Args:
        database: The hub's.
        settings: Where configuration and contents lie.
        names: Data sets; all when none is named.
        order: Month and reason.

    Raises:
        InputError: `unknown_dataset`, `bad_period`, `release_reveals`.
    """
    datasets, limits = load_datasets(settings.config_dir), load_limits(settings.config_dir)
    if unknown := sorted(set(names) - datasets.keys()):
        raise InputError(
            "unknown_dataset", f"no such data set: {', '.join(unknown)}; see `hub datasets list`"
        )
    made = []
    for one in datasets.values():
        if not names or one.name in names:
            work = Releasing(
                one, limits, settings.config_dir, contents_of(settings.data_dir), order or Order()
            )
            made += await work.run(database, datasets)
    return made


@dataclass
class Releasing:
    """One release in the making."""

    dataset: Dataset
    limits: Limits
    config: Path
    contents: Contents
    order: Order
    tally: Tally = field(default_factory=Tally)

    async def run(self, database: Database, datasets: Mapping[str, Dataset]) -> list[Released]:
        """Makes it, unless the month has one and no reason is given."""
        period, day = self.order.days()
        async with database.connect() as connection:
            # Held until the connection ends, and taken before the transaction begins: its snapshot is that of its first
            # statement, and has to show what was released while this one waited.
            await connection.execute(LOCK)
            await connection.commit()
            await connection.execute(SNAPSHOT)
            await declare(connection, datasets)
            found = {"dataset": self.dataset.name, "period": period}
            before = (await connection.execute(LATEST, found)).one_or_none()
            if before is not None and self.order.reason is None:
                await connection.commit()
                return []
            number = int(await connection.scalar(NEXT, {"dataset": self.dataset.name}) or 1)
            identity = int(await connection.scalar(IDENTITY) or 0)
            await self._fill(connection, identity, period, day)
            made = await self._close(
                connection, identity, number, period, None if before is None else before.number
            )
            await connection.commit()
        return [made]

    async def _fill(self, connection: AsyncConnection, identity: int, period: str, day: date) -> None:
        """Keeps the rows of the release."""
        if self.dataset.sql is not None:
            await self._fill_by_sql(connection, identity, period, day)
            return
        ordinal = 0
        async for rows in self._rows(connection, period, day):
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                lines = [
                    b"%d\t%d\t%s\n" % (identity, ordinal + place, orjson.dumps(row).replace(b"\\", b"\\\\"))
                    for place, row in enumerate(part, 1)
                ]
                columns = ("release_id", "ordinal", "cells")
                ordinal += await copy_text(connection, "release_cell", columns, b"".join(lines))

    async def _fill_by_sql(self, connection: AsyncConnection, identity: int, period: str, day: date) -> None:
        """The rows as the data set's own statement gives them, kept by the database itself."""
        path = self.config / "datasets" / "sql" / str(self.dataset.sql)
        told = text(
            "insert into release_cell (release_id, ordinal, cells)"
            f" select :release, row_number() over (), to_jsonb(q) from ({path.read_text(encoding='utf-8')}) q"
        )
        given = {"release": identity, "day": day, "period": period, "k": self.limits.k}
        await connection.execute(told, {name: given[name] for name in told.compile().params})

    async def _rows(self, connection: AsyncConnection, period: str, day: date) -> AsyncIterator[list[Row]]:
        where = await places(connection, day, self.limits.k)
        work = CubeRows(self.dataset, self.limits, period, day, where, tally=self.tally)
        count, place_of, measure = self._way(work)
        work.earlier = await earlier(connection, self.dataset.name, period, place_of, measure)
        if work.dataset.cube is not None and work.cube.fact == "verification":
            work.forced = await hidden_people(connection, period)
        # Withheld combinations are not named, so that nobody could say of which of them a sum would be whole.
        combined = self.dataset.protect == "combinations"
        above = {} if combined else await provinces(connection, day, where)
        async for rows in count(connection):
            yield Provinces(self.dataset, above).added(rows) if above else rows

    def _way(
        self, work: CubeRows
    ) -> tuple[Callable[[AsyncConnection], AsyncIterator[list[Row]]], Callable[[Row], Key], str]:
        """How it is counted, the place of a row, and the column that is blank where a cell is withheld."""
        if self.dataset.protect == "combinations":
            return partial(combination_rows, work=work), by("kode_kemendagri", "kombinasi"), "jumlah"
        if self.dataset.protect == "coverage":
            return partial(coverage_rows, work=work), by("kode_kemendagri", "desil"), "penduduk"
        if work.cube.fact == "payments":
            return partial(money_rows, work=work), by("program", "kode_kemendagri"), work.cube.measure
        return work.rows, work.place_of, work.cube.measure

    async def _close(
        self, connection: AsyncConnection, identity: int, number: int, period: str, replaces: int | None
    ) -> Released:
        """Writes the files and the release itself."""
        now = clock.now()
        counted = (await connection.execute(COUNTED, {"release": identity})).one()
        files = await self._files(connection, identity, Head(self.dataset, number, period, now))
        definition, limits = self.dataset.definition(), self.limits.model_dump(mode="json")
        digest = hashlib.sha256(json.dumps([definition, limits], sort_keys=True).encode()).hexdigest()
        protection = asdict(self.tally) if self.dataset.protect != "open" else {}
        row = {
            "id": identity, "dataset": self.dataset.name, "number": number, "period": period, "made": now,
            "reason": self.order.reason if replaces else None, "replaces": replaces, "digest": digest,
            "definition": json.dumps(definition), "limits": json.dumps(limits), "protection": json.dumps(protection),
            "rows": counted.rows, "suppressed": counted.suppressed,
        }  # fmt: skip
        await connection.execute(ADD, row)
        for name, told in files.items():
            await connection.execute(ADD_FILE, {"release": identity, "name": name, **told})
        sizes = {name: told["bytes"] for name, told in files.items()}
        return Released(
            self.dataset.name, number, period, counted.rows, counted.suppressed, sizes, protection
        )

    async def _files(
        self, connection: AsyncConnection, identity: int, head: Head
    ) -> dict[str, dict[str, Any]]:
        """Writes every form in one pass over the rows, and keeps the contents."""
        self.contents.directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.contents.directory, prefix="making-") as folder:
            with Forms(Path(folder), head) as forms:
                async with connection.stream(text(CELLS), {"release": identity}) as found:
                    async for batch in found.scalars().partitions(BATCH):
                        forms.write([orjson.loads(line) for line in batch])
            kept = {}
            for form, path in forms.paths().items():
                sha256, size = self.contents.keep(path)
                kept[path.name] = {"format": form, "media": MEDIA[form], "bytes": size, "sha256": sha256}
        return kept
