"""Filters declared beside their fields: an input type says of each field which SQL it compares."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, Optional, TypeVar

import strawberry

from hub.compiler.declare import Filter, Linked, Rows
from hub.compiler.needs import OPEN, Need
from hub.schema.declaring import METADATA, argument
from hub.schema.scalars import Day
from hub.schema.scoping import NEED

T = TypeVar("T")
C = TypeVar("C", bound=type)
_JOINED = {
    "and": "Semuanya berlaku; daftar kosong: berlaku. / All of these hold; an empty list: true.",
    "or": "Salah satunya berlaku; daftar kosong: tidak. / At least one of these holds; an empty list: false.",
    "not": (
        "Ini tidak berlaku; nilai yang tidak diketahui dianggap tidak berlaku. / "
        "This does not hold; what is compared with an unknown value does not."
    ),
}


def by(filter_: Filter, description: str, name: str | None = None, need: Need | None = None) -> Any:
    """A field of a filter with what it compares.

    Args:
        filter_: What it calls for.
        description: Indonesian, then English.
        name: Its GraphQL name where Python can't have it.
        need: What it takes to filter by it, in place of what the type it is of needs.
    """
    return strawberry.field(
        name=name,
        default=strawberry.UNSET,
        description=description,
        metadata={METADATA: filter_, NEED: need},
    )


def filtered(type_: type) -> Any:
    """The argument `filter` of this type."""
    return argument("filter", type_ | None, "Saringan. / Filter.")


def linked(rows: Rows, on: str, description: str, need: Need | None = None) -> Any:
    """A field that filters by the rows of another set; `on` ties `{t}` of it to the row `{p}`."""
    return by(Linked(rows, on), description, need=need)


def filters(description: str, need: Need = OPEN) -> Callable[[C], C]:
    """Makes a class an input type whose fields can be joined by and, or, not.

    Args:
        description: Indonesian, then English.
        need: What it takes to filter by its fields, unless one names another.
    """

    def made(cls: C) -> C:
        own: Any = Annotated[cls.__name__, strawberry.lazy(cls.__module__)]
        for name, type_ in (("and", list[own]), ("or", list[own]), ("not", own)):
            cls.__annotations__[f"{name}_"] = Optional[type_]  # noqa: UP045  # of a name to be
            joined = strawberry.field(name=name, default=strawberry.UNSET, description=_JOINED[name])
            setattr(cls, f"{name}_", joined)
        setattr(cls, "needs", need)  # noqa: B010  # a name of ours on a class of theirs
        return strawberry.input(cls, description=description)

    return made


@strawberry.input(description="Saringan lewat himpunan lain. / A filter by the rows of another set.")
class LinkFilter(Generic[T]):
    """Some, or none, of the rows that hang on this one."""

    some: T | None = strawberry.field(
        default=strawberry.UNSET, description="Ada yang memenuhi; {}: ada. / At least one passes; {}: any."
    )
    none: T | None = strawberry.field(
        default=strawberry.UNSET, description="Tidak ada yang memenuhi; {}: tidak ada. / None passes."
    )


@strawberry.input(
    description="Saringan lewat himpunan lain pada satu hari. / A filter by the rows of another set, of one day."
)
class DatedLinkFilter(Generic[T]):
    """Some, or none, of the rows that hang on this one on a day."""

    some: T | None = strawberry.field(
        default=strawberry.UNSET, description="Ada yang memenuhi; {}: ada. / At least one passes; {}: any."
    )
    none: T | None = strawberry.field(
        default=strawberry.UNSET, description="Tidak ada yang memenuhi; {}: tidak ada. / None passes."
    )
    at: Day | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Keadaan pada hari ini, juga di bawahnya; bawaan: asOf, atau hari ini. / "
            "State of this day, beneath it too; default: asOf, else today."
        ),
    )
    ever: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="true: kapan pun, bukan pada satu hari. / true: of any day and not of one.",
    )
