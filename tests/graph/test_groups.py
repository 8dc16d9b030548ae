"""Groups and their members: also from records that name nobody."""

from typing import Any

from tests.ingest.builders import KEDUNG, Desk, Row, days, nik, said

GROUPS = "kind, number, name, size, valid::text"
MEMBERS = """
    select g.number, p.name, m.role, m.valid::text from group_member m
    join social_group g on g.group_id = m.group_id and upper_inf(g.recorded)
    join person_state p on p.person_id = m.person_id and upper_inf(p.recorded) and upper_inf(p.valid)
    where upper_inf(m.recorded) order by 1, 2
"""
KUBE = {
    "kind": "kube",
    "number": "K-1",
    "name": "MELATI",
    "valid": days("2026-01-01"),
    "event_area_key": KEDUNG,
}


def alone(**more: Any) -> Row:
    """A record of a group that names nobody."""
    return Row("g").also("group", **(KUBE | {"size": 10} | more))


def member(key: str, name: str, number: int, role: str = "member") -> Row:
    """A record of a member of the group."""
    return said(key, name, nik(number)).also("group", role_in_group=role, **KUBE)


async def test_a_group_without_a_named_person_stands_and_keeps_its_id_through_corrections(desk: Desk) -> None:
    await desk.absorb("kip", [alone()])
    first = await desk.column("select uid from social_group")
    await desk.absorb("kip", [alone(name="MAWAR", size=11)], "2026-08-01")
    assert await desk.now("social_group", GROUPS) == [("kube", "K-1", "MAWAR", 11, "[2026-01-01,)")]
    assert set(await desk.column("select uid from social_group")) == set(first)


async def test_members_and_chair_belong_to_the_group_and_one_who_left_the_list_left_it(desk: Desk) -> None:
    rows = [member("1", "ALI", 1, "chair"), member("2", "SITI", 2)]
    await desk.absorb("kip", rows)
    await desk.absorb("kip", rows[:1], "2026-08-01")
    assert await desk.rows(MEMBERS) == [
        ("K-1", "ALI", "chair", "[2026-01-01,)"),
        ("K-1", "SITI", "member", "[2026-01-01,2026-08-01)"),
    ]
    assert await desk.now("social_group", "number, valid::text") == [("K-1", "[2026-01-01,)")]


async def test_one_number_in_two_lists_is_two_groups(desk: Desk) -> None:
    await desk.absorb("kip", [alone()])
    await desk.absorb("bpnt", [alone()])
    assert len(set(await desk.column("select group_id from social_group where upper_inf(recorded)"))) == 2


async def test_a_group_whose_last_record_is_gone_ends_on_the_day_it_was_seen(desk: Desk) -> None:
    await desk.absorb("kip", [alone(), said("x", "ALI", nik(1))])
    await desk.absorb("kip", [said("x", "ALI", nik(1))], "2026-08-01")
    assert await desk.now("social_group", GROUPS) == [
        ("kube", "K-1", "MELATI", 10, "[2026-01-01,2026-08-01)")
    ]


async def test_who_is_named_without_a_role_is_no_member(desk: Desk) -> None:
    await desk.absorb("kip", [said("1", "ALI", nik(1)).also("group", **KUBE)])
    assert await desk.rows(MEMBERS) == []
    assert await desk.now("social_group", "number, name") == [("K-1", "MELATI")]
