"""What questions over a village are drawn from, and the units that plain Python finds in it."""

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from hub.store.tables import graph
from tests.graph_builders import PROGRAMS
from tests.schema.village import AREAS, Row, Village

WILAYAH = st.sampled_from([None, "33", "33.20.01", "33.20.02", *AREAS])
DAYS = st.dates(date(2023, 1, 1), date(2026, 3, 1))
PROGRAM = st.sampled_from(sorted(PROGRAMS))
DESIL = st.one_of(st.none(), st.integers(1, 10))
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bounded(desil: int | None, low: int | None, high: int | None) -> bool:
    return (low is None and high is None) or (
        desil is not None and (low is None or desil >= low) and (high is None or desil <= high)
    )


def units(village: Village, unit: str, day: date) -> list[Row]:
    """Every person or family of a day, in the order of the hub."""
    if unit == "PERSON":
        found = [
            {
                "key": (row["home_area_key"], person),
                "card": village.card_of(person, day),
                "persons": {person},
                "desil": village.person_desil(person, day),
                "nik": row["nik"],
            }
            for person, row in village.living(day).items()
        ]
    else:
        found = [
            {
                "key": (village.area_of(card), card),
                "card": card,
                "persons": members,
                "desil": village.family_desil(card, day),
                "nik": None,
            }
            for card, members in village.families(day).items()
        ]
    return sorted(found, key=lambda one: one["key"])


def told_of(village: Village, one: Row, day: date) -> Row:
    """A holder as the hub tells of it."""
    cards = village.rows(graph.family_card, card_id=one["card"])
    return {
        "person": one["nik"] and {"nik": one["nik"]},
        "familyCard": {"kk": cards[0]["no_kk"]} if cards else None,
        "desil": one["desil"],
        "programs": [{"code": code} for code in sorted(village.programs(one["persons"], day))],
    }
