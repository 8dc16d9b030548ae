"""Whatever comes, is linked, judged and taken back in whatever order: who stands for whom is what judgements say."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.identity.histories import LISTS, PEOPLE, History
from tests.identity.judged import clusters
from tests.ingest.builders import Desk

ROWS = st.lists(
    st.tuples(st.integers(0, len(PEOPLE) - 1), st.integers(1, 4)), max_size=3, unique_by=lambda row: row[1]
)
STEP = st.one_of(
    st.tuples(st.just("sync"), st.sampled_from(LISTS), ROWS),
    st.tuples(st.just("sync"), st.sampled_from(LISTS), ROWS),
    st.tuples(st.just("link")),
    st.tuples(
        st.just("judge"),
        st.integers(0, 8),
        st.integers(0, 8),
        st.sampled_from(["same", "same", "different", "unsure"]),
    ),
    st.tuples(st.just("undo"), st.integers(0, 2)),
    st.tuples(st.just("revert"), st.sampled_from(LISTS)),
)
PERSON_OF = """
    select m.person_id from cluster_member m join source_record r on r.entry_id = m.mention_id / 16
    where upper_inf(m.recorded) and upper_inf(r.recorded) and r.record_key = :key
"""
Steps = list[tuple[Any, ...]]
#: Links, judgements and a list that goes: the shortest history with a step of each kind.
EACH: Steps = [
    ("sync", "dukcapil", [(0, 1), (4, 2)]),
    ("sync", "kip", [(1, 1), (3, 2)]),
    ("link",),
    ("judge", 1, 2, "same"),
    ("judge", 0, 2, "different"),
    ("sync", "pkh", [(2, 1), (5, 2)]),
    ("undo", 0),
    ("revert", "kip"),
    ("link",),
]


async def played(desk: Desk, steps: Steps) -> History:
    """The hub after some steps; what must hold after any is looked at after each."""
    await desk.restart()
    history = History(desk)
    for name, *told in steps:
        await getattr(history, name)(*told)
        await history.sound()
    return history


async def held(desk: Desk, steps: Steps, last: Steps) -> None:
    """Plays steps; then what is judged and taken back leaves all as it was, and so does a list that comes and goes."""
    history = await played(desk, [*steps, ("link",)])
    before = await history.stands()
    line = await history.judge(0, 1, "same")
    if line is not None:
        assert await history.undo(0)
        await history.sound()
        assert await history.stands() == before
    for source, rows in last:
        await history.sync(source, rows)
        await history.link()
        assert await history.revert(source)
        await history.link()
        await history.sound()
        assert await history.stands() == before


async def test_those_whom_a_run_taken_back_had_tied_stay_tied_as_far_as_their_names_agree(desk: Desk) -> None:
    """The first of them goes on as the person; a name that only the run's agreed with is somebody of his own."""
    tied: Steps = [
        ("sync", "pkh", [(0, 1)]),
        ("sync", "kip", [(3, 1), (3, 2)]),
        ("sync", "dukcapil", [(2, 1)]),
    ]
    history = await played(desk, tied)
    assert await clusters(desk) == [["d1"], ["k1", "k2", "p1"]]
    before = await desk.column(PERSON_OF, key="k1")
    await history.revert("pkh")
    await history.sound()
    assert await clusters(desk) == [["d1"], ["k1", "k2"]]
    assert await desk.column(PERSON_OF, key="k1") == before


FORM = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LAST = st.lists(st.tuples(st.sampled_from(LISTS), ROWS), max_size=1)


@settings(FORM, max_examples=2)
@given(steps=st.lists(STEP, min_size=1, max_size=4), last=LAST)
@example(steps=EACH, last=[("pkh", [(0, 3)])])
async def test_who_stands_for_whom_is_what_the_judgements_say_after_any_step(
    desk: Desk, steps: Steps, last: Steps
) -> None:
    await held(desk, steps, last)


@pytest.mark.long
@settings(FORM, max_examples=60)
@given(steps=st.lists(STEP, min_size=3, max_size=12), last=LAST)
async def test_who_stands_for_whom_is_what_the_judgements_say_after_any_history(
    desk: Desk, steps: Steps, last: Steps
) -> None:
    await held(desk, steps, last)
