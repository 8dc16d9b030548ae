"""What an audit of the oracle's graph found: two editions of a rule, findings that stand and one that ended, cases."""

from datetime import UTC, datetime
from typing import Any

from hub.store.tables import audit
from tests.graph_builders import LEARNED, PROGRAMS, Graph, day, known, uid

DESA_TWO = 3320022002
LATER = datetime(2025, 9, 1, tzinfo=UTC)
NONE: dict[str, Any] = {"enrollment_ids": [], "benefit_ids": [], "record_ids": [], "program_ids": []}


def audit_story(g: Graph) -> None:
    """Rules, findings, cases and their events; no two of a list share a place."""
    for number, (code, version, since) in enumerate(
        (("after_death", 1, LEARNED), ("same_nik", 1, LEARNED), ("same_nik", 2, LATER)), 1
    ):
        _edition(g, number, code, version, since)
    dead = {"person_id": 2, "person_ids": [2], "program_id": PROGRAMS["BLT-DD"], "card_id": 2}
    money = {"amount_idr": 300_000, "paid_idr": 300_000, "since": day("2025-04-01"), "benefit_ids": [5]}
    _finding(g, 1, 1, "after_death", dead | money | {"enrollment_ids": [4], "record_ids": [1, 4]})
    twin = {"person_id": 1, "person_ids": [1, 3], "program_id": PROGRAMS["PKH"], "until": day("2026-01-01")}
    _finding(g, 2, 2, "same_nik", twin | {"amount_idr": 600_000, "recorded": known(end=LATER)})
    _finding(g, 3, 3, "same_nik", twin | {"amount_idr": 750_000, "recorded": known(LATER)})
    g.area = DESA_TWO
    _finding(g, 4, 3, "same_nik", {"person_id": 5, "person_ids": [5, 6], "program_id": None})
    g.area = 3320012001
    _cases(g)


def _edition(g: Graph, number: int, code: str, version: int, since: datetime) -> None:
    g.add(
        audit.rule_edition,
        code=code,
        version=version,
        fingerprint=str(number),
        kind="inclusion" if code == "after_death" else "overlap",
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
