"""What agencies say of a case of the audit, through the graph: events that are added and never changed."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

import strawberry

from hub.audit.cases import Said, say_within
from hub.compiler.declare import Rows, one
from hub.errors import InputError
from hub.schema.declaring import argument, declared
from hub.schema.findings import Case
from hub.schema.mutating import Act, Given, Work, key_of
from hub.schema.rights import KEY
from hub.schema.scalars import Rupiah
from hub.schema.words import CaseSaid

SEEN = "select from hub.audit_case c where c.uid = $2::uuid"
PURPOSES = frozenset({"pengawasan", "verivali", "penetapan"})


async def _say(work: Work, given: Given) -> str:
    """Adds the event in the act's transaction.

    Raises:
        InputError: `unknown_case`, also of one that the caller does not see; those of `say_within`.
    """
    uid = key_of(given, "case", "Case", UUID)
    if not await work.finds(SEEN, uid):
        raise InputError("unknown_case", "there is no such case")
    amount = given.get("amount")
    said = Said(
        given["event"],
        work.actor,
        work.caller.agency,
        given.get("registry"),
        None if amount is None else int(amount),
        given.get("reason"),
    )
    await say_within(work.connection, uid, said)
    return str(uid)


@strawberry.type(description="Tindakan atas kasus pemeriksaan. / Acts on cases of the audit.")
class CaseMutation:
    """What an auditor, and whoever verifies, says of a case."""

    rows: ClassVar[Rows | None] = None

    say_of_case: Case | None = declared(
        one("{t}.uid = {arg[ref$]}::uuid"),
        "Catat peristiwa kasus; tidak ada yang dihentikan karenanya. / Says what became of a case: seen, verified in"
        " the field, a registry was wrong, recovered, appealed, closed. Nothing is stopped by it. For clients with the"
        " role auditor.",
        [
            KEY,
            argument("case", strawberry.ID, "Kasusnya. / Global id of the case."),
            argument("event", CaseSaid, "Peristiwanya. / What happened."),
            argument(
                "registry",
                str | None,
                "registry_wrong: kode sumber yang keliru. / Code of the source that was wrong.",
            ),
            argument("amount", Rupiah | None, "recovered: rupiah yang kembali. / Whole rupiah recovered."),
            argument(
                "reason",
                str | None,
                "Alasan; wajib untuk closed dan appealed. / Why; closed and appealed need it.",
            ),
        ],
    )


ACTS: Mapping[str, Act] = {"sayOfCase": Act("auditor", PURPOSES, perform=_say)}
