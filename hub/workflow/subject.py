"""Everything that the hub holds of one person, who stated it, and who saw it.

Source: UU 27/2022 art. 7, 32 (access to the data and its trail within 3 x 24 hours). What the same row of a list says
of others is theirs and left out: what it said of this person is what is told.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from hub.access.cases import cases
from hub.access.context import Reach, plain, sign
from hub.access.restrictions import decided
from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.access.seen import marks_of
from hub.domain import clock
from hub.domain.nik import parse_nik
from hub.errors import InputError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from hub.store.tables.graph import PERSON_FIELDS

HELD = (
    "person_state", "membership", "household_member", "enrollment", "benefit", "benefit_event", "status", "score",
    "person_attributes", "group_member", "claim_person", "claim_identifier", "claim_enrollment", "claim_benefit",
    "claim_status", "claim_score", "claim_attribute", "claim_dwelling",
)  # fmt: skip
"""Tables that speak of persons, in the order in which they are told."""
INNER = (
    "person_id", "mention_id", "record_id", "source_id", "program_id", "component_id", "card_id", "household_id",
    "enrollment_id", "benefit_id", "group_id", "uid", "event_area_key", "home_area_key", "name_key", "stated_by",
)  # fmt: skip
"""Columns that number things within the hub; what they stand for is told in their place."""
PURPOSE = "hak-subjek"

BEARERS = text(
    "select distinct p.id, p.uid, upper_inf(s.recorded) and s.valid @> cast(:today as date) as now"
    " from person_state s join person p on p.id = s.person_id where s.nik = :nik order by 3 desc, 1"
)
PERSON = text("select id from person where uid = :uid")
SOURCES = text("select id, title_id from source")
FINDINGS = text("select to_regclass('hub.finding') is not null")
FOUND = text(
    """
    select jsonb_build_object('rule', f.rule, 'since', f.since, 'until', f.until, 'amount_idr', f.amount_idr,
                              'recorded', f.recorded) as row
    from finding f where :person = any(f.person_ids) order by lower(f.recorded)
    """
)
RECORDS = text(
    """
    select jsonb_build_object('source', s.title_id, 'owner', s.owner, 'legal_basis', s.legal_basis,
                              'version', r.version, 'recorded', r.recorded) as row
    from source_record r join source s on s.id = r.source_id
    where r.person_id = :person order by lower(r.recorded), r.id
    """
)
DISCLOSED = text(
    "insert into ledger_inbox (request, operation, fields, subjects, answers)"
    " values (:request, :operation, :fields, :subjects, 1)"
)
ENTER = text("select hub.enter(:context)")


def _held(table: str, columns: frozenset[str]) -> str:
    """SQL of the rows of a table that speak of a person, as JSON, with what its numbers stand for."""
    inner = ", ".join(f"'{name}'" for name in INNER)
    given, joins = "", ""
    if table == "person_state":
        given += ", 'stated_by', t.stated_by"
    if "source_id" in columns:
        given += ", 'source', s.title_id"
        joins += " left join source s on s.id = t.source_id"
    if "program_id" in columns:
        given += ", 'program', g.name_id"
        joins += " left join program g on g.id = t.program_id"
    order = "lower(t.recorded)" if "recorded" in columns else "1"
    return (
        f"select to_jsonb(t) - array[{inner}] || jsonb_build_object('part', '{table}'{given}) as row"
        f" from {table} t{joins} where t.person_id = :person order by {order}"
    )


async def persons_of(connection: AsyncConnection, nik: str) -> list[tuple[int, UUID]]:
    """Who bears a NIK now, else who ever did: number and public id.

    Raises:
        InputError: `bad_nik`; `unknown_person`, nobody ever bore it.
    """
    parsed = parse_nik(nik).nik
    if parsed is None:
        raise InputError("bad_nik", "not a NIK: 16 digits with a possible date")
    rows = (await connection.execute(BEARERS, {"nik": parsed, "today": clock.today()})).all()
    if not rows:
        raise InputError("unknown_person", "nobody whom the hub knows bears or bore this NIK")
    chosen = [row for row in rows if row.now] or rows
    return sorted({(int(row.id), row.uid) for row in chosen})


async def one_of(connection: AsyncConnection, nik: str, chosen: UUID | None) -> tuple[int, UUID]:
    """The one person who bears a NIK; where several do, the one that is chosen among them.

    Raises:
        InputError: `bad_nik`, `unknown_person`; `several_bearers`, they are to be told apart first, for the one may
            not be told of the other.
    """
    found = [each for each in await persons_of(connection, nik) if chosen in (None, each[1])]
    if not found:
        raise InputError("unknown_person", "the person named does not bear this NIK")
    if len(found) > 1:
        told = ", ".join(str(uid) for _, uid in found)
        raise InputError(
            "several_bearers", f"{len(found)} persons bear this NIK; choose one by --person: {told}"
        )
    return found[0]


async def everything_of(database: Database, nik: str, chosen: UUID | None, actor: str) -> dict[str, Any]:
    """What the hub holds of a person as one object, and a line of the ledger that it was told.

    Keys: `person`, `told_at`, `held` (rows by table, with `source`), `records`, `findings`, `restrictions`, `cases`,
    `seen`.

    Raises:
        InputError: As `one_of`.
    """
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys)
    async with database.connect() as connection:
        number, uid = await one_of(connection, nik, chosen)
        told: dict[str, Any] = {"person": str(uid), "told_at": clock.now().isoformat()}
        stands = [*await marks_of(connection, [number]), f"nik:{parse_nik(nik).nik}"]
        told["held"] = await _all_held(connection, number)
        told["records"] = await _rows(connection, RECORDS, number)
        has = bool(await connection.scalar(FINDINGS))
        told["findings"] = await _rows(connection, FOUND, number) if has else []
        told["restrictions"] = [
            {
                "kind": one.decision.kind,
                "event": one.decision.event,
                "at": one.at.isoformat(),
                "basis": one.decision.basis,
            }
            for one in await decided(connection, uid)
        ]
        told["cases"] = [
            {"kind": one.asked.kind, "opened": one.opened.isoformat(), "standing": one.standing}
            for one in await cases(connection, person=uid)
        ]
    async with database.connect(Role.LEDGER) as connection:
        told["seen"] = await lines_about(connection, keys, stands)
    await _disclosed(database, number, actor)
    return told


async def _all_held(connection: AsyncConnection, person: int) -> dict[str, list[dict[str, Any]]]:
    titles = {row.id: row.title_id for row in await connection.execute(SOURCES)}
    held = {}
    for table in HELD:
        rows = await _rows(connection, text(_held(table, await _columns(connection, table))), person)
        for row in rows:
            if "stated_by" in row:
                row["stated_by"] = _by_field(row["stated_by"], titles)
        if rows:
            held[table] = rows
    return held


async def _columns(connection: AsyncConnection, table: str) -> frozenset[str]:
    found = await connection.execute(text(f"select * from {table} limit 0"))
    return frozenset(found.keys())


def _by_field(stated_by: Sequence[int | None], titles: dict[int, str]) -> dict[str, str]:
    named = zip(PERSON_FIELDS, stated_by, strict=False)
    return {field: titles.get(source, "") for field, source in named if source is not None}


async def _rows(connection: AsyncConnection, statement: Any, person: int) -> list[dict[str, Any]]:
    return list((await connection.execute(statement, {"person": person})).scalars())


async def _disclosed(database: Database, person: int, actor: str) -> None:
    """The telling is a disclosure too, and leaves its line before anything leaves the hub."""
    async with database.connect(Role.APP) as connection:
        row = {
            "request": uuid4(), "fields": ["Person.*"], "subjects": [str(person)],
            "operation": hashlib.sha256(b"hub rights access").hexdigest(),
        }  # fmt: skip
        reach = Reach([], 0, f"hub/{plain(actor)}", PURPOSE)
        await connection.execute(ENTER, {"context": sign(database.roles.key("context"), reach)})
        await connection.execute(DISCLOSED, row)
        await connection.commit()
