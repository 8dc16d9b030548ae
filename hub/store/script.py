"""Statements that go to the database together: what a run of a few rows costs is the number of its round trips.

A run of a list works through some two hundred statements. For a large list their number is nothing; a list of twenty
rows costs what they cost. So the statements of such a run wait for each other and go in one message. Nothing is
counted for the planner, whom a few rows lead nowhere: it is told to go by the indices instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.copying import driver_of

FEW = 1000
"""Rows of a run up to which its statements go together."""

Value = bool | int | date | datetime | bytes
_TYPES = {bool: "boolean", int: "bigint", datetime: "timestamptz", date: "date", bytes: "bytea"}
_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)\b")


@dataclass
class Script:
    """Statements in the order in which they run, with the values that all of them may name (`:at`).

    Args:
        connection: In a transaction. Where statements wait, nothing else may run on it before they were sent.
        given: Truths, whole numbers, days, instants (UTC) and bytes by name.
    """

    connection: AsyncConnection
    given: Mapping[str, Value]
    few: bool = False
    _waiting: list[str] = field(default_factory=list)
    _told: bool = False

    @property
    def at(self) -> datetime:
        """The instant of recording, UTC."""
        if not isinstance(at := self.given["at"], datetime):
            raise TypeError("`at` is an instant")
        return at

    async def gather(self, few: bool) -> None:
        """From here on statements wait for each other, or no longer do."""
        await self.send()
        if few != self.few:
            self.few = few
            await self.connection.execute(text(f"set local enable_seqscan = {'off' if few else 'on'}"))

    async def run(self, *statements: str) -> None:
        """Runs statements, now or with those that follow."""
        if self.few:
            self._waiting += statements
            return
        for statement in statements:
            await self.ask(statement)

    async def counted(self, *tables: str) -> None:
        """Lets the planner know what is in some tables, unless they hold but a few rows."""
        if not self.few:
            await self.run(*(f"analyze {table}" for table in tables))

    async def ask(self, statement: str) -> CursorResult[*tuple[Any, ...]]:
        """The answer of a statement, after all that waited."""
        await self.send()
        given = {name: value for name, value in self.given.items() if name in _NAMED.findall(statement)}
        return await self.connection.execute(text(statement), given)

    async def send(self) -> None:
        """Sends what waits; an error among it is the driver's own, as with COPY."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        message = ";\n".join(_NAMED.sub(self._setting, statement) for statement in waiting)
        if not self._told and self.given:
            self._told = True
            await self._tell()
        await (await driver_of(self.connection)).execute(message)

    async def _tell(self) -> None:
        """Values stand in no SQL text: the session keeps them until the transaction ends."""
        kept = ", ".join(f"set_config('script.{name}', cast(:{name} as text), true)" for name in self.given)
        await self.connection.execute(text(f"select {kept}"), {n: _written(v) for n, v in self.given.items()})

    def _setting(self, named: re.Match[str]) -> str:
        """SQL of a value; asked once a statement, however many rows it meets."""
        name = named[1]
        return f"(select cast(current_setting('script.{name}') as {_TYPES[type(self.given[name])]}))"


def _written(value: Value) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return value.isoformat() if isinstance(value, date) else str(value)
