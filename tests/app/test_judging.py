"""The review through the graph: who may judges pairs that it sees, and the graph tells who is whom since when."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.access.ledger import Ledger
from hub.access.sealing import ledger_keys
from hub.app import create_app
from hub.registry.agencies import Agency
from hub.registry.agreements import Agreement
from hub.schema.mutating import Desk
from hub.schema.terms import Terms
from hub.settings import default_config_dir
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.sql import text
from tests.access.test_callers import agreement
from tests.app.test_gate import GRAPHQL, HERE, OWN
from tests.app.test_mutations import NAMED, TERMS, Desktop, reason
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.sync_builders import Hub, loaded, new_hub
from tests.workflow.village_list import row, village_list

__all__ = ["loaded"]

CLIENTS = [
    *({"id": name, "roles": ["reader", "reviewer"]} for name in ("ani", "budi")),
    {"id": "meja", "roles": ["reader"]},
]
AGENCIES = {
    code: Agency.model_validate(
        {
            "code": code,
            "kind": "opd",
            "areas": [area],
            "client": CLIENTS,
        }
        | NAMED
    )
    for code, area in (("dinsos", "33.20"), ("tetangga", "33.21"))
}
GRANTED = {
    code: agreement(
        code=code, agency=code, purposes=["verivali"], scopes=["identity", "family", "provenance", "children"],
        to="2999-01-01",
    )
    for code in AGENCIES
}  # fmt: skip
#: The first two records are one pair that scores high, the next two one that scores low.
CANDIDATES = """
    insert into candidate (mention_a, mention_b, kind, score, evidence, recorded)
    select min(m.mention_id), max(m.mention_id), 'demographic', 0.9 - n / 10.0, '{"name": "agrees"}', '[2026-01-01,)'
    from generate_series(0, 1) n join (select *, ntile(2) over (order by mention_id) - 1 as half from cluster_member) m
         on m.half = n
    group by n
"""
WAITING = """{ candidates { totalCount nodes { candidate kind score evidence { key value }
    person { id name } other { id name } record { id } otherRecord { id } } } }"""
JUDGE = """mutation ($key: String!, $candidate: ID!, $judgement: Judgement!) {
    judge(key: $key, candidate: $candidate, judgement: $judgement) { judging judgement inForce undone decidedBy } }"""
UNDO = """mutation ($key: String!, $judging: ID!) {
    undoJudgement(key: $key, judging: $judging) { judgement undone } }"""
PART = """mutation ($key: String!, $one: ID!, $other: ID!) {
    judgeRecords(key: $key, one: $one, other: $other, judgement: different) { judging judgement inForce decidedBy } }"""
PERSON = """query ($id: ID!) { node(id: $id) { ... on Person { id isCurrent mergedFrom { person }
    linkedRecords { linkedRecord record { id } judgements { judgement method score decidedBy record { id } person { id }
        decisions { decidedBy inForce undone } } } } } }"""


@pytest.fixture(scope="module")
def desk(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A served hub of four persons and two pairs that wait."""
    with new_hub(loaded) as hub:
        village = village_list(hub, tmp_path_factory.mktemp("review"))
        village.write([row(number) for number in range(4)])
        village.under().sync("blt_dd")
        wait_for(_propose(hub.database))
        with TestClient(_serving(hub.database), HERE) as client:
            yield Desktop(client, hub.database)


async def _propose(database: Database) -> None:
    async with database.connect() as connection:
        await connection.execute(text(CANDIDATES))
        await connection.commit()


def _serving(database: Database) -> Any:
    async def read() -> Mapping[str, Agreement]:
        return GRANTED

    async def since() -> None:
        return None

    ledger = Ledger(lambda: ledger_keys(database.roles), since)
    gate = TokenGate(
        lambda: database.roles.key("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read, ledger=ledger
    )
    terms = Terms(desk=Desk(database, default_config_dir()))
    return create_app(
        lambda: open_reader(database, 2),
        lambda: "",
        terms=terms,
        open_bulk=lambda: open_bulk(database, 10),
        gate=gate,
    )


def _fed(database: Database, after: str | None = None) -> Any:
    """The feed of persons, as whoever may see everything reads it."""
    app = create_app(lambda: open_reader(database, 1), lambda: context(database))
    query = """query ($after: String) {
        changes(types: [PERSON], after: $after) { next items { kind nodeId successor } } }"""
    with TestClient(app, HERE) as client:
        asked = {"query": query, "variables": {"after": after}}
        return client.post("/graphql", json=asked, headers=GRAPHQL).json()["data"]["changes"]


def asked(desk: Desktop, query: str, subject: str = "ani", agency: str = "dinsos", **variables: Any) -> Any:
    """The answer of the graph."""
    return desk.ask(query, agency=agency, subject=subject, purpose="verivali", **variables)


def told(desk: Desktop, query: str, **variables: Any) -> Any:
    """What the answer tells."""
    found = asked(desk, query, **variables).json()
    assert "errors" not in found, found
    return found["data"]


def judged(desk: Desktop, candidate: str, judgement: str, subject: str = "ani") -> Any:
    """A line of the log."""
    return told(desk, JUDGE, subject=subject, key=str(uuid4()), candidate=candidate, judgement=judgement)[
        "judge"
    ]


def test_a_pair_is_merged_by_two_reviewers_told_of_and_taken_back(desk: Desktop) -> None:
    waiting = told(desk, WAITING)["candidates"]
    assert (waiting["totalCount"], waiting["nodes"][0]["evidence"]) == (
        2,
        [{"key": "name", "value": "agrees"}],
    )
    pair = max(waiting["nodes"], key=lambda each: each["score"])
    before = _fed(desk.database)["next"]
    first = judged(desk, pair["candidate"], "same")
    assert (first["inForce"], first["decidedBy"]) == (False, "dinsos/ani")
    second = judged(desk, pair["candidate"], "same", subject="budi")
    assert (second["inForce"], second["decidedBy"], second["undone"]) == (True, "dinsos/budi", False)
    assert told(desk, WAITING)["candidates"]["totalCount"] == 1
    older, younger = pair["person"]["id"], pair["other"]["id"]
    found = told(desk, PERSON, id=younger)["node"]
    assert (found["id"], found["isCurrent"], found["mergedFrom"]) == (older, True, [{"person": younger}])
    assert [each["record"]["id"] for each in found["linkedRecords"]] == [
        pair["record"]["id"], pair["otherRecord"]["id"],
    ]  # fmt: skip
    assert found["linkedRecords"][0]["judgements"] == [
        {"judgement": "same", "method": "reviewer", "score": None, "decidedBy": "dinsos/budi",
         "record": pair["otherRecord"], "person": {"id": older}, "decisions": [
             {"decidedBy": "dinsos/ani", "inForce": False, "undone": False},
             {"decidedBy": "dinsos/budi", "inForce": True, "undone": False}]}]  # fmt: skip
    assert {"kind": "TOMBSTONE", "nodeId": younger, "successor": older} in _fed(desk.database, before)[
        "items"
    ]
    back = told(desk, UNDO, key=str(uuid4()), judging=second["judging"])["undoJudgement"]
    assert back == {"judgement": "same", "undone": True}
    assert told(desk, PERSON, id=younger)["node"]["id"] == younger
    assert told(desk, PERSON, id=older)["node"]["mergedFrom"] == []


def test_who_may_not_or_does_not_see_both_judges_nothing(desk: Desktop) -> None:
    before = desk.count("judging")
    pair = told(desk, WAITING)["candidates"]["nodes"][0]["candidate"]
    given = {"key": str(uuid4()), "candidate": pair, "judgement": "different"}
    assert reason(asked(desk, JUDGE, subject="meja", **given)) == (403, "role_missing")
    assert told(desk, WAITING, agency="tetangga")["candidates"]["totalCount"] == 0
    assert reason(asked(desk, JUDGE, agency="tetangga", **given)) == (400, "unknown_candidate")
    assert desk.count("judging") == before


def test_a_judgement_is_taken_back_once(desk: Desktop) -> None:
    pair = told(desk, WAITING)["candidates"]["nodes"][-1]["candidate"]
    line = judged(desk, pair, "different")
    assert line["inForce"] is True
    given = {"key": str(uuid4()), "judging": line["judging"]}
    assert reason(asked(desk, UNDO, agency="tetangga", **given)) == (400, "unknown_line")
    assert told(desk, UNDO, **given)["undoJudgement"]["undone"] is True
    assert reason(asked(desk, UNDO, **given | {"key": str(uuid4())})) == (400, "undone_already")


def test_a_wrong_link_that_no_candidate_lists_is_parted_by_two_of_its_records(desk: Desktop) -> None:
    pair = max(told(desk, WAITING)["candidates"]["nodes"], key=lambda each: each["score"])
    for subject in ("ani", "budi"):
        judged(desk, pair["candidate"], "same", subject=subject)
    found = told(desk, PERSON, id=pair["other"]["id"])["node"]
    one, other = (each["linkedRecord"] for each in found["linkedRecords"])
    assert pair["candidate"] not in {each["candidate"] for each in told(desk, WAITING)["candidates"]["nodes"]}
    given = {"key": str(uuid4()), "one": one, "other": other}
    assert reason(asked(desk, PART, subject="meja", **given)) == (403, "role_missing")
    assert reason(asked(desk, PART, agency="tetangga", **given)) == (400, "unknown_pair")
    assert reason(asked(desk, PART, **given | {"other": found["id"]})) == (400, "bad_id")
    parted = told(desk, PART, **given)["judgeRecords"]
    assert (parted["judgement"], parted["inForce"], parted["decidedBy"]) == ("different", True, "dinsos/ani")
    assert told(desk, PERSON, id=pair["other"]["id"])["node"]["id"] == pair["other"]["id"]
    assert told(desk, UNDO, key=str(uuid4()), judging=parted["judging"])["undoJudgement"]["undone"] is True
    assert told(desk, PERSON, id=pair["other"]["id"])["node"]["id"] == found["id"]
