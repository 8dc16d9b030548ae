"""What an audit of the oracle's graph found: two editions of a rule, findings that stand and one that ended, cases."""

from datetime import UTC, datetime
from typing import Any

from hub.store.tables import audit, overlap
from tests.graph_builders import LEARNED, PROGRAMS, Graph, day, known, uid

DESA_TWO = 3320022002
LATER = datetime(2025, 9, 1, tzinfo=UTC)
NONE: dict[str, Any] = {"enrollment_ids": [], "benefit_ids": [], "record_ids": [], "program_ids": []}


RULES = {"after_death": "inclusion", "same_nik": "overlap", "poor_without_program": "exclusion"}


def audit_story(g: Graph) -> None:
    """Rules, findings, cases and their events; no two of a list share a place."""
    for number, (code, version, since) in enumerate(
        (
            ("after_death", 1, LEARNED),
            ("same_nik", 1, LEARNED),
            ("same_nik", 2, LATER),
            ("poor_without_program", 1, LATER),
        ),
        1,
    ):
        _edition(g, number, code, version, since)
    dead = {"person_id": 2, "person_ids": [2], "program_id": PROGRAMS["BLT-DD"], "card_id": 2}
    money = {"amount_idr": 300_000, "paid_idr": 300_000, "since": day("2025-04-01")}
    money |= _given((5, 300_000, 300_000))
    _finding(g, 1, 1, "after_death", dead | money | {"enrollment_ids": [4], "record_ids": [1, 4]})
    twin = {"person_id": 1, "person_ids": [1, 3], "program_id": PROGRAMS["PKH"], "until": day("2026-01-01")}
    shared = _given((1, 500_000, 400_000), (2, 250_000, None))
    _finding(g, 2, 2, "same_nik", twin | {"amount_idr": 600_000, "recorded": known(end=LATER)})
    both = {"enrollment_ids": [1, 3], "amount_idr": 750_000, "recorded": known(LATER)}
    _finding(g, 3, 3, "same_nik", twin | both | shared)
    g.area = DESA_TWO
    _finding(g, 4, 3, "same_nik", {"person_id": 5, "person_ids": [5, 6], "program_id": None} | shared)
    _finding(
        g, 5, 4, "poor_without_program", {"person_id": 6, "person_ids": [6], "program_id": None, "card_id": 4}
    )
    g.area = 3320012001
    _cases(g)
    _overlaps(g)


def _given(*benefits: tuple[int, int, int | None]) -> dict[str, Any]:
    """Benefits with their rupiah and what was paid of them."""
    return dict(zip(("benefit_ids", "amounts", "paids"), map(list, zip(*benefits, strict=True)), strict=True))


def _edition(g: Graph, number: int, code: str, version: int, since: datetime) -> None:
    g.add(
        audit.rule_edition,
        code=code,
        version=version,
        fingerprint=str(number),
        kind=RULES[code],
        unit="person",
        severity="high" if number == 1 else "low",
        title_id=f"Judul {number}",
        title_en=f"Title {number}",
        text_id=f"Alasan {number}",
        text_en=f"Reason {number}",
        legal_basis="UU 24/2013" if number == 1 else None,
        evidence="S",
        valid_from=day("2017-01-01"),
        valid_to=day("2030-01-01") if number == 1 else None,
        definition={},
        parameters={},
        statement="select 1",
        since=since,
    )


def _finding(g: Graph, number: int, rule: int, code: str, values: dict[str, Any]) -> None:
    g.add(
        audit.finding,
        **{
            "finding_id": number,
            "uid": uid("finding", number),
            "rule_id": rule,
            "rule": code,
            "subject": f"person:{values['person_id']}",
            "proof": '{"facts": [1], "say": "\\"ya\\""}',
            "freshness": {"pkh": "2025-01-03T00:00:00.000000Z", "bpnt": None},
            **NONE,
            **values,
        },
    )


def _overlaps(g: Graph) -> None:
    """Counts of two quarters, of persons and of families, ranked and not."""
    g.add(overlap.overlap_mark, quarter=day("2025-07-01"), at=LATER)
    for quarter, unit, desil, codes, units, amount in (
        ("2025-07-01", "person", 1, ["PKH"], 3, 900_000), ("2025-07-01", "person", 0, ["PKH"], 1, 0),
        ("2025-07-01", "person", 2, ["BPNT", "PKH"], 2, 750_000), ("2025-07-01", "family", 1, ["BPNT", "PKH"], 2, 75),
        ("2025-01-01", "person", 1, ["PKH"], 5, 600_000),
    ):  # fmt: skip
        g.add(
            overlap.overlap_cell,
            kind="program",
            unit=unit,
            quarter=day(quarter),
            desil=desil,
            codes=codes,
            program_ids=[PROGRAMS[code] for code in codes],
            units=units,
            amount_idr=amount,
        )
    flag = {
        "quarter": day("2025-07-01"),
        "desil": 0,
        "codes": ["same_nik"],
        "program_ids": [],
        "amount_idr": 0,
    }
    g.add(overlap.overlap_cell, kind="flag", unit="person", units=1, **flag)


def _cases(g: Graph) -> None:
    for number, (rule, person, program, opened) in enumerate(
        (("after_death", 2, PROGRAMS["BLT-DD"], LEARNED), ("same_nik", 1, PROGRAMS["PKH"], LEARNED),
         ("same_nik", 5, None, LATER)), 1,
    ):  # fmt: skip
        g.area = DESA_TWO if person == 5 else 3320012001
        g.add(
            audit.audit_case,
            case_id=number,
            uid=uid("case", number),
            rule=rule,
            subject=f"person:{person}",
            person_id=person,
            card_id=2 if number == 1 else None,
            program_id=program,
            opened=opened,
        )
        _event(g, number, person, "opened", opened)
    g.area = 3320012001
    _event(
        g, 1, 2, "registry_wrong", LATER, actor="ani", agency="Dinsos", registry="dukcapil", reason="hidup"
    )
    _event(g, 1, 2, "closed", LATER.replace(day=2), actor="ani", reason="selesai")
    _event(g, 2, 1, "changed", LATER)
    _event(g, 2, 1, "recovered", LATER.replace(month=10), actor="budi", amount_idr=225_000)


def _event(g: Graph, case: int, person: int, event: str, at: datetime, **values: Any) -> None:
    row = {"case_id": case, "person_id": person, "event": event, "at": at, "actor": "hub"} | values
    g.add(audit.case_event, **row)
