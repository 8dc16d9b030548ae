"""What stands around the persons of the story: institutions, published numbers, attributes, findings."""

from decimal import Decimal
from typing import Any

from hub.store.tables import graph, reference
from tests.graph_builders import Graph, day, days, known, uid

SET = "pmt-1"
DESA_ONE, DESA_TWO = 3320012001, 3320022002
ORIGIN = {"source_id": 2, "record_id": 1}


def surround(g: Graph, corrected: Any, cards: tuple[str, ...]) -> None:
    """Adds them; every order of a list is without ties.

    Args:
        g: The story.
        corrected: When the hub learned better of some rows.
        cards: Numbers of the family cards.
    """
    for scheme, code, label, english in (
        (SET, "lantai", "Lantai", "Floor"),
        (SET, "luas", "Luas", None),
        (f"{SET}:lantai", "tanah", "Tanah", "earth"),
    ):
        g.add(reference.code, scheme=scheme, code=code, label_id=label, label_en=english, sort=3)
    _places(g, corrected)
    _attributes(g, corrected, cards)
    _doubled(g, corrected)


def _places(g: Graph, corrected: Any) -> None:
    for number, (area, kind, valid) in enumerate(
        (
            (DESA_ONE, "LKS", days("2020-01-01")),
            (DESA_TWO, "LKS", days(None, "2025-01-01")),
            (DESA_TWO, "lksa", days("2021-05-05")),
        ),
        start=1,
    ):
        g.add(
            graph.institution,
            institution_id=number,
            uid=uid("institution", number),
            kind=kind,
            number=f"L-{number}",
            name=f"PANTI {number}",
            detail={"akreditasi": "B", "kapasitas": 20, "x": None} if number < 3 else None,
            person_id=number,
            event_area_key=area,
            valid=valid,
            **ORIGIN,
        )
    _groups(g, corrected)
    _published(g)


def _groups(g: Graph, corrected: Any) -> None:
    for number, recorded in ((2, known(end=corrected)), (3, known())):
        g.add(
            graph.social_group,
            group_id=number,
            uid=uid("group", number),
            kind="kube" if number == 2 else "uep",
            name="MAWAR",
            number="K-1" if number == 2 else f"U-{number}",
            source_id=3,
            record_id=2,
            event_area_key=DESA_TWO,
            valid=days("2024-02-02"),
            recorded=recorded,
        )


def _published(g: Graph) -> None:
    for number, (observed, measure, value, sex) in enumerate(
        (
            (DESA_ONE, "miskin", Decimal("12.5"), {"jk": "L", "umur": 5}),
            (DESA_TWO, "miskin", None, {}),
            (None, "rentan", Decimal(1000000), {"b": True, "aa": None}),
            (DESA_ONE, "miskin", Decimal("0.25"), {"jk": "P"}),
        ),
        start=1,
    ):
        g.add(
            graph.observation,
            area_key=observed,
            dataset="kemiskinan",
            measure=measure,
            value=value,
            unit="orang",
            dimensions=sex,
            source_id=2,
            record_id=number,
            valid=days(f"202{number}-01-01", f"202{number + 1}-01-01"),
        )


def _attributes(g: Graph, corrected: Any, cards: tuple[str, ...]) -> None:
    held = {"lantai": "tanah", "luas": 20.5, "bekerja": True, "air": 3}
    for person, missing, valid in ((1, ["luas"], days("2025-01-01")), (4, [], days(None))):
        g.add(
            graph.person_attributes,
            person_id=person,
            vocabulary=SET,
            given={name: held[name] for name in held if name not in missing},
            stated_by={"lantai": 1, "luas": 2},
            missing=missing,
            expected=4 if missing else 0,
            valid=valid,
        )
    for family, area, missing, recorded in (
        (cards[1], DESA_ONE, ["luas", "lantai"], known(corrected)),
        (cards[1], DESA_ONE, ["luas"], known(end=corrected)),
        (cards[2], DESA_TWO, ["lantai"], known()),
        ("bdt2015:17", DESA_TWO, ["air", "luas", "lantai"], known()),
        ("bdt2015:18", DESA_TWO, [], known()),
    ):
        g.add(
            graph.family_attributes,
            family_key=family,
            no_kk=family if family.isdigit() else None,
            person_id=1 if family == cards[1] else 6,
            vocabulary=SET,
            given={name: value for name, value in held.items() if name not in missing},
            stated_by={"lantai": 3},
            missing=missing,
            expected=4,
            home_area_key=area,
            valid=days("2024-01-01"),
            recorded=recorded,
        )


def _doubled(g: Graph, corrected: Any) -> None:
    """An enrollment of the dead in two states, a doubled one, one that excludes another, and one that ended."""
    for status, valid in (("active", days("2024-06-01", "2025-06-01")), ("ended", days("2025-06-01"))):
        g.add(
            graph.enrollment,
            enrollment_id=81,
            uid=uid("enrollment", 81),
            person_id=2,
            program_id=1,
            role="holder",
            status=status,
            source_id=2,
            record_id=1,
            valid=valid,
        )
    g.enrolled(1, "PKH", "2024-03-01", component_id=1)
    g.enrolled(1, "BLT-DD", "2024-05-01", "2024-09-01", recorded=known(corrected))
    g.enrolled(2, "BLT-DD", "2024-10-01", source_id=3)
    g.add(
        graph.benefit,
        benefit_id=91,
        uid=uid("benefit", 91),
        enrollment_id=81,
        entry_id=3,
        person_id=2,
        program_id=1,
        kind="goods",
        quantity=Decimal("10.0"),
        unit=None,
        amount_idr=100_000,
        period=days("2025-04-01", "2025-05-01"),
        status="paid",
        paid_on=day("2025-04-02"),
        source_id=3,
        record_id=2,
    )
