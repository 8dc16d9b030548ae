"""The ways into the population register together: events, families, verification, and reports of use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.registry.sources import load_sources
from hub.settings import adopt
from hub.simulator import Plan
from hub.workflow.feedback import Sent, pseudonym, send_feedback
from hub.workflow.lookups import turn
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.sync_builders import Hub, changed_config, different, new_hub, registries_of, standing
from tests.workflow.conftest import Pulled

LOOK_UPS = ("dukcapil_lookup", "dukcapil_kk", "dukcapil_verify")
LISTS = ("dukcapil", "dukcapil_events", "pkh", "bpnt", "kip")
STATE = """
    select nik, name, coalesce(vital, ''), coalesce(died_on::text, ''), no_kk, coalesce(rt, ''), area_key
    from person_state s where upper_inf(recorded) and upper_inf(valid) and nik in
      (select payload::jsonb ->> 'NIK' from source_record r join source o on o.id = r.source_id
       where o.code = 'dukcapil_events')
    order by 1, 2
"""


@pytest.fixture(scope="module")
def listed(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulled]:
    """A hub that has pulled month 1 of some registries, with their feed of events, and has asked nothing yet."""
    plan = Plan(seed=7, persons=300, lists=("dukcapil_events",))
    with (
        registries_of(plan, tmp_path_factory.mktemp("office")) as registries,
        new_hub(loaded, registries) as hub,
    ):
        yield Pulled(hub, hub.sync(*LISTS))


@pytest.fixture(scope="module")
def first(listed: Pulled) -> Iterator[Pulled]:
    """The same after every question."""
    with new_hub(listed.hub) as hub:
        yield Pulled(
            hub, listed.told | hub.sync("dukcapil_kk") | hub.sync("dukcapil_lookup", "dukcapil_verify")
        )


def reported(hub: Hub, *names: str) -> list[Sent]:
    url = hub.registries.server.url if hub.registries else None
    adopt(hub.settings)
    return wait_for(send_feedback(hub.database, hub.settings, names, url))


def test_every_question_is_accounted_for(first: Pulled) -> None:
    for summary in first.told.values():
        assert (summary.status, summary.code) == ("complete", None)
        assert summary.rows_in == summary.stored + summary.unchanged + summary.quarantined
    assert all(first.told[name].rows_in > 0 for name in (*LOOK_UPS, "dukcapil_events"))


def test_lists_are_pulled_before_persons_families_and_what_is_in_doubt(loaded: Hub) -> None:
    sources = load_sources(loaded.settings.config_dir / "sources")
    assert [turn(sources[name]) for name in ("pkh", *LOOK_UPS)] == [0, 1, 2, 3]


def test_what_was_answered_is_not_asked_again(first: Pulled) -> None:
    with new_hub(first.hub) as hub:
        told = hub.sync(*LOOK_UPS)
    assert [told[name].rows_in for name in LOOK_UPS] == [0, 0, 0]


def test_values_are_verified_again_after_the_days_of_the_entry(first: Pulled, tmp_path: Path) -> None:
    config = changed_config(tmp_path, "dukcapil_verify", again_after_days="0")
    with new_hub(first.hub) as hub:
        again = hub.with_config(config).sync("dukcapil_verify")["dukcapil_verify"]
    assert (again.rows_in, again.stored) == (first.told["dukcapil_verify"].rows_in, 0)


def test_a_run_asks_for_no_more_than_the_entry_says(first: Pulled, tmp_path: Path) -> None:
    config = changed_config(tmp_path, "dukcapil_verify", again_after_days="0", most="1")
    with new_hub(first.hub) as hub:
        assert hub.with_config(config).sync("dukcapil_verify")["dukcapil_verify"].rows_in == 1


def test_a_value_that_changed_is_verified_again(first: Pulled) -> None:
    with new_hub(first.hub) as hub:
        hub.change(
            "update hub.person_state set mother_name = 'TINI' where person_id in (select person_id"
            " from hub.source_record r join hub.source o on o.id = r.source_id"
            " where o.code = 'dukcapil_verify' order by r.id limit 1)",
        )
        assert hub.sync("dukcapil_verify")["dukcapil_verify"].rows_in == 1


def test_a_verification_is_a_status_with_its_code_and_verdicts(first: Pulled) -> None:
    found = first.hub.ask(
        "select code, detail ->> 'threshold', lower(valid)::text from status"
        " where scheme = 'verifikasi' and upper_inf(recorded)"
    )
    assert {code for code, *_ in found} <= {"00", "11", "12", "13", "14", "15"}
    assert {(threshold, day) for _, threshold, day in found} == {("90", "2026-11-22")}


def test_the_use_of_every_answer_about_a_person_is_reported_once(first: Pulled) -> None:
    (told,) = first.hub.ask(
        "select count(*), count(distinct customer), count(sent), count(*) filter (where outcome = 'refused'),"
        " (select count(*) from claim_person c join source o on o.id = c.source_id where o.code = any(:names)"
        "  and c.nik is not null) from usage_feedback",
        names=list(LOOK_UPS),
    )
    uses, _, sent, refused, answers = told
    assert (uses, sent, refused) == (answers, answers, 0)
    assert [(each.accepted, each.known, each.code) for each in reported(first.hub)] == [(0, 0, None)] * 3


def test_a_report_that_was_sent_and_not_marked_is_known_when_it_is_sent_again(first: Pulled) -> None:
    with new_hub(first.hub) as hub:
        hub.change("update hub.usage_feedback set sent = null, outcome = null")
        waiting = hub.ask("select count(*) from usage_feedback")[0][0]
        told = reported(hub)
        assert sum(each.known for each in told) == waiting
        assert hub.ask("select count(*) from usage_feedback where outcome is null or sent is null") == [(0,)]


def test_a_pseudonym_tells_no_number_and_is_another_with_another_key(first: Pulled) -> None:
    customers = [customer for (customer,) in first.hub.ask("select customer from usage_feedback")]
    niks = {nik for (nik,) in first.hub.ask("select nik from claim_person where nik is not null")}
    assert all(len(customer) == 32 and customer not in niks for customer in customers)
    source = load_sources(first.hub.settings.config_dir / "sources")["dukcapil_kk"]
    assert pseudonym(b"one", source, "3320014101909001") != pseudonym(b"two", source, "3320014101909001")


def test_events_say_what_the_dump_of_the_next_month_says(first: Pulled) -> None:
    with new_hub(first.hub) as by_events, new_hub(first.hub) as by_both:
        told = by_events.sync("dukcapil_events", month=2)["dukcapil_events"]
        assert told.stored > 0
        by_both.sync("dukcapil", "dukcapil_events", month=2)
        assert by_events.ask(STATE) == by_both.ask(STATE)


def test_answers_that_are_taken_back_leave_what_stood_before_they_came(listed: Pulled) -> None:
    with new_hub(listed.hub) as hub:
        for source in LOOK_UPS:
            before = standing(hub)
            told = hub.sync(source)[source]
            assert told.stored > 0
            wait_for(revert(hub.database, hub.settings, told.run))
            assert different(standing(hub), before) == []
            assert hub.sync(source)[source].stored == told.stored


def test_a_feed_that_is_read_from_the_beginning_again_changes_nothing(first: Pulled) -> None:
    with new_hub(first.hub) as hub:
        hub.sync("dukcapil_events", month=2)
        before = hub.dump()
        hub.change("delete from hub.source_state")
        again = hub.sync("dukcapil_events", month=2)["dukcapil_events"]
        assert (again.stored, again.rows_in) == (0, again.unchanged)
        assert again.rows_in > 0
        assert hub.dump() == before
