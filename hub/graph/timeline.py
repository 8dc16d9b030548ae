"""Writes a wanted state over the state that is recorded: what differs is closed and opened, the rest untouched.

Every golden table is written here and nowhere else, so `recorded` has neither holes nor overlaps: a row is
closed and its successor opened at the same instant.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from hub.store.indices import put_back
from hub.store.sql import AsyncConnection, Table, text

HOME = "home_area_key"
"""Follows the person in place (`hub.graph.homes`), so that another home alone makes no other row."""
PLACED = {"family_card": HOME}
"""Where the home is part of what a row tells: that of the head of the card. Who moves gets a new row also where nothing
else changed, so that whoever follows one area hears of the move."""


@dataclass(frozen=True)
class Fold:
    """One fold: the connection in the run's transaction, the instant of recording (UTC) and today (WIB).

    `aside` names the tables that were empty and whose indices wait until their first rows are in. `kin`: the fold
    follows judgements, and `fold_kin` tells from whom each person takes over numbers of things (`hub.identity.moving`).
    """

    connection: AsyncConnection
    at: datetime
    today: date
    aside: set[str] = field(default_factory=set)
    kin: bool = False

    async def run(self, statement: str) -> int:
        """Runs one statement with the parameters it names and returns the rows it touched."""
        known = {"at": self.at, "today": self.today}
        given = {name: value for name, value in known.items() if f":{name}" in statement}
        return int((await self.connection.execute(text(statement), given)).rowcount)

    async def make(self, table: str, query: str, index: str | None = None) -> None:
        """Keeps the answer of a query in a temporary table of this transaction, analysed."""
        await self.run(f"create temp table {table} on commit drop as {query}")
        if index:
            await self.run(f"create index on {table} ({index})")
        await self.run(f"analyze {table}")

    async def write(
        self, table: Table, wanted: str, touched: str, key: str = "person_id", only: str = "true"
    ) -> int:
        """Makes `table` hold exactly the rows of `wanted` for the keys in `touched`; returns the rows opened.

        Args:
            table: A golden table.
            wanted: Temporary table with the wanted rows: every column of `table` but `recorded`.
            touched: Temporary table with the keys whose recorded state the wanted rows are, whole.
            key: Name of the key in all three.
            only: Condition on a row of `table` that says which rows of a key the wanted ones are the whole of.
        """
        columns = [column.name for column in table.columns if column.name != "recorded"]
        opening = (
            f"insert into {table.name} ({', '.join(columns)}, recorded)"
            f" select {', '.join('w.' + name for name in columns)}, tstzrange(:at, null) from {wanted} w"
        )
        if table.name in self.aside:
            return await self._fill(table.name, opening)
        apart = {HOME, key} - {PLACED.get(table.name)}
        told = [name for name in columns if name not in apart]
        # The key is compared by plain equality, so that the planner can hash it.
        same = " and ".join(
            [f"w.{key} = t.{key}", *(f"w.{name} is not distinct from t.{name}" for name in told)]
        )
        await self.run(
            f"update {table.name} t set recorded = tstzrange(lower(t.recorded), :at)"
            f" where upper_inf(t.recorded) and ({only}) and t.{key} in (select {key} from {touched})"
            f" and not exists (select from {wanted} w where {same})"
        )
        return await self.run(
            f"{opening} where not exists (select from {table.name} t where upper_inf(t.recorded) and {same})"
            f" order by w.{key}"
        )

    async def _fill(self, table: str, opening: str) -> int:
        """The first rows of an empty table, then its indices over all of them."""
        opened = await self.run(opening)
        await put_back(self.connection, [table])
        self.aside.discard(table)
        return opened
