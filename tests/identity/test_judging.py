"""Judgements: persons merged and parted, what follows downstream, and everything as it was once they are taken back."""

import pytest

from hub.errors import InputError
from hub.store.sql import text
from tests.identity.judged import clusters, elsewhere, held, judge, mention, undo
from tests.ingest.builders import PECANGAAN, Desk, days, kk, nik, quarter, said

IDS = """
    select 'enrollment', enrollment_id, uid, person_id from enrollment where upper_inf(recorded)
    union all select 'benefit', benefit_id, uid, person_id from benefit where upper_inf(recorded)
    union all select 'card', card_id, uid, null from family_card where upper_inf(recorded)
    union all select 'household', household_id, uid, null from household where upper_inf(recorded)
    union all select 'state', person_id, uid, null from person_state where upper_inf(recorded)
    union all select 'member', mention_id, null, person_id from cluster_member where upper_inf(recorded)
    union all select 'person', id, uid, merged_into from person
    order by 1, 2
"""


async def two(desk: Desk) -> None:
    """One man on two lists under two numbers: paid by one program, enrolled in both, each on a card of his own."""
    pkh = said("p", "BUDI SANTOSO", nik(1), kk=kk(1), relation="1").enrolled("PKH", quarter(1))
    await desk.absorb("pkh", [pkh.paid("PKH", quarter(1)), said("x", "SITI", nik(9), kk=kk(1))])
    other = said("b", "BUDI SANTOSO", nik(2), kk=kk(2), relation="1", area=PECANGAAN).enrolled(
        "BPNT", days(None)
    )
    await desk.absorb("bpnt", [other])
    alone = said("k", "BUDI", None, area=PECANGAAN)
    await desk.absorb("kip", [alone.status("pmks", "1")])


async def test_two_judged_the_same_are_one_person_under_the_older_id(desk: Desk) -> None:
    await two(desk)
    subjects = "select record_key, person_id from source_record where upper_inf(recorded)"
    before = dict(await desk.rows(subjects))
    await judge(desk, "b", "p", "same")
    assert await clusters(desk) == [["b", "p"], ["k"], ["x"]]
    persons = dict(
        await desk.rows("select record_key, person_id from source_record where upper_inf(recorded)")
    )
    assert persons["b"] == persons["p"] == before["p"] < before["b"]
    assert await desk.rows("select id, merged_into from person where merged_into is not null") == [
        (before["b"], before["p"])
    ]
    programs = "select p.code, e.person_id from enrollment e join program p on p.id = e.program_id"
    assert sorted(await desk.rows(f"{programs} where upper_inf(e.recorded)")) == [
        ("BPNT", before["p"]), ("PKH", before["p"]),
    ]  # fmt: skip
    assert await desk.column("select count(*) from person_state where upper_inf(recorded)") == [3]


async def test_what_was_known_before_a_merge_is_told_as_then(desk: Desk) -> None:
    await two(desk)
    query = "select p.nik, e.uid from person_state p left join enrollment e on e.person_id = p.person_id"
    query += " and e.recorded @> cast(:at as timestamptz) where p.recorded @> cast(:at as timestamptz) order by 1, 2"
    (at,) = await desk.column("select max(lower(recorded)) from cluster_member")
    before = await desk.rows(query, at=at)
    await judge(desk, "b", "p", "same")
    assert await desk.rows(query, at=at) == before


async def test_a_judgement_taken_back_leaves_everything_as_it_was_with_its_numbers(desk: Desk) -> None:
    await two(desk)
    graph, numbers = await held(desk), await desk.rows(IDS)
    first = await judge(desk, "b", "p", "same")
    second = await judge(desk, "k", "b", "same")
    assert await clusters(desk) == [["b", "k", "p"], ["x"]]
    merged = await held(desk)
    assert merged != graph
    await undo(desk, second.id)
    await undo(desk, first.id, "2026-09-02")
    assert await held(desk) == graph
    assert await desk.rows(IDS) == numbers
    assert await elsewhere(desk) == 0


async def test_what_came_since_the_merge_stays_when_it_is_taken_back(desk: Desk) -> None:
    await two(desk)
    line = await judge(desk, "b", "p", "same")
    await desk.absorb("blt_dd", [said("d", "BUDI SANTOSO", nik(2))], "2026-08-02")
    assert await clusters(desk) == [["b", "d", "p"], ["k"], ["x"]]
    await undo(desk, line.id)
    assert await clusters(desk) == [["b", "d"], ["k"], ["p"], ["x"]]


async def test_one_person_judged_to_be_two_is_parted_and_joined_again(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI SANTOSO", nik(1))])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO", nik(1)).enrolled("PKH", quarter(1))])
    graph = await held(desk)
    line = await judge(desk, "d", "p", "different")
    assert await clusters(desk) == [["d"], ["p"]]
    assert await elsewhere(desk) == 0
    await undo(desk, line.id)
    assert (await clusters(desk), await held(desk)) == ([["d", "p"]], graph)


async def test_a_contradiction_keeps_apart_what_was_judged_different(desk: Desk) -> None:
    await two(desk)
    await judge(desk, "p", "b", "same")
    await judge(desk, "p", "k", "same")
    line = await judge(desk, "b", "k", "different")
    assert await clusters(desk) == [["b", "p"], ["k"], ["x"]]
    await undo(desk, line.id)
    assert await clusters(desk) == [["b", "k", "p"], ["x"]]


async def test_two_reviewers_are_asked_where_both_were_paid(desk: Desk) -> None:
    await desk.absorb("pkh", [said("p", "BUDI", nik(1)).enrolled("PKH", quarter(1)).paid("PKH", quarter(1))])
    await desk.absorb(
        "bpnt", [said("b", "BUDI", nik(2)).enrolled("BPNT", quarter(1)).paid("BPNT", quarter(1))]
    )
    first = await judge(desk, "p", "b", "same", actor="ani")
    again = await judge(desk, "p", "b", "same", actor="ani")
    assert (first.in_force, again.id, again.written) == (False, first.id, False)
    assert await clusters(desk) == [["b"], ["p"]]
    second = await judge(desk, "b", "p", "same", actor="budi")
    assert (second.in_force, await clusters(desk)) == (True, [["b", "p"]])
    with pytest.raises(InputError, match="newer"):
        await undo(desk, first.id)
    await undo(desk, second.id)
    assert await clusters(desk) == [["b"], ["p"]]


async def test_a_judgement_answers_what_waits_between_the_two(desk: Desk) -> None:
    await two(desk)
    pair = sorted([await mention(desk, "b"), await mention(desk, "k")])
    opened = "insert into candidate (mention_a, mention_b, kind, score, evidence, recorded)"
    opened += " values (:a, :b, 'address', 0.7, '{\"address\": \"equal\"}', '[2026-07-02,)')"
    await desk.connection.execute(text(opened), {"a": pair[0], "b": pair[1]})
    waits = "select count(*) from candidate where dismissed is null"
    line = await judge(desk, "k", "b", "unsure")
    assert await desk.column(waits) == [0]
    assert await desk.rows("select judgement, evidence, actor from edge where method = 'reviewer'") == [
        ("unsure", {"address": "equal"}, "ani")
    ]
    await undo(desk, line.id)
    assert await desk.column(waits) == [1]


async def test_nonsense_is_refused(desk: Desk) -> None:
    await two(desk)
    for one, other, judgement, code in (
        ("p", "b", "perhaps", "unknown_judgement"), ("p", "p", "same", "unknown_pair"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            await judge(desk, one, other, judgement)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        await undo(desk, 99)
    assert caught.value.code == "unknown_line"
    line = await judge(desk, "p", "b", "same")
    await undo(desk, line.id)
    with pytest.raises(InputError) as caught:
        await undo(desk, line.id)
    assert caught.value.code == "undone_already"


async def both_paid(desk: Desk) -> None:
    """Two who were paid by two programs."""
    await desk.absorb("pkh", [said("p", "BUDI", nik(1)).enrolled("PKH", quarter(1)).paid("PKH", quarter(1))])
    await desk.absorb(
        "bpnt", [said("b", "BUDI", nik(2)).enrolled("BPNT", quarter(1)).paid("BPNT", quarter(1))]
    )


async def test_an_opinion_that_was_changed_seconds_nobody(desk: Desk) -> None:
    await both_paid(desk)
    first = await judge(desk, "p", "b", "same", actor="ani")
    other = await judge(desk, "p", "b", "different", actor="ani")
    second = await judge(desk, "p", "b", "same", actor="budi")
    assert (first.in_force, other.in_force, second.in_force) == (False, True, False)
    assert await clusters(desk) == [["b"], ["p"]]
    third = await judge(desk, "p", "b", "same", actor="ani")
    assert (third.in_force, await clusters(desk)) == (True, [["b", "p"]])
    rests = "select rests_on from judging where id = :line"
    assert await desk.column(rests, line=third.id) == [second.id]


async def test_what_another_line_rests_on_is_taken_back_after_it_whatever_pair_it_named(desk: Desk) -> None:
    await both_paid(desk)
    await desk.absorb("kip", [said("k", "BUDI", nik(2))])
    first = await judge(desk, "p", "b", "same", actor="ani")
    second = await judge(desk, "k", "p", "same", actor="budi")
    assert (second.in_force, await clusters(desk)) == (True, [["b", "k", "p"]])
    with pytest.raises(InputError, match=f"judgement {second.id} of this pair is newer or rests on it"):
        await undo(desk, first.id)


async def test_one_person_parted_answers_the_pair_alone(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", "BUDI", nik(1))])
    await desk.absorb("pkh", [said("p", "BUDI", nik(1))])
    await desk.absorb("kip", [said("k", "BUDI", nik(1))])
    opened = "insert into candidate (mention_a, mention_b, kind, score, evidence, recorded)"
    opened += " values (:a, :b, 'address', 0.7, '{}', '[2026-07-02,)')"
    keys = {key: await mention(desk, key) for key in ("d", "p", "k")}
    for one, other in (("d", "p"), ("p", "k")):
        a, b = sorted((keys[one], keys[other]))
        await desk.connection.execute(text(opened), {"a": a, "b": b})
    await judge(desk, "d", "p", "different")
    waits = "select mention_a, mention_b from candidate where dismissed is null"
    assert await desk.rows(waits) == [(keys["p"], keys["k"])]
