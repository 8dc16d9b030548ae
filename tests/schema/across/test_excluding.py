"""Families in excluding programs, and what they hold together, equal pairs sought by plain Python in the village."""

from datetime import date
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.store.tables import graph, reference
from tests.graph_builders import PROGRAMS
from tests.schema.across.asking import DAYS, FEW
from tests.schema.conftest import Ask
from tests.schema.village import Village

EXCLUDED = """query ($on: Date) { excludingPrograms(asOf: $on, first: 500) { totalCount nodes {
  familyCard { kk } programA { code } programB { code } since until persons { nik } } } }"""


def common(*spans: Any) -> tuple[date | None, date | None] | None:
    """First day and end of the days that lie in all spans; None where there are none."""
    start = max((one.lower for one in spans if one.lower), default=None)
    end = min((one.upper for one in spans if one.upper), default=None)
    return None if start and end and start >= end else (start, end)


def held(village: Village, on: date | None) -> list[tuple[int, int, int, Any]]:
    """Card, person, program and the spans of membership and enrollment that have days in common."""
    members, enrolled = village.rows(graph.membership, on), village.rows(graph.enrollment, on)
    return [
        (m["card_id"], e["person_id"], e["program_id"], (m["valid"], e["valid"]))
        for m, e in product(members, enrolled)
        if m["person_id"] == e["person_id"] and common(m["valid"], e["valid"])
    ]


@FEW
@given(st.one_of(st.none(), DAYS))
async def test_families_in_excluding_programs_are_the_pairs_that_share_days_on_a_card(
    ask: Ask, village: Village, on: date | None
) -> None:
    told = (await ask(EXCLUDED, on=on and on.isoformat()))["excludingPrograms"]
    [rule] = village.rows(reference.program_exclusion)
    spans: dict[int, list[tuple[Any, int, int]]] = {}
    for (card, a, first, one), (other, b, second, two) in product(held(village, on), repeat=2):
        shared = common(*one, *two, rule["valid"])
        if card == other and (first, second) == (rule["program_a"], rule["program_b"]) and shared:
            spans.setdefault(card, []).append((shared, a, b))
    kk = {row["card_id"]: row["no_kk"] for row in village.rows(graph.family_card)}
    expected = {
        kk[card]: (
            min(start.isoformat() for (start, _), _, _ in found),
            None
            if any(not end for (_, end), _, _ in found)
            else max(end for (_, end), _, _ in found).isoformat(),
            len({person for _, a, b in found for person in (a, b)}),
        )
        for card, found in spans.items()
    }
    assert {
        one["familyCard"]["kk"]: (one["since"], one["until"], len(one["persons"])) for one in told["nodes"]
    } == expected
    assert told["totalCount"] == len(expected)
    assert expected or on
    codes = {number: code for code, number in PROGRAMS.items()}
    pair = [{"code": codes[rule[name]]} for name in ("program_a", "program_b")]
    assert all([one["programA"], one["programB"]] == pair for one in told["nodes"])
