"""Typed identifiers: one number under an agreeing name is a candidate, under another name a reason to look."""

from itertools import permutations

from hub.identity.clusters import gather
from hub.identity.identifiers import judge_identifiers
from hub.identity.judging import apply_thresholds
from hub.identity.moving import move
from hub.registry.identifiers import load_identifiers
from hub.settings import default_config_dir
from tests.identity.judged import act, clusters, elsewhere
from tests.ingest.builders import Desk, Row, nik, said

RULES = load_identifiers(default_config_dir())
CANDIDATES = "select score, evidence from candidate where upper_inf(recorded) order by score"
UNSURE = "select evidence from edge where method = 'identifier_conflict' and upper_inf(recorded)"


def numbered(row: Row, scheme: str, value: str) -> Row:
    """The row with a typed identifier."""
    return row.also("identifier", scheme=scheme, value=value, grade=3)


async def judged(desk: Desk, on: str = "2026-08-01") -> None:
    """The stage, the thresholds after it and the clusters under both."""
    made = await act(desk, on)
    await judge_identifiers(desk.connection, RULES, made.at)
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


async def test_a_number_of_a_family_links_nobody_and_opens_no_doubt(desk: Desk) -> None:
    born = {"birth_date": "1980-05-01", "sex": "P"}
    family = [("a1", "SITI AMINAH", None), ("a2", "BUDI SANTOSO", nik(2)), ("a3", "RINA", nik(3))]
    await desk.absorb("pkh", [numbered(said(*each, **born), "pkh", "7") for each in family])
    await desk.absorb("kip", [numbered(said("b1", "SITI AMINAH", nik(1), **born), "no_peserta_pkh", "7")])
    await judged(desk)
    assert await clusters(desk) == [["a1"], ["a2"], ["a3"], ["b1"]]
    told = {"pkh": "equal", "name": "agrees", "birth_date": "equal", "sex": "equal"}
    assert (await desk.rows(CANDIDATES), await desk.column(UNSURE)) == ([(0.9, told)], [])


async def test_a_number_that_the_register_refused_for_a_name_keeps_nobody_apart(desk: Desk) -> None:
    born = {"birth_date": "2010-05-01", "sex": "P"}
    await desk.absorb("kip", [numbered(said("k1", "SITI AMINAH", nik(1), **born), "nisn", "1")])
    await desk.absorb("pkh", [numbered(said("p1", "SITI AMINAH", nik(2), **born), "nisn", "1")])
    await judged(desk)
    assert await clusters(desk) == [["k1"], ["p1"]]
    verdict = said("v1", "SITI AMINAH", nik(2), nik_grade=2)
    await desk.absorb("dukcapil_verify", [verdict], full_list=False)
    await judged(desk, "2026-08-02")
    assert await clusters(desk) == [["k1", "p1", "v1"]]
    told = {"nisn": "equal", "name": "agrees", "birth_date": "equal", "sex": "equal", "nik": "refused"}
    assert await desk.rows(CANDIDATES) == [(0.99, told)]


async def test_a_number_that_the_register_has_under_another_name_keeps_nobody_apart(desk: Desk) -> None:
    born = {"birth_date": "2010-05-01", "sex": "P"}
    await desk.absorb("dukcapil", [said("d1", "BUDI SANTOSO", nik(2), nik_grade=4)])
    await desk.absorb("kip", [numbered(said("k1", "SITI AMINAH", nik(1), **born), "nisn", "1")])
    await desk.absorb("pkh", [numbered(said("p1", "SITI AMINAH", nik(2), **born), "nisn", "1")])
    await judged(desk)
    assert await clusters(desk) == [["d1"], ["k1", "p1"]]


async def test_whoever_comes_first_the_same_are_one_person(desk: Desk) -> None:
    born = {"birth_date": "2010-05-01", "sex": "P"}
    rows = {
        "kip": numbered(said("k1", "BUDI SANTOSO", **born), "nisn", "1"),
        "pkh": numbered(said("p1", "SITI AMINAH", **born), "nisn", "1"),
        "bpnt": numbered(said("b1", "SITI AMINAH", nik(1), **born), "nisn", "1"),
    }
    for order in permutations(rows):
        await desk.restart()
        for source in order:
            await desk.absorb(source, [rows[source]])
        await judged(desk)
        assert await clusters(desk) == [["b1", "p1"], ["k1"]]
