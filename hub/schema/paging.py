"""Connections, their edges and pages (Relay cursor connections), and the arguments that many fields share."""

from typing import Generic, TypeVar

import strawberry

from hub.compiler.declare import Key
from hub.schema.declaring import argument
from hub.schema.scalars import Day, Instant, WilayahCode

T = TypeVar("T")


@strawberry.interface(
    description="Benda dengan id global. / A thing with a global id.",
)
class Node:
    """What a global id can name."""

    id: strawberry.ID = strawberry.field(description="Id global. / Global id.")


@strawberry.type(description="Letak satu halaman dalam daftar. / Where a page lies in its list.")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = strawberry.field(
        description="Masih ada isi sesudah halaman ini. / More entries follow this page."
    )
    has_previous_page: bool = strawberry.field(
        description="Masih ada isi sebelum halaman ini. / Entries come before this page."
    )
    start_cursor: str | None = strawberry.field(
        description="Kursor isi pertama. / Cursor of the first entry; null: empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Kursor isi terakhir. / Cursor of the last entry; null: empty page."
    )


@strawberry.type(description="Satu isi daftar beserta kursornya. / An entry of a list with its cursor.")
class Edge(Generic[T]):
    """An entry of a list with its cursor."""

    cursor: str | None = strawberry.field(
        description="Penanda tempat yang buram; null: disamarkan. / Opaque mark of the place in the list; null: masked."
    )
    node: T = strawberry.field(description="Isinya. / The entry.")


@strawberry.type(description="Daftar berhalaman. / A list in pages.")
class Connection(Generic[T]):
    """A list in pages."""

    edges: list[Edge[T]] = strawberry.field(description="Isi beserta kursornya. / Entries with cursors.")
    nodes: list[T] = strawberry.field(description="Isi saja. / Entries alone.")
    page_info: PageInfo = strawberry.field(description="Letak halaman ini. / Where this page lies.")
    total_count: int = strawberry.field(
        description="Jumlah seluruh isi; dihitung hanya bila diminta. / All entries; counted only"
        " when asked for."
    )


PAGE = (
    argument(
        "first",
        int | None,
        "Sebanyak ini dari awal, paling banyak 500; bawaan 50. / So many from the start, at most"
        " 500; default 50.",
    ),
    argument("after", str | None, "Sesudah kursor ini. / After this cursor."),
    argument("last", int | None, "Sebanyak ini dari akhir. / So many from the end."),
    argument("before", str | None, "Sebelum kursor ini. / Before this cursor."),
)
MOMENT = (
    argument(
        "asOf",
        Day | None,
        "Keadaan pada hari ini, diwarisi semua di bawahnya; bawaan hari ini (WIB). / "
        "State of the world on this day, inherited by all beneath; default today (WIB).",
    ),
    argument(
        "knownAt",
        Instant | None,
        "Sebagaimana diketahui hub pada waktu itu, diwarisi semua di bawahnya; bawaan sekarang. / "
        "As the hub knew it at that instant, inherited by all beneath; default now.",
    ),
)


def since(sql: str) -> Key:
    """The first day of an interval as a sort key: an open start comes before every day.

    Args:
        sql: Template of the interval's lower bound; null or `-infinity` is an open start.
    """
    return Key(f"coalesce(nullif({sql}, '-infinity'), '0001-01-01'::date)", "date")


def at_least(value: str) -> str:
    """A lower bound of area keys: the value, or 0 where it is null."""
    return f"case when {value} is null then 0 else {value} end"


def at_most(value: str) -> str:
    """An upper bound of area keys, inclusive: the value, or the highest key where it is null."""
    return f"case when {value} is null then 9999999999 else {value} end"


def inside(key: str) -> str:
    """The condition that an area key lies in the area of the argument WILAYAH, or anywhere when none is given.

    Unlike `… is null or …` it lets one plan, made for any area, use an index; with `coalesce` it would not, because
    under row-level security PostgreSQL takes only what it knows not to leak.
    """
    return f"{key} between {at_least('{arg[wilayah.lo]}')} and {at_most('{arg[wilayah.hi]}')}"


AREA = "{t}.home_area_key between {arg[wilayah.lo]} and {arg[wilayah.hi]}"
"""Condition that the argument WILAYAH calls for."""
WILAYAH = argument("wilayah", WilayahCode | None, "Hanya wilayah ini. / In this area only.")
CURRENT = argument(
    "current",
    bool | None,
    "true: hanya yang berlaku hari ini atau pada asOf. / true: only what holds today or on asOf.",
)
NEWEST = argument(
    "first",
    int | None,
    "Hanya sebanyak ini, yang terbaru lebih dulu; paling banyak 500. / Only so many, newest first;"
    " at most 500.",
)
