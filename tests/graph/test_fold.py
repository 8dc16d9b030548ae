"""The fold as a whole: it changes nothing when repeated, and what was known before can still be read."""

from typing import Any

from hub.domain.clock import day_of
from hub.graph.fold import fold_run
from hub.graph.timeline import Fold
from hub.store.script import Script
from hub.store.sql import text
from tests.ingest.builders import PECANGAAN, Desk, Row, kk, month, nik, said

GOLDEN = (
    "person_state", "family_card", "membership", "household", "household_member", "enrollment", "benefit",
    "benefit_event", "status", "person", "cluster_member", "edge",
)  # fmt: skip
HOUSE = {"address": "JL. MELATI NO. 5", "rt": "1", "rw": "2"}


def couple(**more: Any) -> list[Row]:
    """A couple as the register has them."""
    ali = said("a", "ALI", nik(1), kk=kk(1), relation="1", vital="hidup", **HOUSE)
    return [ali, said("s", "SITI", nik(2), **({"kk": kk(1), "relation": "3"} | HOUSE | more))]


def lists(number: int) -> list[Row]:
    """A list of a month that pays both, one of them under a name that differs."""
    rows = [("1", "ALI", nik(1)), ("2", "SITI A", nik(2)), ("3", "DARMINI", nik(1))]
    return [
        said(f"{number}|{key}", name, each, scope=month(number), address="JL. LAMA")
        .enrolled("BPNT", month(number))
        .paid("BPNT", month(number))
        .status("pmks", key)
        for key, name, each in rows
    ]


async def story(desk: Desk) -> None:
    """Two lists and a register, then a split, a move and a month more."""
    await desk.absorb("bpnt", lists(6))
    await desk.absorb("dukcapil", couple())
    await desk.absorb("dukcapil", couple(kk=kk(2), area=PECANGAAN, since="2026-07-20"), "2026-08-01")
    await desk.absorb("bpnt", lists(7)[:2], "2026-08-02")


async def tables(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """All golden tables, with the place where each row is stored."""
    return {table: await desk.rows(f"select ctid::text, * from {table} order by 1") for table in GOLDEN}


async def test_a_repeated_fold_of_everybody_changes_nothing(desk: Desk) -> None:
    await story(desk)
    before = await tables(desk)
    assert all(before.values())
    (last,) = await desk.column("select max(lower(recorded)) from source_record")
    later = last.replace(month=12)
    await desk.connection.execute(text("discard temp"))
    await desk.connection.execute(text("create temp table stage_link as select id as person_id from person"))
    for empty in (
        "stage_closing (record_id bigint)",
        "stage_version (record_id bigint, entry_id bigint, version int, replaces bigint)",
    ):
        await desk.connection.execute(text(f"create temp table {empty}"))
    await desk.connection.execute(text("create temp table stage_horizon_moved as select * from list_horizon"))
    touched = await fold_run(Fold(Script(desk.connection, {"at": later, "today": day_of(later)})), {})
    assert touched == len(before["person"])
    assert await tables(desk) == before


async def test_what_was_known_before_the_second_run_can_still_be_read(desk: Desk) -> None:
    held = "select {} from {} where recorded @> cast(:then as timestamptz) order by 1, 2, 3"
    asked = {
        "person_state": "nik, rt, valid::text, no_kk",
        "membership": "person_id, card_id, valid::text",
        "household_member": "person_id, household_id, valid::text",
        "enrollment": "person_id, program_id, valid::text, status",
        "benefit": "person_id, status, period::text",
    }

    async def known() -> dict[str, list[tuple[Any, ...]]]:
        return {table: await desk.rows(held.format(told, table), then=then) for table, told in asked.items()}

    await desk.absorb("bpnt", lists(6))
    await desk.absorb("dukcapil", couple())
    (then,) = await desk.column("select max(lower(recorded)) + interval '1 hour' from source_record")
    before = await known()
    await desk.absorb("dukcapil", couple(kk=kk(2), rt="9", since="2026-07-20")[1:], "2026-08-01")
    await desk.absorb("bpnt", lists(7)[:1] + lists(6)[1:], "2026-08-02")
    assert await known() == before
    now = {table: await desk.now(table, told, "1, 2, 3") for table, told in asked.items()}
    assert [table for table in asked if now[table] == before[table]] == []


async def test_a_version_that_names_nobody_any_longer_keeps_its_person_as_last_known(desk: Desk) -> None:
    await desk.absorb("dukcapil_lookup", [said("a", "ALI", nik(1))], full_list=False)
    await desk.absorb("dukcapil_lookup", [Row("a")], "2026-08-01", full_list=False)
    assert await desk.now("person_state", "nik, valid::text") == [(nik(1), "(,)")]
