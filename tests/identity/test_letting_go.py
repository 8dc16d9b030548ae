"""A key that passes to somebody else: what was judged of the mention was judged of whom it spoke of before."""

from tests.identity.judged import clusters, elsewhere, judge
from tests.ingest.builders import Desk, nik, quarter, said

FOUNDERS = "select count(*) from person where founded_by <> 0 group by founded_by having count(*) > 1"
OPEN = "select judgement from edge where upper_inf(recorded) and judgement <> 'unsure' order by id"
WAITS = "select kind, evidence ->> 'judged' from candidate where upper_inf(recorded) and dismissed is null order by id"
NIK_OF = """
    select s.nik from cluster_member m join source_record r on r.entry_id = m.mention_id / 16 and upper_inf(r.recorded)
    join person_state s on s.person_id = m.person_id and upper_inf(s.recorded)
    where upper_inf(m.recorded) and r.record_key = :key
"""


async def test_a_key_that_passes_on_takes_no_judgement_of_people_along(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(2)).enrolled("PKH", quarter(1))])
    await desk.absorb("kip", [said("z", "ZAENAL", nik(5))])
    same = await judge(desk, "d", "p", "same")
    await desk.absorb("pkh", [said("p", "SITI AMINAH", nik(3)).enrolled("PKH", quarter(1))], "2026-08-02")
    assert await clusters(desk) == [["d"], ["p"], ["z"]]
    assert await desk.column(OPEN) == []
    await judge(desk, "z", "d", "unsure", on="2026-08-03")
    assert (await clusters(desk), await elsewhere(desk)) == ([["d"], ["p"], ["z"]], 0)
    assert await desk.rows(WAITS) == [("renamed", "same")]
    taken = "select actor, undoes from judging where event = 'undone'"
    assert await desk.rows(taken) == [("hub", same.id)]
    again = await judge(desk, "d", "p", "different", on="2026-08-04")
    assert (again.written, await desk.rows(WAITS)) == (True, [])


async def test_who_was_judged_different_is_asked_again_too(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1)), said("s", "SITI AMINAH", nik(3))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(2)), said("q", "BUDI SANTOSO", nik(2))])
    await judge(desk, "p", "s", "different")
    await desk.absorb(
        "pkh", [said("p", "SITI AMINAH", nik(3)), said("q", "BUDI SANTOSO", nik(2))], "2026-08-02"
    )
    assert await clusters(desk) == [["d"], ["p", "s"], ["q"]]
    assert await desk.rows(WAITS) == [("renamed", "different")]


async def test_a_merged_person_goes_on_with_those_who_stay(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(2))])
    await desk.absorb("bpnt", [said("b", "BUDI SANTOSO", nik(2)).enrolled("BPNT", quarter(1))])
    await desk.absorb("kip", [said("k", "BUDI SANTOSO", nik(2)).status("pmks", "1")])
    persons = await desk.column(
        "select distinct person_id from cluster_member where upper_inf(recorded) order by 1"
    )
    await judge(desk, "d", "p", "same")
    assert await clusters(desk) == [["b", "d", "k", "p"]]
    await desk.absorb("pkh", [said("p", "SITI AMINAH", nik(3))], "2026-08-02")
    assert await clusters(desk) == [["b", "k"], ["d"], ["p"]]
    assert await desk.column(FOUNDERS) == []
    now = "select distinct person_id from cluster_member where upper_inf(recorded) order by 1"
    assert (await desk.column(now))[:2] == persons
    assert [await desk.column(NIK_OF, key=key) for key in ("b", "d", "p")] == [[nik(2)], [nik(1)], [nik(3)]]
    await desk.absorb(
        "bpnt", [said("b", "BUDI SANTOSO", nik(2)), said("c", "BUDI SANTOSO", nik(2))], "2026-08-03"
    )
    assert await clusters(desk) == [["b", "c", "k"], ["d"], ["p"]]


async def test_who_comes_with_the_number_in_the_same_run_joins_those_who_stay(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(2)), said("q", "BUDI SANTOSO", nik(2))])
    await judge(desk, "d", "p", "same")
    rows = [
        said("p", "SITI AMINAH", nik(3)),
        said("q", "BUDI SANTOSO", nik(2)),
        said("n", "BUDI SANTOSO", nik(2)),
    ]
    await desk.absorb("pkh", rows, "2026-08-02")
    assert await clusters(desk) == [["d"], ["n", "q"], ["p"]]


async def test_who_stayed_with_the_survivor_is_there_again_when_its_mention_leaves(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1)), said("e", "SITI AMINAH", nik(3))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(2)).enrolled("PKH", quarter(1))])
    line = await judge(desk, "d", "p", "same")
    await desk.absorb(
        "dukcapil", [said("d", "SITI AMINAH", nik(3)), said("e", "SITI AMINAH", nik(3))], "2026-08-02"
    )
    assert await clusters(desk) == [["d", "e"], ["p"]]
    enrolled = """
        select r.record_key from enrollment e
        join cluster_member m on m.person_id = e.person_id and upper_inf(m.recorded)
        join source_record r on r.entry_id = m.mention_id / 16 and upper_inf(r.recorded) where upper_inf(e.recorded)
    """
    assert await desk.column(enrolled) == ["p"]
    assert await desk.column("select undoes from judging where event = 'undone'") == [line.id]
