"""Enrollments: periods put together, and what ends them."""

from typing import Any

from tests.ingest.builders import KEDUNG, PECANGAAN, Desk, Row, days, month, nik, quarter, said

SPANS = """
    select c.name, coalesce(k.code, '-'), e.valid::text from enrollment e
    join person_state c on c.person_id = e.person_id and upper_inf(c.recorded)
         and (upper_inf(c.valid) or not exists (select from person_state o where o.person_id = c.person_id
              and upper_inf(o.recorded) and upper_inf(o.valid)))
    left join component k on k.id = e.component_id
    where upper_inf(e.recorded) order by 1, 2, lower(e.valid) nulls first
"""
NAMES = ("", "ALI", "BUDI", "TINI")


def listed(person: int, of: int, area: int = KEDUNG, **stated: Any) -> Row:
    """A person on the BPNT list of a month of 2026."""
    named = said(f"{of}|{person}", NAMES[person], nik(person), scope=month(of), area=area)
    return named.enrolled("BPNT", month(of), **stated)


async def spans(desk: Desk) -> list[tuple[Any, ...]]:
    """Name, component and days of every enrollment held true now."""
    return await desk.rows(SPANS)


async def test_periods_that_touch_are_one_enrollment_held_open_by_the_last_list(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, number) for number in (3, 1, 2)])
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)")]


async def test_a_gap_splits_the_enrollment(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(1, 3), listed(2, 2)])
    assert await spans(desk) == [
        ("ALI", "-", "[2026-01-01,2026-02-01)"),
        ("ALI", "-", "[2026-03-01,)"),
        ("BUDI", "-", "[2026-02-01,2026-03-01)"),
    ]


async def test_who_is_left_out_of_the_next_list_left_at_the_end_of_his_last_period(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(2, 1)])
    assert [valid for *_, valid in await spans(desk)] == ["[2026-01-01,)"] * 2
    await desk.absorb("bpnt", [listed(1, 2)], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)"), ("BUDI", "-", "[2026-01-01,2026-02-01)")]


async def test_an_enrollment_keeps_its_number_while_it_grows(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 2)])
    before = await desk.column("select uid from enrollment")
    await desk.absorb("bpnt", [listed(1, 1), listed(1, 3)], "2026-08-01")
    assert await desk.column("select distinct uid from enrollment") == before
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)")]


async def test_an_enrollment_that_falls_apart_gives_its_number_to_its_first_part(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, number) for number in (1, 2, 3)] + [listed(2, 2)])
    (before,) = await desk.column(
        "select enrollment_id from enrollment where lower(valid) = date '2026-01-01'"
    )
    await desk.absorb("bpnt", [listed(2, 2)])
    first = "select enrollment_id from enrollment where upper_inf(recorded) and valid @> date '2026-01-05'"
    assert await desk.column(first) == [before]
    assert [valid for name, _, valid in await spans(desk) if name == "ALI"] == [
        "[2026-01-01,2026-02-01)",
        "[2026-03-01,)",
    ]


async def test_the_list_of_another_kecamatan_ends_nothing(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(2, 1, PECANGAAN)])
    await desk.absorb("bpnt", [listed(2, 2, PECANGAAN)], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)"), ("BUDI", "-", "[2026-01-01,)")]


async def test_who_moved_is_judged_by_the_list_he_stands_on_last(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(1, 2, PECANGAAN), listed(2, 1)])
    await desk.absorb("bpnt", [listed(2, 3)], "2026-08-01")
    assert ("ALI", "-", "[2026-01-01,)") in await spans(desk)
    await desk.absorb("bpnt", [listed(3, 3, PECANGAAN)], "2026-09-01")
    assert ("ALI", "-", "[2026-01-01,2026-03-01)") in await spans(desk)


async def test_who_was_away_and_is_listed_elsewhere_is_held_enrolled_once(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(1, 4, PECANGAAN)])
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,2026-02-01)"), ("ALI", "-", "[2026-04-01,)")]


async def test_a_new_component_ends_the_old_one_when_its_list_has_gone_on(desk: Desk) -> None:
    def pupil(number: int, component: str, area: int = KEDUNG) -> Row:
        named = said(f"{number}|{component}", "ALI", nik(1), scope=quarter(number), area=area)
        return named.enrolled("PKH", quarter(number), component)

    await desk.absorb("pkh", [pupil(1, "sd")])
    await desk.absorb("pkh", [pupil(2, "smp", PECANGAAN)], "2026-08-01")
    assert await spans(desk) == [("ALI", "sd", "[2026-01-01,)"), ("ALI", "smp", "[2026-04-01,)")]
    other = said("x", "BUDI", nik(2), scope=quarter(2)).enrolled("PKH", quarter(2), "lansia")
    await desk.absorb("pkh", [other, pupil(2, "smp", PECANGAAN)], "2026-09-01")
    assert (await spans(desk))[0] == ("ALI", "sd", "[2026-01-01,2026-04-01)")


async def test_a_period_listed_by_mistake_ends_nothing_for_good(desk: Desk) -> None:
    wrong = said("w", "TINI", nik(3), scope="w").enrolled("BPNT", days("2062-10-01", "2062-11-01"))
    right = said("w", "TINI", nik(3), scope="w").enrolled("BPNT", month(1))
    await desk.absorb("bpnt", [listed(1, 1), wrong])
    assert ("ALI", "-", "[2026-01-01,2026-02-01)") in await spans(desk)
    await desk.absorb("bpnt", [listed(1, 1), right], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)"), ("TINI", "-", "[2026-01-01,)")]


async def test_a_row_taken_out_of_its_period_takes_the_period_out(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1), listed(2, 1), listed(1, 2), listed(2, 2)])
    await desk.absorb("bpnt", [listed(1, 1), listed(1, 2), listed(2, 2)], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-01-01,)"), ("BUDI", "-", "[2026-02-01,)")]


async def test_who_vanished_from_a_list_without_periods_left_on_the_day_it_was_seen(desk: Desk) -> None:
    stay, leave = (said(str(n), NAMES[n], nik(n)).enrolled("PIP", days("2026-01-15")) for n in (1, 2))
    await desk.absorb("kip", [stay, leave])
    await desk.absorb("kip", [stay], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-01-15,)"), ("BUDI", "-", "[2026-01-15,2026-08-01)")]


async def test_what_was_withdrawn_before_it_began_never_was(desk: Desk) -> None:
    stay, leave = (said(str(n), NAMES[n], nik(n)).enrolled("PIP", days("2026-09-01")) for n in (1, 2))
    await desk.absorb("kip", [stay, leave])
    await desk.absorb("kip", [stay], "2026-08-01")
    assert await spans(desk) == [("ALI", "-", "[2026-09-01,)")]


async def test_an_enrollment_since_ever_takes_later_periods_in(desk: Desk) -> None:
    ever = said("1", "ALI", nik(1)).enrolled("PIP", "(,)", number="7")
    later = said("2", "ALI", nik(1)).enrolled("PIP", month(5))
    await desk.absorb("kip", [later, ever])
    assert await spans(desk) == [("ALI", "-", "(,)")]


async def test_each_source_and_program_has_enrollments_of_its_own(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1).enrolled("BST", month(1))])
    await desk.absorb("blt_dd", [said("b", "ALI", nik(1), scope=month(2)).enrolled("BLT-DD", month(2))])
    assert len(await spans(desk)) == 3


async def test_the_latest_period_says_role_number_and_status(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed(1, 1, number="A"), listed(1, 2, number="B", role_in_program="holder")])
    assert await desk.now("enrollment", "role, number, status") == [("holder", "B", "active")]
