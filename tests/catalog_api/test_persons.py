"""Persons are reconciled under agreement, by NIK alone, and leave their line; nobody else learns anything."""

import json
from typing import Any

import pytest

from tests.app.test_gate import headers
from tests.app.test_ledger import NOBODY, Hub, hub
from tests.schema.conftest import BUDI, SITI

__all__ = ["hub"]
PATH = "/reconcile/persons"


def by_nik(name: str, nik: str, **more: str) -> dict[str, Any]:
    said = {"nik": nik} | more
    return {"query": name, "properties": [{"pid": key, "v": value} for key, value in said.items()]}


def ask(hub: Hub, *queries: dict[str, Any], **said: Any) -> Any:
    sent = {"queries": json.dumps({str(no): one for no, one in enumerate(queries)})}
    return hub.client.post(PATH, data=sent, headers=headers() | said)


def test_a_nik_under_an_agreeing_name_is_a_match_and_leaves_one_line(hub: Hub) -> None:
    hub.lines()
    told = ask(hub, by_nik("Budi Santoso", BUDI), by_nik("TINI WATI", BUDI), by_nik("X", NOBODY))
    first, second, third = (told.json()[str(no)]["result"] for no in range(3))
    assert (first[0]["name"], first[0]["score"], first[0]["match"]) == ("BUDI SANTOSO", 100, True)
    assert (second[0]["score"], second[0]["match"], third) == (50, False, [])
    [line] = hub.lines()
    assert line["asked"] == hub.tokens(f"nik:{BUDI}", f"nik:{NOBODY}")
    assert json.loads(told.headers["hub-receipt"])["request"] == line["request"]
    assert told.headers["cache-control"] == "no-store"


def test_a_nik_that_two_bear_is_no_match(hub: Hub) -> None:
    found = ask(hub, by_nik("SITI AMINAH", SITI)).json()["0"]["result"]
    assert [(one["score"], one["match"]) for one in found] == [(50, False)]


def test_a_name_without_a_nik_looks_for_nobody(hub: Hub) -> None:
    hub.lines()
    assert hub.reads
    hub.reads.statements.clear()
    assert ask(hub, {"query": "BUDI SANTOSO"}, by_nik("BUDI SANTOSO", "")).json() == {
        "0": {"result": []},
        "1": {"result": []},
    }
    assert (hub.reads.statements, hub.lines()) == ([], [])


@pytest.mark.parametrize("said", [{"authorization": ""}, {"authorization": "Bearer x"}])
def test_without_a_token_nobody_is_told_anything(hub: Hub, said: dict[str, str]) -> None:
    refused = ask(hub, by_nik("BUDI SANTOSO", BUDI), **said)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("said", [{"purpose": ""}, {"scope": "family"}, {"purpose": "pengawasan"}])
def test_without_a_purpose_or_its_scope_it_is_refused(hub: Hub, said: dict[str, str]) -> None:
    queries = {"queries": json.dumps({"0": by_nik("BUDI SANTOSO", BUDI)})}
    refused = hub.client.post(PATH, data=queries, headers=headers(**said))
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["extensions"]["allowedBy"]
    assert "BUDI" not in refused.text


def test_no_number_may_stand_in_an_address(hub: Hub) -> None:
    sent = {"queries": json.dumps({"0": by_nik("BUDI", BUDI)})}
    assert hub.client.get(PATH, params=sent, headers=headers()).status_code == 400
    assert hub.client.post(PATH, params=sent, data={}, headers=headers()).status_code == 400


def test_a_page_of_another_site_is_refused_and_gets_no_leave(hub: Hub) -> None:
    assert ask(hub, by_nik("BUDI", BUDI), **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert not {name for name in hub.client.options(PATH).headers if name.startswith("access-control")}
