"""What one can be told of as it happens; each event is read when it is sent, under the access of that moment."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Relation, Rows
from hub.schema.appearing import APPEARED, APPEARED_BESIDE, FindingsAppeared
from hub.schema.change_kinds import OF_PERSONS
from hub.schema.changes import AFTER, FIRST, NEXT, TYPES, Changes, changes_of
from hub.schema.declaring import argument, declared
from hub.schema.paging import WILAYAH
from hub.schema.run_progress import RUN_BESIDE, RUNS, RunProgress

_PERSONS = "{arg[ids.person_ids]}"
_CHANGED = Relation(
    Arity.ONE,
    rows=changes_of(
        OF_PERSONS,
        "a.settled",
        f"case when {_PERSONS} is not null then array(select p.id from hub.person p where p.uid = any({_PERSONS})) end",
    ),
    beside={"next$": NEXT, "more$": "not {t}.last", "empty$": "{t}.count = 0", "mark$": "null::text"},
)


@strawberry.type(description="Yang dapat diikuti. / All that one can be told of as it happens.")
class Subscription:
    """The roots of subscriptions: each tells events in order, and goes on behind the cursor `after`."""

    rows: ClassVar[Rows | None] = None

    persons_changed: Changes = declared(
        _CHANGED,
        "Perubahan orang sejak kini, atau sesudah `after`. / Changes of persons from now on, or behind `after`.",
        [
            AFTER,
            FIRST,
            argument(
                "ids", list[strawberry.ID] | None, "Hanya orang ini. / Of these persons only; 500 at most."
            ),
            TYPES,
            WILAYAH,
        ],
    )
    findings_appeared: FindingsAppeared = declared(
        Relation(Arity.ONE, rows=APPEARED, beside=APPEARED_BESIDE),
        "Temuan baru sejak kini, atau sesudah `after`. / Findings that appear from now on, or behind `after`.",
        [
            argument(
                "after", str | None, "Sesudah kursor `next` ini. / After this cursor, a `next` of findings."
            ),
            argument("rule", str | None, "Hanya aturan ini. / Of this rule only."),
            WILAYAH,
        ],
    )
    run_progress: RunProgress = declared(
        Relation(Arity.ONE, rows=RUNS, beside=RUN_BESIDE),
        "Kemajuan tarikan, satu demi satu. / How far the runs are, one after another, beginning with the newest.",
        [
            argument("source", str | None, "Hanya sumber ini. / Of this source only."),
            argument(
                "after", str | None, "Sesudah kursor `next` ini. / After this cursor, a `next` of the runs."
            ),
        ],
    )
