"""Turtle says what the JSON-LD of the same tree says, whatever stands in a text or an address."""

from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal
from rdflib.compare import isomorphic

from hub.catalog_api.linked import jsonld, link, said, turtle, typed
from tests.catalog_api.graphs import read

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))


@given(TEXTS, TEXTS)
def test_any_text_comes_back_from_both_forms(one: str, other: str) -> None:
    node = {
        "@id": "http://h/1",
        "@type": ["dcat:Dataset"],
        "dct:title": [said(one, "id"), said(other, "en")],
        "dct:issued": typed("2026-01-01", "xsd:date"),
        "dct:publisher": {"@type": ["foaf:Agent"], "foaf:name": one},
        "dcat:distribution": [
            {"@id": f"http://h/{index}", "@type": ["dcat:Distribution"]} for index in (2, 3)
        ],
        "dcat:theme": link("http://h/a b<c>"),
    }
    written = read(turtle([node]), "text/turtle")
    assert isomorphic(written, read(jsonld([node]), "application/ld+json"))
    assert Literal(one, lang="id") in set(written.objects())
