"""Acts through the graph: each done once under its key, by who may, about whom it reaches, and never in part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.access.ledger import Ledger
from hub.access.sealing import ledger_keys, seal_waiting
from hub.app import create_app
from hub.registry.agencies import Agency, load_terms
from hub.registry.agreements import Agreement
from hub.registry.documents import TrustedDocument, document_id
from hub.schema.build import schema
from hub.schema.mutating import Desk
from hub.schema.mutation import ACTS
from hub.schema.terms import Terms
from hub.schema.trusted import trusted
from hub.settings import default_config_dir
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.roles import Role
from tests.access.test_callers import agreement
from tests.app.test_gate import GRAPHQL, HERE, OWN
from tests.conftest import wait_for
from tests.schema.conftest import BUDI, SITI, story

TERMS = load_terms(default_config_dir())
NAMED = {"name_id": "x", "name_en": "x"}
LISTED: list[dict[str, Any]] = [
    {"code": "dinsos", "kind": "opd", "areas": ["33.20"], "client": [
        {"id": "petugas", "roles": ["reader", "exporter", "dpo"]}, {"id": "meja", "roles": ["reader"]},
        {"id": "pemeriksa", "roles": ["reader", "auditor"]}]},
    {"code": "tetangga", "kind": "opd", "areas": ["33.21"], "client": [
        {"id": "petugas", "roles": ["reader", "dpo"]}, {"id": "pemeriksa", "roles": ["reader", "auditor"]}]},
    {"code": "pusat", "kind": "vertical", "national": True, "client": [{"id": "petugas", "roles": ["reader", "dpo"]}]},
]  # fmt: skip
AGENCIES = {each.code: each for each in (Agency.model_validate(one | NAMED) for one in LISTED)}
GRANTED = {
    code: agreement(
        code=code,
        agency=code,
        purposes=["hak-subjek", "verivali"],
        scopes=["identity", "family", "exclusion", "children"],
        to="2999-01-01",
    )
    for code in ("dinsos", "tetangga", "pusat")
} | {
    "tanpa": agreement(
        code="tanpa", agency="dinsos", purposes=["layanan"], scopes=["family"], to="2999-01-01"
    )
}
OPEN = (
    "mutation ($key: String!, $person: ID!, $kind: RightsKind!, $registry: String, $asked: String!) {"
    " openRightsCase(key: $key, person: $person, kind: $kind, registry: $registry, asked: $asked)"
    " { case kind standing asked registry person { name } events { event actor note } } }"
)
NOTE = (
    "mutation ($key: String!, $case: ID!, $event: RightsEventKind!, $note: String) {"
    " noteRightsCase(key: $key, case: $case, event: $event, note: $note) { standing events { event note } } }"
)
CASES = "{ rightsCases { case standing person { name } } }"


@dataclass
class Desktop:
    """A served hub with its officers."""

    client: TestClient
    database: Database

    def ask(
        self, query: str, agency: str = "dinsos", subject: str = "petugas", purpose: str = "hak-subjek",
        more: dict[str, str] | None = None, path: str = "/graphql", **variables: Any,
    ) -> Any:  # fmt: skip
        """The answer to a request."""
        token = OWN.token(subject, agency=agency)
        said = GRAPHQL | {"authorization": f"Bearer {token}", "hub-purpose": purpose} | (more or {})
        return self.client.post(path, json={"query": query, "variables": variables}, headers=said)

    def person(self, nik: str) -> str:
        """Global id of a person."""
        found = self.ask("query ($n: NIK!) { person(nik: $n) { id } }", n=nik).json()
        return str(found["data"]["person"]["id"])

    def opened(self, nik: str = BUDI, kind: str = "correction", **more: Any) -> Any:
        """The answer to opening a case."""
        given = {
            "key": str(uuid4()),
            "person": self.person(nik),
            "kind": kind,
            "asked": "Nama saya lain",
        } | more
        if kind == "correction":
            given.setdefault("registry", "pkh")
        return self.ask(OPEN, **given)

    def count(self, table: str) -> int:
        """Rows of a table."""

        async def counted() -> int:
            async with self.database.connect() as connection:
                return int((await connection.exec_driver_sql(f"select count(*) from {table}")).scalar() or 0)

        return wait_for(counted())

    def lines(self) -> list[str]:
        """The lines since the last look, sealed."""

        async def look() -> list[str]:
            keys = ledger_keys(self.database.roles)
            count = await seal_waiting(self.database, keys)
            async with self.database.connect(Role.LEDGER) as connection:
                found = await connection.exec_driver_sql(
                    f"select line from ledger order by seq desc limit {count}"
                )
                return list(found.scalars())

        return wait_for(look())


def reason(found: Any) -> tuple[int, str]:
    """Status and reason of a refusal."""
    return found.status_code, found.json()["errors"][0]["extensions"]["reason"]


def serving(database: Database, **terms: Any) -> Any:
    async def read() -> Mapping[str, Agreement]:
        return GRANTED

    async def since() -> None:
        return None

    gate = TokenGate(
        lambda: database.roles.key("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read,
        ledger=Ledger(lambda: ledger_keys(database.roles), since),
    )  # fmt: skip
    return create_app(
        lambda: open_reader(database, 2), lambda: "", terms=Terms(**terms),
        open_bulk=lambda: open_bulk(database, 10), gate=gate,
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk(database: Database) -> Iterator[Desktop]:
    told = story()
    told.anchored(3)
    wait_for(told.store(database))
    with TestClient(serving(database, desk=Desk(database, default_config_dir())), HERE) as client:
        yield Desktop(client, database)


def test_every_field_of_the_mutation_has_its_act_and_a_key() -> None:
    made = schema()
    assert made.mutation_type
    assert made.query_type
    for name, each in made.mutation_type.fields.items():
        assert str(each.args["key"].type) == "String!"
        assert ACTS[name].perform is not None
    told = {name for name, act in ACTS.items() if act.perform is None}
    assert told <= made.query_type.fields.keys()
    assert ACTS.keys() - told == made.mutation_type.fields.keys()


def test_an_officer_opens_a_case_and_hears_what_came_of_it(desk: Desktop) -> None:
    desk.lines()
    found = desk.opened().json()
    case = found["data"]["openRightsCase"]
    assert (case["kind"], case["standing"], case["registry"]) == ("correction", "open", "pkh")
    assert (case["asked"], case["person"]["name"]) == ("Nama saya lain", "BUDI SANTOSO")
    assert [(one["event"], one["actor"], one["note"]) for one in case["events"]] == [
        ("opened", "dinsos/petugas", None), ("routed", "dinsos/petugas", "pkh")]  # fmt: skip
    assert found["extensions"]["receipt"]["purpose"] == "hak-subjek"
    [line] = [one for one in desk.lines() if "RightsCase.asked" in one]
    assert "Nama saya" not in line
    assert case["case"] in [one["case"] for one in desk.ask(CASES).json()["data"]["rightsCases"]]


def test_the_same_act_under_the_same_key_is_done_once(desk: Desktop) -> None:
    key, before = str(uuid4()), desk.count("rights_case")
    first, again = desk.opened(key=key).json(), desk.opened(key=key).json()
    assert first["data"] == again["data"]
    assert desk.count("rights_case") == before + 1
    assert reason(desk.opened(key=key, asked="Lain")) == (400, "key_reused")
    other = desk.ask(NOTE, key=key, case=first["data"]["openRightsCase"]["case"], event="told")
    assert reason(other) == (400, "key_reused")


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "kunci dengan \u2026 huruf"])
def test_a_key_that_is_none_is_refused(desk: Desktop, key: str) -> None:
    before = desk.count("rights_case")
    assert reason(desk.opened(key=key)) == (400, "bad_key")
    assert desk.count("rights_case") == before


def test_a_case_ends_with_what_is_decided_and_a_refusal_says_why(desk: Desktop) -> None:
    case = desk.opened().json()["data"]["openRightsCase"]["case"]
    assert reason(desk.ask(NOTE, key=str(uuid4()), case=case, event="refused")) == (400, "case_unfit")
    assert reason(desk.ask(NOTE, key=str(uuid4()), case=case, event="routed", note="x")) == (
        400,
        "unknown_registry",
    )
    found = desk.ask(NOTE, key=str(uuid4()), case=case, event="granted", note="sudah").json()["data"]
    assert found["noteRightsCase"]["standing"] == "granted"
    assert reason(desk.ask(NOTE, key=str(uuid4()), case=case, event="told")) == (400, "case_closed")


def test_a_restriction_withholds_from_others_at_once_and_the_officer_still_sees(desk: Desktop) -> None:
    ask = "query ($n: NIK!) { people(filter: {nik: {eq: $n}}) { totalCount } }"
    before = desk.ask(ask, purpose="verivali", n=SITI).json()["data"]["people"]["totalCount"]
    case = desk.opened(SITI, "restriction").json()["data"]["openRightsCase"]
    assert case["person"]["name"] == "SITI AMINAH"
    assert desk.ask(ask, purpose="verivali", n=SITI).json()["data"]["people"]["totalCount"] == before - 1
    desk.ask(NOTE, key=str(uuid4()), case=case["case"], event="withdrawn")
    assert desk.ask(ask, purpose="verivali", n=SITI).json()["data"]["people"]["totalCount"] == before


@pytest.mark.parametrize(("who", "said"), [
    ({"subject": "meja"}, "role_missing"), ({"purpose": "verivali"}, "purpose_missing"),
    ({"purpose": ""}, "purpose_missing"),
])  # fmt: skip
def test_nobody_else_acts_nor_reads_the_cases(desk: Desktop, who: dict[str, Any], said: str) -> None:
    before = desk.count("rights_case")
    given: dict[str, Any] = {"key": str(uuid4()), "person": desk.person(BUDI)}
    assert reason(desk.ask(OPEN, **who, **given, kind="access", asked="x")) == (403, said)
    assert reason(desk.ask(CASES, **who)) == (403, said)
    assert desk.count("rights_case") == before


def test_an_officer_of_elsewhere_learns_of_nobody(desk: Desktop) -> None:
    made = desk.opened().json()["data"]["openRightsCase"]["case"]
    given: dict[str, Any] = {"key": str(uuid4()), "person": desk.person(BUDI), "kind": "access", "asked": "x"}
    assert reason(desk.ask(OPEN, "tetangga", **given)) == (400, "unknown_person")
    assert reason(desk.ask(NOTE, "tetangga", key=str(uuid4()), case=made, event="told")) == (
        400,
        "unknown_case",
    )
    assert desk.ask(CASES, "tetangga").json()["data"]["rightsCases"] == []


def test_two_acts_in_one_request_are_refused_and_neither_is_done(desk: Desktop) -> None:
    person, before = desk.person(BUDI), desk.count("rights_case")
    one = f'openRightsCase(key: "{uuid4()}", person: "{person}", kind: access, asked: "x") {{ kind }}'
    assert reason(desk.ask(f"mutation {{ a: {one} b: {one.replace('-', 'x')} }}")) == (400, "one_act")
    assert reason(desk.ask(f"mutation {{ {one} __typename }}")) == (400, "one_act")
    assert reason(desk.ask(f"mutation {{ {one[:-9]} @skip(if: true) {{ kind }} }}")) == (400, "one_act")
    batch = desk.client.post(
        "/graphql", content=b"[{}]", headers=GRAPHQL | {"content-type": "application/json"}
    )
    assert batch.status_code in (400, 401)
    assert desk.count("rights_case") == before


def test_an_act_that_fails_leaves_nothing(desk: Desktop) -> None:
    before = desk.count("rights_case"), desk.count("act")
    assert reason(desk.opened(registry="nowhere")) == (400, "unknown_registry")
    assert (desk.count("rights_case"), desk.count("act")) == before


def test_mutations_come_by_post_of_json_from_no_other_site(desk: Desktop) -> None:
    given: dict[str, Any] = {"key": str(uuid4()), "person": desk.person(BUDI), "kind": "access", "asked": "x"}
    before = desk.count("rights_case")
    for more in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert desk.ask(OPEN, more=more, **given).status_code == 403
    assert (
        desk.client.get("/graphql", params={"query": "mutation { __typename }"}, headers=GRAPHQL).status_code
        == 405
    )
    form = {"content-type": "text/plain"}
    assert desk.client.post("/graphql", content=b"{}", headers=GRAPHQL | form).status_code in (401, 415)
    assert desk.count("rights_case") == before
    assert "data" in desk.ask(OPEN, more={"origin": HERE}, **given).json()


def test_other_doors_do_nothing(desk: Desktop) -> None:
    before = desk.count("rights_case")
    given: dict[str, Any] = {"key": str(uuid4()), "person": desk.person(BUDI), "kind": "access", "asked": "x"}
    for path, accept in (("/export", "*/*"), ("/graphql/stream", "text/event-stream")):
        assert "not_a_query" in desk.ask(OPEN, path=path, more={"accept": accept}, **given).text
    assert "not_here" in desk.ask(CASES, path="/graphql/stream", more={"accept": "text/event-stream"}).text
    assert desk.count("rights_case") == before


def test_in_production_only_registered_documents_act(desk: Desktop) -> None:
    only = trusted("only", [TrustedDocument("open", OPEN)])
    given: dict[str, Any] = {"key": str(uuid4()), "person": desk.person(BUDI), "kind": "access", "asked": "x"}
    made = serving(desk.database, trusted=only, desk=Desk(desk.database, default_config_dir()))
    with TestClient(made, HERE) as client:
        closed = Desktop(client, desk.database)
        assert closed.ask(OPEN, **given).json()["data"]["openRightsCase"]["standing"] == "open"
        assert reason(closed.ask(NOTE, key=str(uuid4()), case="x", event="told")) == (
            403,
            "document_not_trusted",
        )
        assert document_id(OPEN) in only.texts


def test_a_server_without_a_desk_does_nothing(desk: Desktop) -> None:
    person = desk.person(BUDI)
    with TestClient(serving(desk.database), HERE) as client:
        idle = Desktop(client, desk.database)
        assert reason(idle.ask(OPEN, key=str(uuid4()), person=person, kind="access", asked="x")) == (
            400,
            "not_a_query",
        )
        assert reason(idle.ask(CASES)) == (400, "not_here")
