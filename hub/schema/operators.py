"""The operators of filters: what one value is compared with. All that is given has to hold; null asks for nothing."""

from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry

from hub.schema.scalars import Day, Instant, Kk, Nik, Rupiah

T = TypeVar("T", bound=Enum)
_TEXTS = {
    "eq": "Sama dengan. / Equal to.",
    "in": "Salah satu dari; daftar kosong: tidak ada. / One of; an empty list: nothing passes.",
    "prefix": "Diawali dengan. / Beginning with.",
    "gte": "Sejak atau mulai dari, termasuk. / From, inclusive.",
    "lt": "Sebelum atau kurang dari, tidak termasuk. / Before or below, exclusive.",
    "is_null": "true: kosong; false: terisi. / true: not known; false: known.",
}


def _operator(name: str) -> Any:
    """The field of an operator."""
    plain = "in" if name == "in" else None
    return strawberry.field(name=plain, default=strawberry.UNSET, description=_TEXTS[name])


@strawberry.input(description="Saringan NIK. / Filter of NIK; all that is given has to hold.")
class NikFilter:
    """Operators on a NIK."""

    eq: Nik | None = _operator("eq")
    in_: list[Nik] | None = _operator("in")
    prefix: str | None = _operator("prefix")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan No KK. / Filter of No KK; all that is given has to hold.")
class KkFilter:
    """Operators on the number of a family card."""

    eq: Kk | None = _operator("eq")
    in_: list[Kk] | None = _operator("in")
    prefix: str | None = _operator("prefix")


@strawberry.input(description="Saringan nama. / Filter of names.")
class NameFilter:
    """Operators on a name."""

    eq: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Sama menurut bentuk baku: ejaan, gelar dan tanda baca diabaikan. / "
            "Equal in the form for matching: spelling, titles and punctuation are set aside."
        ),
    )
    prefix: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Diawali dengan, menurut bentuk yang sama. / Beginning with, in the same form.",
    )
    is_null: bool | None = _operator("is_null")


@strawberry.input(
    description="Saringan nama tempat. / Filter of names of places, whatever the case of letters."
)
class PlaceFilter:
    """Operators on the name of a place."""

    eq: str | None = _operator("eq")
    prefix: str | None = _operator("prefix")


@strawberry.input(description="Saringan tanggal. / Filter of days; all that is given has to hold.")
class DayFilter:
    """Operators on a day."""

    eq: Day | None = _operator("eq")
    in_: list[Day] | None = _operator("in")
    gte: Day | None = _operator("gte")
    lt: Day | None = _operator("lt")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan waktu. / Filter of instants; all that is given has to hold.")
class InstantFilter:
    """Operators on an instant."""

    gte: Instant | None = _operator("gte")
    lt: Instant | None = _operator("lt")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan pilihan. / Filter of closed words; all that is given has to hold.")
class ChoiceFilter(Generic[T]):
    """Operators on one of some words."""

    eq: T | None = _operator("eq")
    in_: list[T] | None = _operator("in")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan kode. / Filter of codes; all that is given has to hold.")
class CodeFilter:
    """Operators on a code that is always known."""

    eq: str | None = _operator("eq")
    in_: list[str] | None = _operator("in")
    prefix: str | None = _operator("prefix")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan kode rujukan. / Filter of codes of the reference; all has to hold.")
class ReferenceFilter:
    """Operators on what the reference has a code for: a program, a component, a source."""

    eq: str | None = _operator("eq")
    in_: list[str] | None = _operator("in")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan bilangan. / Filter of whole numbers; all that is given has to hold.")
class NumberFilter:
    """Operators on a whole number."""

    eq: int | None = _operator("eq")
    in_: list[int] | None = _operator("in")
    gte: int | None = _operator("gte")
    lt: int | None = _operator("lt")
    is_null: bool | None = _operator("is_null")


@strawberry.input(description="Saringan rupiah. / Filter of amounts; all that is given has to hold.")
class RupiahFilter:
    """Operators on an amount."""

    eq: Rupiah | None = _operator("eq")
    in_: list[Rupiah] | None = _operator("in")
    gte: Rupiah | None = _operator("gte")
    lt: Rupiah | None = _operator("lt")
    is_null: bool | None = _operator("is_null")
