"""Versions: what a list that comes again changes, and what it leaves alone."""

from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.ingest.builders import Desk, Row, month, nik, refused, said

ENTRIES = "select record_key, occurrence, version, upper_inf(recorded) from source_record order by 1, 2, 3"
OPEN = """
    select s.record_key, s.payload, p.name, p.nik, e.valid::text, b.status
    from source_record s
    join claim_person c on c.record_id = s.id
    join person_state p on p.person_id = c.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    left join enrollment e on e.person_id = p.person_id and upper_inf(e.recorded) and e.record_id = s.id
    left join benefit b on b.person_id = p.person_id and upper_inf(b.recorded) and b.record_id = s.id
    where upper_inf(s.recorded) order by 1, 2
"""
BUDI, SITI = said("1", "BUDI SANTOSO", nik(1)), said("2", "SITI AMINAH", nik(2))
MOVED = said("1", "BUDI SANTOSO", nik(1), rt="2")
EVERY_TABLE = (
    "source_record",
    "claim_person",
    "person_state",
    "membership",
    "household_member",
    "edge",
    "person",
)


async def everything(desk: Desk) -> list[list[tuple[object, ...]]]:
    """Every row of the tables that a run writes, with the place where each is stored."""
    return [await desk.rows(f"select ctid::text, * from {table} order by 1") for table in EVERY_TABLE]


async def test_the_same_content_writes_nothing(desk: Desk) -> None:
    first = await desk.absorb("dukcapil", [BUDI, SITI])
    before = await everything(desk)
    again = await desk.absorb("dukcapil", [SITI, BUDI], "2026-08-01")
    assert (first["stored"], again["unchanged"], again["stored"], again["persons"]) == (2, 2, 0, 0)
    assert await everything(desk) == before


async def test_changed_content_is_the_next_version_and_closes_the_last_at_the_same_instant(
    desk: Desk,
) -> None:
    await desk.absorb("dukcapil", [BUDI, SITI])
    counts = await desk.absorb("dukcapil", [MOVED, SITI], "2026-08-01")
    assert (counts["stored"], counts["unchanged"], counts["closed"]) == (1, 1, 0)
    assert await desk.rows(ENTRIES) == [("1", 1, 1, False), ("1", 1, 2, True), ("2", 1, 1, True)]
    seam = """
        select a.entry_id = b.entry_id and upper(a.recorded) = lower(b.recorded)
        from source_record a join source_record b on b.record_key = a.record_key and b.version = a.version + 1
    """
    assert await desk.column(seam) == [True]


async def test_what_vanished_from_a_full_list_is_closed_and_reported_apart(desk: Desk) -> None:
    await desk.absorb("dukcapil", [BUDI, SITI])
    counts = await desk.absorb("dukcapil", [SITI], "2026-08-01")
    assert (counts["closed"], counts["unchanged"], counts["stored"]) == (1, 1, 0)
    assert await desk.rows(ENTRIES) == [("1", 1, 1, False), ("2", 1, 1, True)]


async def test_nothing_closes_when_the_list_was_not_full(desk: Desk) -> None:
    await desk.absorb("dukcapil", [BUDI, SITI])
    counts = await desk.absorb("dukcapil", [SITI], full_list=False)
    assert (
        counts["closed"],
        await desk.column("select count(*) from source_record where upper_inf(recorded)"),
    ) == (
        0,
        [2],
    )


async def test_closing_never_crosses_scopes(desk: Desk) -> None:
    october = [said(f"10|{n}", "BUDI", nik(n), scope="2026-10") for n in (1, 2)]
    november = [said("11|1", "BUDI", nik(1), scope="2026-11")]
    await desk.absorb("bpnt", october)
    assert (await desk.absorb("bpnt", november))["closed"] == 0
    assert (await desk.absorb("bpnt", [october[0], *november]))["closed"] == 1
    assert [key for key, *_, is_open in await desk.rows(ENTRIES) if is_open] == ["10|1", "11|1"]


async def test_a_record_that_returns_is_the_next_version_of_its_entry(desk: Desk) -> None:
    for rows in ([BUDI, SITI], [SITI], [BUDI, SITI]):
        await desk.absorb("dukcapil", rows)
    assert await desk.rows(ENTRIES) == [("1", 1, 1, False), ("1", 1, 2, True), ("2", 1, 1, True)]
    assert await desk.column("select count(distinct entry_id) from source_record") == [2]
    assert await desk.column("select count(*) from cluster_member") == [2]


async def test_rows_that_share_a_key_and_differ_are_kept_apart(desk: Desk) -> None:
    counts = await desk.absorb("dukcapil", [BUDI, MOVED, SITI])
    assert (counts["stored"], counts["conflicting"]) == (3, 1)
    assert await desk.rows(ENTRIES) == [("1", 1, 1, True), ("1", 2, 1, True), ("2", 1, 1, True)]


async def test_identical_repeats_count_as_unchanged(desk: Desk) -> None:
    first = await desk.absorb("dukcapil", [BUDI, BUDI, SITI, BUDI])
    again = await desk.absorb("dukcapil", [BUDI, SITI, SITI])
    assert (first["stored"], first["unchanged"]) == (2, 2)
    assert (again["stored"], again["unchanged"], again["closed"]) == (0, 3, 0)


async def test_a_refused_row_is_kept_once_and_closed_when_it_is_sent_no_more(desk: Desk) -> None:
    first = await desk.absorb("dukcapil", [BUDI, refused("x"), refused("y")])
    again = await desk.absorb("dukcapil", [BUDI, refused("x"), refused("y")])
    await desk.absorb("dukcapil", [BUDI, refused("y")])
    assert (first["quarantined"], again["quarantined"], again["unchanged"]) == (2, 2, 1)
    assert await desk.rows("select upper_inf(recorded), reasons from quarantine order by 1") == [
        (False, ["NIK_INVALID"]),
        (True, ["NIK_INVALID"]),
    ]


async def test_a_record_whose_new_row_is_refused_is_closed(desk: Desk) -> None:
    await desk.absorb("dukcapil", [BUDI, SITI])
    counts = await desk.absorb("dukcapil", [refused("1"), SITI])
    assert (counts["quarantined"], counts["closed"]) == (1, 1)


def _row(key: int, version: int, period: int) -> Row:
    if version == 0:
        return refused(f"{period}|{key}", scope=month(period))
    named = said(f"{period}|{key}", "BUDI SANTOSO", nik(key), rt=str(version), scope=month(period))
    return named.enrolled("BPNT", month(period)).paid("BPNT", month(period))


LISTS = st.lists(
    st.builds(_row, key=st.integers(1, 3), version=st.integers(0, 3), period=st.integers(1, 2)),
    min_size=1,
    max_size=7,
)
SLOW = settings(
    max_examples=3,
    phases=[Phase.generate],  # Each example is several runs of the whole fold: shrinking would take minutes.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def outcome(desk: Desk) -> list[tuple[object, ...]]:
    """What is open now, apart from numbers that the hub gives."""
    return await desk.rows(OPEN)


@SLOW
@given(rows=LISTS, shuffled=st.data())
async def test_the_order_of_rows_and_repeats_decide_nothing(
    desk: Desk, rows: list[Row], shuffled: st.DataObject
) -> None:
    await desk.restart()
    before = await desk.absorb("bpnt", rows)
    expected = await outcome(desk), await desk.rows(ENTRIES)
    await desk.restart()
    again = [*rows, *shuffled.draw(st.lists(st.sampled_from(rows), max_size=3))]
    after = await desk.absorb("bpnt", shuffled.draw(st.permutations(again)))
    assert (await outcome(desk), await desk.rows(ENTRIES)) == expected
    assert after["stored"] == before["stored"]


@SLOW
@given(lists=st.lists(LISTS, min_size=2, max_size=3))
async def test_any_sequence_of_full_lists_ends_like_a_clean_load_of_the_last(
    desk: Desk, lists: list[list[Row]]
) -> None:
    both = [refused("1|x", scope=month(1)), refused("2|x", scope=month(2))]
    await desk.restart()
    for rows in lists:
        await desk.absorb("bpnt", [*rows, *both])
    reached = Counter(await outcome(desk))
    await desk.restart()
    await desk.absorb("bpnt", [*lists[-1], *both])
    assert reached == Counter(await outcome(desk))
