"""The roots over what was received: source records, rows that were refused, statements."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Choice, Key, Order, Relation, Rows
from hub.schema.declaring import argument, declared
from hub.schema.filtering import filtered
from hub.schema.filters.records import RecordFilter
from hub.schema.filters.statements import StatementFilter
from hub.schema.ordering import order_by
from hub.schema.paging import MOMENT, PAGE, Connection
from hub.schema.received import Refusal
from hub.schema.records import Record
from hub.schema.scoping import IDENTITY, PROVENANCE
from hub.schema.statements import EVERYWHERE, Statement


@strawberry.enum(description="Urutan rekaman sumber. / Orders of source records.")
class RecordSort(Choice):
    """What source records are ordered by."""

    RECORDED = strawberry.enum_value("RECORDED", description="Waktu dicatat. / When they were recorded.")
    KEY = strawberry.enum_value("KEY", description="Sumber dan kunci. / Source and key.")
    AREA = strawberry.enum_value("AREA", description="Wilayah menurut rekaman. / Area as listed.")


_ID = Key("{t}.id")
RECORDS = {
    "RECORDED": Order((_ID,)),
    "KEY": Order(
        (Key("{t}.source_id"), Key("{t}.record_key", "text"), Key("{t}.occurrence"), Key("{t}.version")),
        need=PROVENANCE + IDENTITY,
    ),
    "AREA": Order((Key("{t}.event_area_key"), _ID)),
}
"""Ids of records ascend with the instants of recording."""
VERSIONS = Rows(
    "(select r.* from hub.source_record r where case when {arg[ended]}"
    " then {known} is null or lower(r.recorded) <= {known} else {recorded[r]} end)"
)
"""The versions that stand; with the argument `ended` those too that stand no more."""
REFUSALS = Rows(
    "(select q.* from hub.quarantine q where case when {arg[ended]}"
    " then {known} is null or lower(q.recorded) <= {known} else {recorded[q]} end)"
)
ENDED = argument(
    "ended",
    bool | None,
    "true: juga yang tidak berlaku lagi. / true: those too that stand no more.",
)


@strawberry.type(description="Yang diterima hub. / What the hub has received.")
class RecordQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    records: Connection[Record] = declared(
        Relation(Arity.CONNECTION, rows=VERSIONS, order=RECORDS["RECORDED"].keys, orders=RECORDS, large=True),
        "Rekaman sumber yang berlaku, menurut waktu dicatat. / Source records that stand, as they were recorded.",
        [filtered(RecordFilter), order_by(RecordSort), ENDED, *PAGE, *MOMENT],
    )
    refusals: Connection[Refusal] = declared(
        Relation(
            Arity.CONNECTION,
            rows=REFUSALS,
            order=[_ID],
            when={
                "source": "{t}.source_id = (select s.id from hub.source s where s.code = {arg[source]})",
                "reason": "{arg[reason]} = any({t}.reasons)",
            },
        ),
        "Baris yang ditolak dan menunggu. / Rows that were refused and wait, as they were refused.",
        [
            argument("source", str | None, "Hanya sumber ini. / Of this source only."),
            argument("reason", str | None, "Hanya alasan ini. / For this reason only, by its code."),
            ENDED,
            *PAGE,
            *MOMENT,
        ],
    )
    statements: Connection[Statement] = declared(
        EVERYWHERE,
        "Siapa menyatakan apa tentang siapa. / Who stated what of whom, in order of where they live.",
        [filtered(StatementFilter), *PAGE, *MOMENT],
    )
