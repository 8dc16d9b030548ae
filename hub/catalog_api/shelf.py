"""The released data sets, read once and kept until another one is released or declared."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

from hub.compiler.engine import Reads
from hub.schema.admission import Admission
from hub.schema.asking import Malformed
from hub.sharing.catalog import Entry, Release, ReleasedFile, entries

FRESH = 5.0
"""Seconds after which it is looked again whether anything is new."""
MOST_VIEWS = 8
# What changes whenever a data set is declared otherwise or released: a text.
STATE = """
select concat_ws(' ', (select max(r.id) from hub.dataset_release r), (select md5(string_agg(
  md5(d.definition::text || d.missing::text || d.sort), '' order by d.name)) from hub.dataset d))
"""
Found = tuple[Entry, Release, ReleasedFile]


@dataclass(frozen=True)
class Stock:
    """Data sets that have a release, in their order.

    Args:
        entries: All of them.
        names: By name, and by id.
        files: By the id of each file of every release.
    """

    entries: Sequence[Entry] = ()
    names: Mapping[str, Entry] = field(default_factory=dict)
    files: Mapping[str, Found] = field(default_factory=dict)
    _views: dict[str, Sequence[Any]] = field(default_factory=dict)

    def view(self, name: str, make: Callable[[Entry], Any]) -> Sequence[Any]:
        """What is made of each data set, made once for a name; nobody may change it."""
        if name not in self._views:
            if len(self._views) >= MOST_VIEWS:
                self._views.clear()
            self._views[name] = [make(entry) for entry in self.entries]
        return self._views[name]


@dataclass
class Shelf:
    """The stock of now.

    Args:
        reads: Where it is read.
        admission: How many requests read at one time; this one is among them.
    """

    reads: Reads
    admission: Admission
    _stock: Stock = field(default_factory=Stock)
    _state: str | None = None
    _looked: float = -FRESH - 1
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stock(self) -> Stock:
        """All of it; one request reads it anew, and those that come meanwhile wait for it in turn.

        Raises:
            RetriableError: `overloaded`; `database_busy`, `database_unavailable`.
        """
        if self._stale():
            async with self.admission, self._looking:
                if self._stale():
                    await self._look()
        return self._stock

    def _stale(self) -> bool:
        return monotonic() - self._looked > FRESH

    async def _look(self) -> None:
        state = await self.reads.text(STATE, [])
        if state != self._state:
            self._stock, self._state = _stocked(await entries(self.reads)), state
        self._looked = monotonic()

    async def entries(self) -> Sequence[Entry]:
        """The data sets."""
        return (await self.stock()).entries

    async def entry(self, name: str) -> Entry:
        """One of them, by its name.

        Raises:
            Malformed: 404.
        """
        entry = (await self.stock()).names.get(name)
        if entry is None or entry.dataset.name != name:
            raise Malformed(
                404, "himpunan data ini tidak ada", "there is no such data set", reason="unknown_dataset"
            )
        return entry

    async def release(self, name: str, number: str) -> tuple[Entry, Release]:
        """One release, by the data set's name and its own number.

        Raises:
            Malformed: 404.
        """
        entry = await self.entry(name)
        for release in entry.releases:
            if str(release.number) == number:
                return entry, release
        raise Malformed(404, "rilis ini tidak ada", "there is no such release", reason="unknown_release")


def _stocked(every: Sequence[Entry]) -> Stock:
    released = [entry for entry in every if entry.releases]
    names = {key: entry for entry in released for key in (str(entry.uid), entry.dataset.name)}
    files = {
        str(resource_id(release, file)): (entry, release, file)
        for entry in released
        for release in entry.releases
        for file in release.files
    }
    return Stock(released, names, files)


def current(entry: Entry) -> Release:
    """The newest release; those on the shelf have one."""
    return entry.releases[0]


def resource_id(release: Release, file: ReleasedFile) -> UUID:
    """The id of a file of a release, the same for ever."""
    return uuid5(release.uid, file.name)
