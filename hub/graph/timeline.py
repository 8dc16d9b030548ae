"""Writes a wanted state over the state that is recorded: what differs is closed and opened, the rest untouched.

Every golden table is written here and nowhere else, so `recorded` has neither holes nor overlaps: a row is
closed and its successor opened at the same instant.
"""

from dataclasses import dataclass, field

from hub.store.indices import put_back
from hub.store.script import Script
from hub.store.sql import Table

HOME = "home_area_key"
"""Follows the person in place (`hub.graph.homes`), so that another home alone makes no other row."""
PLACED = {"family_card": HOME}
"""Where the home is part of what a row tells: that of the head of the card. Who moves gets a new row also where nothing
else changed, so that whoever follows one area hears of the move."""


@dataclass(frozen=True)
class Fold:
    """One fold: its statements, in the run's transaction, given the instant of recording `at` (UTC) and `today` (WIB).

    `aside` names the tables that were empty and whose indices wait until their first rows are in. `kin`: the fold
    follows judgements, and `fold_kin` tells from whom each person takes over numbers of things (`hub.identity.moving`).
    """

    script: Script
    aside: set[str] = field(default_factory=set)
    kin: bool = False

    async def run(self, statement: str) -> None:
        """Runs one statement, now or with those that follow."""
        await self.script.run(statement)

    async def make(self, table: str, query: str, index: str | None = None) -> None:
        """Keeps the answer of a query in a temporary table of this transaction, counted for the planner."""
        await self.run(f"create temp table {table} on commit drop as {query}")
        if index and not self.script.few:
            await self.run(f"create index on {table} ({index})")
        await self.script.counted(table)

    async def write(
        self, table: Table, wanted: str, touched: str, key: str = "person_id", only: str = "true"
    ) -> None:
        """Makes `table` hold exactly the rows of `wanted` for the keys in `touched`.

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
            await self._fill(table.name, opening)
            return
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
        await self.run(
            f"{opening} where not exists (select from {table.name} t where upper_inf(t.recorded) and {same})"
            f" order by w.{key}"
        )

    async def _fill(self, table: str, opening: str) -> None:
        """The first rows of an empty table, then its indices over all of them."""
        await self.script.ask(opening)
        await put_back(self.script.connection, [table])
        self.aside.discard(table)
