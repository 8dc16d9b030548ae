"""A linkage of whom the hub heard of leaves what a linkage of everybody would, whatever came, changed and went."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.identity.linkage import load_model
from hub.registry.identifiers import load_identifiers
from hub.registry.judging import load_judging
from hub.settings import default_config_dir
from hub.store.sql import text
from hub.workflow.linking import How, link_touched
from tests.identity.judged import act, folded
from tests.ingest.builders import Desk, Row, kk, said

HOW = How(
    load_model(default_config_dir() / "identity" / "hub.toml"),
    load_judging(default_config_dir()),
    load_identifiers(default_config_dir()),
    memory="300MB",
)
#: A pair below is as good as not proposed: its score may pass the threshold of a look either way.
FAINT = 0.1
FOUND = """
    select c.mention_a, c.mention_b, c.kind, c.evidence::text, c.score from candidate c where upper_inf(c.recorded)
"""
LINKS = """
    select mention_a, mention_b, method from edge where upper_inf(recorded) and judgement = 'same' order by 1, 2, 3
"""
#: Whom lists tell of: namesakes of one day, a card, a damaged number, somebody else.
PEOPLE = [
    ("SUTRISNO HADI", {"birth_date": "1980-02-07", "sex": "L", "kk": kk(1)}),
    ("SUTRISNO HADI", {"birth_date": "1980-02-07", "sex": "L", "kk": kk(2)}),
    ("SUTRISNA HADI", {"birth_date": "1980-02-07", "sex": "L", "kk": kk(1)}),
    ("WAGIYEM", {"birth_date": "1984-09-17", "sex": "P", "kk": kk(1)}),
]
ROWS = st.lists(
    st.tuples(st.integers(0, len(PEOPLE) - 1), st.integers(1, 6)), max_size=3, unique_by=lambda row: row[1]
)
#: What each list says in turn; a row that it no longer has is closed.
STEPS = st.lists(st.tuples(st.sampled_from(["dukcapil", "pkh", "bpnt"]), ROWS), min_size=2, max_size=4)


FIRST = ("PAIMAN", "WAGIMIN", "SUKARDI", "TUKIMIN", "JUMADI")


def filler(number: int) -> Row:
    """Somebody whom no list but the register knows: enough of them that a row more or less moves no odds."""
    name = f"{FIRST[number % 5]} {'ABCDEFGHIJKLMNOPQRST'[number // 5]}ONO"
    born = f"{1950 + number % 40}-{number % 12 + 1:02}-{number % 27 + 1:02}"
    return said(
        f"f{number}",
        name,
        f"332001{number % 27 + 1:02}{number % 12 + 1:02}509{500 + number}",
        birth_date=born,
    )


FILLERS = [filler(number) for number in range(100)]


def told(source: str, rows: list[tuple[int, int]]) -> list[Row]:
    stated = [
        said(f"{source[0]}{serial}", PEOPLE[person][0], f"3320010702809{100 + serial}", **PEOPLE[person][1])
        for person, serial in rows
    ]
    return [*FILLERS, *stated] if source == "dukcapil" else stated


async def linked(desk: Desk, on: str, since: datetime | None) -> datetime:
    made = await act(desk, on)
    await link_touched(desk.connection, HOW, made.at, since)
    await folded(desk, made)
    return made.at


async def proposed(desk: Desk) -> dict[tuple[Any, ...], float]:
    return {tuple(row[:4]): row[4] for row in await desk.rows(FOUND) if row[4] >= FAINT}


async def held(desk: Desk, steps: list[tuple[str, list[tuple[int, int]]]]) -> None:
    """Plays the steps, each but the first followed by a linkage of whom it touched; then everybody is looked at."""
    await desk.restart()
    await desk.absorb("dukcapil", FILLERS, on="2040-01-01")
    since = None
    for step, (source, rows) in enumerate(steps):
        await desk.absorb(source, told(source, rows), on=f"2040-01-{2 * step + 2:02}")
        since = await linked(desk, f"2040-01-{2 * step + 3:02}", since) if step else None
    by_part, links = await proposed(desk), await desk.rows(LINKS)
    await desk.connection.execute(text("discard temp"))
    await linked(desk, "2040-02-01", None)
    whole = await proposed(desk)
    assert by_part.keys() == whole.keys()
    assert all(abs(score - whole[pair]) < FAINT for pair, score in by_part.items())
    assert await desk.rows(LINKS) == links


async def test_whoever_came_changed_and_went_is_linked_as_if_everybody_had_been_looked_at(desk: Desk) -> None:
    await held(
        desk,
        [("dukcapil", [(0, 1), (1, 2)]), ("pkh", [(0, 3), (3, 4)]), ("dukcapil", [(0, 1), (3, 5)])],
    )


@pytest.mark.long
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_incremental_equals_full(desk: Desk, steps: list[tuple[str, list[tuple[int, int]]]]) -> None:
    await held(desk, steps)
