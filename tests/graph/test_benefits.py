"""Benefits: what was due or stated, and the log of what became of it."""

from typing import Any

import pytest

from tests.ingest.builders import Desk, Row, days, month, nik, quarter, said

AMOUNTS = "amount_idr, amount_basis"


def listed(program: str, period: str, component: str | None = None, **stated: Any) -> Row:
    """One person's benefit for a period."""
    named = said("1", "ALI", nik(1), scope=period).enrolled(program, period, component)
    return named.paid(program, period, component=component, **stated)


@pytest.mark.parametrize(
    ("program", "component", "period", "amount"),
    [
        ("PKH", "sd", quarter(1), 225_000),
        ("PKH", "lansia", quarter(4), 600_000),
        ("PKH", "sd", month(1), 75_000),
        ("BPNT", None, month(1), 200_000),
        ("BPNT", None, days("2026-01-01", "2026-04-01"), 600_000),
        ("BPNT", None, month(1, 2018), 110_000),
        ("BPNT", None, days("2026-01-01"), None),
        ("PKH", "korban_pelanggaran_ham_berat", quarter(1, 1999), None),
    ],
    ids=[
        "quarter",
        "last-quarter",
        "third",
        "month",
        "bundle",
        "earlier-decree",
        "endless",
        "before-any-decree",
    ],
)
async def test_an_amount_that_is_not_stated_is_the_program_s_for_the_period(
    desk: Desk, program: str, component: str | None, period: str, amount: int | None
) -> None:
    await desk.absorb("pkh", [listed(program, period, component)])
    assert await desk.now("benefit", AMOUNTS) == [(amount, "table" if amount else None)]


async def test_a_stated_amount_counts_before_the_table(desk: Desk) -> None:
    await desk.absorb("pkh", [listed("PKH", quarter(1), "sd", amount_idr=150_000)])
    assert await desk.now("benefit", AMOUNTS) == [(150_000, "stated")]


async def test_goods_have_no_amount_from_the_table(desk: Desk) -> None:
    await desk.absorb("bpnt", [listed("BPNT", month(1), kind="goods", quantity=10.0, unit="kg")])
    assert await desk.now("benefit", f"{AMOUNTS}, quantity::int, unit") == [(None, None, 10, "kg")]


async def test_stages_of_one_payment_are_events_of_one_benefit(desk: Desk) -> None:
    stages = [("spm", "2026-01-05"), ("sp2d", "2026-01-09"), ("paid", "2026-01-20")]
    for at, (event, day) in enumerate(stages):
        row = listed("PKH", quarter(1), "sd", event=event, event_on=day)
        await desk.absorb("pkh", [row], f"2026-02-0{at + 1}")
    assert await desk.column("select count(distinct benefit_id) from benefit") == [1]
    assert await desk.now("benefit", "status, paid_on::text") == [("paid", "2026-01-20")]
    assert await desk.now("benefit_event", "event, happened_on::text", "2") == stages


async def test_a_benefit_belongs_to_the_enrollment_of_its_period(desk: Desk) -> None:
    rows = [
        said(str(number), "ALI", nik(1), scope=month(number))
        .enrolled("BPNT", month(number))
        .paid("BPNT", month(number))
        for number in (1, 2, 5)
    ]
    await desk.absorb("bpnt", [*rows, said("x", "BUDI", nik(2), scope="x").enrolled("BPNT", month(3))])
    joined = """
        select e.valid @> lower(b.period) from benefit b join enrollment e using (enrollment_id)
        where upper_inf(b.recorded) and upper_inf(e.recorded)
    """
    assert await desk.column(joined) == [True, True, True]


async def test_a_payment_without_an_enrollment_stands_alone(desk: Desk) -> None:
    await desk.absorb("bpnt", [said("1", "ALI", nik(1)).paid("BPNT", month(1))])
    assert await desk.now("benefit", "enrollment_id, status") == [(None, "paid")]


async def test_a_payment_that_is_listed_no_more_is_closed_with_its_log(desk: Desk) -> None:
    other = said("2", "BUDI", nik(2), scope=month(1)).paid("BPNT", month(1))
    await desk.absorb("bpnt", [listed("BPNT", month(1)), other])
    await desk.absorb("bpnt", [other], "2026-08-01")
    assert [len(await desk.now(table, "person_id, 1")) for table in ("benefit", "benefit_event")] == [1, 1]
