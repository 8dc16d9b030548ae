"""A village of persons, families, programs, payments and ranks drawn by chance, and plain answers over its rows."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from hub.store.tables import graph, reference
from tests.graph_builders import LEARNED, PROGRAMS, Graph, days, known

AREAS = {"33.20.01.2001": 3320012001, "33.20.01.2002": 3320012002, "33.20.02.2001": 3320022001}
ENDED = known(LEARNED, LEARNED + timedelta(days=9))
"""What the hub held true for nine days only: nothing of it may count."""
FIRST, LAST = date(2023, 1, 1), date(2026, 6, 1)
ORIGIN = {"source_id": 2, "record_id": 1}
WORDS = ("BUDI", "SANTOSO", "RATNA", "WATI", "JOKO", "HASAN")
Row = dict[str, Any]


class Village:
    """The rows of one village as builders put them, and what plain Python reads from them.

    Args:
        seed: Of the chances.
        persons: How many persons live in it.
    """

    def __init__(self, seed: int = 11, persons: int = 48) -> None:
        self.chance = random.Random(seed)
        self.graph = Graph().basics()
        self._more_areas()
        self.cards: list[tuple[int, int]] = []
        for number in range(persons // 3):
            self.graph.area = self.chance.choice(list(AREAS.values()))
            self.cards.append((self.graph.card(f"332001010120{9000 + number}"), self.graph.area))
        for number in range(persons):
            self._person(number)

    def _more_areas(self) -> None:
        for code, level, parent in (
            ("33.20.01.2002", 4, "33.20.01"),
            ("33.20.02", 3, "33.20"),
            ("33.20.02.2001", 4, "33.20.02"),
        ):
            self.graph.add(
                reference.wilayah,
                system="kemendagri",
                code=code,
                level=level,
                type="desa" if level == 4 else "kecamatan",
                name=code,
                parent_code=parent,
                area_key=int(code.replace(".", "").ljust(10, "0")),
                valid=days("2025-06-23"),
                population=1,
            )

    def day(self) -> date:
        """Any day of the years the village is told of."""
        return FIRST + timedelta(days=self.chance.randrange((LAST - FIRST).days))

    def span(self) -> Any:
        """An interval of days, open at an end now and then."""
        start, end = sorted((self.day(), self.day()))
        return days(
            None if self.chance.random() < 0.1 else start.isoformat(),
            None if self.chance.random() < 0.5 else (end + timedelta(days=1)).isoformat(),
        )

    def ended(self) -> Row:
        """`recorded` of a row that is no longer held true, in one of six cases."""
        return {"recorded": ENDED} if self.chance.random() < 0.17 else {}

    def _person(self, number: int) -> None:
        chance = self.chance
        card, area = chance.choice(self.cards)
        self.graph.area = area if chance.random() < 0.9 else chance.choice(list(AREAS.values()))
        died = self.day().isoformat() if chance.random() < 0.1 else None
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(31000))
        nik = f"332001410190{9000 + number // 2 * 2 if number < 8 else 9000 + number}"
        person = self.graph.person(" ".join(chance.sample(WORDS, 2)), nik, died, birth_date=born)
        self.graph.member(person, card, None, None, valid=self.span(), **self.ended())
        if chance.random() < 0.2:
            self.graph.member(person, chance.choice(self.cards)[0], None, None, valid=self.span())
        for program in chance.sample(sorted(PROGRAMS), chance.randrange(4)):
            self._enrolled(person, program)
        for _ in range(chance.randrange(3)):
            self._rank(person, card)
        if chance.random() < 0.2:
            self.graph.add(
                graph.person_attributes,
                person_id=person,
                vocabulary="pmt-1",
                given={"disabilitas": chance.random() < 0.6},
                stated_by={},
                missing=[],
                expected=1,
                valid=self.span(),
                **self.ended(),
            )
        if chance.random() < 0.1:
            pmks = {"scheme": "pmks", "code": chance.choice(["5", "8", "9"]), "valid": self.span()}
            self.graph.add(graph.status, person_id=person, **pmks, **ORIGIN)

    def _enrolled(self, person: int, program: str) -> None:
        number = self.graph.enrolled(person, program, "2024-01-01", valid=self.span(), **self.ended())
        for _ in range(self.chance.randrange(4)):
            self._paid(person, number, program)

    def _paid(self, person: int, enrollment: int, program: str) -> None:
        chance, number = self.chance, len(self.graph.rows)
        goods = chance.random() < 0.3
        self.graph.add(
            graph.benefit,
            benefit_id=number,
            uid=f"00000000-0000-0000-0000-{number:012d}",
            enrollment_id=enrollment,
            entry_id=1,
            person_id=person,
            program_id=PROGRAMS[program],
            kind="goods" if goods else "money",
            quantity=Decimal(chance.randrange(1, 40)) / 2 if goods else None,
            unit=chance.choice(["kg", "liter", None]) if goods else None,
            amount_idr=None if chance.random() < 0.2 else chance.randrange(10**13),
            period=self.span(),
            status="paid",
            paid_on=self.day() if chance.random() < 0.7 else None,
            **ORIGIN,
            **self.ended(),
        )

    def _rank(self, person: int, card: int) -> None:
        chance = self.chance
        of_family = chance.random() < 0.4
        kk = next(row["no_kk"] for row in self.rows(graph.family_card) if row["card_id"] == card)
        self.graph.add(
            graph.score,
            person_id=None if of_family else person,
            register=chance.choice(["dtsen", "dtsen", "dtks"]),
            unit="family",
            unit_number=kk,
            edition=chance.choice(["2025-Q3", "2025-Q4"]),
            desil=None if chance.random() < 0.1 else chance.randrange(1, 11),
            valid=self.span(),
            **ORIGIN,
            **self.ended(),
        )

    def rows(self, table: Table, on: date | None = None, **equal: object) -> list[Row]:
        """The rows of a table that the hub holds true, of a day where one is given, with these values."""
        return [
            row
            for one, row in self.graph.rows
            if one is table
            and ("recorded" not in row or row["recorded"].upper is None)
            and (on is None or row["valid"].contains(on))
            and all(row[name] == value for name, value in equal.items())
        ]

    def living(self, day: date) -> dict[int, Row]:
        """Persons who had not died on a day or before it, by number."""
        persons = self.rows(graph.person_state, day)
        return {row["person_id"]: row for row in persons if row["died_on"] is None or row["died_on"] > day}

    def families(self, day: date) -> dict[int, set[int]]:
        """Living members of each card on a day; a card without any is left out."""
        living, found = self.living(day), dict[int, set[int]]()
        for row in self.rows(graph.membership, day):
            if row["person_id"] in living:
                found.setdefault(row["card_id"], set()).add(row["person_id"])
        return found

    def programs(self, persons: set[int], day: date) -> set[str]:
        """Codes of the programs that any of the persons holds on a day."""
        codes = {number: code for code, number in PROGRAMS.items()}
        held = self.rows(graph.enrollment, day)
        return {codes[row["program_id"]] for row in held if row["person_id"] in persons}

    def family_desil(self, card: int, day: date) -> int | None:
        """Desil of a family by the register dtsen."""
        kk = next(row["no_kk"] for row in self.rows(graph.family_card, card_id=card))
        members = self.families(day).get(card, set())
        ranks = self.rows(graph.score, day, register="dtsen")
        return latest(
            [
                r
                for r in ranks
                if r["person_id"] in members or (r["person_id"] is None and r["unit_number"] == kk)
            ]
        )

    def person_desil(self, person: int, day: date) -> int | None:
        """Desil of a person by the register dtsen: the person's own, else that of the family."""
        own = latest(self.rows(graph.score, day, register="dtsen", person_id=person))
        card = self.card_of(person, day)
        return own if own is not None or card is None else self.family_desil(card, day)

    def card_of(self, person: int, day: date) -> int | None:
        """The card on which a person stands on a day; of several the first."""
        cards = [row["card_id"] for row in self.rows(graph.membership, day, person_id=person)]
        return min(cards, default=None)

    def area_of(self, card: int) -> int:
        """Area key of a card."""
        return int(self.rows(graph.family_card, card_id=card)[0]["home_area_key"])


def latest(ranks: list[Row]) -> int | None:
    """Desil of the latest of some ranks; of one day and edition, the poorest."""
    known_ranks = [row for row in ranks if row["desil"] is not None]
    best = sorted(known_ranks, key=lambda row: row["desil"])
    best.sort(key=lambda row: (row["valid"].lower or date.min, row["edition"]), reverse=True)
    return best[0]["desil"] if best else None


def prefix(wilayah: str | None, key: int) -> bool:
    """Whether an area key lies in an area."""
    return wilayah is None or str(key).startswith(wilayah.replace(".", ""))
