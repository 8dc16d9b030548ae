"""How one caller has each field of a plan: as declared, under a mask, or not at all."""

from dataclasses import dataclass, field, replace

from hub.compiler.declare import Catalog, Declaration, Expression, Relation
from hub.compiler.needs import EVERYTHING, Refusal, Sight
from hub.compiler.scope import Field


@dataclass
class Seeing:
    """What a caller sees of one operation.

    Args:
        catalog: Declarations and what they need.
        sight: What the caller may see.
        refused: Fields that are held back or masked, as they are met.
    """

    catalog: Catalog
    sight: Sight = EVERYTHING
    refused: list[Refusal] = field(default_factory=list)

    def field(self, type_name: str, name: str, path: tuple[str, ...]) -> Declaration | None:
        """How the caller has a field at a path; None: not at all."""
        declared, need = self.catalog.field(type_name, name), self.catalog.need(type_name, name)
        lacking, mask = self.sight.lacks(need), self.sight.mask(need)
        if not lacking and not mask:
            return declared
        self.refused.append(Refusal(path, lacking, "" if lacking else mask))
        shown = "" if lacking else need.masks[mask]
        if not shown:
            return None
        return replace(declared, on=shown) if isinstance(declared, Relation) else Expression(shown)

    def allows(self, type_name: str, name: str, selected: Field) -> None:
        """Passes the arguments of a field that are given.

        Raises:
            RefusedError: `scope_missing`, `masked`.
        """
        for argument in selected.arguments:
            if selected.given(argument):
                self.sight.requires(self.catalog.need(type_name, name, argument))
