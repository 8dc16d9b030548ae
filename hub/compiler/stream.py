"""Subscriptions: the plan of one yields its next event, and is run again from where that ended.

The root field of a subscription takes `after`, a cursor. Beside what the caller selects, its object carries values for
the server alone (`Relation.beside`), which are taken off again:

    next$    cursor behind this event; a caller who comes back with it misses nothing
    more$    more follows at once
    empty$   nothing has happened since the cursor
    mark$    what the event tells, as one text: an event that tells the same as the one before is not sent
"""

from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.access.ledger import Ledger, Line
from hub.compiler.engine import Prepared, Reads, line_of, read
from hub.compiler.needs import worded
from hub.errors import InputError, RefusedError


@dataclass
class Stream:
    """One subscription under way.

    Args:
        prepared: What is asked for.
        line: The line that its last event left.
    """

    prepared: Prepared
    _arguments: list[dict[str, Any]] = field(init=False)
    line: Line | None = None
    _mark: str | None = None

    def __post_init__(self) -> None:
        """It begins where the caller said.

        Raises:
            InputError: `one_event_source`, @skip or @include leave no field.
            RefusedError: `scope_missing`, the caller may not see its root.
        """
        if len(self.prepared.plan.order) != 1:
            raise InputError("one_event_source", "a subscription asks for exactly one field of the root")
        self._arguments = self.prepared.plan.arguments(self.prepared.variables)
        self._seen(self.prepared)

    def goes_on(self, prepared: Prepared) -> None:
        """Goes on by another plan of the same operation, where the caller has come to see more of it, or less."""
        if prepared.plan is not self.prepared.plan:
            self._seen(prepared)
            position = {name: self._arguments[0].get(name) for name in ("after", "since")}
            self.prepared, self._arguments = prepared, prepared.plan.arguments(prepared.variables)
            self._arguments[0] = self._arguments[0] | position

    def _seen(self, prepared: Prepared) -> None:
        """Passes a plan whose root the caller may see.

        Raises:
            RefusedError: `scope_missing`.
        """
        for refused in prepared.plan.refused:
            if len(refused.path) == 1:
                raise RefusedError(
                    "scope_missing",
                    f"these events need {worded(refused.scopes)}",
                    allowed_by=f"an approved agreement with {worded(refused.scopes)}",
                )

    async def event(
        self, reads: Reads, context: str, ledger: Ledger | None = None
    ) -> tuple[bytes | None, bool]:
        """The JSON of the `data` of the next event, or None where there is none, and whether more follows at once.

        Args:
            reads: Where it is read, by one statement.
            context: The caller's signed access context of now.
            ledger: Makes the line of what is told, where one is left.

        Raises:
            RefusedError: `context_refused`, the database did not let the caller in.
        """
        plan = self.prepared.plan
        self.line = await line_of(self.prepared, ledger)
        parameters = plan.parameters(self._arguments)
        data = orjson.loads(await read(plan, parameters, reads, context, self.line))
        root: dict[str, Any] | None = data[plan.order[0]]
        if root is None:
            return None, False
        after, more = root.pop("next$"), root.pop("more$")
        empty, mark = root.pop("empty$"), root.pop("mark$")
        # The root field is the first whose arguments are bound.
        self._arguments[0] = self._arguments[0] | {"after": after, "since": None}
        if empty or (mark is not None and mark == self._mark):
            return None, more
        self._mark = mark
        return orjson.dumps(data), more
