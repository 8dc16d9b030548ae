"""Typed identifiers: one number under an agreeing name is a candidate, under another name a reason to look."""

import pytest

from hub.identity.clusters import gather
from hub.identity.identifiers import Shared, judge_identifiers
from hub.identity.judging import apply_thresholds
from hub.identity.moving import move
from tests.identity.judged import act, clusters, elsewhere
from tests.ingest.builders import Desk, Row, nik, said

CANDIDATES = "select score, evidence from candidate where upper_inf(recorded) order by score"
UNSURE = "select evidence from edge where method = 'identifier_conflict' and upper_inf(recorded)"


def numbered(row: Row, scheme: str, value: str) -> Row:
    """The row with a typed identifier."""
    return row.also("identifier", scheme=scheme, value=value, grade=3)


async def judged(desk: Desk, on: str = "2026-08-01") -> None:
    """The stage, the thresholds after it and the clusters under both."""
    made = await act(desk, on)
    await judge_identifiers(desk.connection, made.at)
    await apply_thresholds(desk.connection, {"identifier": 0.98}, made.at, ())
    await gather(desk.connection)
    await move(desk.connection, made.at)


async def test_one_number_links_whom_name_and_birth_date_agree_on_and_nobody_else(desk: Desk) -> None:
    born = {"birth_date": "2010-05-01", "sex": "P"}
    await desk.absorb("kip", [
        numbered(said("k1", "SITI AMINAH", **born), "nisn", "1"), numbered(said("k2", "RINA", **born), "nisn", "2"),
        numbered(said("k3", "DEWI", nik(3), **born), "idsemesta", "3"), said("k4", "DEWI", None, **born),
    ])  # fmt: skip
    await desk.absorb("pkh", [
        numbered(said("p1", "SITI AMINAH", nik(1), **born), "nisn", "1"),
        numbered(said("p2", "BUDI SANTOSO", nik(2), **born), "nisn", "2"),
        numbered(said("p3", "DEWI", nik(4), **born), "idsemesta", "3"),
    ])  # fmt: skip
    await judged(desk)
    assert await clusters(desk) == [["k1", "p1"], ["k2"], ["k3"], ["k4"], ["p2"], ["p3"]]
    same = {"name": "agrees", "birth_date": "equal", "sex": "equal"}
    assert await desk.rows(CANDIDATES) == [
        (0.74, same | {"idsemesta": "equal", "nik": "other"}), (0.99, same | {"nisn": "equal"}),
    ]  # fmt: skip
    assert await desk.column(UNSURE) == [same | {"nisn": "equal", "name": "differs"}]
    before = await desk.rows("select count(*) from candidate")
    await judged(desk, "2026-08-02")
    assert (await desk.rows("select count(*) from candidate"), await elsewhere(desk)) == (before, 0)


async def test_a_number_that_many_bear_names_nobody(desk: Desk) -> None:
    rows = [numbered(said(f"k{at}", "SITI", birth_date="2010-05-01"), "nisn", "0") for at in range(25)]
    await desk.absorb("kip", rows)
    await judged(desk)
    assert await desk.rows(CANDIDATES) == []


@pytest.mark.parametrize(
    ("shared", "score"),
    [
        (Shared("nisn", name=True, born=True, sex=True, nik=None), 0.99),
        (Shared("nisn", name=True, born=None, sex=None, nik=None), 0.89),
        (Shared("nisn", name=True, born=False, sex=True, nik=None), 0.74),
        (Shared("kks", name=True, born=True, sex=True, nik=None), 0.9),
        (Shared("kks", name=True, born=False, sex=False, nik=False), 0.15),
    ],
)
def test_what_differs_takes_more_than_what_is_not_stated(shared: Shared, score: float) -> None:
    assert shared.score() == score
