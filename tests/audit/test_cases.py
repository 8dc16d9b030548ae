"""Cases: one open case a rule and subject, events that are only ever added, and what they come to in the report."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.audit import cases
from hub.audit.cases import Said, Wanted
from hub.audit.reporting import report
from hub.domain import clock
from hub.errors import InputError
from tests.audit.builders import audited, run_audit
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub

OPENED = "select rule, subject, count(*) from audit_case group by 1, 2 having count(*) > 1"
FIRST = "select min(case_id) from audit_case"
EVENTS = "select event from case_event where case_id = :case order by id"


#: Findings of a rule, and the rupiah of the benefits in them, each benefit once.
STANDING = """
    select count(distinct finding_id), (
      select sum(amount_idr) from benefit where upper_inf(recorded) and benefit_id in (
        select unnest(benefit_ids) from finding where rule = :rule and upper_inf(recorded)))
    from finding where rule = :rule and upper_inf(recorded)
"""
WAITS = text(
    "select exists (select from pg_locks where locktype = 'advisory' and not granted and database = "
    "(select oid from pg_database where datname = current_database()))"
)


#: A case of two who stand against each other, with the enrollments behind it that were ever paid.
BOTH = """
    select c.case_id, array_agg(distinct b.enrollment_id order by b.enrollment_id)
    from finding f join rule_edition r on r.id = f.rule_id and r.kind = 'overlap'
    join audit_case c on c.rule = f.rule and c.subject = f.subject
    join benefit b on b.enrollment_id = any(f.enrollment_ids) and upper_inf(b.recorded)
    where upper_inf(f.recorded) group by 1 having count(distinct b.enrollment_id) > 1 order by 1 limit 1
"""
UNPAID = "update hub.benefit set paid_on = null, status = 'listed'"
PAID = "update hub.benefit set paid_on = '2026-12-10' where enrollment_id = any(array{0})"


def say(hub: Hub, case: int, event: str, **values: Any) -> int:
    return wait_for(cases.say(hub.database, case, Said(event, "ani", **values)))


def events(hub: Hub, case: int) -> list[str]:
    return [row[0] for row in hub.ask(EVENTS, case=case)]


def gone_and_back(hub: Hub, case: int, proof: str = "f.proof") -> None:
    """The finding of a case is found no longer, with this evidence, and found again."""
    hub.change(
        f"update hub.finding f set recorded = tstzrange(lower(recorded), '2026-11-23'), proof = {proof}"
        f" from hub.audit_case c where c.case_id = {case} and c.rule = f.rule and c.subject = f.subject"
    )
    audited(hub, full=True)


def test_each_subject_of_a_rule_has_one_case(pulled: Hub) -> None:
    counts = "select (select count(*) from audit_case), (select count(*) from finding)"
    assert pulled.ask(OPENED) == []
    made, found = pulled.ask(counts)[0]
    assert made == found > 20


def numbers(hub: Hub, **wanted: Any) -> list[int]:
    """The cases that are listed a month after they were opened."""
    with clock.pin(MONTHS[2]):
        return [each["id"] for each in wait_for(cases.listed(hub.database, Wanted(**wanted), 1_000))]


def test_a_case_is_overdue_until_an_agency_says_something_of_it(watched: Hub) -> None:
    case = watched.ask(FIRST)[0][0]
    assert case in numbers(watched, overdue=20)
    assert numbers(watched, overdue=40) == []
    with clock.pin(MONTHS[2]):
        say(watched, case, "seen")
    assert sorted([*numbers(watched, overdue=20), case]) == sorted(numbers(watched))
    with clock.pin(MONTHS[2]):
        say(watched, case, "closed", reason="selesai")
    assert case not in numbers(watched, overdue=0)


def test_two_who_stand_against_each_other_keep_paying_when_both_do(watched: Hub) -> None:
    case, enrollments = watched.ask(BOTH)[0]
    watched.change(UNPAID)
    assert numbers(watched, paying=True) == []
    watched.change(PAID.format(enrollments[:1]))
    assert case not in numbers(watched, paying=True)
    watched.change(PAID.format(enrollments))
    assert case in numbers(watched, paying=True)
    say(watched, case, "closed", reason="salah satu dihentikan")
    assert case not in numbers(watched, paying=True)


def test_what_agencies_say_is_added_in_order(watched: Hub) -> None:
    case = watched.ask(FIRST)[0][0]
    say(watched, case, "seen", agency="Inspektorat")
    say(watched, case, "registry_wrong", registry="ahu", reason="namanya dipakai orang lain")
    say(watched, case, "closed", reason="selesai")
    assert events(watched, case) == ["opened", "seen", "registry_wrong", "closed"]
    told = wait_for(cases.events(watched.database, case))
    assert [(each["actor"], each["registry"]) for each in told][:3] == [
        ("hub", None),
        ("ani", None),
        ("ani", "ahu"),
    ]


@pytest.mark.parametrize(
    ("event", "values", "code"),
    [
        ("stopped", {}, "bad_event"),
        ("registry_wrong", {}, "bad_event"),
        ("recovered", {"amount_idr": 0}, "bad_event"),
        ("closed", {"reason": ""}, "bad_event"),
        ("seen", {"registry": "ahu"}, "bad_event"),
        ("registry_wrong", {"registry": "nobody"}, "unknown_source"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(
    watched: Hub, event: str, values: dict[str, Any], code: str
) -> None:
    case = watched.ask(FIRST)[0][0]
    with pytest.raises(InputError) as caught:
        say(watched, case, event, **values)
    assert caught.value.code == code
    assert events(watched, case) == ["opened"]


def test_nothing_is_added_to_a_closed_case_nor_to_none(watched: Hub) -> None:
    case = watched.ask(FIRST)[0][0]
    say(watched, case, "closed", reason="selesai")
    for number, code in ((case, "case_closed"), (0, "unknown_case")):
        with pytest.raises(InputError) as caught:
            say(watched, number, "seen")
        assert caught.value.code == code


def test_a_finding_that_comes_back_is_news_of_its_open_case(watched: Hub) -> None:
    case = watched.ask(FIRST)[0][0]
    gone_and_back(watched, case)
    assert events(watched, case) == ["opened", "changed"]


def test_a_closed_case_stays_closed_over_the_same_evidence(watched: Hub) -> None:
    case, before = watched.ask(FIRST)[0][0], watched.ask("select count(*) from audit_case")
    say(watched, case, "closed", reason="selesai")
    gone_and_back(watched, case)
    assert watched.ask("select count(*) from audit_case") == before
    assert events(watched, case) == ["opened", "closed"]


def test_other_evidence_opens_a_new_case(watched: Hub) -> None:
    case, before = watched.ask(FIRST)[0][0], watched.ask("select count(*) from audit_case")[0][0]
    say(watched, case, "closed", reason="selesai")
    gone_and_back(watched, case, "'{}'")
    assert watched.ask("select count(*) from audit_case")[0][0] == before + 1


def test_nothing_follows_the_end_of_a_case_that_is_closed_while_an_audit_runs(watched: Hub) -> None:
    case = watched.ask(FIRST)[0][0]
    watched.change(
        "update hub.finding f set recorded = tstzrange(lower(recorded), '2026-11-23'), proof = '{}'"
        f" from hub.audit_case c where c.case_id = {case} and c.rule = f.rule and c.subject = f.subject"
    )

    async def closed_meanwhile() -> None:
        async with watched.database.connect() as connection:
            await connection.execute(cases.LOCK, {"case": case})
            running = asyncio.create_task(run_audit(watched, full=True))
            while not await connection.scalar(WAITS):
                assert not running.done()
            await connection.execute(
                cases.ADD,
                {"case": case, "at": MONTHS[1], **vars(Said("closed", "ani", reason="selesai"))},
            )
            await connection.commit()
            await running

    wait_for(closed_meanwhile())
    assert events(watched, case) == ["opened", "closed"]


@pytest.mark.parametrize(
    "statement",
    [
        "update case_event set event = 'closed'",
        "delete from case_event",
        "update audit_case set rule = 'x'",
        "update finding set proof = '{}'",
        "delete from finding",
        "update rule_edition set statement = 'select 1'",
    ],
)
def test_the_writing_role_can_change_nothing_that_was_found_or_said(watched: Hub, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        watched.ask(statement)


def test_the_report_tells_findings_money_and_false_alarms_by_rule(watched: Hub) -> None:
    rule, case = watched.ask(
        "select rule, min(case_id) from audit_case group by rule having count(*) > 1 limit 1"
    )[0]
    say(watched, case, "registry_wrong", registry="pkh")
    say(watched, case, "closed", reason="selesai")
    told = wait_for(report(watched.database))
    row = next(each for each in told["rules"] if each["rule"] == rule)
    assert (row["findings"], row["amount"]) == watched.ask(STANDING, rule=rule)[0]
    assert (row["closed"], row["decided"], row["wrong"], row["false_share"]) == (1, 1, 1, 1.0)
    assert told["registries"][0] == {
        "source": "pkh", "rule": rule, "decided": 1, "wrong": 1, "false_share": 1.0,
    }  # fmt: skip
    assert {each["false_share"] for each in told["registries"][1:]} <= {0.0}
    assert told["last"]["touched"] is None
