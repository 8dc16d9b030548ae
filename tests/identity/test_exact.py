"""Exact links: who is one person, who is two, and who is left for someone to look at."""

from itertools import permutations

import pytest

from tests.ingest.builders import KEDUNG, PECANGAAN, Desk, Row, nik, said

CLUSTERS = """
    select array_agg(r.record_key order by r.record_key) from cluster_member m
    join source_record r on r.entry_id = m.mention_id / 16 and upper_inf(r.recorded)
    where upper_inf(m.recorded) group by m.person_id order by 1
"""
UNSURE = "select count(*) from edge where judgement = 'unsure' and upper_inf(recorded)"


async def clusters(desk: Desk) -> list[list[str]]:
    """Record keys of each person."""
    return await desk.column(CLUSTERS)


async def unsure(desk: Desk) -> int:
    """How many pairs are left for someone to look at."""
    return int((await desk.column(UNSURE))[0])


async def test_one_nik_with_an_agreeing_name_is_one_person(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "MUHAMMAD BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "Moh. Budi Santoso", nik(1))])
    await desk.absorb("bpnt", [said("b", "BUDI SANTOSO", nik(1))])
    assert await clusters(desk) == [["b", "d", "p"]]
    assert await desk.rows("select judgement, method, count(*) from edge group by 1, 2") == [
        ("same", "nik_name", 2)
    ]


async def test_one_nik_under_names_that_differ_is_two_persons_and_one_unsure_edge(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "SITI AMINAH", nik(1))])
    await desk.absorb("bpnt", [said("b", "SITI AMINAH", nik(1))])
    assert (await clusters(desk), await unsure(desk)) == ([["b", "p"], ["d"]], 1)


async def test_without_a_nik_everyone_is_a_person_of_his_own(desk: Desk) -> None:
    await desk.absorb("pkh", [said("1", "SITI AMINAH"), said("2", "SITI AMINAH"), said("3", "BUDI", nik(3))])
    await desk.absorb("bpnt", [said("4", "SITI AMINAH"), said("5", None, nik(3))])
    assert (await clusters(desk), await unsure(desk)) == ([["1"], ["2"], ["3"], ["4"], ["5"]], 0)


async def test_each_of_several_names_under_one_nik_finds_its_own(desk: Desk) -> None:
    rows = [
        said("1", "BUDI SANTOSO", nik(1)),
        said("2", "SITI AMINAH", nik(1)),
        said("3", "TUTIK HANDAYANI", nik(1)),
    ]
    await desk.absorb("dukcapil", rows)
    await desk.absorb("pkh", [said("4", "SITI AMINAH", nik(1)), said("5", "HANDAYANI TUTIK", nik(1))])
    assert (await clusters(desk), await unsure(desk)) == ([["1"], ["2", "4"], ["3", "5"]], 2)


async def test_a_name_that_agrees_with_two_known_persons_stays_alone(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("1", "BUDI SANTOSO", nik(1)), said("2", "BUDI HARTONO", nik(1))])
    await desk.absorb("pkh", [said("3", "BUDI", nik(1))])
    assert (await clusters(desk), await unsure(desk)) == ([["1"], ["2"], ["3"]], 2)


async def test_spouses_under_one_nik_are_never_merged(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("h", "SUTARNO", nik(1)), said("w", "SUTARNI", nik(1))])
    await desk.absorb("pkh", [said("p", "NYONYA SUTARNO", nik(1)), said("q", "SUTARNO", nik(1))])
    assert await clusters(desk) == [["h", "q"], ["p"], ["w"]]


async def test_twins_and_namesakes_are_apart_by_their_nik(desk: Desk) -> None:
    same_day = {"birth_date": "1990-01-01"}
    rows = [said("t1", "HASAN", nik(1), **same_day), said("t2", "HUSEN", nik(2), **same_day)]
    namesakes = [said("n1", "SITI AMINAH", nik(3), **same_day), said("n2", "SITI AMINAH", nik(4), **same_day)]
    await desk.absorb("dukcapil", rows + namesakes)
    assert (await clusters(desk), await unsure(desk)) == ([["n1"], ["n2"], ["t1"], ["t2"]], 0)


async def test_twins_under_one_nik_are_two_persons(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("t1", "HASAN BASRI", nik(1)), said("t2", "HUSEN BASRI", nik(1))])
    assert (await clusters(desk), await unsure(desk)) == ([["t1"], ["t2"]], 1)


LISTS = {
    "dukcapil": [said("d1", "BUDI SANTOSO", nik(1)), said("d2", "SITI AMINAH", nik(2))],
    "pkh": [said("p1", "SANTOSO BUDI", nik(1)), said("p2", "SITI AMINAH", nik(1))],
    "bpnt": [said("b1", "BUDI SANTOSO", nik(1)), said("b2", "SITI AMINAH", nik(2))],
}


@pytest.mark.parametrize("order", list(permutations(LISTS)), ids="-".join)
async def test_arrival_order_does_not_change_clusters(desk: Desk, order: tuple[str, ...]) -> None:
    for source in order:
        await desk.absorb(source, LISTS[source])
    assert await clusters(desk) == [["b1", "d1", "p1"], ["b2", "d2"], ["p2"]]
    assert await unsure(desk) == 1


@pytest.mark.parametrize("name", ["BUDI SANTOSA", "BUDI SUSANTO"])
async def test_a_corrected_name_stays_with_its_person(desk: Desk, name: str) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("dukcapil", [said("d", name, nik(1))])
    assert await clusters(desk) == [["d"]]
    assert await desk.column("select count(*) from person") == [1]


async def test_a_record_that_passes_to_another_person_is_judged_anew(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("h", "SUTARNO", nik(1)), said("w", "DARMINI", nik(2))])
    await desk.absorb("bpnt", [said("b", "SUTARNO", nik(1), scope="10"), said("c", "SUTARNO", nik(1))])
    await desk.absorb("bpnt", [said("b", "DARMINI", nik(2), scope="10"), said("c", "SUTARNO", nik(1))])
    assert await clusters(desk) == [["b", "w"], ["c", "h"]]
    assert await desk.column(
        "select count(*) from edge where judgement = 'same' and upper_inf(recorded)"
    ) == [2]


@pytest.mark.parametrize("event", ["sp2d", "paid", "si", "topup", "returned"])
async def test_rows_that_share_a_key_never_swap_their_persons(desk: Desk, event: str) -> None:
    def couple(stage: str) -> list[Row]:
        return [
            said("k", name, nik(1)).paid("PKH", "[2026-01-01,2026-04-01)", stage)
            for name in ("SUTARNO", "DARMINI")
        ]

    await desk.absorb("pkh", couple("spm"))
    await desk.absorb("pkh", couple(event))
    named = """
        select count(*) from claim_person c join person_state s on s.person_id = c.person_id
        and upper_inf(s.recorded) and s.name_key <> c.name_key
    """
    assert await desk.column(named) == [0]
    assert await desk.column("select count(distinct person_id) from claim_person") == [2]


async def test_all_rows_of_a_new_person_bear_one_home(desk: Desk) -> None:
    rows = [said("1", "BUDI", nik(1), area=KEDUNG), said("2", "BUDI", nik(1), area=PECANGAAN)]
    await desk.absorb("pkh", rows)
    homes = """
        select home_area_key from claim_person union select home_area_key from source_record
        union select home_area_key from cluster_member union select home_area_key from person
        union select home_area_key from person_state
    """
    assert len(await desk.column(homes)) == 1


async def test_who_is_listed_again_is_the_person_he_was(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("1", "BUDI", nik(1)), said("2", "SITI", nik(2))])
    await desk.absorb("dukcapil", [said("2", "SITI", nik(2))], "2026-08-01")
    await desk.absorb("pkh", [said("p", "BUDI", nik(1))], "2026-09-01")
    assert await desk.column("select count(*) from person") == [2]
