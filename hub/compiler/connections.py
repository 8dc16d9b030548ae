"""Connections: keyset pages in both directions, with cursors, page info and a count only when selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.compiler.binding import Bind
from hub.compiler.convert import DEFAULT_PAGE, cursor_part
from hub.compiler.declare import Key
from hub.compiler.scope import Scope
from hub.compiler.shape import Columns, row, single
from hub.errors import InputError


@dataclass(frozen=True)
class Page:
    """One page of a connection: its rows and where it lies among them.

    Args:
        scope: The connection's field, over the alias of its rows.
        source: From clause and the conditions of the whole connection, `from … where …`.
        order: Sort keys.
        name: Alias for the sub-select of the page.
    """

    scope: Scope
    source: str
    order: Sequence[Key]
    name: str

    @property
    def backward(self) -> bool:
        """Whether the page is read from its end (`last`)."""
        return self.scope.field.given("last")

    @property
    def size(self) -> str:
        """Parameter of the page size."""
        return self._size_of("last" if self.backward else "first")

    def _size_of(self, name: str) -> str:
        if not self.scope.field.given(name):
            return f"{DEFAULT_PAGE}::bigint"
        return self.scope.argument(f"{name}.page")

    def check(self) -> None:
        """Passes a page that is asked for in one direction.

        Raises:
            InputError: `page_direction`, both `first` and `last`.
        """
        given = self.scope.field.given
        if given("first") and given("last"):
            raise InputError("page_direction", "ask for the first or for the last entries, not for both")

    @property
    def keys(self) -> list[str]:
        """The sort keys over the rows."""
        return [self.scope.fill(key.sql) for key in self.order]

    def cursor(self, keys: Sequence[str]) -> str:
        """The opaque cursor that carries these sort keys."""
        values = ", ".join(keys)
        text = f"encode(convert_to(json_build_array({values})::text, 'UTF8'), 'base64')"
        return f"translate({text}, E'\\n', '')"

    def ordered(self) -> str:
        """The order in which the page is read."""
        down = self.order[0].down != self.backward
        return ", ".join(f"{key} {'desc' if down else 'asc'}" for key in self.keys)

    def bounds(self) -> list[str]:
        """The conditions that `after` and `before` set."""
        down = self.order[0].down
        found = []
        for name, sign in (("after", "<" if down else ">"), ("before", ">" if down else "<")):
            if self.scope.field.given(name):
                found.append(self._beyond(name, sign))
        return found

    def cursors(self) -> list[Bind]:
        """The keys of the cursors given, for a connection whose rows nothing reads: it refuses what the others do."""
        names = [name for name in ("after", "before") if self.scope.field.given(name)]
        return [bind for name in names for bind, _ in self._keys_in(name)]

    def _keys_in(self, name: str) -> list[tuple[Bind, str]]:
        """The sort keys in the cursor of an argument, with their types."""
        kinds = tuple(key.type for key in self.order)
        source = self.scope.field.source
        return [
            (Bind(source, (name,), _cursor_reader(place, kinds)), kind) for place, kind in enumerate(kinds)
        ]

    def _beyond(self, name: str, sign: str) -> str:
        field, binder = self.scope.field, self.scope.binder
        parts = [
            binder.place((field.source, name, place), bind, kind)
            for place, (bind, kind) in enumerate(self._keys_in(name))
        ]
        return f"({', '.join(self.keys)}) {sign} ({', '.join(parts)})"

    def rows(self, more: int = 0) -> str:
        """From, where, order and limit of the page, with `more` rows beyond it."""
        bounds = "".join(f" and {bound}" for bound in self.bounds())
        return f"{self.source}{bounds} order by {self.ordered()} limit {self.size} + {more}"

    def total(self) -> str:
        """The number of rows of the whole connection."""
        return f"(select count(*) {self.source})"

    def outside(self, name: str, sign: str) -> str:
        """Whether rows lie on the far side of the cursor the page began from."""
        if not self.scope.field.given(name):
            return "false"
        return f"exists (select {self.source} and {self._beyond(name, sign)})"


def _cursor_reader(place: int, kinds: tuple[str, ...]) -> Callable[[object], object]:
    return lambda value: cursor_part(value, place, kinds)


def page_info(page: Page, fields: Sequence[tuple[str, str]], alias: str) -> str:
    """The object `pageInfo`: response keys and names of the fields that are selected."""
    columns = [(key, _page_fact(page, name)) for key, name in fields]
    return single(row(columns, alias))


def _page_fact(page: Page, name: str) -> str:
    cut = f'(select count(*) from "{page.name}") > {page.size}'
    sign = ">=" if page.order[0].down else "<="
    other = "<=" if page.order[0].down else ">="
    facts = {
        "__typename": "'PageInfo'::text",
        "hasNextPage": page.outside("before", other) if page.backward else cut,
        "hasPreviousPage": cut if page.backward else page.outside("after", sign),
        "startCursor": _edge_cursor(page, first=not page.backward),
        "endCursor": _edge_cursor(page, first=page.backward),
    }
    return facts[name]


def _edge_cursor(page: Page, first: bool) -> str:
    keys = [f'"{page.name}"."k{place}$"' for place in range(len(page.order))]
    order = "asc" if first else "desc"
    return (
        f'(select {page.cursor(keys)} from "{page.name}" where "place$" <= {page.size}'
        f' order by "place$" {order} limit 1)'
    )


def held_page(page: Page, parts: Columns, body: str) -> str:
    """The connection over a page that is read once and used by several of its fields.

    Args:
        page: The page.
        parts: Name and SQL of each JSON value that is made of a row.
        body: Sub-select that builds the connection from the page.
    """
    columns = [f'{sql} as "{name}"' for name, sql in parts]
    columns += [f'{key} as "k{place}$"' for place, key in enumerate(page.keys)]
    inner = f"select {', '.join(columns)} {page.rows(more=1)}"
    numbered = f'select row_number() over () as "place$", "i$".* from ({inner}) "i$"'
    return f'(with "{page.name}" as materialized ({numbered}) {body})'


def collected(page: Page, part: str) -> str:
    """The list of one JSON value a row of the held page, in the order of the connection."""
    order = "desc" if page.backward else "asc"
    return (
        f'(select coalesce(json_agg("{part}" order by "place$" {order}), \'[]\')'
        f' from "{page.name}" where "place$" <= {page.size})'
    )
