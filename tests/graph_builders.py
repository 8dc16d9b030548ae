"""Builders of a small graph, put straight into the tables: plain arguments, synthetic numbers alone."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.dialects.postgresql import Range

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.domain.names import match_key
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.tables import audit, claims, graph, identity, provenance, reference
from hub.store.tables.claims import MENTION_SLOTS

LEARNED = datetime(2025, 1, 1, tzinfo=UTC)
"""When the hub learned what a builder isn't told another instant for."""
DESA = 3320012001
RECEIVED = ("record_key", "version", "payload", "layout_id", "scope", "run_id", "occurrence")
"""What a record may be told to have beside whom it names."""
PROGRAMS = {"PKH": 1, "BPNT": 2, "BLT-DD": 3, "PIP": 4}
SOURCES = {"dukcapil": 1, "pkh": 2, "bpnt": 3}


def day(text: str | None) -> date | None:
    """A day written YYYY-MM-DD."""
    return None if text is None else date.fromisoformat(text)


def days(start: str | None, end: str | None = None) -> Range[date]:
    """A half-open interval of days; None: open."""
    return Range(day(start), day(end), bounds="[)")


def known(start: datetime = LEARNED, end: datetime | None = None) -> Range[datetime]:
    """A half-open interval of instants; None: held true still."""
    return Range(start, end, bounds="[)")


def uid(kind: str, number: int) -> UUID:
    """A public id that is the same in every run."""
    return UUID(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


def context(
    database: Database, areas: tuple[int, int] = NATIONAL_KEYS, life: timedelta = timedelta(days=1)
) -> str:
    """A signed access context for some areas, good for any connection."""
    return sign(database.roles.derive("context"), Reach([areas], EVERY_SCOPE, "test", "test"), life)


@dataclass
class Graph:
    """Rows waiting to be stored; each method adds a thing and returns its number.

    A row that was corrected later is added twice, the first time with `recorded=known(start, end)`.
    """

    rows: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    area: int = DESA
    _numbers: dict[str, int] = field(default_factory=dict)

    def _next(self, kind: str) -> int:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._numbers[kind]

    def add(self, table: Table, **values: Any) -> None:
        """One row, with the area keys and the instant it was learned where the table has them."""
        usual = {"event_area_key": self.area, "home_area_key": self.area, "recorded": known()}
        found = {name: value for name, value in usual.items() if name in table.c}
        self.rows.append((table, found | values))

    def basics(self) -> "Graph":
        """Programs, sources, a run each, and the areas of one desa."""
        for code, number in PROGRAMS.items():
            self.add(
                reference.program,
                id=number,
                code=code,
                name_id=f"Program {code}",
                name_en=f"{code} program",
                owner="Kemensos",
                unit="family",
                kind="money",
            )
        self.add(
            reference.program_exclusion,
            program_a=2,
            program_b=3,
            unit="family",
            valid=days("2022-01-01"),
            evidence="S",
        )
        self._sources()
        self._areas()
        for scheme, code, label in (("sex", "P", "PEREMPUAN"), ("shdk", "1", "KEPALA KELUARGA")):
            self.add(reference.code, scheme=scheme, code=code, label_id=label, label_en=label.lower(), sort=1)
        return self

    def _sources(self) -> None:
        for code, number in SOURCES.items():
            self.add(
                provenance.source,
                code=code,
                title_id=f"Daftar {code}",
                title_en=f"{code} list",
                owner="Kemensos",
                family="program",
                rank=number,
                full_list=True,
                last_complete_run=number,
            )
            self.add(
                provenance.run,
                source_id=number,
                started=LEARNED,
                finished=LEARNED.replace(day=1 + number),
                status="complete",
                rows_in=1,
                stored=1,
            )
        self.add(provenance.source_file, source_id=2, run_id=2, name="pkh.xlsx", sha256="0" * 64, bytes=1)

    def _areas(self) -> None:
        areas = [
            ("33", 1, "JAWA TENGAH", None),
            ("33.20", 2, "JEPARA", "33"),
            ("33.20.01", 3, "KEDUNG", "33.20"),
            ("33.20.01.2001", 4, "KEDUNGMALANG", "33.20.01"),
        ]
        for code, level, name, parent in areas:
            key = int(code.replace(".", "").ljust(10, "0"))
            self._area("kemendagri", code, level, name, parent, key)
            if level == 4:
                self._area("bps", "3320010001", level, name, None, key)

    def _area(self, system: str, code: str, level: int, name: str, parent: str | None, key: int) -> None:
        self.add(
            reference.wilayah,
            system=system,
            code=code,
            level=level,
            type=("provinsi", "kabupaten", "kecamatan", "desa")[level - 1],
            name=name,
            parent_code=parent,
            area_key=key,
            valid=days("2025-06-23"),
            population=100 * level,
        )

    def person(self, name: str, nik: str | None = None, died_on: str | None = None, **values: Any) -> int:
        """A person of this graph's area; further columns by their names."""
        number = self._next("person") if "person_id" not in values else values.pop("person_id")
        self.add(
            graph.person_state,
            **{
                "person_id": number,
                "uid": uid("person", number),
                "nik": nik,
                "nik_grade": 3 if nik else 0,
                "name": name,
                "name_key": match_key(name),
                "area_key": self.area,
                "died_on": day(died_on),
                "vital": "meninggal" if died_on else "hidup",
                "sex": "P",
                "valid": days(None),
                "birth_date": date(1990, 1, 1),
                "stated_by": [1] * len(graph.PERSON_FIELDS),
            }
            | values,
        )
        return number

    def card(self, kk: str) -> int:
        """A family card."""
        number = self._next("card")
        self.add(graph.family_card, card_id=number, uid=uid("card", number), no_kk=kk, valid=days(None))
        return number

    def member(
        self, person: int, card: int, start: str | None = None, end: str | None = None, **values: Any
    ) -> None:
        """A person on a family card for some days."""
        row = {"relation": "1", "source_id": 1, "valid": days(start, end)} | values
        self.add(graph.membership, person_id=person, card_id=card, **row)

    def household(self, *persons: int) -> int:
        """A household with its members."""
        number = self._next("household")
        self.add(
            graph.household,
            household_id=number,
            uid=uid("household", number),
            basis="address",
            dwelling=f"d{number}",
            address=f"JL. {number}",
            valid=days(None),
        )
        for person in persons:
            self.add(graph.household_member, person_id=person, household_id=number, valid=days(None))
        return number

    def enrolled(self, person: int, program: str, start: str, end: str | None = None, **values: Any) -> int:
        """A person in a program for some days."""
        number = self._next("enrollment")
        row = {
            "role": "holder",
            "status": "active",
            "source_id": 2,
            "record_id": 1,
            "valid": days(start, end),
        }
        self.add(
            graph.enrollment,
            enrollment_id=number,
            uid=uid("enrollment", number),
            person_id=person,
            program_id=PROGRAMS[program],
            **(row | values),
        )
        return number

    def paid(
        self, person: int, enrollment: int, program: str, start: str, end: str, amount: int = 600_000
    ) -> int:
        """A payment for some days, paid on the first of them."""
        number = self._next("benefit")
        self.add(
            graph.benefit,
            benefit_id=number,
            uid=uid("benefit", number),
            enrollment_id=enrollment,
            entry_id=1,
            person_id=person,
            program_id=PROGRAMS[program],
            kind="money",
            amount_idr=amount,
            amount_basis="stated",
            period=days(start, end),
            status="paid",
            paid_on=day(start),
            source_id=2,
            record_id=1,
        )
        return number

    def stated(self, person: int, source: str, name: str, **values: Any) -> int:
        """A record of a source that names a person; `recorded` is the record's."""
        number = self._next("record")
        entry, recorded = values.pop("entry_id", number), values.pop("recorded", known())
        received = {name: values.pop(name) for name in RECEIVED if name in values}
        self.add(
            provenance.source_record,
            **{
                "id": number,
                "entry_id": entry,
                "source_id": SOURCES[source],
                "record_key": f"K{number}",
                "occurrence": 1,
                "version": 1,
                "scope": "",
                "payload": "{}",
                "content_hash": uid("record", number),
                "file_id": 1,
                "row_no": number,
                "run_id": 1,
                "recorded": recorded,
                "person_id": person,
            }
            | received,
        )
        self._named(entry * MENTION_SLOTS, person, recorded)
        self.add(
            claims.claim_person,
            **{
                "record_id": number,
                "mention_id": entry * MENTION_SLOTS,
                "source_id": SOURCES[source],
                "person_id": person,
                "nik_grade": 0,
                "no_kk_grade": 0,
                "name": name,
            }
            | values,
        )
        return number

    def _named(self, mention: int, person: int, recorded: Range[datetime]) -> None:
        """The mention stands for the person from its first record on."""
        if not any(
            row.get("mention_id") == mention for table, row in self.rows if table is identity.cluster_member
        ):
            self.add(
                identity.cluster_member,
                mention_id=mention,
                person_id=person,
                method="founder",
                recorded=known(recorded.lower or LEARNED),
            )

    def unsure(self, one: int, other: int) -> None:
        """An unsure edge between the mentions of two persons."""
        for person in (one, other):
            self.add(identity.cluster_member, mention_id=person * 1000, person_id=person, method="founder")
        self.add(
            identity.edge,
            mention_a=one * 1000,
            mention_b=other * 1000,
            judgement="unsure",
            method="nik_conflict",
            score=0.5,
            evidence={},
            actor="hub",
        )

    def found(self, person: int, *records: int) -> UUID:
        """A finding on a person that rests on some records, with its open case."""
        number = self._next("finding")
        told = {"rule": "R-1", "subject": str(person), "person_id": person}
        self.add(
            audit.finding,
            **told,
            **{name: [] for name in ("program_ids", "enrollment_ids", "benefit_ids")},
            finding_id=number,
            uid=uid("finding", number),
            rule_id=1,
            person_ids=[person],
            record_ids=list(records),
            proof="{}",
            freshness={},
        )
        case = {"case_id": number, "uid": uid("case", number), "opened": LEARNED}
        self.add(audit.audit_case, **told, **case)
        return uid("finding", number)

    def anchored(self, persons: int) -> None:
        """The anchors of the first so many persons, for what goes by their public ids."""
        for number in range(1, persons + 1):
            self.add(identity.person, id=number, uid=uid("person", number), founded_by=number * 1000)

    async def store(self, database: Database) -> None:
        """Puts every row into its table."""
        groups: dict[tuple[Table, frozenset[str]], list[dict[str, Any]]] = {}
        for table, values in self.rows:
            groups.setdefault((table, frozenset(values)), []).append(values)
        async with database.connect(Role.INGEST) as connection:
            for (table, _), rows in groups.items():
                await connection.execute(insert(table), rows)
            await connection.commit()
