"""The check of recorded intervals finds what it is there to find."""

import pytest

from hub.errors import FatalError
from hub.graph.checks import Fault, faults
from hub.store.sql import text
from tests.graph.attribute_sets import SMALL_SET, told
from tests.ingest.builders import Desk, kk, month, nik, said

TWICE = "insert into {0} select * from {0}"
SHORT = "update {} set recorded = tstzrange(lower(recorded), lower(recorded) + interval '1 hour')"


async def _filled(desk: Desk) -> None:
    row = (
        said("1", "ALI", nik(1), kk=kk(1))
        .enrolled("BPNT", month(1))
        .paid("BPNT", month(1))
        .status("pmks", "1")
        .also("score", register="dtsen", unit="person", edition="1", valid="(,)")
        .also("dwelling", scheme="idbdt", number="1", valid="(,)")
        .also("group", kind="kube", number="1", role_in_group="chair", valid="(,)")
        .also("institution", kind="LKS", number="1", name="PANTI", valid="(,)")
        .also("observation", dataset="d", measure="m", unit="orang", dimensions="{}", valid="(,)")
    )
    desk.attributes = SMALL_SET
    row = told(told(row, None, penyakit=1), None, "family", kk(1), luas=1)
    await desk.absorb("bpnt", [row])


TOLD_OF = (
    "score", "person_attributes", "family_attributes", "social_group", "group_member", "institution", "observation",
)  # fmt: skip


@pytest.mark.parametrize("table", ["person_state", "membership", "benefit", "status", *TOLD_OF])
async def test_two_states_of_one_thing_at_one_time_are_an_overlap(desk: Desk, table: str) -> None:
    await _filled(desk)
    await desk.connection.execute(text(TWICE.format(table)))
    assert await faults(desk.connection) == [Fault(table, "overlap", 1)]


async def test_a_person_twice_in_one_household_is_an_overlap_where_he_lives_and_where_he_was_surveyed(
    desk: Desk,
) -> None:
    await _filled(desk)
    await desk.connection.execute(text(TWICE.format("household_member")))
    assert await faults(desk.connection) == [Fault("household_member", "overlap", 1)] * 2


async def test_living_in_one_household_and_being_surveyed_in_another_is_no_overlap(desk: Desk) -> None:
    await _filled(desk)
    assert await desk.column("select count(*) from household_member") == [2]
    assert await faults(desk.connection) == []


async def test_a_person_closed_without_a_successor_is_a_hole(desk: Desk) -> None:
    await _filled(desk)
    await desk.connection.execute(text(SHORT.format("person_state")))
    assert await faults(desk.connection) == [Fault("person_state", "hole", 1)]


async def test_a_payment_may_be_closed_without_a_successor(desk: Desk) -> None:
    await _filled(desk)
    await desk.connection.execute(text(SHORT.format("benefit")))
    assert await faults(desk.connection) == []


async def test_a_row_that_held_for_no_moment_is_a_fault(desk: Desk) -> None:
    await _filled(desk)
    await desk.connection.execute(text("update membership set recorded = 'empty'"))
    assert await faults(desk.connection) == [Fault("membership", "backward", 1)]


@pytest.mark.parametrize("table", ["household_member", "status", "benefit"])
async def test_a_run_that_would_leave_two_states_for_one_day_is_stopped(desk: Desk, table: str) -> None:
    await _filled(desk)
    await desk.connection.execute(text(TWICE.format(table)))
    row = said("2", "ALI", nik(1), kk=kk(1)).status("pmks", "2").paid("PKH", month(2))
    with pytest.raises(FatalError, match=table) as stopped:
        await desk.absorb("pkh", [row])
    assert stopped.value.code == "overlapping_states"


async def test_a_run_looks_at_whom_it_touched_alone(desk: Desk) -> None:
    await _filled(desk)
    await desk.connection.execute(text(TWICE.format("status")))
    with pytest.raises(AssertionError):  # the desk itself looks at everybody
        await desk.absorb("pkh", [said("2", "BUDI", nik(2), kk=kk(2)).status("pmks", "1")])
