"""Voices: sources that are ways into one register have one voice, and their newest word counts.

The population register reaches the hub as a dump of the area and as a feed of events. Sources of one family
and one rank are taken to be ways into one register: the rank says that neither is believed before the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.store.sql import AsyncConnection, text

# Whose word a record is: that of the source whose code begins its key, where it came by the feed of another hub and
# this hub knows the source; else that of the source it came from. Joins `source` s and `source_record` r.
ORIGIN = "left join source o on s.family = 'hub' and o.code = split_part(r.record_key, '|', 1)"

# Each source that shares family and rank with one of a smaller id, and the smallest of those ids.
SHARED = text(
    """
    select id, first from (select id, min(id) over (partition by family, rank) as first from source) s
    where id <> first order by id
    """
)


@dataclass(frozen=True)
class Voices:
    """Which source stands for which register.

    Args:
        first: Id of the source that stands for the register, by the id of each other source of it.
    """

    first: Mapping[int, int] = field(default_factory=dict)

    def of(self, source: str) -> str:
        """SQL of the register that a source id (an SQL expression) belongs to; null stays null."""
        if not self.first:
            return source
        cases = " ".join(f"when {one:d} then {first:d}" for one, first in self.first.items())
        return f"(case {source} {cases} else {source} end)"

    def places(self, order: Sequence[int]) -> list[int]:
        """An order of source ids as one of registers; each stands where its first source does."""
        return list(dict.fromkeys(self.first.get(source, source) for source in order))

    def order(self, source: str, order: Sequence[int]) -> str:
        """SQL to sort by first, with its comma: the place of a source id in an order of sources; blank for none."""
        if not order:
            return ""
        places = ", ".join(map(str, self.places(order)))
        return f"array_position(array[{places}]::smallint[], {self.of(source)}) nulls last, "


async def read_voices(connection: AsyncConnection) -> Voices:
    """The registers of the sources that the database knows."""
    return Voices({row.id: row.first for row in await connection.execute(SHARED)})
