"""How one caller has each field of a plan: as declared, under a mask, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hub.compiler.binding import Bind
from hub.compiler.coarse import not_below
from hub.compiler.declare import Catalog, Declaration, Expression, Key, Relation
from hub.compiler.marks import COUNTED, chunk, leaving, reading
from hub.compiler.needs import EVERYTHING, KECAMATAN, PLACING, Refusal, Sight, masked
from hub.compiler.orders import coarse, ordering
from hub.compiler.scope import Field


@dataclass
class Seeing:
    """What a caller sees of one operation.

    Args:
        catalog: Declarations and what they need.
        sight: What the caller may see.
        refused: Fields that are held back or masked, as they are met.
        told: Coordinates of fields of persons that are shown, and of those that are filtered by.
    """

    catalog: Catalog
    sight: Sight = EVERYTHING
    refused: list[Refusal] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def field(self, type_name: str, name: str, path: tuple[str, ...]) -> Declaration | None:
        """How the caller has a field at a path; None: not at all."""
        declared, need = self.catalog.field(type_name, name), self.catalog.need(type_name, name)
        lacking, mask = self.sight.lacks(need), self.sight.mask(need)
        if need.scopes and not lacking:
            self.told.add(f"{type_name}.{name}")
        if not lacking and not mask:
            return declared
        self.refused.append(Refusal(path, lacking, "" if lacking else mask))
        shown = "" if lacking else need.masks.get(mask, "")
        if not shown:
            return None
        return replace(declared, on=shown) if isinstance(declared, Relation) else Expression(shown)

    def allows(self, type_name: str, name: str, selected: Field) -> list[Bind]:
        """Passes the arguments of a field that are given, and tells what their values are still to be looked at for.

        Raises:
            RefusedError: `scope_missing`, `masked`.
        """
        for argument in selected.arguments:
            if selected.given(argument):
                self.sight.requires(self.catalog.need(type_name, name, argument))
        if KECAMATAN not in self.sight.masks or not selected.arguments:
            return []
        return [Bind(selected.source, (), lambda given: not_below(selected.definition, given))]

    def ordering(self, relation: Relation, selected: Field) -> tuple[Sequence[Key], str]:
        """The sort keys of a connection: under a mask of areas they tell no smaller ones apart."""
        keys, name = ordering(relation, selected)
        return (coarse(keys) if KECAMATAN in self.sight.masks else keys), name

    def hiding(self, keys: Sequence[Key]) -> str:
        """The mask for which cursors with these sort keys are neither given nor taken; blank: none.

        A cursor holds the area and the number of its row; one that holds a text may hold any value that is masked.
        """
        masks = self.sight.masks
        if masks & PLACING:
            return min(masks & PLACING)
        return min(masks, default="") if any(key.type == "text" for key in keys) else ""

    def cursor(self, keys: Sequence[Key], path: tuple[str, ...]) -> bool:
        """Whether the cursor at a path is shown."""
        mask = self.hiding(keys)
        if mask:
            self.refused.append(Refusal(path, (), mask))
        return not mask

    def begins(self, keys: Sequence[Key], selected: Field) -> None:
        """Passes a list that is read from no cursor that is hidden.

        Raises:
            RefusedError: `masked`.
        """
        mask = self.hiding(keys)
        if mask and (selected.given("after") or selected.given("before")):
            raise masked(mask)

    def mark(self, type_name: str, alias: str, *, counted: bool) -> str:
        """SQL of whom an object tells of, for the ledger; blank: no line is left, or it tells of nobody.

        Args:
            type_name: Of the object.
            alias: Of its row.
            counted: Whether it is a number over many persons.
        """
        if not self.sight.logged:
            return ""
        subject = self.catalog.types[type_name].subject
        return subject.format(t=alias) if subject else COUNTED * counted

    def statement(self, read: str, bound: int, *, empty: bool) -> tuple[str, bool]:
        """The statement around what is read, and whether it leaves a line: where it speaks of persons.

        Args:
            read: SQL of the answer.
            bound: Its parameters, the context included.
            empty: Whether an answer that tells of nobody leaves a line too.
        """
        if not self._leaves:
            return reading(read), False
        return leaving(read, bound, self._told, self.sight.quota, empty=empty), True

    def chunk(self) -> str:
        """The statement that leaves the line of a part of an export; blank: it leaves none."""
        return chunk(self._told, self.sight.quota) if self._leaves else ""

    @property
    def _leaves(self) -> bool:
        return self.sight.logged and bool(self.told)

    @property
    def _told(self) -> tuple[set[str], set[str]]:
        """The fields of persons that are shown or filtered by, and their scopes."""
        return self.told, {scope for one in self.told for scope in self.catalog.needs[one].scopes}
