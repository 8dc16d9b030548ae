"""The officer through the graph: who saw a person, whose data is withheld, whom a breach touches."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.access.restrictions import covering
from hub.schema.mutating import Desk
from hub.settings import default_config_dir
from hub.store.database import Database
from tests.app.attacks import global_id
from tests.app.test_gate import HERE
from tests.app.test_mutations import Desktop, reason, serving
from tests.conftest import wait_for
from tests.graph_builders import uid
from tests.schema.conftest import BUDI, SITI, story

NOBODY = "3320014101909098"
ASK = "query ($n: NIK!) { person(nik: $n) { name } }"
SAW = (
    "query ($n: NIK!, $f: Int! = 100, $a: String) { whoSaw(nik: $n, first: $f, after: $a) { position at caller"
    " agreement purpose scopes fields operation request person { name } } }"
)
RESTRICT = (
    "mutation ($key: String!, $person: ID!, $kind: RestrictionKind!, $basis: String!, $until: Date) {"
    " restrict(key: $key, person: $person, kind: $kind, basis: $basis, until: $until) { %s } }"
)
LIFT = (
    "mutation ($key: String!, $person: ID!, $kind: RestrictionKind!, $basis: String!) {"
    " liftRestriction(key: $key, person: $person, kind: $kind, basis: $basis) { %s } }"
)
SHOWN = "kind event actor basis until covers person { name }"
HELD = "{ restrictions { kind event covers person { name } } }"
FOUND = "query ($n: NIK!) { people(filter: {nik: {eq: $n}}) { totalCount } }"
OPEN = (
    "mutation ($key: String!, $s: DateTime!, $u: DateTime!, $k: DateTime!, $caller: String) { openBreach(key: $key,"
    ' since: $s, until: $u, known: $k, how: "bocor", handling: "ditutup", caller: $caller) { breach standing due known'
    " caller events { event } } }"
)
NOTE = (
    "mutation ($key: String!, $b: ID!, $e: BreachEventKind!, $note: String) { noteBreach(key: $key, breach: $b,"
    " event: $e, note: $note) { standing events { event actor note } } }"
)
REACH = (
    "query ($b: ID!) { breachReach(breach: $b) { total unknown disclosures first last fields { what disclosures }"
    " callers { what disclosures } persons { person { name } } } }"
)
WINDOW: dict[str, Any] = {
    "s": "2000-01-01T00:00:00Z",
    "u": "2100-01-01T00:00:00Z",
    "k": "2026-11-28T08:00:00+07:00",
}
ELSEWHERE: dict[str, Any] = {"agency": "tetangga"}


@pytest.fixture(scope="module")
def desk(database: Database) -> Iterator[Desktop]:
    told = story()
    told.anchored(4)
    wait_for(told.store(database))
    with TestClient(serving(database, desk=Desk(database, default_config_dir())), HERE) as client:
        yield Desktop(client, database)


def key() -> str:
    return str(uuid4())


def breach(desk: Desktop, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = desk.ask(OPEN, key=key(), **(WINDOW | more)).json()["data"]["openBreach"]
    return found


def withheld(desk: Desktop) -> set[tuple[str, str]]:
    async def look() -> set[tuple[str, str]]:
        async with desk.database.connect() as connection:
            return {(str(one.person), one.decision.kind) for one in await covering(connection)}

    return wait_for(look())


def test_who_saw_a_person_is_told_line_by_line_and_asking_is_a_disclosure_too(desk: Desktop) -> None:
    asked = desk.ask(ASK, subject="meja", purpose="verivali", n=BUDI).json()
    lines = desk.ask(SAW, n=BUDI).json()["data"]["whoSaw"]
    one = next(line for line in lines if line["request"] == asked["extensions"]["receipt"]["request"])
    assert (one["caller"], one["agreement"], one["purpose"]) == ("dinsos/meja", "dinsos@2", "verivali")
    assert ("Person.name" in one["fields"], "identity" in one["scopes"]) == (True, True)
    assert (one["person"]["name"], one["operation"]) == (
        "BUDI SANTOSO",
        asked["extensions"]["receipt"]["operation"],
    )
    again = desk.ask(SAW, n=BUDI).json()["data"]["whoSaw"]
    assert [line["position"] for line in again[: len(lines)]] == [line["position"] for line in lines]
    [own] = [line for line in again[len(lines) :] if line["purpose"] == "hak-subjek"]
    assert (own["caller"], own["person"]["name"]) == ("dinsos/petugas", "BUDI SANTOSO")


def test_who_saw_is_told_page_by_page_without_a_gap(desk: Desktop) -> None:
    for _ in range(3):
        desk.ask(ASK, subject="meja", purpose="verivali", n=SITI)
    page, pages = desk.ask(SAW, n=SITI, f=1).json()["data"]["whoSaw"], list[Any]()
    while page and len(pages) < 8:
        pages += page
        page = desk.ask(SAW, n=SITI, f=1, a=page[-1]["position"]).json()["data"]["whoSaw"]
    whole = desk.ask(SAW, n=SITI).json()["data"]["whoSaw"]
    assert [one["position"] for one in pages] == [one["position"] for one in whole[: len(pages)]]
    assert len(pages) == 8
    for place in ("x", "1", "1.", "9" * 30 + ".0", "-1.0"):
        assert reason(desk.ask(SAW, n=SITI, a=place)) == (400, "bad_cursor")


def test_a_number_that_somebody_asked_for_and_nobody_bears_is_told_to_who_answers_for_the_country(
    desk: Desktop,
) -> None:
    desk.ask(ASK, purpose="verivali", n=NOBODY)
    assert desk.ask(SAW, n=NOBODY).json()["data"]["whoSaw"] == []
    found = desk.ask(SAW, agency="pusat", n=NOBODY).json()["data"]["whoSaw"]
    assert [(one["caller"], one["person"]) for one in found][:1] == [("dinsos/petugas", None)]


def test_the_number_of_a_person_comes_as_a_variable_and_stands_nowhere(desk: Desktop) -> None:
    assert reason(desk.ask(f'{{ whoSaw(nik: "{BUDI}") {{ at }} }}')) == (400, "by_variable")
    desk.ask(SAW, n=BUDI)
    assert not any(BUDI in line for line in desk.lines())


def test_an_officer_of_elsewhere_learns_of_nobody(desk: Desktop) -> None:
    desk.ask(ASK, purpose="verivali", n=BUDI)
    assert desk.ask(SAW, **ELSEWHERE, n=BUDI).json()["data"]["whoSaw"] == []
    given: dict[str, Any] = {"key": key(), "person": desk.person(BUDI), "kind": "processing", "basis": "x"}
    assert reason(desk.ask(RESTRICT % SHOWN, **ELSEWHERE, **given)) == (400, "unknown_person")
    assert reason(desk.ask(LIFT % SHOWN, **ELSEWHERE, **given)) == (400, "unknown_person")
    made = breach(desk)
    reached = desk.ask(REACH, **ELSEWHERE, b=made["breach"]).json()["data"]["breachReach"]
    assert (reached["total"], reached["unknown"], reached["disclosures"], reached["persons"]) == (0, 0, 0, [])
    assert (reached["fields"], reached["callers"], reached["first"]) == ([], [], None)


def test_a_restriction_withholds_at_once_and_is_lifted_by_kind(desk: Desktop) -> None:
    person, own = desk.person(BUDI), key()
    given: dict[str, Any] = {"kind": "protected", "basis": "Penetapan 12/2026"}
    made = desk.ask(RESTRICT % SHOWN, key=own, person=person, **given).json()["data"]["restrict"]
    assert made == {
        "kind": "protected", "event": "restricted", "actor": "dinsos/petugas", "basis": "Penetapan 12/2026",
        "until": None, "covers": True, "person": {"name": "BUDI SANTOSO"},
    }  # fmt: skip
    assert desk.ask(RESTRICT % SHOWN, key=own, person=person, **given).json()["data"]["restrict"] == made
    assert desk.ask(FOUND, purpose="verivali", n=BUDI).json()["data"]["people"]["totalCount"] == 0
    [held] = desk.ask(HELD).json()["data"]["restrictions"]
    assert held == {
        "kind": "protected",
        "event": "restricted",
        "covers": True,
        "person": {"name": "BUDI SANTOSO"},
    }
    assert desk.ask(HELD, **ELSEWHERE).json()["data"]["restrictions"] == []
    other: dict[str, Any] = {"key": key(), "person": person, "kind": "processing", "basis": "x"}
    assert reason(desk.ask(LIFT % SHOWN, **other)) == (400, "not_restricted")
    lifted = desk.ask(LIFT % SHOWN, key=key(), person=person, **given).json()["data"]["liftRestriction"]
    assert (lifted["event"], lifted["covers"]) == ("lifted", False)
    assert desk.ask(FOUND, purpose="verivali", n=BUDI).json()["data"]["people"]["totalCount"] == 1
    assert desk.ask(HELD).json()["data"]["restrictions"] == []
    past = desk.ask("{ restrictions(past: true) { event } }").json()["data"]["restrictions"]
    assert [one["event"] for one in past] == ["restricted", "lifted"]
    assert withheld(desk) == set()


@pytest.mark.parametrize(("more", "said"), [
    ({"basis": " "}, "case_unfit"), ({"basis": "x" * 501}, "case_unfit"),
    ({"person": global_id("Person", uid("person", 99))}, "unknown_person"),
    ({"person": global_id("FamilyCard", uid("card", 1))}, "bad_id"),
])  # fmt: skip
def test_a_restriction_that_lacks_something_is_refused_and_nothing_is_kept(
    desk: Desktop, more: dict[str, Any], said: str
) -> None:
    before = desk.count("restriction")
    given: dict[str, Any] = {
        "key": key(),
        "person": desk.person(BUDI),
        "kind": "processing",
        "basis": "x",
    } | more
    assert reason(desk.ask(RESTRICT % SHOWN, **given)) == (400, said)
    assert desk.count("restriction") == before


def test_a_breach_has_its_clock_and_counts_as_told_once_authority_and_persons_were(desk: Desktop) -> None:
    made = breach(desk, caller="dinsos")
    assert (made["standing"], made["known"], made["due"]) == (
        "open", "2026-11-28T01:00:00+00:00", "2026-12-01T01:00:00+00:00")  # fmt: skip
    ask: dict[str, Any] = {"b": made["breach"]}
    for event, standing in (("told_authority", "open"), ("told_persons", "told")):
        found = desk.ask(NOTE, key=key(), e=event, **ask).json()["data"]["noteBreach"]
        assert found["standing"] == standing
    assert reason(desk.ask(NOTE, key=key(), e="handled", **ask)) == (400, "case_unfit")
    found = desk.ask(NOTE, key=key(), e="closed", note="selesai", **ask).json()["data"]["noteBreach"]
    assert found["events"][-1] == {"event": "closed", "actor": "dinsos/petugas", "note": "selesai"}
    assert reason(desk.ask(NOTE, key=key(), e="handled", note="x", **ask)) == (400, "case_closed")
    listed = "query ($s: BreachStanding) { breaches(standing: $s) { breach } }"
    assert ask["b"] in [one["breach"] for one in desk.ask(listed, s="closed").json()["data"]["breaches"]]
    assert ask["b"] not in [one["breach"] for one in desk.ask(listed, s="open").json()["data"]["breaches"]]
    assert reason(desk.ask(NOTE, key=key(), e="handled", note="x", b=global_id("Breach", uuid4()))) == (
        400, "unknown_breach")  # fmt: skip
    assert reason(desk.ask(OPEN, key=key(), **(WINDOW | {"u": WINDOW["s"]}))) == (400, "breach_window")


def test_whom_a_breach_touches_is_told_by_the_ledger_to_who_answers_for_them(desk: Desktop) -> None:
    desk.ask(ASK, subject="meja", purpose="verivali", n=BUDI)
    made = breach(desk, caller="dinsos/meja")
    asked = desk.ask(REACH, b=made["breach"]).json()
    reached = asked["data"]["breachReach"]
    names = [one["person"]["name"] for one in reached["persons"]]
    assert ("BUDI SANTOSO" in names, reached["total"], reached["unknown"]) == (True, len(names), 0)
    assert [one["what"] for one in reached["callers"]] == ["dinsos/meja"]
    assert {"what": "Person.name", "disclosures": reached["disclosures"]} in reached["fields"]
    assert asked["extensions"]["receipt"]["purpose"] == "hak-subjek"
    assert breach(desk, caller="nobody")["caller"] == "nobody"


@pytest.mark.parametrize(("who", "said"), [
    ({"subject": "meja"}, "role_missing"), ({"purpose": "verivali"}, "purpose_missing"),
])  # fmt: skip
def test_nobody_else_reads_or_acts(desk: Desktop, who: dict[str, Any], said: str) -> None:
    before = desk.count("restriction"), desk.count("breach")
    person = desk.person(BUDI)
    given: dict[str, Any] = {"person": person, "kind": "processing", "basis": "x"}
    asked: list[tuple[str, dict[str, Any]]] = [
        (SAW, {"n": BUDI}), (HELD, {}), ("{ breaches { breach } }", {}),
        (REACH, {"b": global_id("Breach", uuid4())}), (RESTRICT % SHOWN, {"key": key(), **given}),
        (LIFT % SHOWN, {"key": key(), **given}), (OPEN, {"key": key(), **WINDOW}),
        (NOTE, {"key": key(), "b": global_id("Breach", uuid4()), "e": "closed", "note": "x"}),
    ]  # fmt: skip
    for text, more in asked:
        assert reason(desk.ask(text, **who, **more)) == (403, said)
    assert (desk.count("restriction"), desk.count("breach")) == before
