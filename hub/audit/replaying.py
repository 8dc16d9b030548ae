"""Findings evaluated again as of the instant at which they were made: the same statement, the same bytes of evidence.

What the hub held true at an instant is never rewritten, an edition keeps its statement and its parameters, and the
evidence names neither today nor where somebody lives by now. So a finding that comes out otherwise rests on rows that
were tampered with, or that retention has erased since: it keeps the records of findings, but not every row beside them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hub.audit.editions import by_number
from hub.audit.statement import Sight
from hub.audit.touched import BEGINNING, forget, touch_persons
from hub.errors import InputError
from hub.store.sql import AsyncConnection, text

WANTED = text(
    "select f.finding_id, f.rule_id, f.subject, f.person_id, f.person_ids, f.card_id, f.proof, f.freshness,"
    " lower(f.recorded) as at from finding f where f.finding_id = any(:ids) order by f.finding_id"
)


@dataclass(frozen=True)
class Replayed:
    """A finding as it comes out today.

    Args:
        finding: Its number.
        same: Evidence and freshness are equal to the last byte.
        proof: The evidence; None: nothing is found of its subject.
    """

    finding: int
    same: bool
    proof: str | None


async def replay(connection: AsyncConnection, findings: Sequence[int]) -> list[Replayed]:
    """Evaluates findings again, each at its instant; writes nothing.

    Raises:
        InputError: `unknown_finding`.
    """
    rows = (await connection.execute(WANTED, {"ids": list(findings)})).all()
    if missing := sorted(set(findings) - {row.finding_id for row in rows}):
        raise InputError("unknown_finding", f"no such finding: {', '.join(map(str, missing))}")
    told = []
    for row in rows:
        edition = await by_number(connection, row.rule_id)
        if edition is None:
            raise InputError("unknown_rule", f"finding {row.finding_id} names an edition that is not kept")
        cards = [] if row.card_id is None else [row.card_id]
        await forget(connection)
        await touch_persons(connection, row.person_ids, cards, BEGINNING)
        sight = Sight(known=True, touched=True)
        statement = f"select s.proof, s.freshness from ({sight.fill(edition.template, edition.parameters)}) s"
        found = await connection.execute(
            text(f"{statement} where s.subject = :subject"),
            {
                "parameters": json.dumps(dict(edition.parameters)),
                "at": row.at,
                "known": row.at,
                "subject": row.subject,
            },
        )
        again = found.one_or_none()
        same = again is not None and (again.proof, again.freshness) == (row.proof, row.freshness)
        told.append(Replayed(row.finding_id, same, again.proof if again else None))
    return told
