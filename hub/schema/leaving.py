"""The lines that an export leaves in the ledger: one for each part, before its bytes go."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import orjson

from hub.access.gate import Admitted
from hub.access.ledger import Ledger, Line
from hub.compiler.engine import Reads
from hub.compiler.marks import marks_in, stripped
from hub.errors import RefusedError
from hub.schema.forms import lines


@dataclass(frozen=True)
class Leaving:
    """Leaves the lines of one export, one for each part, under one id.

    Args:
        ledger: Signs the receipt.
        line: Of the whole export.
        statement: Leaves the line of a part.
        context: Makes the signed access contexts of the caller.
        reads: Where the line is left.
    """

    ledger: Ledger
    line: Line
    statement: str
    context: Callable[[], str]
    reads: Reads

    async def part(self, marks: list[str]) -> None:
        """Leaves the line of a part; its bytes may go once this has come back.

        Raises:
            RefusedError: `context_refused`, `quota_spent`.
        """
        line = self.line
        given = [self.context(), marks, line.request, line.operation, line.asked]
        if await self.reads.text(self.statement, given) is None:
            raise RefusedError("context_refused", "the database did not accept the caller's context")


async def noted(
    batches: AsyncGenerator[list[bytes], None], left: Leaving | None
) -> AsyncGenerator[list[bytes], None]:
    """The batches without marks, each after its line is left; an export of nothing leaves one too.

    Args:
        batches: Rows as lines of JSON, in pieces.
        left: Leaves the lines; None: none are left, and there are no marks.
    """
    async with aclosing(batches):
        if left is None:
            async for batch in batches:
                yield batch
            return
        some = False
        async for rows in lines(batches):
            some = True
            await left.part([mark for row in rows for mark in marks_in(row)])
            yield [stripped(row) + b"\n" for row in rows]
        if not some:
            await left.part([])


def receipt_header(left: Leaving | None, admitted: Admitted) -> dict[str, str]:
    """`Hub-Receipt`: the signed proof of the lines that an export leaves."""
    if left is None:
        return {}
    return {"hub-receipt": orjson.dumps(left.ledger.receipt(left.line, admitted.caller)).decode()}
