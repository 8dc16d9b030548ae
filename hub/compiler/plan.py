"""One statement with where its parameters and its cost come from: what planning yields and running takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

from graphql.execution.values import VariableValues

from hub.compiler.binding import Arguments, Bind, Binder, Binding, Today
from hub.compiler.convert import page_size
from hub.compiler.naming import named_in
from hub.compiler.needs import Refusal
from hub.compiler.selection import Selected

Size = int | tuple[int, str]
"""Rows of one list: a number, or the argument (field, name) that says it."""


@dataclass(frozen=True)
class Plan:
    """One statement and where its parameters and its cost come from.

    Args:
        sql: The statement.
        binder: The fields whose arguments are bound.
        binds: Where the values of `$2` and after come from.
        lists: Sizes down to each list.
        introspection: Root fields that graphql-core answers, by response key.
        order: Response keys of the root.
        checks: Values that are not bound and have to be fit all the same.
        roots: Names of the root fields.
        refused: Fields that the caller may not see, or sees under a mask, once a path.
        leaves: Whether the statement leaves a line in the ledger; it is then given three values more.
    """

    sql: str
    binder: Binder
    binds: Sequence[Binding]
    lists: Sequence[tuple[Size, ...]]
    introspection: Selected
    order: tuple[str, ...]
    checks: Sequence[Binding] = ()
    roots: frozenset[str] = frozenset()
    refused: Sequence[Refusal] = ()
    leaves: bool = False
    _fixed: list[object] = field(default_factory=list, repr=False)

    @property
    def reads(self) -> bool:
        """Whether anything but introspection is selected."""
        return len(self.introspection) < len(self.order) or not self.order

    def arguments(self, variables: VariableValues) -> list[dict[str, Any]]:
        """The arguments of each field of the plan in one request, for the two methods below."""
        return [asked.values(variables) for asked in self._asked]

    @cached_property
    def _asked(self) -> list[Arguments]:
        return [Arguments(definition, node) for definition, node in self.binder.sources]

    def parameters(self, arguments: Sequence[Mapping[str, Any]]) -> list[object]:
        """The values of `$2` and after, in order.

        Raises:
            InputError: A value is not fit for its place, or for one that the selection leaves unread.
        """
        for check in self.checks:
            check.value(arguments)
        if any(arguments[place] is not asked.usual for place, asked in self._still):
            return [bind.value(arguments) for bind in self.binds]  # Somebody has put others in their place.
        if not self._fixed:
            self._fixed.extend([bind.value(arguments) for bind in self.binds])
        found = list(self._fixed)
        for place, bind in self._varying:
            found[place] = bind.value(arguments)
        return found

    @cached_property
    def _still(self) -> list[tuple[int, Arguments]]:
        """The fields whose arguments are the same in all requests."""
        return [(place, asked) for place, asked in enumerate(self._asked) if not asked.varies]

    @cached_property
    def _varying(self) -> list[tuple[int, Binding]]:
        """The parameters that differ between requests, by their places."""
        return [(place, bind) for place, bind in enumerate(self.binds) if self._varies(bind)]

    def _varies(self, bind: Binding) -> bool:
        """Whether a value comes from a variable, or from the clock."""
        return self._asked[bind.source].varies if isinstance(bind, Bind) else isinstance(bind, Today)

    @property
    def places(self) -> int:
        """How many parameters the statement has."""
        return 1 + len(self.binds) + 3 * self.leaves

    def named(self, arguments: Sequence[Mapping[str, Any]]) -> list[str]:
        """The numbers and ids that a request names, for its line."""
        return (
            named_in([definition for definition, _ in self.binder.sources], arguments) if self.leaves else []
        )

    def cost(self, arguments: Sequence[Mapping[str, Any]]) -> int:
        """Rows the document may yield: the sum over its lists of the product of the sizes down to each."""
        known, asked = self._costs
        for part, sizes in asked:
            known += part * prod([_rows_of(arguments[source].get(name)) for source, name in sizes])
        return known

    @cached_property
    def _costs(self) -> tuple[int, list[tuple[int, list[tuple[int, str]]]]]:
        """Rows of the lists whose size the document says, and of the others that part and what else says it."""
        parted = [
            (
                prod(one for one in chain if isinstance(one, int)),
                [one for one in chain if not isinstance(one, int)],
            )
            for chain in self.lists
        ]
        return sum(known for known, sizes in parted if not sizes), [one for one in parted if one[1]]


def _rows_of(argument: object) -> int:
    """Rows that a page size or a list of keys stands for."""
    return len(argument) if isinstance(argument, list) else page_size(argument)
