"""Review by the command line: pairs side by side, numbers masked, one key to decide, and the last one taken back."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.sql import text
from tests.cli.conftest import Shell
from tests.conftest import wait_for
from tests.sync_builders import Hub, new_hub
from tests.workflow.village_list import row, village_list

CANDIDATES = """
    insert into candidate (mention_a, mention_b, kind, score, evidence, recorded)
    select min(m.mention_id), max(m.mention_id), 'demographic', 0.6 + n / 10.0, '{"name": "agrees", "nik": "other"}',
           tstzrange(now(), null)
    from generate_series(0, 1) n join (select *, ntile(2) over (order by mention_id) - 1 as half from cluster_member) m
         on m.half = n
    group by n
"""
NUMBER = "332001410190900"
PERSONS = "select count(distinct person_id) from cluster_member where upper_inf(recorded)"


@pytest.fixture
def listed(loaded: Hub, tmp_path: Path) -> Iterator[Hub]:
    """A hub of four persons and two pairs that wait."""
    with new_hub(loaded) as hub:
        village = village_list(hub, tmp_path)
        village.write([row(number) for number in range(4)])
        changed = village.under()
        changed.sync("blt_dd")

        async def propose() -> None:
            async with changed.database.connect() as connection:
                await connection.execute(text(CANDIDATES))
                await connection.commit()

        wait_for(propose())
        yield changed


def test_keys_decide_take_back_and_wait_for_a_second_reviewer(shell: Shell, listed: Hub) -> None:
    at = listed.variables()
    waits = json.loads(shell("review", "list", "--json", **at).stdout)
    assert [each["score"] for each in waits] == [0.7, 0.6]
    assert NUMBER not in json.dumps(waits)
    first = shell("review", "--by", "ani", stdin="s u q", **at)
    assert (first.code, listed.ask(PERSONS)) == (0, [(4,)])
    assert "another reviewer has to say the same" in first.stderr
    assert "agrees" in first.stdout
    assert NUMBER not in first.stdout
    second = shell("review", "--by", "budi", stdin="s z s", **at)
    assert (second.code, listed.ask(PERSONS)) == (0, [(3,)])
    log = json.loads(shell("review", "log", "--json", **at).stdout)
    assert [(each["judgement"], each["actor"], each["in_force"], bool(each["undone_by"])) for each in log] == [
        ("same", "budi", True, False), ("same", "budi", True, True),
        ("unsure", "ani", True, False), ("same", "ani", False, False),
    ]  # fmt: skip
    assert json.loads(shell("review", "list", "--json", **at).stdout) == []
    assert shell("identity", "rebuild", "--check", **at).code == 0
    assert shell("review", "undo", log[0]["line"], **at).code == 0
    assert listed.ask(PERSONS) == [(4,)]
    assert shell("review", "judge", 999, "same", **at).code == 2
    assert json.loads(shell("review", "contradictions", "--json", **at).stdout) == []
    assert shell("identity", "apply", **at).code == 0


WAITING = "select caller, purpose, subjects, answers from hub.ledger_inbox order by at"


def lines(hub: Hub) -> list[tuple[object, ...]]:
    """The lines of the ledger that wait to be sealed, as the administrator sees them."""

    async def asked() -> list[tuple[object, ...]]:
        async with hub.database.administer() as connection:
            return [tuple(row) for row in await connection.exec_driver_sql(WAITING)]

    return wait_for(asked())


def test_whom_a_review_shows_stands_in_the_ledger_and_who_is_withheld_is_not_shown(
    shell: Shell, listed: Hub
) -> None:
    at = listed.variables()
    persons = [str(row[0]) for row in listed.ask("select id from person order by id")]
    assert shell("review", "list", "--limit", 101, **at).code == 2
    assert shell("review", "list", "--by", "ani", **at).code == 0
    assert lines(listed) == [("hub/ani", "verivali", persons, 2)]
    shell("review", "--by", "ani", stdin="n q", **at)
    assert [row[3] for row in lines(listed)] == [2, 1, 1]
    pair = listed.ask("select p.uid from person p order by p.id")
    from hub.access.restrictions import Decision, decide

    async def withheld() -> None:
        async with listed.database.connect() as connection:
            await decide(connection, pair[0][0], Decision("processing", "restricted", "ani", "permohonan"))
            await connection.commit()

    wait_for(withheld())
    shown = json.loads(shell("review", "list", "--json", **at).stdout)
    assert len(shown) == 1
    assert str(pair[0][0]) not in {record["person"] for each in shown for record in each["records"]}


def test_what_somebody_said_before_is_not_taken_back_with_ones_own(shell: Shell, listed: Hub) -> None:
    at = listed.variables()
    first = json.loads(shell("review", "list", "--json", **at).stdout)[1]["candidate"]
    assert shell("review", "judge", first, "unsure", "--by", "ani", **at).code == 0
    listed.change("update hub.candidate set dismissed = null")
    told = shell("review", "--by", "budi", stdin="n u z q", **at)
    assert "says so already" in told.stderr
    log = json.loads(shell("review", "log", "--json", **at).stdout)
    assert [(each["actor"], each["undone_by"]) for each in log] == [("ani", None)]


def test_a_person_can_be_asked_which_records_by_what_by_whom_and_when_also_as_known_before(
    shell: Shell, listed: Hub
) -> None:
    at = listed.variables()
    pair = json.loads(shell("review", "list", "--json", **at).stdout)[0]
    for actor in ("ani", "budi"):
        shell("review", "judge", pair["candidate"], "same", "--by", actor, **at)
    younger = f"Person:{max(listed.ask('select p.uid, p.id from person p where merged_into is not null'))[0]}"
    name = base64.b64encode(younger.encode()).decode()
    found = json.loads(shell("identity", "who", name, "--json", **at).stdout)
    assert (found["isCurrent"], [each["person"] for each in found["mergedFrom"]]) == (True, [name])
    judged = [each["judgements"] for each in found["linkedRecords"]]
    assert [(one["judgement"], one["method"], one["decidedBy"]) for [one] in judged] == [
        ("same", "reviewer", "budi")
    ] * 2
    assert [each["decidedBy"] for each in judged[0][0]["decisions"]] == ["ani", "budi"]
    told = shell("identity", "who", name, **at)
    assert "ani, budi" in told.stdout
    assert f"{name} was merged into {found['id']}" in told.stderr
    before = listed.ask("select lower(recorded) - interval '1 microsecond' from edge")[0][0]
    then = json.loads(shell("identity", "who", name, "--known-at", before.isoformat(), "--json", **at).stdout)
    assert (then["id"], then["isCurrent"], len(then["linkedRecords"])) == (name, False, 1)
    assert then["linkedRecords"][0]["judgements"] == []
    one, other = (each["linkedRecord"] for each in found["linkedRecords"])
    assert shell("review", "records", one, other, "different", "--by", "ani", **at).code == 0
    assert listed.ask(PERSONS) == [(4,)]
    assert shell("identity", "who", "-", stdin="3320014101909999\n", **at).code == 1
