"""Evidence packs: whole, signed, no wider than their agreement, and equal to what the hub finds again."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hub.access.areas import NATIONAL
from hub.access.context import EVERY_SCOPE, Reach
from hub.access.sealing import ledger_keys
from hub.access.signing import PrivateKey, canonical, signed
from hub.audit.packs import Wanted, gathered, wrong_of
from hub.errors import HubError, InputError, RefusedError
from tests.conftest import wait_for
from tests.sync_builders import Hub

OPERATOR = Reach(NATIONAL.ranges(), EVERY_SCOPE, "hub/ani", "pengawasan")
RULE = "select rule from finding where upper_inf(recorded) group by 1 order by count(*) desc, 1 limit 1"
NUMBERS = "select finding_id from finding where upper_inf(recorded) and rule = :rule order by 1"
SUBJECTS = """
    select p from finding f, unnest(f.person_ids) p where upper_inf(f.recorded) and f.rule = :rule union
    select c.person_id from finding f join claim_person c on c.record_id = any(f.record_ids)
    where upper_inf(f.recorded) and f.rule = :rule and c.person_id is not null
"""
STRANGER = """
    insert into hub.claim_person (record_id, mention_id, source_id, person_id, nik_grade, no_kk_grade, event_area_key,
      home_area_key)
    select r.id, r.entry_id * 16 + 9, r.source_id, p.id, 0, 0, r.event_area_key, r.home_area_key
    from hub.source_record r, hub.person p
    where r.id = (select record_ids[1] from hub.finding where upper_inf(recorded) and rule = '{rule}' limit 1)
      and not exists (select from hub.finding f where p.id = any(f.person_ids) and rule = '{rule}')
    order by p.id limit 1
"""
"""A record behind a finding names somebody of whom no finding tells."""
AGAIN = (
    "insert into hub.{table} select (y.x).* from (select jsonb_populate_record(t, jsonb_build_object('{key}', {later},"
    " 'uid', gen_random_uuid())) as x from hub.{table} t where {key} = {number}) y"
)
EVENT = (
    "insert into hub.case_event (case_id, finding_id, event, at, actor, event_area_key, home_area_key)"
    " select {case}, {finding}, '{event}', now(), 'ani', 0, 0"
)
WAITING = "select caller, purpose, agreement, subjects, fields, answers, request::text from hub.ledger_inbox"


def made(hub: Hub, wanted: Wanted, reach: Reach = OPERATOR, quota: int | None = None) -> dict[str, Any]:
    return wait_for(gathered(hub.database, wanted, reach, quota))


def files(hub: Hub, told: dict[str, Any]) -> dict[str, bytes]:
    whole = {"pack.json": canonical(told), "pack.xlsx": b"a workbook"}
    return whole | {"signature.json": signed(whole, ledger_keys(hub.database.roles).signing)}


def waiting(hub: Hub) -> list[tuple[Any, ...]]:
    """The lines that wait to be sealed, as the administrator sees them."""

    async def asked() -> list[tuple[Any, ...]]:
        async with hub.database.administer() as connection:
            found = await connection.exec_driver_sql(WAITING)
            return [tuple(row) for row in found]

    return wait_for(asked())


def test_a_pack_holds_every_record_as_received_and_leaves_a_line_of_everybody(watched: Hub) -> None:
    rule = watched.ask(RULE)[0][0]
    watched.change(STRANGER.format(rule=rule))
    told = made(watched, Wanted(rule=rule))
    numbers = [row[0] for row in watched.ask(NUMBERS, rule=rule)]
    assert [each["number"] for each in told["findings"]] == numbers
    payloads = dict(watched.ask("select id, payload from source_record"))
    assert all(each["payload"] == payloads[each["number"]] for each in told["records"])
    assert {record for each in told["findings"] for record in each["records"]} == {
        each["number"] for each in told["records"]
    }
    assert [each["rule"] for each in told["rules"]] == [rule]
    assert {each["event"] for each in told["events"]} == {"opened"}
    assert wrong_of(files(watched, told), ledger_keys(watched.database.roles).public) == []
    subjects = sorted(str(row[0]) for row in watched.ask(SUBJECTS, rule=rule))
    fields = ["CaseEvent.*", "Finding.*", "Record.*"]
    line = ("hub/ani", "pengawasan", "", subjects, fields, len(numbers), told["ledger"]["request"])
    assert line in waiting(watched)
    assert all("person_ids" not in each and "card_id" not in each for each in told["findings"])


def test_a_closed_case_shows_its_own_evidence_and_not_that_of_a_later_one(watched: Hub) -> None:
    case, finding = watched.ask("select case_id, finding_id from case_event order by id limit 1")[0]
    later, other = case + 1_000_000, finding + 1_000_000
    watched.change(AGAIN.format(table="finding", key="finding_id", number=finding, later=other))
    watched.change(AGAIN.format(table="audit_case", key="case_id", number=case, later=later))
    for of, about, event in ((case, finding, "closed"), (later, other, "opened")):
        watched.change(EVENT.format(case=of, finding=about, event=event))
    for of, about, events in ((case, finding, ["opened", "closed"]), (later, other, ["opened"])):
        pack = made(watched, Wanted(cases=[of]))
        assert [each["number"] for each in pack["findings"]] == [about]
        assert [(each["case"], each["finding"], each["event"]) for each in pack["events"]] == [
            (of, about, event) for event in events
        ]
    both = made(watched, Wanted(cases=[case, later]))
    assert [each["number"] for each in both["findings"]] == [finding, other]


def test_a_pack_counts_against_the_quota_and_leaves_nothing_where_that_is_spent(watched: Hub) -> None:
    case = watched.ask("select case_id from case_event order by id limit 1")[0][0]
    under = Reach(NATIONAL.ranges(), EVERY_SCOPE, "a/b", "pengawasan", "x@1")
    made(watched, Wanted(cases=[case]), under, 1_000)
    told = waiting(watched)
    persons = len(told[0][3])
    assert persons > 0
    with pytest.raises(RefusedError) as caught:
        made(watched, Wanted(cases=[case]), replace(under, agreement="y@1"), persons - 1)
    assert (caught.value.code, waiting(watched)) == ("quota_spent", told)
    made(watched, Wanted(cases=[case]), under, persons)
    assert len(waiting(watched)) == 2


def test_a_context_that_is_not_believed_makes_no_pack(watched: Hub) -> None:
    watched.change("delete from hub.context_key")
    with pytest.raises(RefusedError) as caught:
        made(watched, Wanted(rule="excluding_programs"))
    assert caught.value.code == "context_refused"


def test_a_case_may_be_packed_and_one_that_is_not_there_is_refused(watched: Hub) -> None:
    case, finding = watched.ask("select case_id, finding_id from case_event order by id limit 1")[0]
    assert [each["number"] for each in made(watched, Wanted(cases=[case]))["findings"]] == [finding]
    with pytest.raises(RefusedError) as caught:
        made(watched, Wanted(cases=[0]))
    assert caught.value.code == "beyond_agreement"


@pytest.mark.parametrize(
    ("reach", "code"),
    [
        (Reach([(1101012001, 1101012001)], EVERY_SCOPE, "a/b", "pengawasan", "x@1"), "nothing_found"),
        (Reach(NATIONAL.ranges(), 1 << 8, "a/b", "pengawasan", "x@1"), "beyond_agreement"),
        (
            Reach(NATIONAL.ranges(), EVERY_SCOPE, "a/b", "pengawasan", "x@1", frozenset({"RUTILAHU"})),
            "nothing_found",
        ),
    ],
    ids=["area", "scopes", "programs"],
)
def test_a_pack_is_no_wider_than_its_agreement(watched: Hub, reach: Reach, code: str) -> None:
    with pytest.raises(HubError) as caught:
        made(watched, Wanted(rule="excluding_programs"), reach)
    assert caught.value.code == code
    assert waiting(watched) == []


def test_what_was_never_found_makes_no_pack(watched: Hub) -> None:
    with pytest.raises(InputError) as caught:
        made(watched, Wanted(rule="no_such_rule"))
    assert caught.value.code == "nothing_found"


def test_whatever_is_changed_in_a_pack_shows(watched: Hub) -> None:
    told = made(watched, Wanted(rule=watched.ask(RULE)[0][0]))
    whole, ours = files(watched, told), ledger_keys(watched.database.roles).public
    for name in ("pack.json", "pack.xlsx"):
        assert wrong_of(whole | {name: whole[name] + b" "}, ours) == [f"{name} is not as it was signed"]
    stranger = signed({name: whole[name] for name in ("pack.json", "pack.xlsx")}, PrivateKey.generate())
    assert wrong_of(whole | {"signature.json": stranger}, ours) == ["no key of this hub signed it"]
    for some in ([], ["pack.json"], [*whole]):
        over = signed({name: whole[name] for name in some}, ledger_keys(watched.database.roles).signing)
        assert wrong_of(whole | {"signature.json": over}, ours) == [
            "what is signed is not pack.json, pack.xlsx"
        ]
    assert wrong_of({"pack.json": b"{}"}) == ["not a pack: KeyError"]
    for part, name, value in (
        ("records", "payload", "[]"),
        ("rules", "statement", "select 1"),
        ("findings", "amount", 7),
        ("findings", "records", []),
    ):
        changed = json.loads(whole["pack.json"])
        changed[part][0][name] = value
        assert len(wrong_of(files(watched, changed), ours)) == 1, (part, name)
