"""Who joined and who left equals the difference of two days in the rows of the village."""

from datetime import date

from hypothesis import given

from hub.store.tables import graph
from tests.schema.across.asking import DAYS, FEW, PROGRAM, WILAYAH
from tests.schema.conftest import NOW, Ask
from tests.schema.village import Village, prefix

TODAY = NOW.date()
MOVED = """query ($program: String!, $from: Date!, $to: Date!, $wilayah: WilayahCode) {
  movements(program: $program, from: $from, to: $to, wilayah: $wilayah) { heldFrom heldTo joined left from to
    joiners(first: 500) { totalCount nodes { name } } leavers(first: 500) { totalCount nodes { name } } } }"""


@FEW
@given(PROGRAM, DAYS, DAYS, WILAYAH)
async def test_movements_are_the_difference_of_two_days(
    ask: Ask, village: Village, program: str, start: date, end: date, wilayah: str | None
) -> None:
    given = {"program": program, "from": start.isoformat(), "to": end.isoformat()}
    found = (await ask(MOVED, **given, wilayah=wilayah))["movements"]
    people = {
        row["person_id"]: row
        for row in village.rows(graph.person_state, TODAY)
        if prefix(wilayah, row["home_area_key"])
    }
    before, after = (
        {person for person in people if program in village.programs({person}, day)} for day in (start, end)
    )
    assert (found["heldFrom"], found["heldTo"]) == (len(before), len(after))
    assert found["heldFrom"] + found["joined"] == found["heldTo"] + found["left"]
    for name, moved in (("joiners", after - before), ("leavers", before - after)):
        order = sorted(moved, key=lambda person: (people[person]["home_area_key"], person))
        assert [one["name"] for one in found[name]["nodes"]] == [people[one]["name"] for one in order]
        assert found[name]["totalCount"] == len(moved)
    assert (found["joined"], found["left"]) == (len(after - before), len(before - after))
