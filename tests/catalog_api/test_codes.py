"""Code lists as SKOS: two forms of one graph, with what a code is in other lists."""

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS
from starlette.testclient import TestClient

from tests.catalog_api.graphs import read

BASE = "http://localhost/reference/codes/"
MEDIA = {"ttl": "text/turtle", "jsonld": "application/ld+json"}


def graph(client: TestClient, name: str, form: str) -> Graph:
    answer = client.get(f"/reference/codes/{name}", headers={"accept": MEDIA[form]})
    assert answer.headers["content-type"].partition(";")[0] == MEDIA[form]
    return read(answer.text, MEDIA[form])


@pytest.mark.parametrize("name", ["sex", "pmks", "program", "disaster", "jepara_2016", "pmt-1:aset_mobil"])
def test_both_forms_are_one_graph(client: TestClient, name: str) -> None:
    turtle, jsonld = graph(client, name, "ttl"), graph(client, name, "jsonld")
    assert isomorphic(turtle, jsonld)
    assert len(turtle) > 5


def test_a_list_is_a_scheme_of_concepts_in_both_languages(client: TestClient) -> None:
    found = graph(client, "sex", "ttl")
    assert set(found.subjects(RDF.type, SKOS.Concept)) == {URIRef(f"{BASE}sex/L"), URIRef(f"{BASE}sex/P")}
    assert set(found.objects(URIRef(f"{BASE}sex/P"), SKOS.prefLabel)) == {
        Literal("PEREMPUAN", lang="id"),
        Literal("female", lang="en"),
    }


def test_a_narrower_code_of_an_old_list_has_ours_as_its_broader_match(client: TestClient) -> None:
    theirs, ours = URIRef(f"{BASE}depsos_pre_2012/8"), URIRef(f"{BASE}pmks/19")
    assert (theirs, SKOS.broadMatch, ours) in graph(client, "depsos_pre_2012/8", "ttl")
    assert (ours, SKOS.narrowMatch, theirs) in graph(client, "pmks/19", "jsonld")


def test_a_concept_has_the_address_under_which_it_is_found(client: TestClient) -> None:
    for row in client.get("/reference/codes/disaster").json()["rows"]:
        assert client.get(row["uri"]).json()["code"] == row["code"]


def test_every_list_that_is_listed_is_there(client: TestClient) -> None:
    listed = client.get("/reference/codes").json()["rows"]
    assert {"sex", "pmks", "program", "jepara_2016"} <= {one["list"] for one in listed}
    assert len(client.get(listed[0]["uri"]).json()["rows"]) == listed[0]["codes"]


def test_what_a_spreadsheet_would_run_is_text_in_csv() -> None:
    from hub.catalog_api.forms import lines

    rows = [{"code": one} for one in ("=1+1", "@x", "-3", "33.20")]
    assert lines((("code",), rows)).decode().split() == ["code", "'=1+1", "'@x", "'-3", "33.20"]


def test_a_wanted_form_that_is_not_there_is_refused(client: TestClient) -> None:
    assert client.get("/reference/codes/sex", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/reference/codes/sex?format=rdf").status_code == 400
