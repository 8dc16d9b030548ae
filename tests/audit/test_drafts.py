"""A draft list before it is determined is flagged as an audit would find it afterwards, and nothing of it is stored."""

from datetime import date, datetime
from pathlib import Path

import pytest

from hub.audit.drafts import Asked, flags_of
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rules import Rule
from hub.settings import adopt
from hub.store.sql import AsyncConnection
from hub.workflow.draft import Draft, looked_at
from tests.audit.builders import audited
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub

DECEMBER = Asked("BPNT", date(2026, 12, 1), date(2027, 1, 1))
COUNTS = """
    select (select count(*) from source_record), (select count(*) from person), (select count(*) from enrollment),
           (select count(*) from finding), (select count(*) from run), (select count(*) from quarantine)
"""
FOUND = """
    select r.row_no, array_agg(distinct f.rule order by f.rule)
    from source_record r join source_file s on s.id = r.file_id join finding f on r.person_id = any(f.person_ids)
    join program g on g.code = 'BPNT' and (f.program_id = g.id or g.id = any(f.program_ids))
    join rule_edition e on e.id = f.rule_id and e.kind <> 'exclusion'
    where s.name = :name and upper_inf(r.recorded) and upper_inf(f.recorded)
      and daterange(f.since, f.until) && daterange('2026-12-01', '2027-01-01')
    group by r.row_no order by 1
"""


def lists(hub: Hub) -> list[Path]:
    """The lists of the second month, the longest first."""
    assert hub.registries is not None
    found = (hub.registries.directory / "month2" / "bpnt").glob("*.csv")
    return sorted(found, key=lambda path: -path.stat().st_size)


def flagged(hub: Hub, path: Path, asked: Asked = DECEMBER) -> tuple[Draft, dict[int, list[str]]]:
    """The draft, and the codes of the rules that find each row."""

    async def look(connection: AsyncConnection, draft: Draft, at: datetime) -> dict[int, list[Rule]]:
        persons = [one.person for one in draft.listed if one.person is not None]
        return await flags_of(connection, hub.settings, asked, persons, at)

    async def work() -> tuple[Draft, dict[int, list[Rule]]]:
        adopt(hub.settings)
        with clock.pin(MONTHS[2]):
            return await looked_at(hub.database, hub.settings, "bpnt", path, look)

    draft, found = wait_for(work())
    rows = {one.number: [rule.id for rule in found.get(one.person or 0, ())] for one in draft.listed}
    return draft, {number: codes for number, codes in rows.items() if codes}


def test_a_draft_is_flagged_as_the_list_will_be_and_nothing_of_it_is_stored(watched: Hub) -> None:
    before, told = watched.ask(COUNTS), dict[str, dict[int, list[str]]]()
    for path in lists(watched):
        draft, told[path.name] = flagged(watched, path)
        assert [one.number for one in draft.listed] == sorted(draft.rows)
    assert watched.ask(COUNTS) == before
    assert sum(map(len, told.values())) > 3
    watched.sync("bpnt", month=2)
    audited(watched, 2)
    for name, rows in told.items():
        assert rows == dict(watched.ask(FOUND, name=name)), name


def test_a_list_that_its_source_is_not_read_from_is_refused(watched: Hub, tmp_path: Path) -> None:
    other = tmp_path / "list.doc"
    other.write_text("x")
    with pytest.raises(InputError) as caught:
        flagged(watched, other)
    assert caught.value.code == "unreadable_list"
