"""Findings as they appear: each audit that opened some, in pages behind a cursor."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows
from hub.compiler.needs import Need
from hub.schema.declaring import declared, expression
from hub.schema.findings import Finding
from hub.schema.paging import inside
from hub.schema.scoping import EXCLUSION
from hub.schema.watermark import opaque

SIZE = 100
"""Findings in one event."""
# Numbers of findings ascend with the audits that opened them, and no two audits run at once; who comes without a cursor
# begins behind the last that he sees.
APPEARED = Rows(
    "(select p.after_id, coalesce(max(n.id), p.after_id) as last_id, count(n.id) as count,"
    " coalesce(array_agg(n.id) filter (where n.id is not null), '{{}}') as ids"
    " from (select coalesce(({arg[*.run_position]})[1],"
    " (select max(f.finding_id) from hub.finding f), 0) as after_id) p"
    " left join lateral (select f.finding_id as id from hub.finding f where f.finding_id > p.after_id"
    f" and upper_inf(f.recorded) and {inside('f.home_area_key')}"
    " and ({arg[rule]} is null or f.rule = {arg[rule]})"
    f" order by f.finding_id limit {SIZE}) n on true group by p.after_id)"
)
_NEXT = opaque("json_build_array({t}.last_id)")
APPEARED_BESIDE = {
    "next$": _NEXT,
    "more$": f"{{t}}.count = {SIZE}",
    "empty$": "{t}.count = 0",
    "mark$": "null::text",
}


@strawberry.type(description="Temuan yang baru. / Findings that have appeared.")
class FindingsAppeared:
    """Findings that an audit opened: of a new subject, or of other evidence; those that ended since are left out."""

    needs: ClassVar[Need] = EXCLUSION
    rows: ClassVar[Rows] = APPEARED

    findings: list[Finding] = declared(
        Relation(Arity.MANY, "{t}.finding_id = any({p}.ids)", order=[Key("{t}.finding_id")], size=20),
        "Temuannya, paling banyak 100. / The findings, 100 at most.",
    )
    next: str = expression(
        _NEXT, "Kursor buram untuk melanjutkan dari sini. / Opaque cursor by which to go on from here."
    )
