"""What is told of persons leaves a line in the statement that reads it, by whichever door it is asked for."""

import json
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.access.ledger import Ledger, receipt_holds
from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.access.seen import who_saw_nik
from hub.app import create_app
from hub.registry.agencies import load_terms
from hub.registry.agreements import Agreement
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.roles import Role
from tests.access.test_callers import AGENCIES, agreement
from tests.app.test_gate import HERE, OWN, headers
from tests.conftest import wait_for
from tests.schema.conftest import BUDI, KK, SITI, Counting, story
from tests.schema.town import found

TERMS = load_terms(Path(__file__).parents[2] / "config")
SCOPES = [one.code for one in TERMS.scopes]
NOBODY = "3320010101809999"
TRAP = 'A "$s":999, B'
"""A name that looks like a mark."""
SMUGGLED = '{"$s":"998 997","a\\"$s":"v","in":{"$s":996,"b":1}}'
"""A record whose names look like marks."""


@dataclass
class Hub:
    """A server in whose ledger one may look.

    Args:
        database: Of the story.
        reads: Counts its statements.
        since: What it is told of lines that wait.
    """

    database: Database
    client: Any = None
    reads: Counting | None = None
    since: datetime | None = None
    granted: dict[str, Agreement] = field(default_factory=dict)

    def ask(self, query: str, path: str = "/graphql", **said: Any) -> Any:
        """The response to a query; headers by their names with underscores."""
        more = {name.replace("_", "-"): value for name, value in said.items() if name != "variables"}
        body = {"query": query, "variables": said.get("variables", {})}
        return self.client.post(path, json=body, headers=headers(subject="pengekspor") | more)

    def lines(self, *about: int | str) -> list[dict[str, Any]]:
        """The lines since the last look, sealed, or those of some persons."""

        async def look() -> list[dict[str, Any]]:
            keys = ledger_keys(self.database.roles)
            count = await seal_waiting(self.database, keys)
            async with self.database.connect(Role.LEDGER) as connection:
                if about:
                    return await lines_about(connection, keys, about)
                found = await connection.exec_driver_sql(
                    f"select line from ledger order by seq desc limit {count}"
                )
                return [json.loads(line) for line in found.scalars()]

        return wait_for(look())

    def tokens(self, *persons: int | str) -> list[str]:
        """What stands for some persons, cards, households and numbers."""
        keys = ledger_keys(self.database.roles)
        return sorted(keys.token(person).hex() for person in persons)


@pytest.fixture(scope="module")
def hub(database: Database) -> Iterator[Hub]:
    told = story()
    told.stated(told.person(TRAP, "3320010101809001"), "bpnt", "TRAP", payload=SMUGGLED)
    found(told, 1, [2, 1])
    wait_for(told.store(database))
    made = Hub(database)
    made.granted["pks-1"] = agreement(to="2999-01-01", scopes=SCOPES)

    async def read() -> Mapping[str, Agreement]:
        return made.granted

    async def since() -> datetime | None:
        return made.since

    @asynccontextmanager
    async def counting() -> Any:
        async with open_reader(database, 2) as reader:
            made.reads = Counting(reader)
            yield made.reads

    ledger = Ledger(lambda: ledger_keys(database.roles), since)
    gate = TokenGate(
        lambda: database.roles.key("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read, ledger=ledger
    )
    app = create_app(counting, lambda: "", open_bulk=lambda: open_bulk(database, 10), gate=gate)
    with TestClient(app, HERE) as client:
        made.client = client
        made.lines()
        yield made


def person(hub: Hub, nik: str) -> str:
    """Global id of a person."""
    found = hub.ask("query ($n: NIK!) { person(nik: $n) { id } }", variables={"n": nik}).json()
    hub.lines()
    return str(found["data"]["person"]["id"])


def test_an_answer_leaves_one_line_by_its_one_statement(hub: Hub) -> None:
    assert hub.reads
    hub.reads.statements.clear()
    query = (
        f'{{ person(nik: "{SITI}") {{ name enrollments {{ status payments {{ amount }} }} programs: kk }} }}'
    )
    found = hub.ask(query).json()
    assert len(hub.reads.statements) == 1
    assert found["data"]["person"]["name"] == "SITI AMINAH"
    [line] = hub.lines()
    receipt = found["extensions"]["receipt"]
    assert {name: line[name] for name in ("caller", "agreement", "purpose", "request", "operation")} == {
        name: receipt[name] for name in ("caller", "agreement", "purpose", "request", "operation")
    }
    assert (line["caller"], line["agreement"], line["purpose"]) == (
        "dinsos/pengekspor",
        "pks-1@2",
        "verivali",
    )
    assert line["fields"] == [
        "Enrollment.payments",
        "Enrollment.status",
        "Payment.amount",
        "Person.enrollments",
        "Person.kk",
        "Person.name",
        "Query.person",
    ]
    assert line["scopes"] == ["enrollment", "family", "identity", "payment"]
    assert (line["subjects"], line["answers"]) == (hub.tokens(1), 1)
    assert line["asked"] == hub.tokens(f"nik:{SITI}")


def test_no_mark_is_left_in_an_answer_and_no_value_is_taken_for_one(hub: Hub) -> None:
    query = "{ people { nodes { id name familyCards { person { name } } } } }"
    found = hub.ask(query)
    assert TRAP in {node["name"] for node in found.json()["data"]["people"]["nodes"]}
    assert found.text.count("$s") == 1
    [line] = hub.lines()
    assert line["subjects"] == hub.tokens(1, 2, 3, 4, 5)
    assert hub.lines(999) == []


def test_what_a_source_sent_is_told_as_it_is_and_never_taken_for_a_mark(hub: Hub) -> None:
    found = hub.ask("{ records { nodes { payload columns { column value } } } }").json()
    told = [node["payload"] for node in found["data"]["records"]["nodes"]]
    assert json.loads(SMUGGLED) in told
    assert len(hub.lines()) == 1
    assert [hub.lines(number) for number in (996, 997, 998)] == [[], [], []]


ASKED = [
    (f'{{ person(nik: "{BUDI}") {{ name }} }}', [2], 1),
    ("{ people(first: 2) { edges { node { name } } pageInfo { endCursor } } }", [1, 2], 2),
    ("{ people(first: 2) { edges { cursor } } }", [1, 2], 2),
    ("{ people(first: 2) { edges { cursor node { name } } pageInfo { startCursor } } }", [1, 2], 2),
    ("{ people(first: 2) { pageInfo { endCursor } more: pageInfo { startCursor } } }", [1, 2], 1),
    ("{ people(first: 1) { edges { __typename } pageInfo { endCursor } } }", [1], 1),
    ("{ familyCards(orderBy: {field: KK, direction: ASC}) { edges { cursor } } }", ["c1", "c2"], 2),
    ("{ enrollments { nodes { status } } }", [1, 2, 3], 4),
    ("{ payments { nodes { amount } } }", [1, 2], 4),
    (f'{{ familyCard(kk: "{KK}") {{ kk }} }}', ["c1"], 1),
    (f'{{ familyCard(kk: "{KK}") {{ members {{ from }} }} }}', ["c1", 1], 2),
    ("{ households { nodes { basis } } }", ["h1"], 1),
    (f'{{ match(rows: [{{nik: "{SITI}", name: "SITI AMINAH"}}, {{nik: "{NOBODY}"}}]) {{ result }} }}', [1], 1),
    ("{ peopleAggregate(groupBy: [SEX]) { nodes { count } } }", [], 2),
    ("{ people { totalCount } }", [], 0),
    (f'{{ person(nik: "{NOBODY}") {{ name }} }}', [], 0),
    ("{ sameNikTwice { nodes { nik } } }", [1, 3], 1),
    ("{ findings { nodes { since } } }", [1, 2], 1),
    ("{ enrolledAfterDeath { nodes { diedOn } } }", [2], 1),
    ("{ excludingPrograms { nodes { unit } } }", ["c2"], 1),
    ('{ holders(with: ["BPNT"]) { nodes { desil } } }', [], 0),
    ("{ shareFeed(first: 50) { items { recordKey } } }", [1, 5], None),
    ("{ changes(first: 50, types: [PERSON]) { items { kind } } }", [1, 2, 3, 5], None),
    ('{ withoutProgram(desilMin: 1, desilMax: 10) { nodes { desil } } }', [], 0),
]  # fmt: skip


@pytest.mark.parametrize(("query", "subjects", "answers"), ASKED, ids=[query[:40] for query, *_ in ASKED])
def test_a_line_tells_whom_an_answer_told_of(
    hub: Hub, query: str, subjects: list[int | str], answers: int | None
) -> None:
    found = hub.ask(query).json()
    assert "errors" not in found
    [line] = hub.lines()
    assert line["subjects"] == hub.tokens(*subjects)
    assert answers in (None, line["answers"])
    assert found["extensions"]["receipt"]["request"] == line["request"]


def test_things_by_their_global_id_leave_lines_too(hub: Hub) -> None:
    siti = person(hub, SITI)
    assert hub.ask(
        "query ($i: ID!) { node(id: $i) { ... on Person { name } } }", variables={"i": siti}
    ).json()
    [line] = hub.lines()
    assert (line["subjects"], line["asked"]) == (hub.tokens(1), hub.tokens(f"id:{siti}"))
    ids = [siti, person(hub, BUDI)]
    hub.ask("query ($i: [ID!]!) { nodes(ids: $i) { ... on Person { name } } }", variables={"i": ids})
    [line] = hub.lines()
    assert line["subjects"] == hub.tokens(1, 2)


def test_what_speaks_of_no_person_leaves_none(hub: Hub) -> None:
    for query in (
        "{ programs { code } sources { code } }",
        "{ __typename }",
        '{ wilayah(code: "33") { name } }',
    ):
        assert "receipt" not in hub.ask(query).json()["extensions"]
    assert hub.client.post("/graphql", json={"query": ASKED[1][0]}, headers=headers("")).status_code == 200
    assert hub.ask("{ people { nodes { nix } } }").json()["errors"]
    assert hub.lines() == []


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_leaves_its_lines_before_its_bytes(hub: Hub, form: str) -> None:
    found = hub.ask("{ people { nodes { name nik } } }", f"/export?format={form}", accept="*/*")
    assert found.text.count("$s") == 1
    [line] = hub.lines()
    assert line["subjects"] == hub.tokens(1, 2, 3, 4, 5)
    receipt = json.loads(found.headers["hub-receipt"])
    assert (receipt["request"], line["answers"]) == (line["request"], 5)
    nobody = f'{{ people(filter: {{nik: {{eq: "{NOBODY}"}}}}) {{ nodes {{ name }} }} }}'
    nothing = hub.ask(nobody, "/export", accept="*/*")
    [line] = hub.lines()
    assert (nothing.text, line["subjects"], line["asked"]) == ("", [], hub.tokens(f"nik:{NOBODY}"))


def test_a_stream_leaves_lines_too(hub: Hub) -> None:
    found = hub.ask(ASKED[0][0], "/graphql/stream", accept="text/event-stream")
    [event] = [line[6:] for line in found.text.splitlines() if line.startswith("data: {")]
    [line] = hub.lines()
    assert json.loads(event)["extensions"]["receipt"]["request"] == line["request"]
    assert line["subjects"] == hub.tokens(2)


def test_who_asked_for_a_number_that_nobody_bore_is_known_to_its_bearer(hub: Hub) -> None:
    hub.ask(f'{{ person(nik: "{NOBODY}") {{ name }} }}')
    hub.lines()
    found = wait_for(who_saw_nik(hub.database, NOBODY))
    assert (found[-1]["caller"], found[-1]["subjects"]) == ("dinsos/pengekspor", [])
    before = len(wait_for(who_saw_nik(hub.database, BUDI)))
    hub.ask(f'{{ familyCard(kk: "{KK}") {{ kk }} }}')
    hub.ask("{ familyCards { nodes { kk } } }")
    hub.ask("{ programs { code } }")
    assert len(wait_for(who_saw_nik(hub.database, BUDI))) == before + 1


def test_a_receipt_is_signed_and_none_can_be_made_of_it(hub: Hub) -> None:
    receipt = hub.ask(ASKED[0][0]).json()["extensions"]["receipt"]
    keys = ledger_keys(hub.database.roles).public
    assert receipt_holds(receipt, keys)
    for name in receipt:
        assert not receipt_holds(receipt | {name: receipt[name] + "x"}, keys)
        assert not receipt_holds({key: value for key, value in receipt.items() if key != name}, keys)
    assert hub.lines()


def test_nothing_of_persons_is_told_while_lines_wait_for_too_long(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = hub.client.app.state.door.gate

    def ask_after(hours: float) -> Any:
        hub.since = datetime.now(UTC) - timedelta(hours=hours)
        monkeypatch.setattr(gate.ledger, "_looked", float("-inf"))
        return hub.ask(ASKED[0][0])

    assert ask_after(3.9).status_code == 200
    found = ask_after(4.1)
    assert found.status_code == 503
    assert found.json()["errors"][0]["extensions"]["reason"] == "ledger_unsealed"
    assert hub.ask("{ people { nodes { name } } }", "/export", accept="*/*").status_code == 503
    assert hub.ask("{ programs { code } }").status_code == 200
    hub.since = None
    monkeypatch.setattr(gate.ledger, "_looked", float("-inf"))
    assert hub.ask(ASKED[0][0]).status_code == 200
    assert len(hub.lines()) == 2


def test_a_quota_is_held_in_the_same_statement(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    few = agreement(code="pks-few", purposes=["penyaluran"], to="2999-01-01", scopes=SCOPES, quota=3)
    monkeypatch.setitem(hub.granted, "pks-few", few)
    gate = hub.client.app.state.door.gate
    monkeypatch.setattr(gate, "_read_at", float("-inf"))
    said = headers("penyaluran", "pengekspor")

    def ask(query: str, path: str = "/graphql") -> Any:
        return hub.client.post(path, json={"query": query}, headers=said | {"accept": "*/*"})

    assert ask("{ people(first: 3) { nodes { name } } }").status_code == 200
    assert ask(f'{{ person(nik: "{NOBODY}") {{ name }} }}').status_code == 200
    assert ask("{ people(first: 2) { nodes { name } } }").status_code == 200, "told of before"
    refused = ask("{ people(first: 4) { nodes { name } } }")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["reason"]) == (403, "quota_spent")
    assert ask("{ people { nodes { name } } }", "/export").status_code == 403
    assert ask("{ programs { code } }").status_code == 200
    assert ask("{ people(first: 1) { nodes { name enrollments { status } } } }").status_code == 200
    assert [line["answers"] for line in reversed(hub.lines())] == [3, 0, 2, 1]
