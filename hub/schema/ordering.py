"""Orders that callers choose for a connection: a field and a direction."""

from typing import Generic, TypeVar

import strawberry
from strawberry.types.arguments import StrawberryArgument

from hub.compiler.declare import Choice
from hub.schema.declaring import argument

T = TypeVar("T")


@strawberry.enum(
    description="Arah urutan; yang kosong selalu terakhir. / Direction; what is null comes last in both."
)
class OrderDirection(Choice):
    """Which end of an order comes first."""

    ASC = strawberry.enum_value("ASC", description="Dari yang terkecil. / Lowest first.")
    DESC = strawberry.enum_value("DESC", description="Dari yang terbesar. / Highest first.")


@strawberry.input(description="Urutan daftar. / Order of a list.")
class Order(Generic[T]):
    """A field and a direction."""

    field: T = strawberry.field(description="Menurut ini. / By this.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Arahnya. / Its direction."
    )


def order_by(fields: type[Choice]) -> StrawberryArgument:
    """The argument that names an order by one of these fields."""
    return argument(
        "orderBy",
        Order[fields] | None,  # type: ignore[valid-type]  # an enum given as a value
        "Urutannya; kursor hanya berlaku dalam urutan yang membuatnya. / "
        "Its order; a cursor serves only the order that made it.",
    )
