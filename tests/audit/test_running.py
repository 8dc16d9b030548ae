"""Runs of the audit: touched persons are enough, order is nothing, and what was found can be found again."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.audit.editions import rules_of
from hub.audit.replaying import replay
from hub.audit.running import Scope, audit
from hub.domain import clock
from hub.errors import FatalError, InputError
from hub.store.tables import claims, provenance
from tests.audit.builders import audited, standing
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub, new_hub

EVENTS = "select event, count(*) from case_event group by 1 order by 1"
FINDINGS = "select finding_id from finding order by finding_id"
#: Facts that a change of the graph may touch, as a change of one person's rows at a later instant.
CHANGES = {
    "dies": "update hub.person_state s set recorded = tstzrange(lower(s.recorded), '{at}') where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "leaves": "update hub.membership s set recorded = tstzrange(lower(s.recorded), '{at}') where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "ends": "update hub.enrollment s set recorded = tstzrange(lower(s.recorded), '{at}') where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "unpaid": "update hub.benefit s set recorded = tstzrange(lower(s.recorded), '{at}') where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "cleared": "update hub.status s set recorded = tstzrange(lower(s.recorded), '{at}') where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "joins": "insert into hub.membership (person_id, card_id, relation, source_id, valid, recorded, event_area_key,"
    " home_area_key) select {person}, m.card_id, '4', m.source_id, m.valid, tstzrange('{at}', null), m.event_area_key,"
    " m.home_area_key from hub.membership m where upper_inf(m.recorded) and m.person_id = {other} limit 1",
    "flagged": "insert into hub.status (person_id, scheme, code, source_id, record_id, valid, recorded, event_area_key,"
    " home_area_key) select {person}, 'flag', 'APARAT_DESA', r.source_id, r.id, '[2026-01-01,)',"
    " tstzrange('{at}', null), r.event_area_key, r.home_area_key from hub.source_record r order by r.id limit 1",
    "shares": "update hub.person_state s set nik = (select o.nik from hub.person_state o where o.person_id = {other}"
    " and upper_inf(o.recorded) limit 1), recorded = tstzrange('{at}', null) where upper_inf(s.recorded)"
    " and s.person_id = {person}",
    "doubted": "with told as (select distinct on (c.person_id) c.* from hub.claim_person c join hub.source_record r"
    " on r.id = c.record_id and upper_inf(r.recorded) where c.person_id in ({person}, {other}) order by c.person_id,"
    " c.record_id), numbered as (insert into hub.claim_identifier (record_id, mention_id, source_id, person_id, scheme,"
    " value, grade, event_area_key, home_area_key) select record_id, mention_id, source_id, person_id, 'nisn',"
    " '{person}', 3, event_area_key, home_area_key from told) insert into hub.edge (mention_a, mention_b, judgement,"
    " method, evidence, actor, recorded, event_area_key, home_area_key) select min(mention_id), max(mention_id),"
    " 'unsure', 'identifier_conflict', '{{}}', 'hub', tstzrange('{at}', null), min(event_area_key), min(home_area_key)"
    " from told having min(mention_id) < max(mention_id)",
}
#: Everybody of the early-childhood component is older by the rows of all sources than the component allows.
GROWN = (
    "update hub.{table} set birth_date = '2015-03-01' where birth_date is not null and person_id in (select e.person_id"
    " from hub.enrollment e join hub.component k on k.id = e.component_id where k.code = 'anak_usia_dini')"
)
#: Twins of what everybody's rows say, from the same source, that arrive later; their keys come before.
TWINS = 10**9
TWIN = "insert into hub.{table} ({names}) select {values} from hub.{table}"
BY_TWINS = f"""
    select rule, bool_and(exists (select from unnest(record_ids) n where n >= {TWINS})) from finding
    where upper_inf(recorded) and (rule = 'shared_nik' or proof like '%"fact": "age"%') group by 1 order by 1
"""
UNKNOWN = """
    select count(*) from finding where upper_inf(recorded) and rule = 'nik_not_matched' and proof like '%unknown_to%'
"""
#: The population register, as if it had been pulled after the audit; and what rests on its silence gone.
HEARD_LATE = """
    update hub.source_record r set recorded = tstzrange('{at}', null) from hub.source s
    where s.id = r.source_id and s.code like 'dukcapil%' and upper_inf(r.recorded)
"""
FORGOTTEN = """
    update hub.finding set recorded = tstzrange(lower(recorded), '{at}')
    where rule = 'nik_not_matched' and proof like '%unknown_to%'
"""
TAKEN_BACK = """
    insert into hub.run (source_id, started, finished, status, detail)
    select w.source_id, '{at}', '{at}', 'complete', jsonb_build_object('kind', 'revert', 'reverts', min(w.id))
    from hub.run w join hub.source s on s.id = w.source_id where s.code like 'dukcapil%' group by w.source_id
"""
AT = "2026-11-25 03:00:00+00"
AT_ONCE = 12
"""Rules in one run of those that come in another order."""


def test_an_audit_of_an_unchanged_hub_writes_its_run_and_nothing_else(watched: Hub) -> None:
    before = standing(watched), watched.ask(EVENTS)
    done = audited(watched)
    assert (done.touched, done.opened, done.closed) == (0, 0, 0)
    assert (standing(watched), watched.ask(EVENTS)) == before
    assert len(before[0]) > 20


def test_after_a_sync_those_touched_are_enough(watched: Hub) -> None:
    before = standing(watched)
    watched.sync(month=2)
    with new_hub(watched) as other:
        touched, full = audited(watched, 2), audited(other, 2, full=True)
        assert (touched.opened, touched.closed) == (full.opened, full.closed)
        assert touched.opened > 0
        assert touched.touched is not None
        assert full.touched is None
        assert standing(watched) == standing(other) != before
        assert watched.ask(EVENTS) == other.ask(EVENTS)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 10_000), st.integers(0, 10_000)),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_changes_those_touched_are_enough(pulled: Hub, changes: list[tuple[str, int, int]]) -> None:
    with new_hub(pulled) as hub:
        persons = [row[0] for row in hub.ask("select distinct person_id from enrollment order by 1")]
        for kind, one, two in changes:
            person, other = persons[one % len(persons)], persons[two % len(persons)]
            hub.change(CHANGES[kind].format(person=person, other=other, at=AT))
        audited(hub, 2)
        found = standing(hub)
        assert audited(hub, 2, full=True).touched is None
        assert standing(hub) == found


def test_a_doubt_of_whom_a_number_is_is_found_though_no_record_came(watched: Hub) -> None:
    one, other = (
        row[0] for row in watched.ask("select distinct person_id from enrollment order by 1 limit 2")
    )
    watched.change(CHANGES["doubted"].format(person=one, other=other, at=AT))
    audited(watched, 2)
    told = "select subject, person_ids from finding where upper_inf(recorded) and rule = 'shared_identifier'"
    assert watched.ask(told) == [(f"nisn:{one}", [one, other])]


def test_the_order_of_rules_changes_nothing(watched: Hub) -> None:
    codes = sorted(rules_of(watched.settings.config_dir))
    found = standing(watched)
    watched.change("truncate hub.finding, hub.audit_case, hub.case_event, hub.audit_run")
    backwards = codes[::-1]
    for start in range(0, len(backwards), AT_ONCE):
        audited(watched, rules=backwards[start : start + AT_ONCE])
    assert standing(watched) == found


@pytest.mark.long
def test_rules_one_by_one_find_what_they_find_together(watched: Hub) -> None:
    codes = sorted(rules_of(watched.settings.config_dir))
    found = standing(watched)
    watched.change("truncate hub.finding, hub.audit_case, hub.case_event, hub.audit_run")
    for code in reversed(codes):
        audited(watched, rules=[code])
    assert standing(watched) == found


def test_what_was_found_comes_out_the_same_at_its_instant_after_all_has_changed(watched: Hub) -> None:
    watched.sync(month=2)
    audited(watched, 2)
    numbers = [row[0] for row in watched.ask(FINDINGS)]
    closed = watched.ask("select count(*) from finding where not upper_inf(recorded)")[0][0]
    assert closed > 0

    async def again() -> list[bool]:
        async with watched.database.connect() as connection:
            return [each.same for each in await replay(connection, numbers[:: len(numbers) // 20])]

    assert all(wait_for(again()))


def test_evidence_that_was_tampered_with_is_found(watched: Hub) -> None:
    number = watched.ask(FINDINGS)[0][0]
    watched.change(f"update hub.finding set proof = '{{}}' where finding_id = {number}")

    async def again() -> bool:
        async with watched.database.connect() as connection:
            return (await replay(connection, [number]))[0].same

    assert not wait_for(again())


def test_a_run_for_an_area_leaves_what_lies_elsewhere_as_it_was(watched: Hub) -> None:
    key = watched.ask("select min(home_area_key) from finding where home_area_key > 0")[0][0]
    counts = (
        "select home_area_key = :key, count(*) from finding where upper_inf(recorded) group by 1 order by 1"
    )
    before = watched.ask(counts, key=key)
    watched.change("update hub.finding set recorded = tstzrange(lower(recorded), now())")
    done = audited(watched, area=(key, key))
    assert done.opened == dict(before)[True]
    assert {row[0] for row in watched.ask("select home_area_key from finding where upper_inf(recorded)")} == {
        key
    }


@pytest.mark.parametrize("inside", [True, False], ids=["where it is found", "where it was found"])
def test_a_run_for_an_area_leaves_one_finding_of_a_subject_that_moved(watched: Hub, inside: bool) -> None:
    number, rule, subject, key = watched.ask(
        "select finding_id, rule, subject, home_area_key from finding where upper_inf(recorded)"
        " and event_area_key = home_area_key and home_area_key > 0 order by 1 limit 1"
    )[0]
    before, elsewhere = standing(watched), 1101012001
    watched.change(
        f"update hub.finding set home_area_key = {elsewhere}, event_area_key = {elsewhere}, proof = '{{}}'"
        f" where finding_id = {number}"
    )
    area = key if inside else elsewhere
    audited(watched, area=(area, area))
    assert standing(watched) == before
    told = (
        "select home_area_key from finding where upper_inf(recorded) and rule = :rule and subject = :subject"
    )
    assert watched.ask(told, rule=rule, subject=subject) == [(key,)]


def test_a_run_for_a_period_leaves_one_finding_of_a_subject_whose_days_changed(watched: Hub) -> None:
    before = standing(watched)
    number, since = watched.ask(
        "select finding_id, since from finding where upper_inf(recorded) and since > '2020-01-01' order by 1 limit 1"
    )[0]
    watched.change(
        f"update hub.finding set since = '1999-01-01', until = '1999-02-01', proof = '{{}}' where finding_id = {number}"
    )
    audited(watched, since=since, until=since + timedelta(days=1))
    assert standing(watched) == before


def test_a_rule_that_is_not_there_is_refused(watched: Hub) -> None:
    with pytest.raises(InputError) as caught:
        audited(watched, rules=["no_such_rule"])
    assert caught.value.code == "unknown_rule"


def test_a_rule_whose_file_changed_without_a_new_version_is_refused(watched: Hub) -> None:
    watched.change(
        "update hub.rule_edition set definition = definition || '{\"severity\": \"low\"}' where code = 'same_nik'"
    )
    with pytest.raises(FatalError) as caught:
        audited(watched)
    assert caught.value.code == "rule_changed"
    assert "same_nik" in caught.value.message


def test_a_source_that_is_heard_for_the_first_time_has_everybody_looked_at(watched: Hub) -> None:
    unknown = watched.ask(UNKNOWN)[0][0]
    for statement in (HEARD_LATE, FORGOTTEN):
        watched.change(statement.format(at=AT))
    assert watched.ask(UNKNOWN)[0][0] == 0 < unknown
    assert audited(watched, 2).touched is None
    assert watched.ask(UNKNOWN)[0][0] == unknown


def test_a_source_whose_runs_were_all_taken_back_was_never_heard(watched: Hub) -> None:
    numbers = [row[0] for row in watched.ask(FINDINGS)]
    assert watched.ask(UNKNOWN)[0][0] > 0
    watched.change(TAKEN_BACK.format(at=AT))
    assert audited(watched, 2).touched is None
    assert watched.ask(UNKNOWN)[0][0] == 0

    async def again() -> list[bool]:
        async with watched.database.connect() as connection:
            return [each.same for each in await replay(connection, numbers[:: len(numbers) // 10])]

    assert all(wait_for(again()))


def test_a_rule_that_finds_a_subject_twice_is_refused_by_name(watched: Hub, tmp_path: Path) -> None:
    config, before = tmp_path / "config", standing(watched)
    shutil.copytree(watched.settings.config_dir, config)
    rules = rules_of(config)
    code, condition = next((row[0], rules[row[0]].sql) for row in before if rules[row[0]].sql)
    path = config / "rules" / "sql" / str(condition)
    once = path.read_text()
    path.write_text(f"select * from ({once}) a union all select * from ({once}) b")

    async def work() -> None:
        with clock.pin(MONTHS[2]):
            settings = watched.settings.model_copy(update={"config_dir": config})
            await audit(watched.database, settings, Scope(rules=[code], full=True))

    with pytest.raises(FatalError, match=f"rule {code} finds a subject twice"):
        wait_for(work())
    assert standing(watched) == before


def twin(hub: Hub) -> None:
    for table, changed in (
        (provenance.source_record, {"id": f"id + {TWINS}", "record_key": "'!' || record_key"}),
        (claims.claim_person, {"record_id": f"record_id + {TWINS}"}),
    ):
        names = [column.name for column in table.columns if column.computed is None]
        values = ", ".join(changed.get(name, name) for name in names)
        hub.change(TWIN.format(table=table.name, names=", ".join(names), values=values))


def test_of_rows_that_say_the_same_the_key_tells_which_is_evidence_and_not_arrival(watched: Hub) -> None:
    for table in ("claim_person", "person_state"):
        watched.change(GROWN.format(table=table))
    audited(watched, full=True)
    before = watched.ask(BY_TWINS)
    twin(watched)
    audited(watched, full=True)
    assert len(before) > 1
    assert {told for _, told in before} == {False}
    assert watched.ask(BY_TWINS) == [(rule, True) for rule, _ in before]
