"""Exact links of a NIK under several names: whatever comes first, who is who is told by the names."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.names import keys_agree
from hub.identity.settling import Told, leaders, members
from tests.identity.histories import History
from tests.identity.judged import clusters
from tests.ingest.builders import Desk

NAMES = ("SITI AMINAH", "SITI AMINAH RAHAYU", "SITI AMINAH LESTARI", "BUDI SANTOSO", "BUDI", "S AMINAH")
UNSURE = "select count(*) from edge where upper_inf(recorded) and method = 'nik_conflict'"


def test_a_name_between_two_fuller_ones_is_nobodys() -> None:
    assert leaders(NAMES[:2]) == {NAMES[0]: NAMES[1], NAMES[1]: NAMES[1]}
    assert leaders(NAMES[:3]) == {name: name for name in NAMES[:3]}


@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
def test_whoever_follows_a_name_agrees_with_it_and_with_no_other_that_is_followed(names: list[str]) -> None:
    told = leaders(names)
    assert told == leaders(names[::-1])
    for name, leader in told.items():
        assert told[leader] == leader
        assert name == leader or keys_agree(name, leader)


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6),
    ties=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda tie: tie[0] < tie[1])),
)
def test_a_group_holds_together_by_what_ties_it_and_what_is_tied_anew(
    names: list[str], ties: set[tuple[int, int]]
) -> None:
    told = [Told(at, name, [other for one, other in ties if one == at]) for at, name in enumerate(names)]
    of = leaders(names)
    found = {mention: (first, anew) for mention, first, anew in members(told)}
    assert found.keys() == set(range(len(names)))
    held = [tie for tie in ties if max(tie) < len(names) and of[names[tie[0]]] == of[names[tie[1]]]]
    anew = [(first, mention) for mention, (first, tied) in found.items() if tied is not None]
    for mention, (first, _) in found.items():
        assert of[names[mention]] == of[names[first]]
        reached = {first}
        for _ in names:
            reached |= {each for pair in held + anew if set(pair) & reached for each in pair}
        assert mention in reached


async def test_whichever_name_comes_first_the_same_are_one_person(desk: Desk) -> None:
    rows = {"dukcapil": [(0, 1)], "pkh": [(2, 1)], "kip": [(3, 1)]}
    for order in permutations(rows):
        await desk.restart()
        history = History(desk)
        for source in order:
            await history.sync(source, rows[source])
        await history.link()
        await history.sound()
        assert await clusters(desk) == [["d1"], ["k1"], ["p1"]]
        assert await desk.column(UNSURE) == [2]
        await history.sync("kip", [])
        await history.link()
        await history.sound()
