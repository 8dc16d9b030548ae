"""Two worlds that differ only in what a caller may not see: rows changed, taken away and added, at every bound."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Numeric, SmallInteger, Table, Text, insert

from hub.access.restrictions import Decision, decide
from hub.domain.names import match_key
from hub.registry.agencies import Terms
from hub.store.database import Database
from hub.store.tables import claims, graph, identity, provenance, reference, rights
from tests.app.levels import Facts, Level, Seen
from tests.graph_builders import DESA, LEARNED, days, known, uid
from tests.schema.town import town
from tests.store.test_security import row_of

#: Where people live: in each area of a level, one key beyond each of its bounds, far away and nowhere known.
PLACES = (
    3320012001, 3320012001, 3320012001, 3320012002, 3320022001, 3320012000, 3320010000, 3320009999, 3320019999,
    3320020000, 3320000000, 3319999999, 3320999999, 3321000000, 3300000000, 3299999999, 3399999999, 3400000000, 0,
    1101012001,
)  # fmt: skip
RESTRICTED = frozenset({3, 8, 21, 40})
FAR = 1_000_000
"""What the numbers of added things begin behind."""
BREACH = {
    "uid": uid("breach", 1), "known": datetime(2026, 1, 9, tzinfo=UTC), "due": datetime(2026, 1, 12, tzinfo=UTC),
    "since": datetime(2000, 1, 1, tzinfo=UTC), "until": datetime(2100, 1, 1, tzinfo=UTC), "caller": "", "agreement": "",
    "how": "bocor", "handling": "ditutup", "noted": datetime(2026, 1, 9, tzinfo=UTC), "actor": "ani",
}  # fmt: skip
"""Of every disclosure that a world's ledger holds."""
NUMBERS = ("person_id", "enrollment_id", "benefit_id", "card_id", "household_id", "group_id", "institution_id",
           "mention_id", "entry_id", "id", "mention_a", "mention_b", "record_id", "founded_by")  # fmt: skip
#: Columns by which rows are judged or hang together, and words of closed lists: those stay.
KEPT = frozenset({
    *NUMBERS, "uid", "event_area_key", "home_area_key", "birth_date", "program_id", "component_id", "program", "scheme",
    "code", "source_id", "recorded", "run_id", "file_id", "layout_id", "nik_grade", "no_kk_grade", "grade", "sex",
    "vital", "kind", "unit", "status", "event", "role", "judgement", "register", "vocabulary", "relation", "basis",
    "stated_by", "amount_basis", "missing", "expected", "version", "occurrence", "dataset", "measure", "method",
    "rule", "subject",
})  # fmt: skip
UNIQUE = frozenset({"no_kk", "dwelling", "record_key"})
"""Columns of which no two open rows of a table of things have one value."""
#: Tables whose rows decide over others, which may be seen: none of theirs goes.
JUDGES = frozenset({
    "person_state", "person", "cluster_member", "benefit", "claim_enrollment", "claim_benefit", "claim_group",
    "claim_status", "finding",
})  # fmt: skip
#: Claims of which each of the first persons has one, beside those that the town makes.
STATED = (claims.claim_attribute, claims.claim_dwelling, claims.claim_score, claims.claim_institution,
          claims.claim_observation)  # fmt: skip
Rows = list[tuple[Table, dict[str, Any]]]


def _key(row: dict[str, Any]) -> int:
    return next((row[name] for name in NUMBERS if isinstance(row.get(name), int)), 0)


def world() -> Rows:
    """The town with people of every age all over the country, what lists say of them, and a person for each of them."""
    rows = town().graph.rows
    chance = Random(5)
    home: dict[int, int] = {}
    for table, row in rows:
        if "home_area_key" in table.c:
            person = row.get("person_id") or 7 * _key(row)
            here = home.setdefault(person, PLACES[person % len(PLACES)])
            row["home_area_key"] = here
            row["event_area_key"] = here if chance.random() < 0.8 else chance.choice(PLACES)
            if "area_key" in row and table is graph.person_state:
                row["area_key"] = here
    refused = (row for table, row in rows if table is provenance.quarantine)
    for number, row in enumerate(refused, start=1):  # cursors hold it, so that both worlds have the same
        row["id"] = number
    persons = sorted(
        {row["person_id"] for _, row in rows if row.get("person_id") is not None} | {*RESTRICTED}
    )
    rows += [(identity.person, _person(person, home.get(person, DESA))) for person in persons]
    for person in persons[:60]:
        rows += _told_of(person, home.get(person, DESA))
    for number, (one, other) in enumerate(pairwise(persons[:60]), start=101):
        rows += _alike(number, one, other)
    return rows


def _alike(number: int, one: int, other: int) -> Rows:
    """Two persons whose records may be of one, and what a reviewer said of them that is not in force."""
    a, b = sorted(_mention(person) for person in (one, other))
    pair = {"id": number, "mention_a": a, "mention_b": b}
    told = {"kind": "address", "score": 0.7, "evidence": {"name": "agrees"}, "recorded": known()}
    said = {
        "event": "judged",
        "judgement": "same",
        "at": LEARNED,
        "actor": "ani",
        "reason": "sama",
        "run_id": 1,
    }
    return [(identity.candidate, pair | told), (identity.judging, pair | said | {"in_force": False})]


def _mention(person: int) -> int:
    """The mention of a person in the record that `_told_of` makes."""
    return (5000 + person) * 16


def _person(person: int, area: int) -> dict[str, Any]:
    keys = {"event_area_key": area, "home_area_key": area}
    return {"id": person, "uid": uid("person", person), "founded_by": person * 1000, **keys}


def _told_of(person: int, area: int) -> Rows:
    """Statuses of every kind, the claims and the record behind them, and what the record says of a program."""
    record = 5000 + person
    here = {"event_area_key": area, "home_area_key": area, "person_id": person, "source_id": 2}
    statuses = (("pmks", "16"), ("pmks", "8"), ("flag", "PINDAH"), ("disability", "x"))
    scheme, code = statuses[person % len(statuses)]
    told = {"scheme": scheme, "code": code, "valid": days("2024-01-01"), "record_id": record, **here}
    versions: dict[str, Any] = {
        "id": record, "entry_id": record, "record_key": f"S{person}", "occurrence": 1, "version": 1, "scope": "",
        "payload": "{}", "content_hash": uid("told", person), "file_id": 1, "row_no": person, "run_id": 1,
        "recorded": known(), **here,
    }  # fmt: skip
    mention = {"record_id": record, "mention_id": _mention(person), **here}
    member: dict[str, Any] = {
        "mention_id": _mention(person),
        "person_id": person,
        "method": "founder",
        "recorded": known(),
    }
    program = ("PKH", "BPNT", "PIP", None)[person // 4 % 4]
    others = [(table, row_of(table, (area, area)) | mention) for table in STATED if person <= 30]
    refused = [f"DITOLAK {person}", f"DISEBUT {person}" if person in RESTRICTED else f"BARIS {person}"]
    rows: Rows = [
        (graph.status, told | {"recorded": known()}),
        (claims.claim_status, told | {"mention_id": record * 16}),
        (provenance.source_record, versions),
        (claims.claim_person, mention | {"nik_grade": 0, "no_kk_grade": 0, "name": f"DISEBUT {person}"}),
        (identity.cluster_member, member | {"event_area_key": area, "home_area_key": area}),
        (provenance.quarantine, _refused(person, area, refused)),
    ]
    rows += [(table, {name: row[name] for name in row if name in table.c}) for table, row in others]
    if program:
        spoken = {"program": program, "role": "holder", "status": "active", "period": days("2024-01-01")}
        rows.append((claims.claim_enrollment, mention | spoken))
        for table in (claims.claim_benefit, claims.claim_group) if person <= 30 else ():
            rows.append((table, row_of(table, (area, area)) | mention | {"program": program}))
    return rows


def _refused(person: int, area: int, cells: list[str]) -> dict[str, Any]:
    """A row that was refused, and nobody knows whose it is."""
    return {
        "id": 1000 + person, "source_id": 2, "content_hash": uid("refused of", person), "occurrence": 1, "scope": "",
        "run_id": 1,
        "payload": json.dumps(cells), "reasons": ["NIK_LENGTH"], "fields": ["NIK"], "file_id": 1, "row_no": person,
        "recorded": known(), "record_key": f"R{person}", "event_area_key": area, "home_area_key": area,
    }  # fmt: skip


@dataclass
class Other:
    """Makes the other world of a caller.

    Args:
        rows: Of the first.
        level: Who must not tell them apart.
        terms: Which scope opens which status.
    """

    rows: Rows
    level: Level
    terms: Terms

    def __post_init__(self) -> None:
        """What the caller may see of the first."""
        self.chance = Random(f"other world of {self.level.name}")
        self.seen = Seen(self.level, Facts(self.rows, RESTRICTED), self.terms)
        self.names: dict[int, str | None] = {}
        self.texts: dict[str, list[str]] = defaultdict(list)
        for table, row in self.rows:
            if self.seen.shows(table, row):
                for name in ("nik", "name", "no_kk", "number", "address"):
                    if row.get(name) and isinstance(row[name], str):
                        self.texts[name].append(row[name])

    def world(self) -> Rows:
        """The same visible rows, and others in place of those that are hidden."""
        made: Rows = []
        added: Rows = []
        for table, row in self.rows:
            if self.seen.shows(table, row):
                made.append((table, row))
                continue
            named = table is claims.claim_person and row["person_id"] in RESTRICTED
            if table.name in JUDGES or named or self.chance.random() < 0.75:
                made.append((table, changed := self._changed(table, row)))
                if table is claims.claim_person:
                    self.names[row["person_id"]] = changed["name"]
            if self.chance.random() < 0.4:
                added.append((table, self._added(table, row)))
        for _ in range(2):  # what is left out may have decided over what is kept
            seen = Seen(self.level, Facts(made + added, RESTRICTED), self.terms)
            added = [(table, row) for table, row in added if not seen.shows(table, row)]
        return made + added

    def _changed(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """A row with other values in every column that decides over nothing."""
        found = {name: self._value(table, name, value) for name, value in row.items()}
        if table is provenance.quarantine:
            # Whose text it is decides over it: it names the same person by the name that this world has.
            found["payload"] = json.dumps(
                [self._text("name"), self.names.get(row["row_no"]) or row["record_key"]]
            )
        if found.get("name") and "name_key" in found:
            found["name_key"] = match_key(found["name"])
        return found

    def _value(self, table: Table, name: str, value: Any) -> Any:
        kept = name in KEPT or (table is graph.person_state and name == "valid") or value is None
        if kept or self.chance.random() < 0.1:
            return value
        kind = table.c[name].type
        if isinstance(kind, Text):
            if name not in UNIQUE and self.texts[name] and self.chance.random() < 0.6:
                return self.chance.choice(self.texts[name])
            return self._text(name)
        if isinstance(kind, Date):
            return date(2020, 1, 1) + timedelta(days=self.chance.randrange(2500))
        if isinstance(kind, SmallInteger):
            return self.chance.randrange(1, 10)
        if isinstance(kind, BigInteger | Numeric):
            return self._number(name)
        if name in ("valid", "period"):
            return days(
                f"{self.chance.randrange(2015, 2026)}-01-01", self.chance.choice((None, "2026-06-01"))
            )
        return value

    def _number(self, name: str) -> float:
        if name == "score":
            return self.chance.random()
        return self.chance.choice(PLACES) if name == "area_key" else self.chance.randrange(1, 10**9)

    def _text(self, name: str) -> str:
        """A text that stands nowhere else; of numbers, a well-formed one."""
        digits = f"{self.chance.randrange(10**6):06d}"
        return (
            f"332001{digits}{self.chance.randrange(9000, 10**4)}"
            if name in ("nik", "no_kk")
            else f"LAIN {digits}"
        )

    def _added(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """A row more, of a thing and a person that are in no other world."""
        found = self._changed(table, row)
        for name in NUMBERS:
            if isinstance(found.get(name), int):
                found[name] += FAR * 16 if name.startswith("mention") else FAR
        if "uid" in found:
            found["uid"] = UUID(int=self.chance.getrandbits(128))
        for name in UNIQUE & found.keys():
            found[name] = self._text(name) if found[name] else None
        return found


async def store(database: Database, rows: Rows, terms: Terms) -> None:
    """Puts a world into its tables and withholds who is covered."""
    grouped: dict[tuple[str, ...], tuple[Table, list[dict[str, Any]]]] = {}
    for table, row in rows:
        grouped.setdefault((table.name, *sorted(row)), (table, []))[1].append(row)
    async with database.connect() as connection:
        for table, found in grouped.values():
            await connection.execute(insert(table), found)
        await connection.execute(
            insert(reference.status_scope), [one._asdict() for one in terms.status_scopes()]
        )
        covered = [uid("person", person) for person in sorted(RESTRICTED)]
        covered += [row["uid"] for table, row in rows if table is identity.person and row["id"] > FAR][:4]
        for person in covered:
            await decide(connection, person, Decision("protected", "restricted", "ani", "putusan"))
        await connection.execute(insert(rights.breach), BREACH)
        await connection.commit()


def hidden_pairs(rows: Iterable[tuple[Table, dict[str, Any]]], seen: Seen) -> list[int]:
    """Numbers of the candidates that a caller may not see: it may not judge them either."""
    return [
        row["id"]
        for table, row in rows
        if table is identity.candidate and "id" in row and not seen.shows(table, row)
    ]


def hidden_values(rows: Iterable[tuple[Table, dict[str, Any]]], seen: Seen) -> dict[str, list[Any]]:
    """Numbers and names that only hidden rows bear: what a caller may try out."""
    found: dict[str, set[Any]] = {"nik": set(), "no_kk": set(), "name": set()}
    known_: dict[str, set[Any]] = {"nik": set(), "no_kk": set(), "name": set()}
    for table, row in rows:
        for name in found:
            if row.get(name):
                (known_ if seen.shows(table, row) else found)[name].add(row[name])
    return {name: sorted(values - known_[name])[:12] for name, values in found.items()}


FROZEN = datetime(2026, 1, 10, 3, tzinfo=UTC)
"""The instant at which everything is asked."""
assert FROZEN > LEARNED
