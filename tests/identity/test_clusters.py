"""Clusters: a function of the judgements in force, whatever order they came in, part by part or all at once."""

import json
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncTransaction

from hub.identity.candidates import Search, propose, stage
from hub.identity.clusters import gather
from hub.identity.judging import apply_thresholds, undo
from hub.identity.moving import move
from hub.store.sql import text
from tests.identity.judged import act, clustered, clusters, elsewhere, mention
from tests.ingest.builders import Desk, nik, quarter, said

KEYS = ("a", "b", "c", "d", "e", "f")
PAIRS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(["same", "same", "different", "unsure"])),
    min_size=2, max_size=6, unique_by=lambda said: frozenset(said[:2]),
).map(lambda found: [one for one in found if one[0] != one[1]])  # fmt: skip
FEW = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Said = list[tuple[str, str, str]]


async def world(desk: Desk) -> AsyncTransaction:
    """Six records of four persons: a and b, and c and d, bear one number and name; made once, to be gone back to."""
    if not await desk.column("select id from source_record limit 1"):
        rows = [said("a", "BUDI", nik(1)), said("c", "SITI", nik(2)), said("e", "UMAR", nik(3))]
        await desk.absorb("dukcapil", [*rows, said("f", "UMAR", nik(4))])
        await desk.absorb("pkh", [said("b", "BUDI", nik(1)), said("d", "SITI", nik(2))])
        await desk.connection.execute(text("discard temp"))
    return await desk.connection.begin_nested()


async def said_all(desk: Desk, judgements: Said) -> list[list[str]]:
    """The clusters after some judgements, one at a time."""
    for one, other, judgement in judgements:
        await clustered(desk, one, other, judgement)
    return await clusters(desk)


@FEW
@given(judgements=PAIRS, order=st.randoms(use_true_random=False))
async def test_the_order_of_judgements_does_not_change_the_clusters(
    desk: Desk, judgements: Said, order: Random
) -> None:
    begun = await world(desk)
    found = await said_all(desk, judgements)
    assert await elsewhere(desk) == 0
    await begun.rollback()
    begun = await world(desk)
    assert await said_all(desk, order.sample(judgements, len(judgements))) == found
    await begun.rollback()


@FEW
@given(judgements=PAIRS, back=st.integers(0, 5))
async def test_a_judgement_that_is_taken_back_leaves_the_clusters_as_they_were(
    desk: Desk, judgements: Said, back: int
) -> None:
    begun = await world(desk)
    members = "select mention_id, person_id from cluster_member where upper_inf(recorded) order by 1"
    stood = []
    lines = []
    for one, other, judgement in judgements:
        stood.append(await desk.rows(members))
        lines.append((await clustered(desk, one, other, judgement)).id)
    for line, before in [*zip(lines, stood, strict=True)][::-1][: back + 1]:
        made = await act(desk, "2026-09-01")
        await undo(desk.connection, line, made)
        await gather(desk.connection)
        await move(desk.connection, made.at)
        assert await desk.rows(members) == before
    assert await elsewhere(desk) == 0
    await begun.rollback()


async def test_candidates_that_reach_their_threshold_are_linked_and_parted_with_it(desk: Desk) -> None:
    await world(desk)
    lines = [
        f'{await mention(desk, one)},{await mention(desk, other)},splink,{score},"{json.dumps({})}"'
        for one, other, score in (("e", "f", 0.95), ("a", "c", 0.8))
    ]
    made = await act(desk, "2026-08-01")
    relation = await stage(desk.connection, "\n".join(lines).encode())
    await propose(desk.connection, relation, Search(["splink"]), made.at)
    found = []
    for threshold in (0.9, 0.9, 0.7, 0.99):
        made = await act(desk, "2026-08-02")
        await apply_thresholds(desk.connection, {"splink": threshold}, made.at, ())
        await gather(desk.connection)
        await move(desk.connection, made.at)
        edges = await desk.column("select count(*) from edge where method = 'splink'")
        found.append((await clusters(desk), edges[0]))
    apart = [["a", "b"], ["c", "d"], ["e"], ["f"]]
    one, both = [["a", "b"], ["c", "d"], ["e", "f"]], [["a", "b", "c", "d"], ["e", "f"]]
    assert found == [(one, 1), (one, 1), (both, 2), (apart, 2)]
    await desk.connection.execute(text("discard temp"))


async def test_what_people_have_to_look_at_is_not_linked_by_its_score(desk: Desk) -> None:
    await desk.absorb("pkh", [said("p", "BUDI", nik(1)).enrolled("PKH", quarter(1)).paid("PKH", quarter(1))])
    await desk.absorb(
        "bpnt", [said("b", "BUDI", nik(2)).enrolled("BPNT", quarter(1)).paid("BPNT", quarter(1))]
    )
    line = f'{await mention(desk, "p")},{await mention(desk, "b")},splink,0.99,"{json.dumps({})}"'
    made = await act(desk, "2026-08-01")
    await propose(desk.connection, await stage(desk.connection, line.encode()), Search(["splink"]), made.at)
    linked = "select count(*) from edge where method = 'splink' and upper_inf(recorded)"
    for conditions, links in (
        (("paid_in_both",), 0),
        (("paid_twice", "both_confirmed"), 1),
        (("paid_in_both",), 1),
    ):
        made = await act(desk, "2026-08-02")
        await apply_thresholds(desk.connection, {"splink": 0.9}, made.at, conditions)
        await gather(desk.connection)
        await move(desk.connection, made.at)
        assert await desk.column(linked) == [links]


@pytest.mark.parametrize(
    ("other", "program", "months", "links"),
    [
        ("pkh", "PKH", quarter(1), 0),
        ("pkh", "PKH", quarter(2), 1),
        ("pkh_resertifikasi", "PKH", quarter(1), 1),
        ("pkh", "BPNT", quarter(1), 1),
    ],
    ids=["twice by one list", "one after the other", "told by two lists", "of two programs"],
)
async def test_two_who_would_be_paid_twice_as_one_wait_for_people(
    desk: Desk, other: str, program: str, months: str, links: int
) -> None:
    paid = said("p", "BUDI", nik(1)).enrolled("PKH", quarter(1)).paid("PKH", quarter(1))
    second = said("q", "BUDI", nik(2)).enrolled(program, months).paid(program, months)
    await desk.absorb("pkh", [paid, second] if other == "pkh" else [paid])
    if other != "pkh":
        await desk.absorb(other, [second])
    line = f'{await mention(desk, "p")},{await mention(desk, "q")},splink,0.99,"{json.dumps({})}"'
    made = await act(desk, "2026-08-01")
    await propose(desk.connection, await stage(desk.connection, line.encode()), Search(["splink"]), made.at)
    await apply_thresholds(desk.connection, {"splink": 0.9}, made.at, ("paid_twice", "both_confirmed"))
    assert await desk.column("select count(*) from edge where method = 'splink'") == [links]
