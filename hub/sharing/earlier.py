"""What was released before: by the release of the month that is corrected, and by the last one of another month."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.errors import InputError
from hub.store.sql import AsyncConnection, text

Key = tuple[str, ...]
Row = dict[str, Any]

# The newest release of the month, and the newest of any other.
RELEASES = text(
    """
    select distinct on (period = :period) id, period = :period as same from dataset_release
    where dataset = :dataset order by period = :period, number desc
    """
)
CELLS = text("select cells::text from release_cell where release_id = :release")


@dataclass
class Earlier:
    """What is told already, by the columns that make up a cell's place.

    Attributes:
        cells: Of the same month; None: withheld. A cell that was withheld stays so, and one that was told is not
            withheld as long as its number is the same: what is told of a month is all releases of it together.
        kept: Withheld by the last release of another month: where a choice is, these are withheld again, so that no
            two months withhold different neighbours of the same small number.
        named: Told by that release.
    """

    cells: Mapping[Key, int | None] = field(default_factory=dict)
    kept: frozenset[Key] = frozenset()
    named: frozenset[Key] = frozenset()

    def hides(self, key: Key) -> bool:
        """Whether the month withheld it before."""
        return self.cells.get(key, 0) is None

    def check(self, dataset: str, key: Key, number: int, *, hidden: bool) -> None:
        """Refuses what would bring to light, by two releases of a month, what one of them withholds.

        Args:
            dataset: Its name.
            key: Place of the cell.
            number: Its number as it is told, or would be.
            hidden: Whether it is to be withheld.

        Raises:
            InputError: `release_reveals`, it was withheld before and is to be told, or the other way round.
        """
        if not hidden and self.hides(key):
            raise _reveals(dataset, "tell what its month withholds")
        if hidden and self.cells.get(key) == number:
            raise _reveals(dataset, "withhold what its month tells already")


def _reveals(dataset: str, what: str) -> InputError:
    return InputError(
        "release_reveals", f"{dataset}: a correction would have to {what}; release the next month instead"
    )


def by(*names: str) -> Callable[[Row], Key]:
    """The key of a row by these columns."""
    return lambda row: tuple(str(row[name]) for name in names)


async def earlier(
    connection: AsyncConnection, dataset: str, period: str, place_of: Callable[[Row], Key], measure: str
) -> Earlier:
    """What a data set told before.

    Args:
        connection: Where releases are read.
        dataset: Its name.
        period: Month that is to be released.
        place_of: The key of a row.
        measure: Column that is blank where a cell is withheld.
    """
    cells: dict[Key, int | None] = {}
    kept: set[Key] = set()
    named: set[Key] = set()
    for one in (await connection.execute(RELEASES, {"dataset": dataset, "period": period})).all():
        async with connection.stream(CELLS, {"release": one.id}) as found:
            async for line in found.scalars():
                row = orjson.loads(line)
                if one.same:
                    cells[place_of(row)] = row[measure]
                else:
                    (kept if row[measure] is None else named).add(place_of(row))
    return Earlier(cells, frozenset(kept), frozenset(named))
