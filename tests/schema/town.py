"""The village with what registers, social services, publishers and sources add: something behind every root."""

from collections.abc import Sequence
from typing import Any

from hub.store.tables import audit, claims, graph, identity, provenance, reference, sharing
from tests.graph_builders import LEARNED, PROGRAMS, Graph, days, uid
from tests.schema.village import AREAS, FIRST, ORIGIN, Village

NIK, KK = "3320014101909000", "3320010101209000"
"""Borne in every town: by two persons, and by the first card."""
SET = "pmt-1"
OTHERS = {2: [13], 4: [8], 5: [1, 7]}
"""Who else is in the evidence of the finding of a person."""


def town(seed: int = 11, persons: int = 48) -> Village:
    """A village in which every connection has a few entries."""
    village = Village(seed, persons)
    told = range(1, 7)
    for person in told:
        _of_one(village, person)
        _place(village, person)
        _published(village, person)
    _left_out(village)
    _retired(village)
    _told_of(village, told)
    _sources(village)
    _audited(village, told)
    _released(village)
    return village


def _released(village: Village) -> None:
    """Two data sets, one of them released twice and one never."""
    for sort, name in enumerate(("penerima", "wilayah")):
        told = {"title_id": f"Judul {name}", "title_en": f"Title {name}"}
        definition = {"name": name, "description_id": f"Isi {name}", **told}
        missing = ["formula"] if sort else []
        village.graph.add(
            sharing.dataset, name=name, definition=definition, missing=missing, sort=sort, **told
        )
    for number in (1, 2):
        _release(village, number)


def _release(village: Village, number: int) -> None:
    """One release of the first data set with its files and cells."""
    village.graph.add(
        sharing.dataset_release,
        id=number,
        uid=uid("release", number),
        dataset="penerima",
        number=number,
        period="2026-05",
        made=LEARNED.replace(day=10 + number),
        reason="salah hitung" if number == 2 else None,
        replaces=1 if number == 2 else None,
        digest="0" * 64,
        definition={},
        limits={"k": 10},
        rows=3,
        suppressed=1,
        protection={"hidden": 1, "narrowest": 12 if number == 1 else None},
    )
    for form in ("csv", "json"):
        village.graph.add(
            sharing.release_file,
            release_id=number,
            name=f"penerima-{number}.{form}",
            format=form,
            media_type=f"text/{form}",
            bytes=100 * number,
            sha256="1" * 64,
        )
    for ordinal, count in enumerate((12, None, 40), 1):
        village.graph.add(
            sharing.release_cell,
            release_id=number,
            ordinal=ordinal,
            cells={
                "program": "PKH" if ordinal < 3 else "BPNT",
                "jumlah": count,
                "status": "A" if count else "c",
            },
        )


def _retired(village: Village) -> None:
    """Codes that areas had before."""
    for number, code in enumerate(AREAS, start=1):
        village.graph.add(
            reference.wilayah_successor,
            code=f"33.19.0{number}.2001",
            level=4,
            name=code,
            first_seen="2016",
            last_seen="2022",
            successor_code=code,
            method="parent+name",
            valid=days(None, "2023-01-01"),
        )


def _left_out(village: Village) -> None:
    """Poor families that hold no program."""
    for number in range(3):
        person = village.graph.person(f"TANPA {number}", f"33200141019093{number:02d}")
        card = village.graph.card(f"332001010121900{number}")
        village.graph.member(person, card, "2024-01-01")
        rank = {"register": "dtsen", "unit": "person", "edition": "2025-Q4", "desil": 1 + number % 2}
        village.graph.add(graph.score, person_id=person, valid=days("2025-01-01"), **rank, **ORIGIN)


def _of_one(village: Village, person: int) -> None:
    """What the hub knows of one person beside the village's own chances."""
    add, area = village.graph.add, list(AREAS.values())[person % len(AREAS)]
    village.graph.area = area
    card = village.cards[person % len(village.cards)][0]
    village.graph.member(person, card, "2024-01-01")
    for program in ("BPNT", "BLT-DD"):
        number = village.graph.enrolled(person, program, "2024-01-01", component_id=1)
        village.graph.paid(person, number, program, "2025-01-01", "2025-02-01")
        add(
            graph.benefit_event,
            benefit_id=village.graph._numbers["benefit"],
            person_id=person,
            event="paid",
            happened_on=days("2025-01-05").lower,
            **ORIGIN,
        )
    dead = village.graph.person(f"ALM {person}", f"33200141019092{person:02d}", "2024-06-01")
    late = village.graph.enrolled(dead, "PKH", "2025-01-01")
    village.graph.paid(dead, late, "PKH", "2025-01-01", "2025-02-01")
    for start in ("2024-01-01", "2024-02-01"):
        village.graph.enrolled(person, "PIP", start, number=f"P-{person}", source_id=1 + int(start[6]))
    given = {"given": {"lantai": "tanah"}, "stated_by": {"lantai": 1}, "missing": ["luas"], "expected": 2}
    for table, extra in (
        (graph.person_attributes, {"person_id": 100 + person}),
        (graph.family_attributes, {"person_id": person, "family_key": f"bdt2015:{person}", "no_kk": None}),
    ):
        add(table, vocabulary=SET, valid=days(None), **given, **extra)


def _place(village: Village, person: int) -> None:
    """Where one person lives, with whom the person receives, and who serves them."""
    add = village.graph.add
    village.graph.household(person, person + 6)
    ruta = {"household_id": 900 + person, "uid": uid("ruta", person), "basis": "ruta"}
    add(graph.household, dwelling=f"ruta:idbdt:A:{person}", address="DUSUN I", valid=days(None), **ruta)
    found = {"scheme": "idbdt", "family_no": "1", "relation": "1", "valid": days("2015-10-01", "2020-01-01")}
    add(graph.household_member, person_id=person, household_id=900 + person, **found)
    kube = {"kind": "kube", "number": f"K-{person}", "name": "MELATI", "size": 10, "program_id": 1}
    add(
        graph.social_group,
        group_id=person,
        uid=uid("group", person),
        valid=days("2024-01-01"),
        **kube,
        **ORIGIN,
    )
    add(graph.group_member, group_id=person, person_id=person, role="chair", valid=days("2024-01-01"))
    house = {
        "kind": "LKS",
        "number": f"L-{person}",
        "name": "PANTI",
        "detail": {"akreditasi": "B", "x": None},
    }
    ids = {"institution_id": person, "uid": uid("lks", person), "person_id": person}
    add(graph.institution, valid=days(None), **ids, **house, **ORIGIN)


def _published(village: Village, number: int) -> None:
    """A published number, and the words of the codes in use."""
    village.graph.add(
        graph.observation,
        area_key=list(AREAS.values())[number % len(AREAS)],
        value=None if number == 1 else number * 1.5,
        dataset="kemiskinan",
        measure=f"m{number % 2}",
        unit="orang",
        dimensions={"jk": "L", "umur": number},
        valid=days("2024-01-01", "2025-01-01"),
        **ORIGIN,
    )
    code = {"scheme": SET, "code": ("lantai", "luas", "atap")[number % 3]}
    if number < 3:
        village.graph.add(reference.code, label_id="Sebutan", label_en="wording", sort=number, **code)


def _told_of(village: Village, persons: Sequence[int]) -> None:
    """Records that name persons, numbers of theirs, and one doubt."""
    for person in persons:
        name = {"name_raw": f"Orang {person}", "nik": NIK, "nik_grade": 3}
        record = village.graph.stated(person, "pkh", f"ORANG {person}", payload='{"nama": "x"}', **name)
        named = {
            "record_id": record,
            "mention_id": record * 16,
            "source_id": 2,
            "person_id": person,
            "grade": 3,
        }
        village.graph.add(
            claims.claim_identifier, scheme="kks", value=f"6013{person}", valid=days("2023-01-01"), **named
        )
    village.graph.unsure(persons[0], persons[1])
    one, other = sorted(person * 1000 for person in persons[:2])
    for kind, score in (("address", 0.6), ("demographic", 0.8)):
        told = {"kind": kind, "score": score, "evidence": {"name": "agrees"}}
        village.graph.add(identity.candidate, mention_a=one, mention_b=other, **told)
    for number, code in enumerate(("SD", "BALITA"), start=1):
        names: dict[str, Any] = {"name_id": code, "name_en": code.lower()}
        village.graph.add(reference.component, id=number, program_id=PROGRAMS["PKH"], code=code, **names)


def _sources(village: Village) -> None:
    """Further runs of one source, and rows that it was refused."""
    for number in range(5):
        village.graph.add(
            provenance.run,
            source_id=2,
            started=LEARNED.replace(day=10 + number),
            finished=LEARNED.replace(day=10 + number, hour=1),
            status="complete",
            rows_in=number,
            stored=number,
        )
        village.graph.add(
            provenance.quarantine,
            source_id=2,
            content_hash=uid("refused", number),
            occurrence=1,
            scope="",
            payload='["x"]',
            reasons=["blank"],
            fields=["NIK"],
            file_id=1,
            row_no=number,
            run_id=2,
            record_key=f"K{number}",
        )


def _audited(village: Village, persons: Sequence[int]) -> None:
    """A rule in two editions, and what it found: a finding and a case a person, in three areas."""
    for version in (1, 2):
        edition(village.graph, "after_death", version, "inclusion")
    for number, person in enumerate(persons, 1):
        _found(village, number, person)


def edition(graph_: Graph, code: str, version: int, kind: str) -> None:
    """A rule as it was run."""
    words = {"title_id": "Judul", "title_en": "Title", "text_id": "Alasan", "text_en": "Reason"}
    graph_.add(
        audit.rule_edition,
        **words,
        code=code,
        version=version,
        fingerprint=str(version),
        statement="select 1",
        kind=kind,
        unit="person",
        severity="high",
        evidence="S",
        valid_from=FIRST,
        definition={},
        parameters={},
        since=LEARNED,
    )


def _found(village: Village, number: int, person: int) -> None:
    """A finding of a person, its case, and what was said of that."""
    village.graph.area = list(AREAS.values())[number % len(AREAS)]
    found(village.graph, number, [person, *OTHERS.get(person, ())])
    case: dict[str, Any] = {"case_id": number, "uid": uid("case", number), "opened": LEARNED, "program_id": 1}
    village.graph.add(audit.audit_case, **_about(person), **case)
    for event in ("opened", "seen"):
        told = {"case_id": number, "person_id": person, "event": event, "at": LEARNED, "actor": "hub"}
        village.graph.add(audit.case_event, **told)


def _about(person: int) -> dict[str, Any]:
    return {"rule": "after_death", "subject": f"person:{person}", "person_id": person, "card_id": 1}


def found(graph_: Graph, number: int, persons: Sequence[int], **told: Any) -> None:
    """A finding of the first of some persons, with all of them in its evidence."""
    about = {"rule_id": 2, **_about(persons[0]), **told}
    graph_.add(
        audit.finding,
        **about,
        finding_id=number,
        uid=uid("finding", number),
        person_ids=[*persons],
        program_id=1,
        program_ids=[1, 2] if persons[1:] else [1],
        enrollment_ids=[1],
        benefit_ids=[],
        record_ids=[1],
        amount_idr=1000 * number if number % 2 else None,
        since=FIRST,
        proof="{}",
        freshness={"pkh": "2025-01-03T00:00:00Z"},
    )
