"""Counts of combinations: after a sync those touched are enough, and what is counted is what a count by hand finds."""

from datetime import date

import pytest

from hub.audit.overlaps import quarter_of
from tests.audit.builders import audited
from tests.sync_builders import Hub, new_hub

PERSONS = "select kind, quarter, person_id, card_id, codes, program_ids, person_ids, amount_idr, desil, home_area_key"
HELD = f"{PERSONS} from overlap_person order by kind, quarter, person_id"
CELLS = """
    select kind, unit, quarter, desil, codes, program_ids, units, amount_idr, home_area_key from overlap_cell
    order by kind, unit, quarter, home_area_key, desil, codes, program_ids
"""
BY_HAND = """
    select r.kind, 'person', r.quarter, r.desil, r.codes, r.program_ids, count(*), sum(r.amount_idr)::bigint,
           r.home_area_key
    from overlap_person r group by 1, 2, 3, 4, 5, 6, r.home_area_key
"""
HOLDERS = """
    select e.person_id, array_agg(distinct g.code order by g.code)
    from enrollment e join program g on g.id = e.program_id
    where upper_inf(e.recorded) and e.valid && daterange('2026-10-01', '2027-01-01') group by 1 order by 1
"""
PAID = """
    select sum(b.amount_idr) from benefit b
    where upper_inf(b.recorded) and lower(b.period) between '2026-10-01' and '2026-12-31' and exists (
      select from enrollment e where e.person_id = b.person_id and upper_inf(e.recorded)
      and e.valid && daterange('2026-10-01', '2027-01-01'))
"""
COUNTED = """
    select sum(amount_idr) from overlap_cell where kind = 'program' and unit = 'person' and quarter = '2026-10-01'
"""
FAMILIES = """
    select count(distinct card_id) from overlap_person where kind = 'program' and quarter = '2026-10-01'
"""


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 11, 22), date(2026, 10, 1)),
        (date(2024, 6, 30), date(2024, 4, 1)),
    ],
)
def test_a_quarter_begins_with_its_first_month(day: date, first: date) -> None:
    assert quarter_of(day) == first


def test_each_person_carries_what_stands_of_him(pulled: Hub) -> None:
    counted = "select person_id, codes from overlap_person where kind = 'program' and quarter = '2026-10-01' order by 1"
    assert pulled.ask(counted) == pulled.ask(HOLDERS)
    flagged = "select count(distinct person_id) from overlap_person where kind = 'flag'"
    assert pulled.ask(flagged)[0][0] > 10


def test_cells_are_the_persons_and_the_families_counted(pulled: Hub) -> None:
    cells = pulled.ask(CELLS)
    assert sorted(map(repr, pulled.ask(BY_HAND))) == sorted(
        map(repr, (row for row in cells if row[1] == "person"))
    )
    families = [row for row in cells if row[:2] == ("program", "family") and row[2] == date(2026, 10, 1)]
    assert sum(row[6] for row in families) == pulled.ask(FAMILIES)[0][0]


def test_a_benefit_counts_once(pulled: Hub) -> None:
    assert pulled.ask(COUNTED) == pulled.ask(PAID)
    assert pulled.ask(PAID)[0][0] > 0


def test_after_a_sync_those_touched_are_enough(watched: Hub) -> None:
    before = watched.ask(CELLS)
    watched.sync(month=2)
    with new_hub(watched) as other:
        audited(watched, 2)
        audited(other, 2, full=True)
        assert watched.ask(CELLS) == other.ask(CELLS) != before
        assert watched.ask(HELD) == other.ask(HELD)
    watched.change("delete from hub.overlap_cell")
    watched.change("delete from hub.overlap_person")
    watched.change("delete from hub.overlap_mark")
    with new_hub(watched) as anew:
        audited(anew, 2)
        audited(watched, 2, full=True)
        assert watched.ask(CELLS) == anew.ask(CELLS)


def test_a_new_quarter_is_counted_for_everybody(watched: Hub) -> None:
    held = "select count(*) from overlap_person where kind = 'program' and quarter = '2026-10-01'"
    counted = watched.ask(held)
    watched.change("update hub.overlap_mark set quarter = '2026-07-01'")
    watched.change("delete from hub.overlap_person where quarter = '2026-10-01'")
    watched.change("delete from hub.overlap_cell where quarter = '2026-10-01'")
    audited(watched)
    assert watched.ask(held) == counted
    assert watched.ask("select quarter from overlap_mark") == [(date(2026, 10, 1),)]
