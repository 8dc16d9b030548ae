"""Households as surveys found them: apart from where people live, and none disturbs the other."""

from tests.ingest.builders import Desk, Row, days, kk, nik, said

SURVEYED = """
    select h.dwelling, p.name, m.family_no, m.relation, m.valid::text
    from household_member m join household h on h.household_id = m.household_id and upper_inf(h.recorded)
    join person_state p on p.person_id = m.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    where upper_inf(m.recorded) and m.scheme is not null order by 1, 2
"""
HOME = """
    select p.name, h.basis, m.valid::text
    from household_member m join household h on h.household_id = m.household_id and upper_inf(h.recorded)
    join person_state p on p.person_id = m.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    where upper_inf(m.recorded) and m.scheme is null order by 1, lower(m.valid) nulls first
"""
SURVEY = days("2015-10-01", "2020-01-01")


def found(key: str, name: str, number: int, ruta: str = "17", scheme: str = "idbdt") -> Row:
    """A survey's row of a member of a household."""
    claim = {"family_no": "1", "relation": "1" if key == "a" else "3", "valid": SURVEY, "address": "DUSUN I"}
    return said(key, name, nik(number)).also("dwelling", scheme=scheme, number=ruta, **claim)


BOTH = [found("a", "ALI", 1), found("s", "SITI", 2)]


async def test_a_survey_puts_its_household_together_for_the_days_it_held(desk: Desk) -> None:
    await desk.absorb("kip", BOTH)
    assert await desk.rows(SURVEYED) == [
        ("ruta:idbdt:17", "ALI", "1", "1", "[2015-10-01,2020-01-01)"),
        ("ruta:idbdt:17", "SITI", "1", "3", "[2015-10-01,2020-01-01)"),
    ]
    assert await desk.column("select basis from household where dwelling like 'ruta%'") == ["ruta"]


async def test_where_people_live_is_not_disturbed_by_a_survey_nor_a_survey_by_a_move(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "ALI", nik(1), kk=kk(1))])
    lives = await desk.rows(HOME)
    await desk.absorb("kip", BOTH[:1])
    assert await desk.rows(HOME) == lives == [("ALI", "family_card", "(,)")]
    surveyed = await desk.rows(SURVEYED)
    await desk.absorb("dukcapil", [said("d", "ALI", nik(1), kk=kk(2), since="2026-07-20")], "2026-08-01")
    assert await desk.rows(SURVEYED) == surveyed
    assert [row[2] for row in await desk.rows(HOME)] == ["(,2026-07-20)", "[2026-07-20,)"]


async def test_a_person_may_have_been_found_in_households_of_several_surveys(desk: Desk) -> None:
    second = found("r", "ALI", 1, "9", "regsosek")
    await desk.absorb("kip", [BOTH[0], second])
    assert [row[0] for row in await desk.rows(SURVEYED)] == ["ruta:idbdt:17", "ruta:regsosek:9"]


async def test_a_person_who_departs_from_all_lists_leaves_home_and_keeps_what_surveys_found(
    desk: Desk,
) -> None:
    other = said("x", "BUDI", nik(3))
    await desk.absorb("kip", [*BOTH, other])
    await desk.absorb("kip", [other], "2026-08-01")
    assert [row[4] for row in await desk.rows(SURVEYED)] == ["[2015-10-01,2020-01-01)"] * 2
    assert [row[2] for row in await desk.rows(HOME)] == ["(,2026-08-01)", "(,)", "(,2026-08-01)"]
