"""Names of types that are made of others: a filter of payments through links is no filter of filters."""

from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

ENDINGS = ("Filter", "Sort")
"""What the name of a part leaves out where the whole says it once more."""


class Names(NameConverter):
    """Strawberry's names, each ending said once."""

    def from_generic(
        self, object_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        """`PaymentFilter` in `LinkFilter` is `PaymentLinkFilter`."""
        made = super().from_generic(object_type, types)
        own = object_type.name
        parts = made.removesuffix(own)
        for ending in ENDINGS:
            parts = parts.removesuffix(ending)
        return parts + own
