"""Golden persons: whose word counts, since when, and what a change and a correction leave behind."""

from typing import Any

import pytest

from hub.store.tables.graph import PERSON_FIELDS
from tests.ingest.builders import Desk, Row, kk, nik, said

STATES = "name, rt, coalesce(vital, '-'), valid::text"
BUDI = ("BUDI SANTOSO", nik(1))


async def sources(desk: Desk, *fields: str) -> list[Any]:
    """Name of the source of each field of the one person, in his present state."""
    states = "select stated_by from person_state where upper_inf(recorded) and upper_inf(valid)"
    (stated,) = await desk.column(states)
    names = {number: name for name, number in desk.sources.items()}
    return [names.get(stated[PERSON_FIELDS.index(field)]) for field in fields]


async def test_each_field_comes_from_the_best_ranked_source_that_states_it(desk: Desk) -> None:
    await desk.absorb("bpnt", [said("b", "BUDI S", nik(1), rt="9", address="JL. MAWAR")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1")])
    await desk.absorb("pkh", [said("p", "BUDI SANTOSO S", nik(1), rt="5", education="3")])
    assert await desk.now("person_state", "name, rt, address, education") == [
        ("BUDI SANTOSO", "1", "JL. MAWAR", "3")
    ]
    told = await sources(desk, "nik", "name", "rt", "address", "education", "religion")
    assert told == ["dukcapil", "dukcapil", "dukcapil", "bpnt", "pkh", None]


async def test_a_field_may_have_an_order_of_its_own(desk: Desk) -> None:
    desk.survivorship = {"mother_name": [desk.sources["kip"], desk.sources["dukcapil"]]}
    await desk.absorb("dukcapil", [said("d", *BUDI, mother_name="SITI", father_name="ALI")])
    await desk.absorb("kip", [said("k", *BUDI, mother_name="SITI AMINAH", father_name="HASAN")])
    assert await desk.now("person_state", "mother_name, father_name") == [("SITI AMINAH", "ALI")]
    assert await sources(desk, "mother_name", "father_name") == ["kip", "dukcapil"]


async def test_a_field_without_its_first_source_falls_to_the_next(desk: Desk) -> None:
    desk.survivorship = {"mother_name": [desk.sources["kip"], desk.sources["dukcapil"]]}
    await desk.absorb("dukcapil", [said("d", *BUDI, mother_name="SITI")])
    await desk.absorb("pkh", [said("p", *BUDI, mother_name="TINI")])
    assert await sources(desk, "mother_name") == ["dukcapil"]


async def test_a_change_with_a_day_ends_the_old_state_on_that_day(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="2", since="2026-07-20")], "2026-08-01")
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,2026-07-20)"),
        ("BUDI SANTOSO", "2", "-", "[2026-07-20,)"),
    ]


async def test_a_change_without_a_day_begins_on_the_day_it_was_seen(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="2")], "2026-08-01")
    assert [valid for *_, valid in await desk.now("person_state", STATES)] == [
        "(,2026-08-01)",
        "[2026-08-01,)",
    ]


async def test_a_change_that_is_corrected_to_an_earlier_day_is_no_new_change(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="2", since="2026-07-20")], "2026-08-01")
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="3", since="2026-07-20")], "2026-09-01")
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,2026-07-20)"),
        ("BUDI SANTOSO", "3", "-", "[2026-07-20,)"),
    ]


@pytest.mark.parametrize("moved", [False, True], ids=["never moved", "moved before"])
async def test_a_corrected_name_replaces_the_name_for_the_whole_time(desk: Desk, *, moved: bool) -> None:
    last = {"rt": "2", "since": "2026-07-20"} if moved else {"rt": "1"}
    await desk.absorb("dukcapil", [said("d", "BUDI SANTSO", nik(1), rt="1")])
    await desk.absorb("dukcapil", [said("d", "BUDI SANTSO", nik(1), **last)], "2026-08-01")
    await desk.absorb("dukcapil", [said("d", *BUDI, **last)], "2026-09-01")
    states = await desk.now("person_state", "name, valid::text, rt")
    whole = [("BUDI SANTOSO", "(,)", "1")]
    parts = [("BUDI SANTOSO", "(,2026-07-20)", "1"), ("BUDI SANTOSO", "[2026-07-20,)", "2")]
    assert states == (parts if moved else whole)


async def test_what_another_source_adds_is_no_change_of_life(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, since="2020-01-01")])
    await desk.absorb("pkh", [said("p", *BUDI, rt="5")], "2026-08-01")
    assert await desk.now("person_state", STATES) == [("BUDI SANTOSO", "5", "-", "(,)")]


async def test_a_better_source_corrects_the_whole_time(desk: Desk) -> None:
    await desk.absorb("pkh", [said("p", "BUDI", nik(1), rt="5")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1", since="2020-01-01")], "2026-08-01")
    assert await desk.now("person_state", STATES) == [("BUDI SANTOSO", "1", "-", "(,)")]


async def test_death_is_a_state_of_a_person_who_stays(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, vital="hidup")])
    await desk.absorb("dukcapil", [said("d", *BUDI, vital="meninggal", since="2026-07-10")], "2026-08-01")
    assert await desk.now("person_state", "vital, died_on::text, valid::text") == [
        ("hidup", None, "(,2026-07-10)"),
        ("meninggal", "2026-07-10", "[2026-07-10,)"),
    ]


async def test_who_left_every_list_stays_findable_as_last_known(desk: Desk) -> None:
    tini = said("t", "TINI", nik(2))
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1"), tini])
    await desk.absorb("dukcapil", [tini], "2026-08-01")
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,)"),
        ("TINI", None, "-", "(,)"),
    ]


@pytest.mark.parametrize(
    ("rt", "expected"),
    [("1", ["(,)"]), ("2", ["(,2026-08-15)", "[2026-08-15,)"])],
    ids=["as before", "moved"],
)
async def test_who_is_listed_again_was_never_away(desk: Desk, rt: str, expected: list[str]) -> None:
    tini = said("t", "TINI", nik(2))
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1"), tini])
    await desk.absorb("dukcapil", [tini], "2026-08-01")
    await desk.absorb("dukcapil", [said("d", *BUDI, rt=rt, since="2026-08-15"), tini], "2026-09-01")
    states = "select valid::text from person_state where nik = :nik and upper_inf(recorded) order by 1"
    seen = await desk.column(states, nik=nik(1))
    assert seen == expected


MOVED = {"rt": "9", "kk": kk(9), "since": "2026-07-20"}


async def test_an_event_after_the_dump_ends_the_state_on_its_day(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1", since="2020-01-01")])
    await desk.absorb("dukcapil_events", [said("e", *BUDI, **MOVED)], "2026-08-01", full_list=False)
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,2026-07-20)"),
        ("BUDI SANTOSO", "9", "-", "[2026-07-20,)"),
    ]
    assert await sources(desk, "rt", "name") == ["dukcapil_events", "dukcapil_events"]


async def test_a_newer_dump_after_an_event_has_the_last_word(desk: Desk) -> None:
    await desk.absorb("dukcapil_events", [said("e", *BUDI, **MOVED)], full_list=False)
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="4", since="2026-08-15")], "2026-09-01")
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "4", "-", "[2026-08-15,)"),
        ("BUDI SANTOSO", "9", "-", "(,2026-08-15)"),
    ]


async def test_a_late_event_that_is_older_than_the_dump_tells_how_it_was_before(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1", kk=kk(1), since="2026-07-25")])
    await desk.absorb("dukcapil_events", [said("e", *BUDI, **MOVED)], "2026-08-01", full_list=False)
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "[2026-07-25,)"),
        ("BUDI SANTOSO", "9", "-", "(,2026-07-25)"),
    ]


async def test_a_move_told_after_a_later_one_takes_its_place_before_it(desk: Desk) -> None:
    for key, rt, day in (("d", "1", "2026-01-01"), ("e2", "3", "2026-05-01"), ("e1", "2", "2026-03-01")):
        await desk.absorb("dukcapil_events", [said(key, *BUDI, rt=rt, since=day)], full_list=False)
    assert await desk.now("person_state", "rt, valid::text") == [
        ("1", "(,2026-03-01)"),
        ("2", "[2026-03-01,2026-05-01)"),
        ("3", "[2026-05-01,)"),
    ]


@pytest.mark.parametrize("order", [(9, 10), (10, 9)])
async def test_of_two_events_of_one_day_the_higher_number_is_the_later_one(
    desk: Desk, order: tuple[int, int]
) -> None:
    await desk.absorb("dukcapil_events", [said("E1", *BUDI, rt="1", since="2026-01-01")], full_list=False)
    for number in order:
        told = said(f"E{number}", *BUDI, rt=str(number), since="2026-07-20")
        await desk.absorb("dukcapil_events", [told], full_list=False)
    assert await desk.now("person_state", "rt, valid::text") == [
        ("1", "(,2026-07-20)"),
        ("10", "[2026-07-20,)"),
    ]


async def test_a_change_whose_day_is_corrected_to_an_earlier_one_begins_then(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1")])
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="2", since="2026-07-20")], "2026-08-01")
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="3", since="2026-06-20")], "2026-09-01")
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,2026-06-20)"),
        ("BUDI SANTOSO", "3", "-", "[2026-06-20,)"),
    ]


async def test_what_was_known_at_an_instant_is_not_rewritten_by_history_told_late(desk: Desk) -> None:
    for key, rt, day in (("d", "1", "2026-01-01"), ("e2", "3", "2026-05-01"), ("e1", "2", "2026-03-01")):
        await desk.absorb("dukcapil_events", [said(key, *BUDI, rt=rt, since=day)], full_list=False)
    instants = await desk.column("select lower(recorded) from source_record order by id")
    then = "select rt, valid::text from person_state where recorded @> cast(:at as timestamptz) order by 1"
    assert [await desk.rows(then, at=at) for at in instants] == [
        [("1", "(,)")],
        [("1", "(,2026-05-01)"), ("3", "[2026-05-01,)")],
        [("1", "(,2026-03-01)"), ("2", "[2026-03-01,2026-05-01)"), ("3", "[2026-05-01,)")],
    ]


@pytest.mark.parametrize("order", [("dukcapil", "dukcapil_events"), ("dukcapil_events", "dukcapil")])
async def test_an_older_row_of_the_dump_does_not_undo_a_death(desk: Desk, order: tuple[str, str]) -> None:
    told = {
        "dukcapil": said("d", *BUDI, rt="1", vital="hidup", since="2026-06-01"),
        "dukcapil_events": said("e", *BUDI, vital="meninggal", since="2026-07-10"),
    }
    for source in order:
        await desk.absorb(source, [told[source]], "2026-08-01", full_list=source == "dukcapil")
    last = "select vital, died_on::text, rt from person_state where upper_inf(recorded) and upper_inf(valid)"
    assert await desk.rows(last) == [("meninggal", "2026-07-10", "1")]


async def test_a_later_word_that_he_lives_takes_the_day_of_death_away(desk: Desk) -> None:
    death = said("e", *BUDI, vital="meninggal", since="2026-07-10")
    await desk.absorb("dukcapil_events", [death], full_list=False)
    await desk.absorb("dukcapil", [said("d", *BUDI, vital="hidup", since="2026-08-02")], "2026-09-01")
    last = "select vital, died_on from person_state where upper_inf(recorded) and upper_inf(valid)"
    assert await desk.rows(last) == [("hidup", None)]


async def test_sources_of_one_register_share_a_place_in_the_order_of_a_field(desk: Desk) -> None:
    desk.survivorship = {"mother_name": [desk.sources["kip"], desk.sources["dukcapil"], desk.sources["pkh"]]}
    await desk.absorb("dukcapil", [said("d", *BUDI, mother_name="SITI", since="2026-01-01")])
    newer = said("e", *BUDI, mother_name="SITI AMINAH", since="2026-07-10")
    await desk.absorb("dukcapil_events", [newer], full_list=False)
    await desk.absorb("pkh", [said("p", *BUDI, mother_name="TINI", since="2026-07-20")])
    assert await desk.column("select mother_name from person_state where upper_inf(recorded)") == [
        "SITI AMINAH"
    ]


async def test_a_verification_alone_leaves_the_person_as_last_known(desk: Desk) -> None:
    words = {"nik": nik(1), "nik_grade": 4, "name_key": "BUDI SANTOSO", "vital": "hidup"}
    opinion = Row("v").also("person", **words)
    await desk.absorb("pkh", [said("p", *BUDI, rt="5")])
    await desk.absorb("dukcapil_verify", [opinion], "2026-08-01", full_list=False)
    assert await sources(desk, "nik", "name") == ["dukcapil_verify", "pkh"]
    await desk.absorb("pkh", [said("t", "TINI", nik(2))], "2026-09-01")
    assert await desk.now("person_state", "name, rt, coalesce(vital, '-')") == [
        ("BUDI SANTOSO", "5", "hidup"),
        ("TINI", None, "-"),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_comes_by_the_feed_of_another_hub_is_believed_as_the_source_that_said_it(
    desk: Desk, order: tuple[int, int]
) -> None:
    words = [
        said("dukcapil|d|1", *BUDI, rt="1", since="2026-01-01"),
        said("pkh|p|1", "BUDI", nik(1), rt="5", since="2026-06-01"),
    ]
    for at in order:
        await desk.absorb("hub_feed", [words[at]], full_list=False)
    assert await desk.now("person_state", STATES) == [("BUDI SANTOSO", "1", "-", "(,)")]
    assert await sources(desk, "rt", "name") == ["hub_feed", "hub_feed"]


async def test_a_register_is_one_whether_it_comes_by_another_hub_or_not(desk: Desk) -> None:
    await desk.absorb("dukcapil", [said("d", *BUDI, rt="1", since="2026-01-01")])
    newer = said("dukcapil_events|e|1", *BUDI, rt="2", since="2026-06-01")
    await desk.absorb("hub_feed", [newer], full_list=False)
    assert await desk.now("person_state", STATES) == [
        ("BUDI SANTOSO", "1", "-", "(,2026-06-01)"),
        ("BUDI SANTOSO", "2", "-", "[2026-06-01,)"),
    ]


async def test_a_source_of_another_hub_that_is_not_known_here_has_the_rank_of_the_feed(desk: Desk) -> None:
    await desk.absorb("hub_feed", [said("desa_x|1|1", "BUDI", nik(1), rt="9")], full_list=False)
    await desk.absorb("pkh", [said("p", *BUDI, rt="5")])
    assert await desk.now("person_state", STATES) == [("BUDI SANTOSO", "5", "-", "(,)")]
