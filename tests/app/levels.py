"""Callers of every level, and what each may see by plain Python over the rows of a world: no policy is asked."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table

from hub.access.areas import NATIONAL_KEYS
from hub.domain import clock
from hub.domain.wilayah import AreaCode, System, key_range
from hub.registry.agencies import Agency, Terms
from hub.registry.agreements import Agreement
from hub.schema.scoping import TABLES
from tests.graph_builders import PROGRAMS

Row = Mapping[str, Any]
PURPOSE = "verivali"
OFFICER = "hak-subjek"
"""Purpose of the officer for data protection, who sees whoever is withheld from all others."""
EVERY = ("identity", "contact", "family", "enrollment", "payment", "score", "status-general", "status-sensitive",
         "exclusion", "children", "provenance")  # fmt: skip
PAIRS = ("candidate", "judging")
"""Tables of two mentions, whose rows stand in no area: both persons have to be seen."""
REFUSED = "quarantine"
"""Table of rows that make no claims, so that it is by their text alone that one knows of whom they speak."""
WHOLE = {"children", "status-general", "status-sensitive", "exclusion"}
"""What a caller has to see to be shown a row of which nobody knows what it says."""
CODES = {number: code for code, number in PROGRAMS.items()}
SENSITIVE = {("pmks", code) for code in ("3", "5", "6", "7", "9", "10", "14", "15", "16", "17", "18", "19")}


@dataclass(frozen=True)
class Level:
    """One caller.

    Args:
        name: Of its agency.
        areas: Codes; None: the whole country.
        lacks: Scopes that its agreement does not grant.
        programs: That it names; None: every one.
        purpose: What it asks for; blank: nothing personal.
    """

    name: str
    areas: tuple[str, ...] | None
    lacks: frozenset[str] = frozenset()
    programs: tuple[str, ...] | None = None
    purpose: str = PURPOSE

    @property
    def scopes(self) -> tuple[str, ...]:
        """What its agreement grants."""
        return tuple(one for one in EVERY if one not in self.lacks) if self.purpose else ()

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """Its area keys, inclusive."""
        if self.areas is None:
            return [NATIONAL_KEYS]
        return [key_range(AreaCode(System.KEMENDAGRI, code)) for code in self.areas]

    @property
    def roles(self) -> list[str]:
        """What its client may do."""
        return ["reader", "exporter", *(["dpo"] if self.purpose == OFFICER else ["auditor", "reviewer"])]

    def agency(self) -> Agency:
        """Its entry in the configuration."""
        told: dict[str, Any] = {"code": self.name, "name_id": self.name, "name_en": self.name, "kind": "opd"}
        area = {"national": True} if self.areas is None else {"areas": self.areas}
        return Agency.model_validate(told | area | {"client": [{"id": "sistem", "roles": self.roles}]})

    def agreement(self) -> Agreement:
        """What it may ask for."""
        told: dict[str, Any] = {
            "code": f"pks-{self.name}", "version": 1, "agency": self.name, "number": "1", "legal_basis": "x",
            "purposes": [self.purpose or PURPOSE], "scopes": self.scopes or ("identity",), "programs": self.programs,
            "from": "2020-01-01", "to": "2999-01-01",
        }  # fmt: skip
        return Agreement.model_validate(told)


LEVELS = (
    Level("desa", ("33.20.01.2001",), frozenset({"status-sensitive", "children"})),
    Level("kecamatan", ("33.20.01",)),
    Level("kabupaten", ("33.20",), frozenset({"children"})),
    Level("provinsi", ("33",), frozenset({"status-sensitive", "exclusion"})),
    Level("desas", ("33.20.01.2001", "33.20.02.2001"), frozenset({"status-general"})),
    Level("opd", ("33.20",), frozenset(EVERY) - {"identity", "enrollment", "payment"}, ("BPNT", "PIP")),
    Level("records", ("33.20",), frozenset({"children"}), ("BPNT",)),
    Level("auditor", None),
    Level("officer", ("33.20.01",), purpose=OFFICER),
    Level("public", ("33.20",), purpose=""),
)


@dataclass
class Facts:
    """What decides over rows other than their own columns, of one world.

    Args:
        rows: Of the world.
        restricted: Persons who are covered by a decision.
    """

    rows: list[tuple[Table, dict[str, Any]]]
    restricted: frozenset[int]
    grown: set[int] = field(init=False)
    programs: dict[int, set[str]] = field(init=False)
    closed: dict[int, set[tuple[str, str]]] = field(init=False)
    payments: dict[int, set[str]] = field(init=False)
    mentions: set[int] = field(init=False)
    evidence: dict[tuple[str, str], set[int]] = field(init=False)
    members: dict[int, list[tuple[Table, Row]]] = field(init=False)
    words: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """Reads them once."""
        born: dict[int, list[date | None]] = {}
        self.programs, self.closed, self.payments, self.mentions, self.evidence = {}, {}, {}, set(), {}
        self.members = _members(self.rows)
        self.words = set(_words(self.rows, self.restricted))
        for table, row in self.rows:
            if table.name == "person_state" and row["recorded"].upper is None and row["valid"].upper is None:
                born.setdefault(row["person_id"], []).append(row["birth_date"])
            if table.name in ("claim_enrollment", "claim_benefit", "claim_group") and row.get("program"):
                self.programs.setdefault(row["record_id"], set()).add(row["program"])
            if table.name == "claim_status":
                self.closed.setdefault(row["record_id"], set()).add((row["scheme"], row["code"]))
            if table.name == "benefit":
                self.payments.setdefault(row["benefit_id"], set()).add(CODES[row["program_id"]])
            if table.name == "cluster_member" and row["person_id"] in self.restricted:
                self.mentions.add(row["mention_id"])
            if table.name == "finding":
                self.evidence.setdefault((row["rule"], row["subject"]), set()).update(row["person_ids"])
        limit = _years_ago(clock.today(), 18)
        self.grown = {
            person for person, days in born.items() if all(day is not None and day <= limit for day in days)
        }


def _words(rows: Iterable[tuple[Table, Row]], persons: frozenset[int]) -> Iterable[str]:
    """Numbers and names of some persons, as any list has them."""
    for table, row in rows:
        if table.name in ("person_state", "claim_person") and row["person_id"] in persons:
            for name in ("nik", "nik_raw", "no_kk", "no_kk_raw", "name", "name_raw"):
                if row.get(name):
                    yield bare(row[name])


def bare(word: str) -> str:
    """A word without signs and case."""
    return "".join(filter(str.isalnum, word)).upper()


def _members(rows: Iterable[tuple[Table, Row]]) -> dict[int, list[tuple[Table, Row]]]:
    """Rows that tell now whose a mention is, by mention."""
    found: dict[int, list[tuple[Table, Row]]] = {}
    for table, row in rows:
        if table.name == "cluster_member" and row["recorded"].upper is None:
            found.setdefault(row["mention_id"], []).append((table, row))
    return found


def _years_ago(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True)
class Seen:
    """What a level may see of a world.

    Args:
        level: Who looks.
        facts: Of the world.
        terms: Which scope opens which status.
    """

    level: Level
    facts: Facts
    terms: Terms

    def shows(self, table: Table, row: Row) -> bool:
        """Whether the caller may see a row."""
        if table.name in PAIRS:
            return "provenance" in self.level.scopes and self._both(row)
        if "home_area_key" not in table.c:
            return True
        return (
            self._lies(row)
            and self._opens(table.name)
            and not self._withheld(table.name, row)
            and all(self._old_enough(person) for person in self._persons(table.name, row))
            and self._status(table.name, row)
            and self._program(table.name, row)
            and (table.name != REFUSED or self._whole())
        )

    def _whole(self) -> bool:
        """Whether the caller may see whatever a row may say."""
        return {*self.level.scopes} >= WHOLE and self.level.programs is None

    def _both(self, row: Row) -> bool:
        """Whether the caller may see the persons of both mentions of a pair."""
        mentions = (self.facts.members.get(row[name], []) for name in ("mention_a", "mention_b"))
        return all(any(self.shows(*member) for member in members) for members in mentions)

    def _lies(self, row: Row) -> bool:
        keys = (row["home_area_key"], row["event_area_key"])
        return any(lo <= key <= hi for lo, hi in self.level.ranges for key in keys)

    def _opens(self, name: str) -> bool:
        opening = TABLES.get(name)
        if name in ("observation", "claim_observation"):
            return True
        if name == "claim_institution" and opening is None:
            opening = "provenance"
        assert opening is not None, name
        return bool(self.level.scopes) if not opening else bool({*opening.split("|")} & {*self.level.scopes})

    def _persons(self, name: str, row: Row) -> set[int]:
        """Whom a row speaks of; a finding or a case, of everybody in its evidence."""
        person: int | None = row["id"] if name == "person" else row.get("person_id")
        others = self.facts.evidence[row["rule"], row["subject"]] if name == "audit_case" else set()
        return {*row.get("person_ids", ()), *others} | ({person} if person is not None else set())

    def _old_enough(self, person: int) -> bool:
        return "children" in self.level.scopes or person in self.facts.grown

    def _withheld(self, name: str, row: Row) -> bool:
        if self.level.purpose == OFFICER:
            return False
        if name == REFUSED:
            return any(bare(cell) in self.facts.words for cell in json.loads(row["payload"]))
        if name == "edge":
            return bool({row["mention_a"], row["mention_b"]} & self.facts.mentions)
        if name == "source_record" and row["entry_id"] in {one >> 4 for one in self.facts.mentions}:
            return True
        return bool(self._persons(name, row) & self.facts.restricted)

    def _status(self, name: str, row: Row) -> bool:
        if name in ("status", "claim_status"):
            return self._opened(row["scheme"], row["code"])
        stated = self.facts.closed.get(row["id"], set()) if name == "source_record" else set()
        return all(self._opened(*one) for one in stated)

    def _opened(self, scheme: str, code: str) -> bool:
        """Whether a scope of the caller opens a status; what nobody listed is sensitive."""
        listed = {status: scope for scope, statuses in self.terms.statuses.items() for status in statuses}
        scope = listed.get(f"{scheme} {code}") or listed.get(scheme) or "status-sensitive"
        assert (scheme, code) not in SENSITIVE or scope == "status-sensitive"
        return scope in self.level.scopes

    def _program(self, name: str, row: Row) -> bool:
        if self.level.programs is None:
            return True
        named = {*self.level.programs}
        if name == "finding":
            return {CODES[one] for one in row["program_ids"]} <= named
        if (
            name in ("enrollment", "benefit", "social_group", "audit_case")
            and row.get("program_id") is not None
        ):
            return CODES[row["program_id"]] in named
        if name == "benefit_event":
            return self.facts.payments.get(row["benefit_id"], set()) <= named
        record = (
            row["id"]
            if name == "source_record"
            else row.get("record_id")
            if name.startswith("claim_") and name != "claim_observation"
            else None
        )
        spoken = self.facts.programs.get(record, set()) if record is not None else set()
        own = {row["program"]} if name in ("claim_enrollment", "claim_benefit") else set()
        return own <= named and (not spoken or bool(spoken & named))


def hidden(rows: Iterable[tuple[Table, Row]], seen: Seen) -> list[int]:
    """Places of the rows that a caller may not see."""
    return [place for place, (table, row) in enumerate(rows) if not seen.shows(table, row)]
