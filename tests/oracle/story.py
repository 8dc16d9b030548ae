"""A small graph that has two of everything: corrections, gaps, open ends, nulls, two desa, a shared NIK."""

from datetime import UTC, datetime

from hub.store.tables import claims, graph, identity, provenance, reference
from tests.graph_builders import PROGRAMS, Graph, day, days, known, uid
from tests.oracle.audited import audit_story
from tests.oracle.surroundings import surround

NOW = datetime(2026, 1, 10, 3, tzinfo=UTC)
CORRECTED = datetime(2025, 9, 1, tzinfo=UTC)
"""When the hub learned better of some rows."""
NIKS = ("3320014101909001", "3320010101859002", "3320015202129003", "3320010707759004")
CARDS = ("3320010101209003", "3320010101219004", "3320020505229005")
DESA_TWO = 3320022002
NAMES = ("SITI AMINAH", "BUDI SANTOSO", "TINI", "AGUS", "DEWI LESTARI", 'ÇELIK "TUA"', "RUDI", "WATI")


def oracle_story() -> Graph:
    """The graph of the oracle; every order of a list is without ties in it."""
    graph_ = Graph().basics()
    _reference(graph_)
    _persons(graph_)
    _families(graph_)
    _programs(graph_)
    _provenance(graph_)
    _groups(graph_)
    audit_story(graph_)
    surround(graph_, CORRECTED, CARDS)
    return graph_


def _reference(g: Graph) -> None:
    g._area("kemendagri", "33.20.02", 3, "PECANGAAN", "33.20", 3320020000)
    g._area("kemendagri", "33.20.02.2002", 4, "KARANGRANDU", "33.20.02", DESA_TWO)
    g._area("bps", "3320020002", 4, "KARANGRANDU", None, DESA_TWO)
    _codes(g)
    for scheme, code, label, english in (
        ("sex", "L", "LAKI-LAKI", "male"),
        ("vital", "hidup", "Hidup", None),
        ("benefit_event", "paid", "Dibayar", "Paid"),
        ("enrollment_status", "active", "Aktif", "Active"),
        ("pmks", "08", "Lansia terlantar", "Neglected elderly"),
    ):
        g.add(reference.code, scheme=scheme, code=code, label_id=label, label_en=english, sort=2)
    for number, program, code in ((1, 1, "SD"), (2, 1, "BALITA"), (3, 2, "SEMBAKO")):
        g.add(
            reference.component,
            id=number,
            program_id=program,
            code=code,
            name_id=f"Komponen {code}",
            name_en=f"Component {code}",
        )
    for start, component, amount in (("2023-01-01", 1, 225_000), ("2024-01-01", None, None)):
        g.add(
            reference.program_amount,
            program_id=1,
            component_id=component,
            valid=days(start),
            amount_idr=amount,
            per="quarter",
            unit="person",
            evidence="V",
            legal_basis="Kepdirjen 1",
        )


def _codes(g: Graph) -> None:
    """Codes that areas had before, and programs that exclude each other."""
    for code, name, successor, valid in (
        ("33.19.02", "PECANGAAN LAMA", "33.20.02", days(None, "2018-01-01")),
        ("33.19.03", "BATU", "33.20.02", days("2018-01-01", "2023-01-01")),
        ("33.19.01.2001", "Kedungmalang", "33.20.01.2001", days(None, "2025-06-23")),
        ("33.99", "HILANG", None, days(None, "2020-01-01")),
    ):
        g.add(
            reference.wilayah_successor,
            code=code,
            level=code.count(".") + 1,
            name=name,
            first_seen="2016",
            last_seen="2022",
            successor_code=successor,
            method="parent+name" if successor else "none",
            valid=valid,
        )
    for unit, since, end in (("person", "2024-01-01", None), ("family", "2020-01-01", "2024-01-01")):
        g.add(
            reference.program_exclusion,
            program_a=1,
            program_b=3,
            unit=unit,
            valid=days(since, end),
            evidence="I",
        )
    for other, most in ((2, None), (1, 4)):
        g.add(
            reference.program_allowance,
            program_a=1,
            program_b=other,
            unit="family",
            valid=days("2018-01-01"),
            at_most=most,
            evidence="S",
        )


def _persons(g: Graph) -> None:
    g.person(NAMES[0], NIKS[0], no_kk=CARDS[1], relation="1", birth_place="JEPARA", address="JL. 1", rt="001")
    g.person(NAMES[1], NIKS[1], died_on="2025-03-10", sex="L", birth_date=day("1985-01-01"))
    g.person(NAMES[2], NIKS[0], nik_grade=2, birth_date=None, sex=None, vital=None)
    g.person(NAMES[3], None, sex="L", birth_date=day("1975-07-07"))
    g.area = DESA_TWO
    g.person(NAMES[4], NIKS[2], birth_date=day("2012-02-12"), mother_name="SITI AMINAH")
    g.person(NAMES[5], NIKS[3], sex="L", marital="2")
    g.person(NAMES[6], None, recorded=known(end=CORRECTED))
    g.person("RUDI HARTONO", None, person_id=7, recorded=known(CORRECTED))
    g.person(NAMES[7], None, valid=days("2020-01-01", "2025-06-01"))
    g.person("WATI BINTI A", None, person_id=8, valid=days("2025-06-01"))
    g.area = 3320012001


def _families(g: Graph) -> None:
    old, new, other = (g.card(number) for number in CARDS)
    g.member(1, old, None, "2024-06-01")
    g.member(1, new, "2024-06-01")
    g.member(2, new, "2024-06-02", relation="2")
    g.member(4, new, "2024-06-03", recorded=known(end=CORRECTED))
    g.member(4, new, "2024-07-03", relation=None, recorded=known(CORRECTED))
    g.member(5, other, "2012-02-12", relation="4")
    g.member(6, other, None)
    g.member(8, other, "2021-01-01", "2025-01-01", source_id=3)
    g.household(1, 2)
    g.household(4)
    g.household(5, 6)
    g.add(
        graph.household,
        household_id=4,
        uid=uid("household", 4),
        basis="ruta",
        dwelling="ruta:regsosek:00:17",
        address=None,
        valid=days("2022-10-15", "2023-01-01"),
    )
    for person, family in ((1, "1"), (4, "2")):
        g.add(
            graph.household_member,
            person_id=person,
            household_id=4,
            valid=days("2022-10-15"),
            scheme="regsosek",
            family_no=family,
            relation="1",
        )


def _programs(g: Graph) -> None:
    pkh = g.enrolled(1, "PKH", "2024-01-01", component_id=1, no_kk=CARDS[1], number="PKH-1")
    g.paid(1, pkh, "PKH", "2025-01-01", "2025-04-01")
    g.paid(1, pkh, "PKH", "2025-04-01", "2025-07-01", 750_000)
    g.paid(1, pkh, "PKH", "2025-07-01", "2025-10-01", 900_000)
    g.enrolled(3, "PKH", "2025-01-01", status="suspended")
    bpnt = g.enrolled(1, "BPNT", "2024-01-01", "2025-06-01", role="member")
    g.paid(1, bpnt, "BPNT", "2025-01-02", "2025-02-01", 200_000)
    late = g.enrolled(2, "BLT-DD", "2025-01-01")
    g.paid(2, late, "BLT-DD", "2025-04-01", "2025-05-01", 300_000)
    g.enrolled(5, "PIP", "2023-07-01", "2024-07-01")
    g.enrolled(5, "PIP", "2024-07-01", source_id=3)
    _states(g)
    _goods(g, pkh)
    _welfare(g)


def _goods(g: Graph, enrollment: int) -> None:
    """A benefit in goods that failed, and the events of a payment."""
    g.add(
        graph.benefit,
        benefit_id=90,
        uid=uid("benefit", 90),
        enrollment_id=enrollment,
        entry_id=2,
        person_id=1,
        program_id=PROGRAMS["PKH"],
        component_id=2,
        kind="goods",
        quantity=12.5,
        unit="kg",
        period=days("2025-10-01", "2026-01-01"),
        status="failed",
        source_id=3,
        record_id=2,
    )
    for event, happened, record in (
        ("spm", None, 1),
        ("paid", "2025-04-03", 2),
        ("paid", "2025-04-04", 3),
    ):
        g.add(
            graph.benefit_event,
            benefit_id=2,
            person_id=1,
            event=event,
            happened_on=day(happened),
            record_id=record,
            source_id=2,
        )


def _states(g: Graph) -> None:
    """One enrollment with two states that follow each other."""
    for status, valid in (("active", days("2024-01-01", "2025-01-01")), ("ended", days("2025-01-01"))):
        g.add(
            graph.enrollment,
            enrollment_id=80,
            uid=uid("enrollment", 80),
            person_id=6,
            program_id=PROGRAMS["BPNT"],
            role="holder",
            status=status,
            source_id=3,
            record_id=2,
            valid=valid,
        )


def _welfare(g: Graph) -> None:
    for code, note, detail in (("08", "sejak 2024", {"b": 2, "a": None}), ("99", None, None)):
        g.add(
            graph.status,
            person_id=1,
            scheme="pmks",
            code=code,
            note=note,
            detail=detail,
            source_id=2,
            record_id=1,
            valid=days("2024-01-01"),
        )
    for edition, desil, start in (("2025-Q1", 2, "2025-01-01"), ("2025-Q2", 3, "2025-04-01")):
        g.add(
            graph.score,
            person_id=1,
            register="dtsen",
            unit="person",
            edition=edition,
            desil=desil,
            source_id=2,
            record_id=1,
            valid=days(start, "2025-12-01" if desil == 2 else None),
        )
    g.add(
        graph.score,
        person_id=None,
        register="dtks",
        unit="family",
        unit_number=CARDS[1],
        edition="2020",
        percentile=14,
        label="rentan",
        source_id=2,
        record_id=1,
        valid=days("2020-01-01"),
    )


def _provenance(g: Graph) -> None:
    g.stated(1, "pkh", NAMES[0], name_raw="Siti  Aminah", nik=NIKS[0], nik_grade=3, area_key=3320012001)
    g.stated(1, "bpnt", "SITI AMINAH BINTI A", recorded=known(end=datetime(2025, 6, 1, tzinfo=UTC)))
    g.stated(1, "pkh", NAMES[0], entry_id=1, recorded=known(CORRECTED), no_kk=CARDS[1], no_kk_grade=2)
    g.stated(2, "pkh", NAMES[1], nik_raw="3320-0", vital="meninggal", effective_on=day("2025-03-10"))
    g.stated(5, "bpnt", NAMES[4], birth_date=day("2012-02-12"), birth_raw="12/02/2012", rt="007")
    g.add(
        claims.claim_identifier,
        record_id=1,
        mention_id=16,
        source_id=2,
        person_id=1,
        scheme="kks",
        value="6013",
        grade=3,
        valid=days("2023-01-01"),
    )
    _received(g)
    g.unsure(1, 3)


def _received(g: Graph) -> None:
    """Records as they came: of named columns and of more, of objects; a mention that changed its person; refusals."""
    g.add(
        provenance.layout, id=1, source_id=2, fingerprint=uid("layout", 1), columns=["NAMA", "NIK", "Lunas?"]
    )
    cells = '["SITI", null, "ya", 5, {"a": [1, "x"]}]'
    again = {"entry_id": 1, "record_key": "K1", "version": 2, "recorded": known(CORRECTED)}
    g.stated(1, "pkh", NAMES[0], payload=cells, layout_id=1, scope="2025-T1", run_id=2, **again)
    for person, recorded in ((1, known(end=CORRECTED)), (3, known(CORRECTED))):
        mention = {"mention_id": 7 * 16, "person_id": person, "method": "nik_name"}
        g.add(identity.cluster_member, recorded=recorded, **mention)
    g.stated(3, "bpnt", "TINI SARI", payload='{"nama": "TINI", "b": true, "": null}', record_key="ADA|1")
    for number, (key, reasons) in enumerate((("K1", ["nik_length", "blank"]), (None, ["ragged"])), start=1):
        g.add(
            provenance.quarantine,
            id=number,
            source_id=2,
            content_hash=uid("refused", number),
            occurrence=1,
            scope="",
            layout_id=1,
            payload='["RUDI", "1"]',
            reasons=reasons,
            fields=["NIK", ""][: len(reasons)],
            file_id=1,
            row_no=number,
            run_id=2,
            record_key=key,
            recorded=known(end=CORRECTED if key else None),
        )


def _groups(g: Graph) -> None:
    g.add(
        graph.social_group,
        group_id=1,
        uid=uid("group", 1),
        kind="kube",
        name="MAJU",
        number="K-1",
        size=10,
        program_id=1,
        source_id=2,
        record_id=1,
        valid=days("2023-01-01"),
    )
    for person, role, start in ((1, "chair", "2023-01-01"), (2, "member", "2023-01-02")):
        g.add(graph.group_member, group_id=1, person_id=person, role=role, valid=days(start, "2027-01-01"))
