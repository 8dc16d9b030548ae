"""A rule's own cases, run in a transaction that is rolled back: a small made-up graph beside whatever the hub holds.

Its things bear negative numbers, and the rule looks at nobody else, so it costs the same in an empty and in a full hub.
The kinds of rows and their columns stand in docs/audit.md.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from hub.audit.editions import edition_of
from hub.audit.statement import Sight
from hub.audit.touched import BEGINNING, DOUBT, forget, touch_persons
from hub.domain import clock
from hub.errors import FatalError
from hub.registry.rules import Rule, RuleCase
from hub.store.sql import AsyncConnection, text
from hub.store.tables import metadata

AREA = 3320012001
"""Where everything of a case happens."""
USUAL_SOURCE = "pkh"
"""Source of the rows that name none."""
_INSERT = "insert into {0} ({1}) select {1} from jsonb_populate_record(null::hub.{0}, cast(:row as jsonb))"
_SOURCES = text("select id, code from source")
_PROGRAMS = text("select code, id from program")
_COMPONENTS = text(
    "select g.code as program, k.code, k.id from component k join program g on g.id = k.program_id"
)


@dataclass(frozen=True)
class Tried:
    """What one case came to.

    Args:
        name: Of the case.
        wrong: What differs from what it expects; blank: nothing.
    """

    name: str
    wrong: str


@dataclass
class Stand:
    """The made-up graph of one case while it is written."""

    connection: AsyncConnection
    at: datetime
    sources: Mapping[str, int]
    programs: Mapping[str, int]
    components: Mapping[tuple[str, str], int]
    persons: dict[str, int] = field(default_factory=dict)
    cards: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    held: list[dict[str, Any]] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)
    last: int = -1_000_000

    def number(self) -> int:
        """A number that nothing in the hub has; later ones are higher, as everywhere in it."""
        self.last += 1
        return self.last

    async def add(self, table: str, **values: Any) -> None:
        """One row of a table."""
        row = {
            "event_area_key": AREA,
            "home_area_key": AREA,
            "recorded": f"[{self.at.isoformat()},)",
        } | values
        given = ", ".join(
            each.name for each in metadata.tables[f"hub.{table}"].columns if each.computed is None
        )
        await self.connection.execute(
            text(_INSERT.format(table, given)), {"row": json.dumps(row, default=str)}
        )

    def source(self, given: Mapping[str, Any]) -> int:
        """The source of a row."""
        return self.sources[given.get("source", USUAL_SOURCE)]

    async def record(self, given: Mapping[str, Any]) -> int:
        """A source record behind a row; returns its number."""
        number = self.number()
        await self.add(
            "source_record", id=number, entry_id=number, source_id=self.source(given), record_key=str(number),
            occurrence=1, version=1, scope="", payload="{}", content_hash=given.get("hash") or uuid4(), file_id=0,
            row_no=1, run_id=0, person_id=self.persons.get(given.get("person", "")),
        )  # fmt: skip
        return number

    def program(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers of the program and component that a row names."""
        code, part = given["program"], given.get("component")
        component = None if part is None else self.components[code, part]
        return {"program_id": self.programs[code], "component_id": component}


def days(given: Mapping[str, Any]) -> str:
    """The half-open days of a row, as PostgreSQL reads them."""
    return f"[{given.get('from', '')},{given.get('to', '')})"


async def _person(stand: Stand, given: Mapping[str, Any]) -> None:
    number = stand.persons[given["name"]] = stand.number()
    await stand.add("person", id=number, uid=uuid4(), founded_by=number)
    await _state(stand, {**given, "person": given["name"]})


async def _state(stand: Stand, given: Mapping[str, Any]) -> None:
    taken = {name: given.get(name) for name in ("nik", "sex", "vital", "occupation")}
    await stand.add(
        "person_state", person_id=stand.persons[given["person"]], uid=uuid4(), nik_grade=3 if given.get("nik") else 0,
        name=given["person"], birth_date=given.get("born"), died_on=given.get("died"), stated_by=[],
        valid=days(given), **taken,
    )  # fmt: skip


async def _card(stand: Stand, given: Mapping[str, Any]) -> None:
    number = stand.cards[given["no_kk"]] = stand.number()
    await stand.add("family_card", card_id=number, uid=uuid4(), no_kk=given["no_kk"], valid="(,)")
    for place, name in enumerate(given["members"], 1):
        await stand.add(
            "membership", person_id=stand.persons[name], card_id=number, relation=str(min(place, 4)),
            source_id=stand.source(given), valid=days(given),
        )  # fmt: skip


async def _holds(stand: Stand, given: Mapping[str, Any]) -> None:
    record, number = await stand.record(given), stand.number()
    person, named = stand.persons[given["person"]], stand.program(given)
    row = {
        "enrollment_id": number, "person_id": person, "role": given.get("role", "holder"),
        "status": given.get("status", "active"), "no_kk": given.get("no_kk"), "number": given.get("number"),
        "source_id": stand.source(given), "record_id": record, **named,
    }  # fmt: skip
    await stand.add("enrollment", uid=uuid4(), valid=days(given), **row)
    stand.held.append({**row, "from": given.get("from"), "to": given.get("to")})
    await _claimed(stand, given, record)


async def _claimed(stand: Stand, given: Mapping[str, Any], record: int) -> None:
    """What the list says in a row: of whom, and for which family."""
    person, source = stand.persons[given["person"]], stand.source(given)
    origin = {"record_id": record, "mention_id": record * 16, "source_id": source, "person_id": person}
    await stand.add(
        "claim_person", **origin, nik=given.get("nik"), nik_grade=3 if given.get("nik") else 0,
        no_kk_grade=given.get("no_kk_grade", 3 if given.get("no_kk") else 0), vital=given.get("vital"),
    )  # fmt: skip
    if "program" in given:
        listed = {"from": given.get("from", ""), "to": given.get("listed_to", given.get("to", ""))}
        await stand.add(
            "claim_enrollment", **origin, program=given["program"], component=given.get("component"), role="holder",
            no_kk=given.get("no_kk"), status="active", period=days(listed),
        )  # fmt: skip


async def _paid(stand: Stand, given: Mapping[str, Any]) -> None:
    record, number, named = await stand.record(given), stand.number(), stand.program(given)
    person, start = stand.persons[given["person"]], given["from"]
    of = [
        one["enrollment_id"]
        for one in stand.held
        if (one["person_id"], one["program_id"], one["component_id"]) == (person, *named.values())
        and (one["from"] is None or one["from"] <= start)
        and (one["to"] is None or start < one["to"])
    ]
    await stand.add(
        "benefit", benefit_id=number, uid=uuid4(), enrollment_id=of[0] if of else None, entry_id=record,
        person_id=person, kind="money", amount_idr=given["amount"], amount_basis=given.get("basis", "stated"),
        period=days(given), status=given.get("status", "paid"), paid_on=given.get("on", start),
        source_id=stand.source(given), record_id=record, **named,
    )  # fmt: skip
    for told in given.get("events", ()):
        event = told if isinstance(told, Mapping) else {"event": told}
        await stand.add(
            "benefit_event", benefit_id=number, person_id=person, event=event["event"], happened_on=event.get("on"),
            record_id=record, source_id=stand.source(given),
        )  # fmt: skip
    await _claimed(stand, given, record)


async def _status(stand: Stand, given: Mapping[str, Any]) -> None:
    await stand.add(
        "status", person_id=stand.persons[given["person"]], scheme=given["scheme"], code=given["code"],
        detail=given.get("detail"), note=given.get("note"), source_id=stand.source(given),
        record_id=await stand.record(given), valid=days(given),
    )  # fmt: skip


async def _rank(stand: Stand, given: Mapping[str, Any]) -> None:
    person = stand.persons[given["person"]] if "person" in given else None
    await stand.add(
        "score", person_id=person, register=given["register"], unit="person" if person else "family",
        unit_number=given.get("no_kk"), edition=given.get("edition", "1"), desil=given["desil"],
        source_id=stand.source(given), record_id=await stand.record(given), valid=days(given),
    )  # fmt: skip


async def _group(stand: Stand, given: Mapping[str, Any]) -> None:
    number = stand.groups[given["name"]] = stand.number()
    await stand.add(
        "social_group", group_id=number, uid=uuid4(), kind=given["kind"], name=given["name"], number=given["name"],
        size=given.get("size"), program_id=stand.programs[given["program"]], source_id=stand.source(given),
        record_id=await stand.record(given), valid=days(given),
    )  # fmt: skip
    for place, name in enumerate(given["members"]):
        await stand.add(
            "group_member", group_id=number, person_id=stand.persons[name], role="member" if place else "chair",
            valid=days(given),
        )  # fmt: skip


async def _identifier(stand: Stand, given: Mapping[str, Any]) -> None:
    record = await stand.record(given)
    stand.numbered.append(record)
    await stand.add(
        "claim_identifier", record_id=record, mention_id=record * 16, source_id=stand.source(given),
        person_id=stand.persons[given["person"]], scheme=given["scheme"], value=given["value"], grade=3,
        valid=days(given),
    )  # fmt: skip


async def _doubt(stand: Stand, given: Mapping[str, Any]) -> None:
    """The identity of the hub is unsure of whom a number is: of the persons of the last two rows that bear one."""
    one, other = sorted(record * 16 for record in stand.numbered[-2:])
    await stand.add(
        "edge", id=stand.number(), mention_a=one, mention_b=other, judgement="unsure", method=DOUBT, actor="hub",
        evidence={given["scheme"]: "equal", "name": "differs"},
    )  # fmt: skip


async def _told(stand: Stand, given: Mapping[str, Any]) -> None:
    await _claimed(stand, given, await stand.record(given))


async def _attributes(stand: Stand, given: Mapping[str, Any]) -> None:
    await stand.add(
        "family_attributes", family_key=given["no_kk"], no_kk=given["no_kk"], vocabulary="case", given={},
        stated_by={}, missing=given["missing"], expected=given["expected"], valid=days(given),
    )  # fmt: skip


KINDS = {
    "person": _person, "state": _state, "card": _card, "holds": _holds, "paid": _paid, "status": _status, "rank": _rank,
    "group": _group, "identifier": _identifier, "doubt": _doubt, "told": _told, "attributes": _attributes,
}  # fmt: skip
"""Kinds of rows of a case, in the order in which they are written."""


async def try_rule(connection: AsyncConnection, config_dir: Path, rule: Rule) -> list[Tried]:
    """Runs every case of a rule, each in a nested transaction that is rolled back.

    Raises:
        FatalError: `config_invalid`, a case names a kind of row, a person or a program that is not there.
    """
    edition = edition_of(config_dir, rule)
    sight = Sight(touched=True)
    statement = text(sight.fill(edition.template, edition.parameters))
    given = {"parameters": json.dumps(dict(edition.parameters)), "at": clock.now()}
    told = []
    for case in rule.cases:
        nested = await connection.begin_nested()
        try:
            stand = await _set_up(connection, case)
        except KeyError as missing:
            raise FatalError("config_invalid", f"rules/{rule.id}.toml: {case.name}: no {missing}") from None
        await forget(connection)
        await touch_persons(connection, list(stand.persons.values()), list(stand.cards.values()), BEGINNING)
        found = (await connection.execute(statement, given)).all()
        told.append(Tried(case.name, _differs(case, stand, found)))
        await nested.rollback()
    return told


async def _set_up(connection: AsyncConnection, case: RuleCase) -> Stand:
    sources = {row.code: row.id for row in await connection.execute(_SOURCES)}
    programs = {row.code: row.id for row in await connection.execute(_PROGRAMS)}
    components = {(row.program, row.code): row.id for row in await connection.execute(_COMPONENTS)}
    stand = Stand(connection, clock.now(), sources, programs, components)
    if unknown := case.rows.keys() - KINDS.keys():
        raise KeyError(min(unknown))
    for kind, write in KINDS.items():
        for given in case.rows.get(kind, ()):
            await write(stand, {name: _plain(value) for name, value in given.items()})
    return stand


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _differs(case: RuleCase, stand: Stand, found: Any) -> str:
    """What a case expects and did not get; blank where all is as expected."""
    names = {number: name for name, number in stand.persons.items()}
    got = Counter(names.get(row.person_id, "somebody else") for row in found)
    wrong = []
    if got != Counter(case.found):
        wrong.append(f"found {sorted(got.elements())}, expected {sorted(case.found)}")
    if len({row.subject for row in found}) < len(found):
        wrong.append("several findings of one subject")
    total = sum(row.amount_idr or 0 for row in found)
    if case.amount_idr is not None and total != case.amount_idr:
        wrong.append(f"amounts at risk come to {total}, expected {case.amount_idr}")
    return "; ".join(wrong)
