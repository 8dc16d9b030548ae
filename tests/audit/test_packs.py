"""Evidence packs: whole, signed, no wider than their agreement, and equal to what the hub finds again."""

import json
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
SUBJECTS = "select count(distinct p) from finding f, unnest(f.person_ids) p where upper_inf(recorded) and rule = :rule"
WAITING = (
    "select caller, purpose, agreement, cardinality(subjects), answers, request::text from hub.ledger_inbox"
)


def made(hub: Hub, wanted: Wanted, reach: Reach = OPERATOR) -> dict[str, Any]:
    return wait_for(gathered(hub.database, wanted, reach))


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
    subjects = watched.ask(SUBJECTS, rule=rule)[0][0]
    line = ("hub/ani", "pengawasan", "", subjects, len(numbers), told["ledger"]["request"])
    assert line in waiting(watched)


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
