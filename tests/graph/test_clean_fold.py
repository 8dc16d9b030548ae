"""What surveys and social services say: any sequence of runs ends where one fold of everything does."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.domain.clock import day_of
from hub.graph.fold import fold_run
from hub.graph.timeline import Fold
from hub.store.script import Script
from hub.store.sql import text
from hub.store.tables import metadata
from tests.graph.attribute_sets import SMALL_SET, adult, told
from tests.ingest.builders import Desk, Row, days, kk, nik

FOLDED = {
    "score": "true", "person_attributes": "true", "family_attributes": "true", "social_group": "true",
    "group_member": "true", "institution": "true", "observation": "true", "household_member": "scheme is not null",
}  # fmt: skip
SINCE = ("2015-10-01", "2022-10-01", "2025-01-01")
STAGE = (
    "create temp table stage_link as select id as person_id from person",
    """create temp table stage_version as
       select id as record_id, entry_id, version, cast(null as bigint) as replaces from source_record""",
    "create temp table stage_closing (record_id bigint)",
    "create temp table stage_horizon_moved as select * from list_horizon",
)


def row(who: int, since: str, number: int, alone: bool) -> Row:
    """A row that says something of each kind; one that stands alone names nobody."""
    valid = days(since)
    base = Row(f"g{number}") if alone else adult(f"{who}|{since}", f"ORANG {'ABC'[who]}", nik(who + 1))
    said = (
        base.also(
            "group", kind="kube", number=str(number), valid=valid, role_in_group=None if alone else "member"
        )
        .also("institution", kind="LKS", number=str(number), name=f"PANTI {since}", valid=valid)
        .also(
            "observation",
            dataset="d",
            measure="m",
            unit="orang",
            dimensions="{}",
            value=float(who),
            valid=valid,
        )
    )
    if alone:
        return said
    ranked = said.also("score", register="r", unit="person", edition=since, desil=number, valid=valid)
    found = ranked.also("dwelling", scheme="idbdt", number=str(number), family_no="1", valid=valid)
    return told(told(found, since, penyakit=number), since, "family", kk(number), luas=who)


ROWS = st.lists(
    st.builds(
        row,
        who=st.integers(0, 2),
        since=st.sampled_from(SINCE),
        number=st.integers(1, 2),
        alone=st.booleans(),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.key,
)
RUNS = st.lists(st.tuples(st.sampled_from(["kip", "bpnt"]), ROWS), min_size=2, max_size=4)


async def held(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold true now, without when it was recorded."""
    found = {}
    for table, where in FOLDED.items():
        columns = [
            column.name for column in metadata.tables[f"hub.{table}"].columns if column.name != "recorded"
        ]
        query = (
            f"select {', '.join(f'{name}::text' for name in columns)} from {table} where upper_inf(recorded)"
        )
        found[table] = sorted(await desk.rows(f"{query} and {where}"), key=str)
    return found


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# Each example is several runs of the whole fold: shrinking would take minutes.
PHASES = [Phase.generate]


@settings(max_examples=3, phases=PHASES, suppress_health_check=SLOW)
@given(runs=RUNS)
async def test_any_sequence_of_runs_ends_like_one_fold_of_everything(
    desk: Desk, runs: list[tuple[str, list[Row]]]
) -> None:
    await check(desk, runs)


@pytest.mark.long
@settings(max_examples=60, phases=PHASES, suppress_health_check=SLOW)
@given(runs=RUNS)
async def test_each_of_many_sequences_of_runs_ends_like_one_fold_of_everything(
    desk: Desk, runs: list[tuple[str, list[Row]]]
) -> None:
    await check(desk, runs)


async def check(desk: Desk, runs: list[tuple[str, list[Row]]]) -> None:
    """Absorbs the runs, then folds everything anew, and compares."""
    await desk.restart()
    desk.attributes = SMALL_SET
    for source, rows in runs:
        await desk.absorb(source, rows)
    reached = await held(desk)
    assert reached["social_group"]
    (last,) = await desk.column("select max(lower(recorded)) from source_record")
    emptied = last + timedelta(days=1)
    for table, where in FOLDED.items():
        close = f"update {table} set recorded = tstzrange(lower(recorded), :at) where upper_inf(recorded) and {where}"
        await desk.connection.execute(text(close), {"at": emptied})
    for statement in ("discard temp", *STAGE):
        await desk.connection.execute(text(statement))
    given = {"at": emptied + timedelta(days=1), "today": day_of(last)}
    await fold_run(Fold(Script(desk.connection, given)), {}, SMALL_SET)
    assert await held(desk) == reached
