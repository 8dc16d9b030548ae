"""The canonical dump: the whole state as sorted lines, free of ids, runs and instants of recording.

A person is named by the smallest of her mentions (source, record key, occurrence, slot), a record version by
source, key, occurrence and version, a family card by its No KK, a household by its dwelling. What the hub
held true earlier is left out; record versions and their claims are all there, with whether they stand.
Memory stays flat: PostgreSQL sorts, and a cursor brings the lines.
"""

from collections.abc import AsyncIterator, Sequence

from hub.errors import InputError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text
from hub.store.tables.claims import CLAIMS

LINES_A_BATCH = 2_000
ORDERED = 'select line from (select cast(line as text) as line from ({part}) d) e order by line collate "C"'

SNAPSHOT = "set transaction isolation level repeatable read"
# One row a mention that stands for somebody now, with its name.
MENTIONS = """
    create temp table dump_mention on commit drop as
    select c.mention_id, c.person_id, s.code, r.record_key, r.occurrence, c.mention_id & 15 as slot,
           concat_ws('/', s.code, r.record_key, r.occurrence, c.mention_id & 15) as name
    from cluster_member c
    join source_record r on r.id = c.mention_id >> 4
    join source s on s.id = r.source_id
    where upper_inf(c.recorded)
"""
# One row a person: the smallest of her mentions names her.
PERSONS = """
    create temp table dump_person on commit drop as
    select distinct on (person_id) person_id, name from dump_mention
    order by person_id, code collate "C", record_key collate "C", occurrence, slot
"""
PREPARE = (
    SNAPSHOT,
    MENTIONS,
    "create index on dump_mention (mention_id)",
    "create index on dump_mention (person_id)",
    PERSONS,
    "create unique index on dump_person (person_id)",
    "analyze dump_mention",
    "analyze dump_person",
)

#: Columns that name or date a thing by chance: ids, runs, files, instants.
CHANCE = (
    "id", "uid", "person_id", "mention_id", "record_id", "entry_id", "source_id", "run_id", "file_id",
    "row_no", "layout_id", "recorded", "opened", "card_id", "household_id", "enrollment_id", "benefit_id", "group_id",
    "institution_id", "program_id", "component_id", "mention_a", "mention_b", "dwelling",
)  # fmt: skip
_DROPPED = "array[" + ", ".join(f"'{name}'" for name in CHANCE) + "]"
_PERSON = "left join dump_person p on p.person_id = t.person_id"
_SOURCE = "left join source s on s.id = t.source_id"
_RECORD = "left join source_record r on r.id = t.record_id left join source rs on rs.id = r.source_id"
_VERSION = "'record', concat_ws('/', rs.code, r.record_key, r.occurrence, r.version)"
_PROGRAM = "left join program g on g.id = t.program_id left join component k on k.id = t.component_id"
_BY_PROGRAM = "'program', g.code, 'component', k.code"
_DWELLING = (
    "case when h.basis = 'person' then concat('p|', (select d.name from dump_person d"
    " where d.person_id = case when h.basis = 'person' then cast(substr(h.dwelling, 3) as bigint) end))"
    " else h.dwelling end"
)


def _rows(table: str, joins: str, names: str, where: str = "upper_inf(t.recorded)") -> str:
    """One JSON object a row: its columns but those of chance, and the names of what it points to."""
    return (
        f"select to_jsonb(t) - {_DROPPED} || jsonb_build_object('part', '{table}', {names}) as line"
        f" from {table} t {joins} where {where}"
    )


def _claims(table: str) -> str:
    return _rows(
        table,
        f"{_PERSON} {_RECORD}",
        f"'person', p.name, {_VERSION}, 'slot', t.mention_id & 15, 'stands', upper_inf(r.recorded)",
        "true",
    )


PARTS = {
    "record": _rows(
        "source_record",
        f"{_PERSON} {_SOURCE} left join layout l on l.id = t.layout_id",
        "'source', s.code, 'person', p.name, 'columns', l.columns, 'stands', upper_inf(t.recorded)",
        "true",
    ),
    **{table.name: _claims(table.name) for table in CLAIMS},
    "person": (
        "select jsonb_build_object('part', 'person', 'person', p.name, 'mentions',"
        ' jsonb_agg(m.name order by m.name collate "C")) as line'
        " from dump_person p join dump_mention m on m.person_id = p.person_id group by p.person_id, p.name"
    ),
    "person_state": _rows("person_state", _PERSON, "'person', p.name"),
    "family_card": _rows("family_card", _PERSON, "'head', p.name"),
    "membership": _rows(
        "membership",
        f"{_PERSON} {_SOURCE} left join family_card c on c.card_id = t.card_id and upper_inf(c.recorded)",
        "'person', p.name, 'source', s.code, 'card', c.no_kk",
    ),
    "household": _rows(
        "household",
        f"{_PERSON} cross join lateral (select t.basis, t.dwelling) h",
        f"'head', p.name, 'dwelling', {_DWELLING}",
    ),
    "household_member": _rows(
        "household_member",
        f"{_PERSON} left join household h on h.household_id = t.household_id and upper_inf(h.recorded)",
        f"'person', p.name, 'dwelling', {_DWELLING}",
    ),
    "enrollment": _rows(
        "enrollment",
        f"{_PERSON} {_SOURCE} {_PROGRAM} {_RECORD}",
        f"'person', p.name, 'source', s.code, {_BY_PROGRAM}, {_VERSION}",
    ),
    "benefit": _rows(
        "benefit",
        f"{_PERSON} {_SOURCE} {_PROGRAM} {_RECORD}",
        f"'person', p.name, 'source', s.code, {_BY_PROGRAM}, {_VERSION}, 'enrolled', (select"
        " min(cast(e.valid as text)) from enrollment e where e.enrollment_id = t.enrollment_id"
        " and upper_inf(e.recorded))",
    ),
    "benefit_event": _rows(
        "benefit_event",
        f"{_PERSON} {_SOURCE} {_RECORD} left join lateral (select b.program_id, b.component_id, b.period"
        " from benefit b where b.benefit_id = t.benefit_id and upper_inf(b.recorded) limit 1) b on true"
        " left join program g on g.id = b.program_id left join component k on k.id = b.component_id",
        f"'person', p.name, 'source', s.code, {_BY_PROGRAM}, 'period', b.period, {_VERSION}",
    ),
    "status": _rows(
        "status", f"{_PERSON} {_SOURCE} {_RECORD}", f"'person', p.name, 'source', s.code, {_VERSION}"
    ),
    "social_group": _rows("social_group", f"{_SOURCE} {_RECORD}", f"'source', s.code, {_VERSION}"),
    "group_member": _rows(
        "group_member",
        f"{_PERSON} left join social_group w on w.group_id = t.group_id and upper_inf(w.recorded)",
        "'person', p.name, 'group', concat_ws('/', w.kind, w.name)",
    ),
    "institution": _rows("institution", f"{_SOURCE} {_RECORD}", f"'source', s.code, {_VERSION}"),
    "score": _rows(
        "score", f"{_PERSON} {_SOURCE} {_RECORD}", f"'person', p.name, 'source', s.code, {_VERSION}"
    ),
    "person_attributes": _rows("person_attributes", _PERSON, "'person', p.name"),
    "family_attributes": _rows("family_attributes", _PERSON, "'person', p.name"),
    "observation": _rows("observation", f"{_SOURCE} {_RECORD}", f"'source', s.code, {_VERSION}"),
    "edge": _rows(
        "edge",
        "left join dump_mention a on a.mention_id = t.mention_a"
        " left join dump_mention b on b.mention_id = t.mention_b",
        '\'between\', case when a.name collate "C" < b.name collate "C"'
        " then jsonb_build_array(a.name, b.name) else jsonb_build_array(b.name, a.name) end",
    ),
    "quarantine": _rows("quarantine", _SOURCE, "'source', s.code"),
}
"""Each part of the dump by its name, in the order in which they stand in it."""


async def lines(database: Database, chosen: Sequence[str] = ()) -> AsyncIterator[str]:
    """Batches of whole lines, each a JSON object with its `part`; all of one instant of the database.

    Args:
        database: The hub's.
        chosen: Names of PARTS; all when empty. Their order does not matter.

    Raises:
        InputError: `unknown_part`.
    """
    if unknown := sorted(set(chosen) - PARTS.keys()):
        raise InputError(
            "unknown_part", f"no such part: {', '.join(unknown)}; the parts are {', '.join(PARTS)}"
        )
    async with database.connect(Role.INGEST) as connection:
        for statement in PREPARE:
            await connection.execute(text(statement))
        for name in (part for part in PARTS if not chosen or part in chosen):
            found = await connection.stream(text(ORDERED.format(part=PARTS[name])))
            async for batch in found.partitions(LINES_A_BATCH):
                yield "".join(f"{row.line}\n" for row in batch)
