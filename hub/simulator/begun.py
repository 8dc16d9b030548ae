"""A list of which no more than the columns are known: made-up persons in them, the other columns blank.

What `hub sources new` begins a list with; a list whose rows are known better gets a writer of its own.
"""

from collections.abc import Callable, Mapping, Sequence

from hub.simulator.book_sink import Book
from hub.simulator.defects import Written
from hub.simulator.enrolment import Entries, Lists
from hub.simulator.forms import FormFile, desk, listed
from hub.simulator.payrolls import quoted
from hub.simulator.sink import joined
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop

#: One adult of so many of the poorest families stands on the list.
SHARE = 0.1


class _Begun:
    """The list of one kecamatan, the same file name in both months."""

    def __init__(
        self, shop: Workshop, source: str, columns: Sequence[str], held: Mapping[str, str], *, workbook: bool
    ) -> None:
        self._shop, self._source, self._columns, self._held = shop, source, columns, held
        months, stem = range(1, shop.plan.months + 1), f"{source}_{shop.kecamatan.file_code}"
        self._books = dict[int, Book]()
        if workbook:
            for month in months:
                name = f"{stem}.xlsx"
                self._books[month] = Book(*shop.place(source, month, name), columns)
                shop.keep(source, month, name, self._books[month])
        else:
            heads = [quoted(name, ";") for name in columns]
            self._file = FormFile(shop, source, heads, dict.fromkeys(months, f"{stem}.csv"))

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa."""
        at = desk(self._shop, village, self._source)
        entries = listed(at.holders(SHARE))
        written = at.write(entries)
        told = {"nik": written.nik, "name": written.name, "kk": written.kk}
        given = {column: told[what] for what, column in self._held.items()}
        if self._books:
            self._add_to_books(village, entries, written, given)
        else:

            def cells(i: int, _: int) -> list[str]:
                return [given[column][i] if column in given else "" for column in self._columns]

            self._file.add(village, entries, written, cells)

    def _add_to_books(
        self, village: Village, entries: Entries, written: Written, given: Mapping[str, list[str]]
    ) -> None:
        people = [village.number(person) for person in entries.people]
        for month, book in self._books.items():
            book.add(given, people, joined(written.kinds_in(month, i) for i in range(len(entries))))


def begun(
    source: str, columns: Sequence[str], held: Mapping[str, str], *, workbook: bool = False
) -> Callable[[Workshop], _Begun]:
    """Who writes a list.

    Args:
        source: Its name.
        columns: Its header.
        held: The columns that hold `nik`, `name` and, if there is one, `kk`.
        workbook: Whether it comes as XLSX; otherwise as CSV with `;`.
    """
    return lambda shop: _Begun(shop, source, columns, held, workbook=workbook)
