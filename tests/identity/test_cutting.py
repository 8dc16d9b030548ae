"""Parts of a contradictory component: what was judged different stands apart, in whatever order it is told."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.identity.cutting import Tie, part

MENTIONS = st.integers(1, 7)
PAIRS = st.lists(st.tuples(MENTIONS, MENTIONS).filter(lambda pair: pair[0] != pair[1]), max_size=10)
TIES = PAIRS.map(lambda pairs: [Tie((at,), *pair) for at, pair in enumerate(pairs)])


@given(TIES, PAIRS, st.randoms(use_true_random=False))
def test_the_parts_do_not_hang_on_the_order_and_keep_apart_what_is_different(
    ties: list[Tie], apart: list[tuple[int, int]], random: Random
) -> None:
    found = part(ties, apart)
    shuffled = random.sample(ties, len(ties))
    assert part(shuffled, random.sample(apart, len(apart))) == found
    assert not any(found[one] == found[other] for one, other in apart if {one, other} <= found.keys())
    assert set(found) == {mention for tie in ties for mention in (tie.one, tie.other)}


@given(TIES)
def test_without_cuts_the_parts_are_the_components(ties: list[Tie]) -> None:
    found = part(ties, [])
    assert all(found[tie.one] == found[tie.other] for tie in ties)
    joined = {frozenset((tie.one, tie.other)) for tie in ties}
    for label in set(found.values()):
        members = sorted(mention for mention in found if found[mention] == label)
        reached = {members[0]}
        for _ in members:
            reached |= {mention for pair in joined if pair & reached for mention in pair}
        assert reached == set(members)


def test_what_is_believed_first_holds() -> None:
    ties = [Tie((0,), 1, 2), Tie((1,), 2, 3), Tie((2,), 3, 4)]
    assert part(ties, [(1, 3)]) == {1: 1, 2: 1, 3: 3, 4: 3}
    assert part([Tie((9,), *pair) for pair in pairwise(range(1, 5))], []) == dict.fromkeys(range(1, 5), 1)
