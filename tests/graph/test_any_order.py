"""Whatever order and pieces the same words come in, the graph that is held in the end is one, day for day."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.store.sql import text
from hub.workflow.dump import ORDERED, PARTS, PREPARE, SNAPSHOT
from tests.graph.attribute_sets import SMALL_SET, told
from tests.ingest.builders import Desk, Row, days, kk, nik, quarter, said

Word = tuple[str, Row]
FEED = "dukcapil_events"
NAMES = ("ALI", "SITI", "UMAR")
#: Judgements are made as mentions come: which of equal mentions founded a person is chance.
HELD = tuple(part for part in PARTS if part != "edge")
DAYS = ("2026-03-01", "2026-03-01", "2026-05-01", "2026-05-02", "2026-06-30")
HOUSES = ("JL. MELATI NO 5", "Jl Melati No. 5", "DUSUN KRAJAN", None)


def event(number: int, who: int, day: str, kind: str, where: int) -> Word:
    """What happens to one of three persons on a day."""
    told_of: dict[str, dict[str, Any]] = {
        "move": {"address": HOUSES[where], "rt": "001", "rw": "1", "area": 3320012001 + where % 2},
        "card": {"kk": kk(where), "relation": "1" if where == who else "9"},
        "death": {"vital": "meninggal", "area": None},
        "departure": {"vital": "pindah", "area": None},
        "life": {"vital": "hidup", "area": None},
    }
    return FEED, said(f"E{number}", NAMES[who], nik(who), since=day, **told_of[kind])


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(DAYS),
        st.sampled_from(["move", "card", "card", "death", "departure", "life"]),
        st.integers(0, 3),
    ),
    min_size=3,
    max_size=8,
).map(lambda found: [event(number, *each) for number, each in enumerate(found, 8)])


def listed(who: int, source: str, where: int) -> Row:
    """A row of a list, each with what such a list says."""
    base = said(f"{source}{who}", NAMES[who], nik(who), kk=kk(where), address=HOUSES[where], rt="1", rw="01")
    match source:
        case "dukcapil":
            return said(
                base.key, NAMES[who], nik(who), kk=kk(where), relation="1", since="2026-04-01", rt="7"
            )
        case "pkh":
            return base.enrolled("PKH", quarter(where + 1)).paid("PKH", quarter(where + 1))
        case "bpnt":
            return (
                base.enrolled("BPNT", days(None))
                .status("pmks", str(where))
                .status("pmks", "9", days("2026-01-01"))
            )
        case _:
            member = base.also(
                "group", kind="kube", number="1", role_in_group="member", valid=days("2025-01-01")
            )
            lives = member.also(
                "dwelling", scheme="idbdt", number=str(where), address=f"RUMAH {who}", valid="(,)"
            )
            return told(lives, "2025-01-01", penyakit=where)


Lists = dict[str, list[list[Row]]]
"""The editions of each list, the first one first."""
#: Who stands on which edition of which list, and what it says of him: changes without a day, and rows that vanish.
LISTED = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["dukcapil", "pkh", "bpnt", "kip"]),
        st.integers(1, 2),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda each: each[:3],
)


def editions(found: list[tuple[int, str, int, int]]) -> Lists:
    """The rows by list and edition."""
    made: dict[str, dict[int, list[Row]]] = {}
    for who, source, edition, where in found:
        made.setdefault(source, {}).setdefault(edition, []).append(listed(who, source, where))
    return {source: [by_edition[at] for at in sorted(by_edition)] for source, by_edition in made.items()}


LISTS = LISTED.map(editions)


async def land(desk: Desk, runs: list[tuple[str, list[Row]]]) -> list[str]:
    """The graph that is held after some runs, as the canonical dump has it."""
    await desk.restart()
    desk.attributes = SMALL_SET
    for source, rows in runs:
        await desk.absorb(source, rows, "2026-07-01", full_list=source != FEED)
    return await held(desk)


async def held(desk: Desk) -> list[str]:
    """The parts of the dump that say what the graph holds."""
    await desk.connection.execute(text("discard temp"))
    for statement in PREPARE:
        if statement != SNAPSHOT:
            await desk.connection.execute(text(statement))
    return [line for part in HELD for line in await desk.column(ORDERED.format(part=PARTS[part]))]


@st.composite
def sendings(draw: st.DrawFn, words: list[Word], lists: Lists) -> list[tuple[str, list[Row]]]:
    """The same words in another order and other pieces: each edition whole, the feed however it comes, some twice."""
    feed = draw(st.permutations([row for _, row in words]))
    again = draw(st.lists(st.sampled_from(feed), max_size=2))
    cuts = sorted(draw(st.sets(st.integers(1, len(feed) - 1), max_size=len(feed) - 1)))
    pieces = [feed[start:end] for start, end in pairwise([0, *cuts, len(feed)])] + [[row] for row in again]
    waiting = {source: list(each) for source, each in lists.items()} | {FEED: draw(st.permutations(pieces))}
    turns = draw(st.permutations([source for source, each in waiting.items() for _ in each]))
    return [(source, draw(st.permutations(waiting[source].pop(0)))) for source in turns]


async def check(desk: Desk, data: st.DataObject, words: list[Word], lists: Lists) -> None:
    """One clean load and one in another order and other pieces hold the same."""
    whole = [(source, rows) for source, each in lists.items() for rows in each]
    clean = await land(desk, [*whole, (FEED, [row for _, row in words])])
    assert any(json.loads(line)["part"] == "person_state" for line in clean)
    sent = data.draw(sendings(words, lists))
    assert await land(desk, sent) == clean


SLOW = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
# Each example is several runs of the whole fold: shrinking would take minutes.
PHASES = (Phase.generate,)


@settings(max_examples=2, phases=PHASES, suppress_health_check=SLOW)
@given(data=st.data(), words=EVENTS, lists=LISTS)
async def test_any_order_and_any_pieces_of_the_same_words_end_in_one_graph(
    desk: Desk, data: st.DataObject, words: list[Word], lists: Lists
) -> None:
    await check(desk, data, words, lists)


@pytest.mark.long
@settings(max_examples=100, phases=PHASES, suppress_health_check=SLOW)
@given(data=st.data(), words=EVENTS, lists=LISTS)
async def test_any_order_of_many_stories_ends_in_one_graph(
    desk: Desk, data: st.DataObject, words: list[Word], lists: Lists
) -> None:
    await check(desk, data, words, lists)
