"""From mentions to candidates: who may be whom, by what, and what a run over the touched leaves as it was."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from hub.identity.linkage import load_model
from hub.identity.linkage.engine import opened
from hub.identity.linkage.proposing import Proposals, propose_candidates
from hub.settings import Settings, adopt, default_config_dir
from tests.ingest.builders import Desk, Row, kk, said

DAWN = datetime(2040, 1, 1, tzinfo=UTC)
MODEL = load_model(default_config_dir() / "identity" / "hub.toml")
PAIRS = """
    select x.record_key, y.record_key, c.kind, round(c.score::numeric, 2)::float, c.evidence from candidate c
    join source_record x on x.entry_id = c.mention_a / 16 and upper_inf(x.recorded)
    join source_record y on y.entry_id = c.mention_b / 16 and upper_inf(y.recorded)
    where upper_inf(c.recorded) order by 1, 2, 3
"""
#: Open candidates of whom no record speaks.
NAMED = """
    select count(*) from candidate c where upper_inf(c.recorded) and exists (
      select from unnest(array[c.mention_a, c.mention_b]) m (id)
      where not exists (select from source_record r where r.entry_id = m.id / 16 and upper_inf(r.recorded)))
"""
BORN = {"birth_date": "1980-02-07", "sex": "L", "kk": kk(1)}
SISTER = {"birth_date": "1984-09-17", "sex": "P", "kk": kk(1)}


def number(serial: int, day: str = "070280") -> str:
    return f"332001{day}{9000 + serial}"


REGISTER = [
    said("r1", "SUTRISNO HADI", number(1), **BORN),
    said("r2", "WAGIYEM", number(2, "570984"), **SISTER),
    said("t1", "RIZKA PUTRI", number(3, "510510"), birth_date="2010-05-11", sex="P", kk=kk(3)),
    said("t2", "RIZKI PUTRI", number(4, "510510"), birth_date="2010-05-11", sex="P", kk=kk(3)),
]


async def proposed(desk: Desk, since: datetime | None = None, hour: int = 0) -> Proposals:
    return await propose_candidates(
        desk.connection, MODEL, DAWN + timedelta(hours=hour), since, memory="300MB"
    )


async def found(desk: Desk, kind: str | None = None) -> dict[tuple[str, str], tuple[float, dict[str, str]]]:
    rows = await desk.rows(PAIRS)
    return {(min(a, b), max(a, b)): (score, told) for a, b, name, score, told in rows if kind in (None, name)}


async def test_what_is_read_of_persons_lies_below_the_data_folder_alone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.absorb("dukcapil", REGISTER)
    adopt(Settings(data_dir=tmp_path))
    try:
        with monkeypatch.context() as nowhere:
            nowhere.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
            assert (await proposed(desk)).mentions == 4
            with opened("200MB", 1) as engine:
                [place] = engine.execute("select current_setting('temp_directory')").fetchall()[0]
    finally:
        adopt(None)
    assert Path(place).parent == tmp_path / "scratch"
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_a_mistyped_number_is_told_by_name_date_and_card(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    await desk.absorb("pkh", [said("p", "Sutrisno Hadi", number(555), **BORN)])
    done = await proposed(desk)
    score, told = (await found(desk, "probable"))["p", "r1"]
    assert score >= 0.99
    assert told == {
        "name": "equal", "born": "equal", "sex": "equal", "number": "serial", "kk": "equal", "area": "equal_10",
    }  # fmt: skip
    assert done.mentions == 5
    assert ("p", "r1") in await found(desk, "demographic")


async def test_a_row_that_fits_two_of_the_register_links_with_neither(desk: Desk) -> None:
    twins = {"birth_date": "1980-02-07", "sex": "L"}
    register = [said(f"r{each}", "SUTRISNO", number(each), kk=kk(each), **twins) for each in (1, 2)]
    await desk.absorb("dukcapil", register)
    await desk.absorb("pkh", [said("p", "SUTRISNO", number(777), **twins)])
    await proposed(desk)
    pairs = await found(desk, "probable")
    assert [pairs["p", each][0] for each in ("r1", "r2")] == pytest.approx([0.5, 0.5], abs=0.02)


async def test_a_twin_is_taken_for_herself_and_never_linked_as_her_sister(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    twin = {"birth_date": "2010-05-11", "sex": "P", "kk": kk(3)}
    await desk.absorb("pkh", [said("p", "RISKI PUTRI", number(88, "510510"), **twin)])
    await proposed(desk)
    pairs = await found(desk, "probable")
    assert pairs["p", "t2"][0] >= 0.99
    assert pairs.get(("p", "t1"), (0, {}))[0] < 0.05
    assert ("t1", "t2") not in await found(desk)


async def test_a_namesake_of_the_village_under_a_number_of_his_own_is_never_linked_by_his_score(
    desk: Desk,
) -> None:
    lane = {"address": "DUKUH KRAJAN"}
    await desk.absorb(
        "dukcapil", [said("r", "FATIMAH TANJUNG", number(7, "510594"), birth_date="1994-05-11", **lane)]
    )
    rows = [
        said("p", "FATIMAH TANJUNG", number(431, "460979"), **lane),
        said("q", "FATIMAH TANJUNG", None, **lane),
    ]
    await desk.absorb("pkh", rows)
    await proposed(desk)
    linked = await found(desk, "probable")
    assert ("p", "r") in await found(desk, "doubtful")
    assert ("p", "r") not in linked
    assert ("q", "r") in linked


async def test_two_whose_numbers_the_register_confirmed_are_two_whatever_they_share(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    rows = [said(f"p{each}", "PAIMAN", number(600 + each), **BORN) for each in (1, 2)]
    await desk.absorb("pkh", rows)
    await proposed(desk)
    assert ("p1", "p2") in await found(desk)
    verdicts = [said(f"v{each}", "PAIMAN", number(600 + each), nik_grade=4) for each in (1, 2)]
    await desk.absorb("dukcapil_verify", verdicts, full_list=False)
    await proposed(desk, hour=1)
    assert ("p1", "p2") not in await found(desk)


async def test_a_number_that_the_register_refused_for_a_name_links_it_to_nobody(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    await desk.absorb("pkh", [said("p", "WAGIYAM", number(2, "570984"), **SISTER)])
    await proposed(desk)
    assert ("p", "r2") in await found(desk, "probable")
    await desk.absorb(
        "dukcapil_verify", [said("v", "WAGIYAM", number(2, "570984"), nik_grade=2)], full_list=False
    )
    await proposed(desk, hour=1)
    assert ("p", "r2") not in await found(desk, "probable")
    assert ("p", "r2") in await found(desk, "doubtful")


async def test_each_detector_names_its_damage(desk: Desk) -> None:
    born, kin = "1955-03-0", {"sex": "L"}
    register = [
        said(
            f"d{each}",
            name,
            number(20 + each, f"0{each}0355"),
            birth_date=f"{born}{each}",
            kk=kk(20 + each),
            **kin,
        )
        for each, name in enumerate(("PAIMAN", "WAGIMIN", "SUKARDI", "TUKIMIN"), 1)
    ]
    await desk.absorb("dukcapil", [*REGISTER, *register])
    rows = [
        said(
            "cut", "PAIMAN", None, nik_raw=number(21, "010355")[:15], birth_date=f"{born}1", kk=kk(21), **kin
        ),
        said("typo", "WAGIMIN", number(12, "020355"), birth_date=f"{born}2", kk=kk(22), **kin),
        said("swap", "SUKARDI", kk(23), birth_date=f"{born}3", kk=number(23, "030355"), **kin),
        said("wife", "WAGIYEM", number(1), **SISTER),
        said("move", "RIZKA PUTRI", number(51, "510510"), birth_date="2010-05-11", sex="P", kk=kk(9)),
        said("moves", "RIZKI PUTRI", number(52, "510510"), birth_date="2010-05-11", sex="P", kk=kk(9)),
    ]
    await desk.absorb("pkh", rows)
    await proposed(desk)
    named = {
        "nik_cut": ("cut", "d1"), "nik_typo": ("d2", "typo"), "nik_kk_swapped": ("d3", "swap"),
        "nik_of_spouse": ("r2", "wife"), "household": ("move", "t1"), "demographic": ("move", "t1"),
    }  # fmt: skip
    for kind, pair in named.items():
        assert pair in await found(desk, kind), kind


async def test_a_run_over_the_touched_leaves_what_a_full_run_would(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    await desk.absorb("pkh", [said("p", "SUTRISNO HADI", number(555), **BORN)])
    await proposed(desk)
    since = DAWN
    namesake = {"birth_date": "1980-02-07", "sex": "L", "kk": kk(1)}
    later = [said("b", "SUTRISNO HADI", number(556), **namesake), said("c", "PAINEM")]
    await desk.absorb("bpnt", later, on="2040-01-02")
    part = await proposed(desk, since, hour=48)
    by_part = await found(desk)
    assert 0 < part.persons < 7
    full = await proposed(desk, hour=49)
    assert await found(desk) == by_part
    assert (full.opened, full.closed) == (0, 0)


@pytest.mark.parametrize("order", list(permutations(("pkh", "bpnt", "dukcapil")))[::5], ids="-".join)
async def test_the_order_of_arrival_changes_no_candidate(desk: Desk, order: Sequence[str]) -> None:
    lists: dict[str, list[Row]] = {
        "dukcapil": REGISTER,
        "pkh": [said("p", "SUTRISNO HADI", number(555), **BORN)],
        "bpnt": [said("b", "WAGIYEM", number(93, "570984"), **SISTER)],
    }
    for source in order:
        await desk.absorb(source, lists[source])
    await proposed(desk)
    scores = {pair: score for pair, (score, _) in (await found(desk, "probable")).items()}
    assert scores == {("b", "r2"): 1.0, ("p", "r1"): 1.0}


async def test_evidence_holds_verdicts_and_no_value(desk: Desk) -> None:
    await desk.absorb("dukcapil", REGISTER)
    await desk.absorb("pkh", [said("p", "SUTRISNO HADI", number(555), **BORN)])
    await proposed(desk)
    words: set[Any] = {word for _, told in (await found(desk)).values() for word in told.values()}
    assert words
    assert all(word.replace("_", "").isalnum() and not word.isdigit() for word in words)
    assert not words & {"SUTRISNO HADI", number(1), "1980-02-07"}


async def test_who_waited_with_a_row_that_went_is_looked_at_again(desk: Desk) -> None:
    """Two of the register share the odds of a third; when one of them goes, the other has them alone."""
    twins = {"birth_date": "1980-02-07", "sex": "L"}
    register = [said(f"r{each}", "SUTRISNO", number(each), kk=kk(each), **twins) for each in (1, 2)]
    await desk.absorb("dukcapil", register)
    await desk.absorb("pkh", [said("p", "SUTRISNO", number(777), **twins)])
    await proposed(desk)
    await desk.absorb("dukcapil", register[:1], on="2040-01-02")
    await proposed(desk, DAWN, hour=48)
    by_part = await found(desk)
    assert [score for pair, (score, _) in by_part.items() if pair == ("p", "r1")][-1] > 0.9
    assert await desk.column(NAMED) == [0]
    full = await proposed(desk, hour=49)
    assert (full.opened, full.closed, await found(desk)) == (0, 0, by_part)
