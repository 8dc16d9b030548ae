"""Layouts: which columns a source sends, under which names, and what the connector does with each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import FatalError

_sign = re.compile(r"[^A-Z0-9]+")


def header_form(name: str) -> str:
    """Letters and digits of a header: `No. KK`, `NO_KK` and `nokk` are one column to every list we know."""
    return _sign.sub("", name.upper())


@dataclass(frozen=True, slots=True)
class Resolved:
    """A received header held against a layout.

    Attributes:
        columns: Canonical name of each received column, in the received order; an unknown one keeps its own
            name.
        unknown: Received names that the layout neither takes nor ignores.
        missing: Canonical names of the layout that were not received, sorted.
    """

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a source; each is taken by the claims or ignored by name.

    Args:
        taken: Canonical name to further names under which lists send it.
        ignored: Canonical names that the payload keeps and no claim uses.
        required: Taken names without which the list cannot be read.
    """

    taken: Mapping[str, tuple[str, ...]]
    ignored: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """A name is taken or ignored, not both; what is required is taken."""
        if self.ignored & set(self.taken) or not self.required <= set(self.taken):
            raise FatalError(
                "layout_faulty", "a layout ignores what it takes, or requires what it does not take"
            )

    def canonical(self) -> dict[str, str]:
        """Canonical name by header form, aliases included."""
        names = {header_form(name): name for name in (*self.taken, *self.ignored)}
        for name, aliases in self.taken.items():
            names.update({header_form(alias): name for alias in aliases})
        return names

    def score(self, received: Iterable[str]) -> int:
        """How many distinct columns of the layout a row of cells names; a header names the most."""
        known = self.canonical()
        return len({known[form] for cell in received if (form := header_form(cell)) in known})

    def resolve(self, received: Sequence[str], source: str, place: str) -> Resolved:
        """The received header in canonical names.

        Raises:
            FatalError: `layout_column_missing` or `layout_ambiguous`, naming source, place and column;
                `encoding_wrong`, a name has a NUL, which no database takes.
        """
        if any("\x00" in name for name in received):
            raise FatalError(
                "encoding_wrong", f"{source}: {place} has a NUL in the name of a column; nothing was read"
            )
        known = self.canonical()
        columns = [known.get(header_form(name), name) for name in received]
        unknown = tuple(name for name in received if header_form(name) not in known)
        missing = sorted({*self.taken, *self.ignored} - set(columns))
        if lacking := sorted(self.required & set(missing)):
            raise FatalError(
                "layout_column_missing",
                f"{source}: {place} lacks the column(s) {', '.join(lacking)}; nothing was read",
            )
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise FatalError(
                "layout_ambiguous", f"{source}: {place} has more than one column for {', '.join(twice)}"
            )
        return Resolved(tuple(columns), unknown, tuple(missing))
