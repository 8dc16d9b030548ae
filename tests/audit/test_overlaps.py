"""Counts of combinations: after a sync those touched are enough, and what is counted is what a count by hand finds."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.audit.overlaps import quarter_of
from hub.compiler.engine import Request
from hub.domain import clock
from hub.graph.homes import move_homes
from hub.graph.timeline import Fold
from hub.schema.build import engine
from hub.store.read import open_reader
from hub.store.script import Script
from tests.audit.builders import audited
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub, new_hub

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
# Somebody who carries a program beside another one of his card, and any desa but his own.
MOVER = """
    select o.person_id, o.home_area_key, (select min(home_area_key) from person where home_area_key > o.home_area_key)
    from overlap_person o join overlap_person p using (kind, quarter, card_id, home_area_key)
    where p.person_id <> o.person_id and kind = 'program' and quarter = '2026-10-01'
      and exists (select from person where home_area_key > o.home_area_key)
    order by o.person_id limit 1
"""
MATRIX = """{ matrix(level: DESA, byDesil: true, first: 500) { totalCount nodes {
    wilayah { code } combination desil persons families amount } } }"""
CHILDREN = 1 << 9
COUNTS = ("overlap_cell", "overlap_person", "overlap_mark")


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


def family_cells(hub: Hub) -> Counter[tuple[Any, ...]]:
    """Families by what the members who live in one area carry together, from the persons."""
    members = defaultdict[tuple[Any, ...], list[Any]](list)
    for kind, quarter, _, card, codes, programs, _, amount, desil, home in hub.ask(HELD):
        if card is not None:
            members[kind, quarter, card, home].append((codes, programs, amount, desil))
    cells = Counter[tuple[Any, ...]]()
    for (kind, quarter, _, home), rows in members.items():
        codes, programs = ({one for row in rows for one in row[part]} for part in (0, 1))
        desil = min((row[3] for row in rows if row[3]), default=0)
        cells[kind, quarter, desil, tuple(sorted(codes)), tuple(sorted(programs)), home] += 1
    return cells


def kept_families(hub: Hub) -> dict[tuple[Any, ...], int]:
    return {
        (kind, quarter, desil, tuple(codes), tuple(programs), home): units
        for kind, unit, quarter, desil, codes, programs, units, _, home in hub.ask(CELLS)
        if unit == "family"
    }


def move(hub: Hub, person: int, old: int, new: int) -> None:
    """A sync finds that somebody lives elsewhere, and nothing else of him."""

    async def moved() -> None:
        async with hub.database.connect() as connection:
            fold = Fold(Script(connection, {"at": MONTHS[2], "today": MONTHS[2].date()}))
            await fold.make(
                "fold_person",
                f"select {person}::bigint as person_id, {old}::bigint as old_home, {new}::bigint as home",
            )
            await move_homes(fold)
            await connection.commit()

    wait_for(moved())


def matrix(hub: Hub, scopes: int) -> Any:
    """What a caller who sees every area reads of it."""
    reach = Reach([NATIONAL_KEYS], scopes, "test", "test")
    context = sign(hub.database.roles.key("context"), reach, timedelta(days=1))

    async def read() -> Any:
        async with open_reader(hub.database, 1) as reader:
            with clock.pin(MONTHS[2]):
                request = Request(MATRIX, {}, None, "id")
                return json.loads(await engine().run(request, reader, lambda: context))

    return wait_for(read())["matrix"]


def empty(hub: Hub) -> None:
    for table in COUNTS:
        hub.change(f"delete from hub.{table}")


def test_cells_are_the_persons_and_the_families_counted(pulled: Hub) -> None:
    cells = pulled.ask(CELLS)
    assert sorted(map(repr, pulled.ask(BY_HAND))) == sorted(
        map(repr, (row for row in cells if row[1] == "person"))
    )
    assert kept_families(pulled) == family_cells(pulled)
    assert any(len(codes) > 1 for _, _, _, codes, _, _ in kept_families(pulled))


def test_a_benefit_counts_once(pulled: Hub) -> None:
    assert pulled.ask(COUNTED) == pulled.ask(PAID)
    assert pulled.ask(PAID)[0][0] > 0


def test_after_a_sync_those_touched_are_enough_also_of_whoever_moved(watched: Hub) -> None:
    before = watched.ask(CELLS)
    watched.sync(month=2)
    ((person, old, new),) = watched.ask(MOVER)
    move(watched, person, old, new)
    audited(watched, 2)
    cells, held = watched.ask(CELLS), watched.ask(HELD)
    assert cells != before
    assert min(row[6] for row in cells) == 1
    assert {row[-1] for row in held if row[2] == person} == {new}
    assert kept_families(watched) == family_cells(watched)
    with new_hub(watched) as anew:
        empty(anew)
        audited(anew, 2)
        assert (anew.ask(CELLS), anew.ask(HELD)) == (cells, held)


def test_a_full_audit_counts_from_nothing_whatever_was_kept(watched: Hub) -> None:
    cells, held = watched.ask(CELLS), watched.ask(HELD)
    watched.change("update hub.overlap_cell set units = units + 1")
    watched.change("delete from hub.overlap_person where person_id % 2 = 0")
    audited(watched, full=True)
    assert (watched.ask(CELLS), watched.ask(HELD)) == (cells, held)


def test_a_new_quarter_is_counted_for_everybody(watched: Hub) -> None:
    held = "select count(*) from overlap_person where kind = 'program' and quarter = '2026-10-01'"
    counted = watched.ask(held)
    watched.change("update hub.overlap_mark set quarter = '2026-07-01'")
    watched.change("delete from hub.overlap_person where quarter = '2026-10-01'")
    watched.change("delete from hub.overlap_cell where quarter = '2026-10-01'")
    audited(watched)
    assert watched.ask(held) == counted
    assert watched.ask("select quarter from overlap_mark") == [(date(2026, 10, 1),)]


def test_whoever_sees_no_child_is_counted_for_by_area_as_all_are(watched: Hub) -> None:
    ((person, old, new),) = watched.ask(MOVER)
    move(watched, person, old, new)
    audited(watched, 2)
    split = watched.ask(
        "select 1 from overlap_person group by kind, quarter, card_id having min(home_area_key) < max(home_area_key)"
    )
    watched.change("update hub.person_state set birth_date = '1980-01-01'")
    everything = matrix(watched, EVERY_SCOPE)
    assert split
    assert everything["totalCount"] == len(everything["nodes"]) > 0
    assert matrix(watched, EVERY_SCOPE & ~CHILDREN) == everything
