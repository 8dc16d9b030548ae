"""Family cards and households: who stands where, since when, and what ends it."""

from typing import Any

from tests.ingest.builders import Desk, Row, kk, nik, said

MEMBERS = """
    select p.name, c.no_kk, m.valid::text from membership m
    join family_card c on c.card_id = m.card_id and upper_inf(c.recorded)
    join person_state p on p.person_id = m.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    where upper_inf(m.recorded) order by 1, lower(m.valid) nulls first
"""
DWELLERS = """
    select p.name, dense_rank() over (order by m.household_id), m.valid::text from household_member m
    join person_state p on p.person_id = m.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    where upper_inf(m.recorded) order by 1, lower(m.valid) nulls first
"""
HEADS = """
    select c.no_kk, p.name from family_card c left join person_state p on p.person_id = c.person_id
    and upper_inf(p.recorded) and upper_inf(p.valid) where upper_inf(c.recorded) order by 1
"""


def ali(card: int | None = 1, **more: Any) -> Row:
    """The head of a family of three."""
    return said("a", "ALI", nik(1), kk=kk(card) if card else None, **({"relation": "1"} | more))


def siti(card: int = 1, **more: Any) -> Row:
    """His wife."""
    return said("s", "SITI", nik(2), kk=kk(card), **({"relation": "3"} | more))


def umar(card: int = 1, **more: Any) -> Row:
    """Their son."""
    return said("u", "UMAR", nik(3), kk=kk(card), **({"relation": "4"} | more))


FAMILY = [ali(), siti(), umar()]


async def test_a_change_of_card_ends_one_membership_and_begins_the_next(desk: Desk) -> None:
    await desk.absorb("dukcapil", [ali()])
    await desk.absorb("dukcapil", [ali(2, since="2026-07-20")], "2026-08-01")
    assert await desk.rows(MEMBERS) == [("ALI", kk(1), "(,2026-07-20)"), ("ALI", kk(2), "[2026-07-20,)")]


async def test_a_corrected_card_replaces_the_membership_for_the_whole_time(desk: Desk) -> None:
    await desk.absorb("bpnt", [ali()])
    await desk.absorb("dukcapil", [ali(2)], "2026-08-01")
    assert await desk.rows(MEMBERS) == [("ALI", kk(2), "(,)")]


async def test_a_family_splits_into_two_cards(desk: Desk) -> None:
    await desk.absorb("dukcapil", FAMILY)
    await desk.absorb("dukcapil", [ali(), siti(), umar(2, relation="1", since="2026-07-20")], "2026-08-01")
    assert await desk.rows(MEMBERS) == [
        ("ALI", kk(1), "(,)"),
        ("SITI", kk(1), "(,)"),
        ("UMAR", kk(1), "(,2026-07-20)"),
        ("UMAR", kk(2), "[2026-07-20,)"),
    ]
    assert await desk.rows(HEADS) == [(kk(1), "ALI"), (kk(2), "UMAR")]


async def test_death_ends_membership_and_household_and_keeps_the_person(desk: Desk) -> None:
    await desk.absorb("dukcapil", FAMILY)
    dead = ali(vital="meninggal", since="2026-07-10")
    await desk.absorb("dukcapil", [dead, siti(), umar()], "2026-08-01")
    assert (await desk.rows(MEMBERS))[0] == ("ALI", kk(1), "(,2026-07-10)")
    assert await desk.rows(DWELLERS) == [("ALI", 1, "(,2026-07-10)"), ("SITI", 1, "(,)"), ("UMAR", 1, "(,)")]
    assert await desk.column(
        "select count(*) from person_state where upper_inf(recorded) and upper_inf(valid)"
    ) == [3]


async def test_a_death_without_a_day_ends_the_membership_on_the_day_it_was_seen(desk: Desk) -> None:
    await desk.absorb("dukcapil", FAMILY)
    for day in ("2026-08-01", "2026-09-01"):
        dead = ali(vital="meninggal", occupation=day)
        await desk.absorb("dukcapil", [dead, siti(), umar()], day)
    assert (await desk.rows(MEMBERS))[0][2] == "(,2026-08-01)"


async def test_a_death_before_a_new_card_leaves_no_membership_of_it(desk: Desk) -> None:
    await desk.absorb("dukcapil", [ali(), siti()])
    await desk.absorb("dukcapil", [ali(2, since="2026-07-20"), siti()], "2026-08-01")
    await desk.absorb("dukcapil", [ali(2, vital="meninggal", since="2026-07-10"), siti()], "2026-09-01")
    assert [row for row in await desk.rows(MEMBERS) if row[0] == "ALI"] == [("ALI", kk(1), "(,2026-07-10)")]


async def test_who_is_first_seen_dead_without_a_day_belongs_nowhere(desk: Desk) -> None:
    await desk.absorb("dukcapil", [ali(vital="meninggal"), siti()])
    assert [name for name, *_ in await desk.rows(MEMBERS)] == ["SITI"]


async def test_a_dead_head_hands_the_card_on(desk: Desk) -> None:
    await desk.absorb("dukcapil", FAMILY)
    dead = ali(vital="meninggal", since="2026-07-10")
    await desk.absorb("dukcapil", [dead, siti(relation="1", since="2026-07-10"), umar()], "2026-08-01")
    assert await desk.rows(HEADS) == [(kk(1), "SITI")]


async def test_who_has_no_card_any_longer_keeps_his_earlier_cards(desk: Desk) -> None:
    await desk.absorb("dukcapil", [ali()])
    await desk.absorb("dukcapil", [ali(2, since="2026-07-20")], "2026-08-01")
    await desk.absorb("dukcapil", [ali(None, since="2026-08-20")], "2026-09-01")
    assert await desk.rows(MEMBERS) == [
        ("ALI", kk(1), "(,2026-07-20)"),
        ("ALI", kk(2), "[2026-07-20,2026-08-20)"),
    ]


async def test_who_left_every_list_leaves_card_and_household_on_the_day_it_was_seen(desk: Desk) -> None:
    await desk.absorb("dukcapil", FAMILY)
    await desk.absorb("dukcapil", [ali(), siti()], "2026-08-01")
    left = "select count(*) from {} where upper_inf(recorded) and upper(valid) = date '2026-08-01'"
    assert [await desk.column(left.format(table)) for table in ("membership", "household_member")] == [
        [1],
        [1],
    ]
    await desk.absorb("dukcapil", FAMILY, "2026-09-01")
    assert await desk.rows(MEMBERS) == [(name, kk(1), "(,)") for name in ("ALI", "SITI", "UMAR")]


async def test_cards_at_one_numbered_address_are_one_household(desk: Desk) -> None:
    house = {"address": "Jl. Melati No. 5", "rt": "001", "rw": "2"}
    same = {"address": "JL MELATI NO 5", "rt": "1", "rw": "02"}
    street = {"address": "JL. MELATI", "rt": "1", "rw": "2"}
    rows = [ali(1, **house), umar(2, **same), said("x", "HASAN", nik(4), kk=kk(4), **street)]
    await desk.absorb("dukcapil", [*rows, said("y", "TINI", nik(5), kk=kk(5), **street)])
    homes = {name: number for name, number, _ in await desk.rows(DWELLERS)}
    assert homes["ALI"] == homes["UMAR"]
    assert len(set(homes.values())) == 3
    assert await desk.column("select basis from household order by 1") == [
        "address",
        "family_card",
        "family_card",
    ]


async def test_a_card_whose_members_were_all_listed_wrongly_is_no_card_any_longer(desk: Desk) -> None:
    await desk.absorb("bpnt", [ali()])
    await desk.absorb("dukcapil", [ali(2)])
    assert await desk.rows(HEADS) == [(kk(2), "ALI")]
    assert await desk.column("select upper_inf(recorded) from family_card order by no_kk") == [False, True]
    assert await desk.column("select upper_inf(recorded) from household order by dwelling") == [False, True]


async def test_an_address_that_is_written_otherwise_later_is_written_so_on_the_household(desk: Desk) -> None:
    await desk.absorb("dukcapil", [ali(address="DUSUN KRAJAN")])
    await desk.absorb("dukcapil", [ali(address="DUSUN KRAJAN TIMUR")], "2026-08-01")
    assert await desk.now("household", "address", "1") == [("DUSUN KRAJAN TIMUR",)]


async def test_of_two_who_could_stand_for_a_card_the_lower_nik_does_whoever_came_first(desk: Desk) -> None:
    await desk.absorb("bpnt", [umar(relation="9")])
    await desk.absorb("pkh", [siti(relation="9")])
    assert await desk.rows(HEADS) == [(kk(1), "SITI")]
