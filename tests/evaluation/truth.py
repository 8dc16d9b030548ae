"""The simulator's truth held against the hub: which row is of whom, and whom the hub takes it for."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.sync_builders import Hub

#: Listings by their names in the truth file, to the names under which the hub reads them.
LISTINGS = {"dapodik/peserta-didik": "dapodik", "pip/penerima": "pip"}
Place = tuple[str, int, str, int]


@dataclass(frozen=True)
class TrueRow:
    """One emitted row: the true person and the kinds of defects it bears."""

    person: str
    kinds: frozenset[str]


def read_truth(path: Path) -> dict[Place, TrueRow]:
    """True rows by source, month, file as the hub names it, and row from 1."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (
                row["source"],
                int(row["month"]),
                LISTINGS.get(row["file"], row["file"]),
                int(row["row"]),
            ): TrueRow(row["person"], frozenset(row["defects"].split("|")) - {""})
            for row in csv.DictReader(lines)
        }


STORED = """
    select s.code, f.name, r.row_no, r.run_id, r.person_id
    from source_record r join source s on s.id = r.source_id join source_file f on f.id = r.file_id
"""
REFUSED = """
    select s.code, f.name, q.row_no, q.run_id
    from quarantine q join source s on s.id = q.source_id join source_file f on f.id = q.file_id
"""
NIK_CONFLICTS = """
    select a.person_id, b.person_id
    from edge e
    join cluster_member a on a.mention_id = e.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = e.mention_b and upper_inf(b.recorded)
    where e.judgement = 'unsure' and upper_inf(e.recorded)
"""


@dataclass(frozen=True)
class Judged:
    """A hub that has pulled some months, beside the truth of what it pulled.

    Args:
        truth: Of every emitted row.
        stored: The hub's person (None: nobody) by the place of each row that wrote a version.
        refused: Places of the rows in quarantine.
        unsure: Pairs of the hub's persons with an open doubt between them.
        unchanged: Rows of the first month that were repeats, by source.
    """

    truth: dict[Place, TrueRow]
    stored: dict[Place, int | None]
    refused: list[Place]
    unsure: set[frozenset[int]]
    unchanged: dict[str, int]

    def missing(self, month: int) -> list[Place]:
        """Rows of a month that are neither stored nor refused under their own place."""
        told = self.stored.keys() | set(self.refused)
        return sorted(place for place in self.truth if place[1] == month and place not in told)

    def true_persons(self) -> dict[int, set[str]]:
        """True persons by hub person, over all rows stored."""
        found: dict[int, set[str]] = defaultdict(set)
        for place, person in self.stored.items():
            if person is not None:
                found[person].add(self.truth[place].person)
        return found

    def hub_persons(self, places: Iterable[Place]) -> dict[str, set[int]]:
        """Hub persons by true person, over these places."""
        found: dict[str, set[int]] = defaultdict(set)
        for place in places:
            if (person := self.stored.get(place)) is not None:
                found[self.truth[place].person].add(person)
        return found

    def places(self, kind: str) -> list[Place]:
        """Stored rows that bear a kind of defect."""
        return [place for place in self.stored if kind in self.truth[place].kinds]


def judge(hub: Hub, months: tuple[int, ...]) -> Judged:
    """Pulls some months and holds what the hub made of them against the truth."""
    assert hub.registries is not None
    truth = read_truth(hub.registries.truth)
    month_of: dict[int, int] = {}
    unchanged: dict[str, int] = {}
    for month in months:
        told = hub.sync(month=month)
        assert {summary.status for summary in told.values()} == {"complete"}
        month_of |= {summary.run: month for summary in told.values()}
        unchanged |= {name: s.unchanged for name, s in told.items() if month == 1}

    def place(source: str, file: str, row: int, run: int) -> Place:
        return (source, month_of[run], file, row)

    stored = {place(*row[:4]): row[4] for row in hub.ask(STORED) if row[0] != "dukcapil_lookup"}
    refused = [place(*row) for row in hub.ask(REFUSED) if row[0] != "dukcapil_lookup"]
    unsure = {frozenset(pair) for pair in hub.ask(NIK_CONFLICTS)}
    assert stored.keys() | set(refused) <= truth.keys()
    return Judged(truth, stored, refused, unsure, unchanged)
