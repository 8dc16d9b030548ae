"""Connections: keyset pages in both directions, with cursors, page info and a count only when selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.compiler.binding import Bind
from hub.compiler.convert import DEFAULT_PAGE
from hub.compiler.cursors import Cursors
from hub.compiler.declare import Key
from hub.compiler.marks import KEY
from hub.compiler.scope import Scope
from hub.compiler.shape import Columns, row, single
from hub.errors import InputError

CURSORS = ("startCursor", "endCursor")
"""Fields of the page info that hold sort keys of its rows."""


@dataclass(frozen=True)
class Page:
    """One page of a connection: its rows and where it lies among them.

    Args:
        cursors: The cursors of the connection, over the alias of its rows.
        source: From clause and the conditions of the whole connection, `from … where …`.
        name: Alias for the sub-select of the page.
    """

    cursors: Cursors
    source: str
    name: str

    @property
    def _scope(self) -> Scope:
        return self.cursors.scope

    @property
    def order(self) -> Sequence[Key]:
        """The sort keys."""
        return self.cursors.order

    @property
    def keys(self) -> list[str]:
        """The sort keys over the rows."""
        return self.cursors.keys

    @property
    def backward(self) -> bool:
        """Whether the page is read from its end (`last`)."""
        return self._scope.field.given("last")

    @property
    def size(self) -> str:
        """Parameter of the page size."""
        name = "last" if self.backward else "first"
        if not self._scope.field.given(name):
            return f"{DEFAULT_PAGE}::bigint"
        return self._scope.argument(f"{name}.page")

    def check(self) -> None:
        """Passes a page that is asked for in one direction.

        Raises:
            InputError: `page_direction`, both `first` and `last`.
        """
        given = self._scope.field.given
        if given("first") and given("last"):
            raise InputError("page_direction", "ask for the first or for the last entries, not for both")

    def cursor(self, keys: Sequence[str]) -> str:
        """The opaque cursor that carries these sort keys."""
        return self.cursors.text(keys)

    def checks(self) -> list[Bind]:
        """The keys of the cursors given, for a connection whose rows nothing reads: it refuses what the others do."""
        return [bind for name in self._bounded for bind in self.cursors.binds(name)]

    @property
    def _bounded(self) -> list[str]:
        return [name for name in ("after", "before") if self.cursors.given(name)]

    def rows(self, more: int = 0) -> str:
        """From, where, order and limit of the page, with `more` rows beyond it."""
        return self.bounded(f" limit {self.size} + {more}")

    def bounded(self, limit: str = "", order: bool = True) -> str:
        """From, where, order and limit of the rows between the cursors.

        Where the first key may be null, the rows that have it and those that lack it are read apart, each in the
        order of an index over the keys, and no more of either than the limit.
        """
        way = "desc" if self.order[0].down != self.backward else "asc"
        first, *rest = keys = [f"{key} {way}" for key in self.keys]
        inner = f" order by {', '.join(keys)}" if order else ""
        if not self.cursors.nullable:
            bounds = "".join(f" and {self.cursors.known(name, name == 'after')}" for name in self._bounded)
            return f"{self.source}{bounds}{inner}{limit}"
        parts, alias = [], self._scope.t
        for test, bound in (("is not null", self.cursors.known), ("is null", self.cursors.unknown)):
            bounds = "".join(f" and {bound(name, name == 'after')}" for name in self._bounded)
            where = f"{self.source} and {self.keys[0]} {test}{bounds}"
            parts.append(f"(select {alias}.* {where}{inner if limit else ''}{limit})")
        nulls = f"{first} nulls {'first' if self.backward else 'last'}"
        outer = f" order by {', '.join([nulls, *rest])}" if order else ""
        return f"from ({' union all '.join(parts)}) {alias}{outer}{limit}"

    def total(self) -> str:
        """The number of rows of the whole connection."""
        return f"(select count(*) {self.source})"

    def outside(self, name: str) -> str:
        """Whether rows lie on the far side of the cursor that the page ends at, its own row included."""
        if not self.cursors.given(name):
            return "false"
        known = self.cursors.known(name, name == "before", inclusive=True)
        if not self.cursors.nullable:
            return f"exists (select {self.source} and {known})"
        unknown = self.cursors.unknown(name, name == "before", inclusive=True)
        some = f"exists (select {self.source} and {self.keys[0]} is"
        return f"({some} not null and {known}) or {some} null and {unknown}))"


def page_info(page: Page, fields: Sequence[tuple[str, str]], alias: str) -> str:
    """The object `pageInfo`: response keys and names of the fields that are selected."""
    columns = [(key, _page_fact(page, name)) for key, name in fields]
    return single(row(columns, alias))


def _page_fact(page: Page, name: str) -> str:
    cut = f'(select count(*) from "{page.name}") > {page.size}'
    facts = {
        "": "null::text",
        KEY: _edge_marks(page),
        "__typename": "'PageInfo'::text",
        "hasNextPage": page.outside("before") if page.backward else cut,
        "hasPreviousPage": cut if page.backward else page.outside("after"),
        "startCursor": _edge_cursor(page, first=not page.backward),
        "endCursor": _edge_cursor(page, first=page.backward),
    }
    return facts[name]


def _edge_marks(page: Page) -> str:
    """Whom the first and the last row of the page tell of."""
    last = f'(select max("place$") from "{page.name}" where "place$" <= {page.size})'
    return f'(select string_agg("{KEY}"::text, \' \') from "{page.name}" where "place$" in (1, {last}))'


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
