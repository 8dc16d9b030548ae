"""Histories of a hub on a desk: lists come and go, links are made, people judge and take back, runs are taken back.

What must hold after any step is looked at after each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.domain.clock import start_of
from hub.errors import InputError
from hub.graph.checks import faults
from hub.identity import judging
from hub.identity.clusters import forget
from hub.identity.identifiers import judge_identifiers
from hub.identity.settling import settle_names
from hub.ingest import runs
from hub.ingest.revert import Back
from hub.registry.attributes import NO_ATTRIBUTES
from hub.registry.identifiers import load_identifiers
from hub.settings import default_config_dir
from hub.store.sql import text
from hub.workflow.judging import UNSETTLED, Rules, settle
from hub.workflow.revert import _take_back
from tests.identity.judged import held
from tests.ingest.builders import Desk, Row, kk, nik, quarter, said
from tests.sync_builders import open_of

LISTS = ("dukcapil", "pkh", "kip")
ON = "2026-08-01"
RULES = load_identifiers(default_config_dir())
BORN = {"birth_date": "2010-05-01", "sex": "P"}
#: Who is told of: name and NIK, a number of a pupil, and a card. Namesakes, two of one NIK, and a name between the two.
PEOPLE: tuple[tuple[str, int | None, str | None], ...] = (
    ("SITI AMINAH", 1, "1"),
    ("SITI AMINAH", None, "1"),
    ("SITI AMINAH RAHAYU", 1, None),
    ("SITI AMINAH LESTARI", 1, "2"),
    ("BUDI SANTOSO", 2, "1"),
    ("BUDI SANTOSO", 3, "2"),
)
BOOK = """
    insert into run (id, source_id, started, finished, status, stored, detail)
    values (:run, :source, :at, :at, 'complete', 1, cast(:detail as jsonb))
"""
NEWEST = """
    select max(id) from run where source_id = :source and status = 'complete' and detail = '{}'
"""
TAKEN_BACK = "update run set status = 'reverted' where id = :run"
MENTIONS = """
    select m.mention_id from cluster_member m join source_record r on r.entry_id = m.mention_id / 16
    where upper_inf(m.recorded) and upper_inf(r.recorded) order by r.source_id, r.record_key, r.occurrence
"""
LINES = """
    select j.id from judging j where j.event = 'judged' and j.actor <> 'hub'
      and not exists (select from judging u where u.undoes = j.id) order by j.id desc
"""
MEMBERS = "select mention_id, person_id from cluster_member where upper_inf(recorded) order by 1"
#: Mentions that stood for two at once, pairs that one method judged twice at once, and pairs that were judged different
#: and stand together.
WRONG = """
    select 'member', a.mention_id, null from cluster_member a join cluster_member b
      on b.mention_id = a.mention_id and b.ctid > a.ctid and b.recorded && a.recorded
    union all
    select 'edge', a.mention_a, a.mention_b from edge a join edge b
      on (b.mention_a, b.mention_b, b.method) = (a.mention_a, a.mention_b, a.method) and b.id > a.id
      and b.recorded && a.recorded and (a.method <> 'identifier_conflict' or b.evidence = a.evidence)
    union all
    select 'candidate', a.mention_a, a.mention_b from candidate a join candidate b
      on (b.mention_a, b.mention_b, b.kind) = (a.mention_a, a.mention_b, a.kind) and b.id > a.id
      and b.recorded && a.recorded
    union all
    select 'apart', e.mention_a, e.mention_b from edge e
    join cluster_member a on a.mention_id = e.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = e.mention_b and upper_inf(b.recorded) and b.person_id = a.person_id
    where upper_inf(e.recorded) and e.judgement = 'different'
"""


def told(source: str, place: int, serial: int) -> Row:
    """A row of a list that tells of somebody."""
    name, number, pupil = PEOPLE[place]
    own = None if number is None else nik(number)
    row = said(
        f"{source[0]}{serial}",
        name,
        own,
        kk=kk(place // 3),
        nik_grade=4 if own and source == "dukcapil" else 3,
        **BORN,
    )
    if source == "pkh":
        row = row.enrolled("PKH", quarter(1))
    return row if pupil is None else row.also("identifier", scheme="nisn", value=pupil, grade=3)


@dataclass
class History:
    """A hub from its first day on.

    Args:
        desk: That it lies on, emptied before.
    """

    desk: Desk
    steps: list[str] = field(default_factory=list)

    async def sync(self, source: str, rows: Sequence[tuple[int, int]]) -> None:
        """A list comes: places of `PEOPLE`, each under a serial."""
        told_rows = [told(source, place, serial) for place, serial in rows]
        await self.desk.absorb(source, told_rows, on=ON)
        await self._book(self.desk.sources[source], "{}")

    async def link(self) -> None:
        """Numbers of registers are judged and the thresholds let the hub link."""
        at = await self._act()
        await judge_identifiers(self.desk.connection, RULES, at)
        await judging.apply_thresholds(self.desk.connection, {"identifier": 0.98}, at, ())
        await settle_names(self.desk.connection, at, None)
        await self._settled(at)

    async def judge(self, one: int, other: int, judgement: str) -> int | None:
        """Somebody judges two mentions of those that stand, by place; the line, where that is a pair."""
        mentions = await self.desk.column(MENTIONS)
        if len(set(mentions)) < 2:
            return None
        first, second = mentions[one % len(mentions)], mentions[other % len(mentions)]
        if first == second:
            return None
        at = await self._act()
        act = judging.Act("ani", at, self.desk.run)
        line = await judging.judge(self.desk.connection, (first, second), judgement, act, ())
        await self._settled(at)
        return line.id if line.written else None

    async def undo(self, place: int) -> bool:
        """Somebody takes back one of the lines in force, the newest first; whether it could be."""
        lines = await self.desk.column(LINES)
        if not lines:
            return False
        at = await self._act()
        try:
            await judging.undo(
                self.desk.connection, lines[place % len(lines)], judging.Act("ani", at, self.desk.run)
            )
        except InputError as refused:
            if refused.code != "judgement_rested_on":
                raise
            await self._clean()
            return False
        await self._settled(at)
        return True

    async def revert(self, source: str) -> bool:
        """The newest run of a list is taken back; whether there was one."""
        number = self.desk.sources[source]
        [run] = await self.desk.column(NEWEST, source=number)
        if run is None:
            return False
        at = await self._act(number, '{"kind": "revert"}')
        back = Back(number, run, self.desk.run, at)
        await _take_back(self.desk.connection, back, self.desk.survivorship, NO_ATTRIBUTES)
        self.desk.run += 1
        await self._clean()
        return True

    async def stands(self) -> tuple[list[str], list[Any]]:
        """The graph, and who stands for whom."""
        return open_of(await held(self.desk)), await self.desk.rows(MEMBERS)

    async def sound(self) -> None:
        """Passes a hub in which what must hold after any step holds."""
        await self._clean()
        assert await self.desk.elsewhere() == 0
        assert await faults(self.desk.connection) == []
        assert await self.desk.rows(WRONG) == []

    async def _settled(self, at: datetime) -> None:
        await settle(self.desk.connection, Rules(self.desk.survivorship, NO_ATTRIBUTES), at)
        assert await self.desk.connection.scalar(UNSETTLED) == 0
        await self._clean()

    async def _act(self, source: int = 0, detail: str = '{"kind": "judgement"}') -> datetime:
        await self._clean()
        self.desk.run += 1
        return await self._book(source, detail)

    async def _book(self, source: int, detail: str) -> datetime:
        """The run that the desk has just begun, as the book of runs has it."""
        at = start_of(date.fromisoformat(ON)) + runs.TICK * self.desk.run
        given = {"run": self.desk.run, "source": source, "at": at, "detail": detail}
        await self.desk.connection.execute(text(BOOK), given)
        return at

    async def _clean(self) -> None:
        await forget(self.desk.connection)
        await self.desk.connection.execute(text("discard temp"))
