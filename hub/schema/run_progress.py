"""How far the runs are: each by itself, from its first row to its end."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Rows, one
from hub.schema.declaring import column, declared, expression
from hub.schema.reference import Run
from hub.schema.watermark import opaque
from hub.schema.words import RunStage, RunStatus

_OF_SOURCE = (
    "({arg[source]} is null or n.source_id = (select s.id from hub.source s where s.code = {arg[source]}))"
)
#: The first run behind the position; without one the newest, so that who comes hears of what is under way.
RUNS = Rows(
    "(select n.id, n.status, n.status <> 'running' as done, case when n.status = 'running' then p.stage end as stage,"
    " case when n.status = 'running' then greatest(p.rows, n.rows_in) else n.rows_in end as rows,"
    " case when n.status = 'running' then greatest(p.refused, n.quarantined) else n.quarantined end as refused"
    " from hub.run n left join hub.run_progress p on p.run_id = n.id"
    " where n.id > coalesce(({arg[*.run_position]})[1],"
    f" (select max(n.id) - 1 from hub.run n where {_OF_SOURCE}), 0) and {_OF_SOURCE} order by n.id limit 1)"
)
_NEXT = opaque("json_build_array({t}.id - case when {t}.done then 0 else 1 end)")
RUN_BESIDE = {
    "next$": _NEXT,
    "more$": "{t}.done",
    "empty$": "false",
    "mark$": "concat_ws(':', {t}.id, {t}.status, {t}.stage, {t}.rows, {t}.refused)",
}


@strawberry.type(description="Kemajuan satu tarikan. / How far one run is.")
class RunProgress:
    """How far one run is."""

    rows: ClassVar[Rows] = RUNS

    run: Run = declared(one("{t}.id = {p}.id"), "Tarikannya. / The run.")
    state: RunStatus = column("status", "Keadaannya. / Its state.")
    stage: RunStage | None = column(
        "stage", "Tahapnya; null: sudah berakhir. / Stage it is in; null: it has ended, or tells nothing yet."
    )
    received: int = column("rows", "Baris diterima sejauh ini. / Rows received so far.")
    refused: int = column("refused", "Di antaranya dikarantina. / Of these refused, with reasons.")
    done: bool = column("done", "true: sudah berakhir. / true: it has ended.")
    next: str = expression(
        _NEXT, "Kursor buram untuk melanjutkan dari sini. / Opaque cursor by which to go on from here."
    )
