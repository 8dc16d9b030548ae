"""The catalog as linked data, packages, pages and files: valid by others' checks, read by others' tools."""

import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import openpyxl
import polars as pl
import pyshacl
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from tests.catalog_api.graphs import read
from tests.catalog_api.serving import Catalog, catalog, office

__all__ = ["catalog", "office"]
SHAPES = Path(__file__).parent / "shapes"
MANDATORY, FULL = "3.0.1_html_shacl_shapes.ttl", "3.0.1_shacl_dcat-ap-SHACL.ttl"
MEDIA = {"ttl": "text/turtle", "jsonld": "application/ld+json"}


def graph(catalog: Catalog, path: str) -> Graph:
    answer = catalog.get(path)
    assert answer.status_code == 200, answer.text
    return read(answer.text, answer.headers["content-type"])


def complaints(data: Graph, shapes: str) -> str:
    """What the shapes of DCAT-AP have against a graph; empty: nothing."""
    valid, _, told = pyshacl.validate(data, shacl_graph=Graph().parse(SHAPES / shapes), allow_warnings=True)
    return "" if valid else told


@pytest.mark.parametrize("shapes", [pytest.param(MANDATORY, marks=pytest.mark.long), FULL])
def test_the_catalog_is_valid_under_the_shapes_of_dcat_ap(catalog: Catalog, shapes: str) -> None:
    found = graph(catalog, "/catalog.ttl")
    listed: Any = catalog.act("package_list")
    assert len(set(found.subjects(RDF.type, DCAT.Dataset))) == len(listed)
    assert complaints(found, shapes) == ""


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        (DCAT.Catalog, DCTERMS.title),
        (DCAT.Catalog, DCTERMS.description),
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
        (FOAF.Agent, FOAF.name),
    ],
)
def test_the_shapes_miss_every_fact_that_is_taken_away(catalog: Catalog, kind: Any, fact: Any) -> None:
    found = graph(catalog, "/catalog.ttl?page=2") + graph(catalog, "/dataset/penerima.ttl")
    assert complaints(found, MANDATORY) == ""
    for subject in list(found.subjects(RDF.type, kind)):
        found.remove((subject, fact, None))
    assert complaints(found, MANDATORY)


@pytest.mark.parametrize("path", ["/dataset/penerima", "/dataset/pmks"])
def test_all_forms_of_linked_data_are_one_graph(catalog: Catalog, path: str) -> None:
    forms = [graph(catalog, f"{path}.{form}") for form in MEDIA]
    asked = [catalog.get(path, accept=media) for media in MEDIA.values()]
    assert [one.headers["content-type"].partition(";")[0] for one in asked] == list(MEDIA.values())
    assert isomorphic(*forms)
    assert isomorphic(forms[0], read(asked[0].text, MEDIA["ttl"]))


def test_pages_of_the_catalog_end_with_an_empty_one(catalog: Catalog) -> None:
    assert not set(graph(catalog, "/catalog.ttl?page=2").subjects(RDF.type, DCAT.Dataset))
    assert catalog.get("/catalog.ttl?page=0").status_code == 400


def packages(catalog: Catalog) -> list[str]:
    found: Any = catalog.act("package_list")
    return [f"/data/{name}/1/datapackage.json" for name in found]


def test_frictionless_finds_every_package_valid(catalog: Catalog) -> None:
    for path in packages(catalog):
        report = frictionless.validate(catalog.url + path)
        assert report.valid, (path, report.flatten(["type", "message"])[:3])
        assert len(report.tasks) == 5


def sums(frame: pl.DataFrame) -> dict[str, float]:
    """What the numbers of each column come to, and how many rows there are."""
    told = {name: float(frame[name].sum() or 0) for name, kind in frame.schema.items() if kind.is_numeric()}
    return {"rows": float(frame.height)} | told


def by_duckdb(place: Path, numbers: set[str]) -> dict[str, float]:
    found = duckdb.connect().execute("select * from read_parquet(?)", [str(place)])
    names = [one[0] for one in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {"rows": float(len(rows))} | {name: float(sum(row[name] or 0 for row in rows)) for name in numbers}


def workbook(content: bytes, numbers: set[str]) -> dict[str, float]:
    found = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    lines = [row for sheet in found.worksheets[:1] for row in sheet.iter_rows(values_only=True)]
    found.close()
    head = next(at for at, row in enumerate(lines) if numbers <= set(row))
    rows = [dict(zip(lines[head], row, strict=False)) for row in lines[head + 1 :]]
    return {"rows": float(len(rows))} | {name: float(sum(row[name] or 0 for row in rows)) for name in numbers}


def test_openpyxl_duckdb_and_polars_agree_on_every_file(catalog: Catalog, tmp_path: Path) -> None:
    for path in packages(catalog):
        package = catalog.get(path).json()
        files = {
            one["format"]: path.replace("datapackage.json", one["path"]) for one in package["resources"][::-1]
        }
        place = tmp_path / "t.parquet"
        place.write_bytes(catalog.get(files["parquet"]).content)
        expected = sums(pl.read_parquet(place))
        numbers = set(expected) - {"rows"}
        assert by_duckdb(place, numbers) == pytest.approx(expected)
        fields = next(one["schema"]["fields"] for one in package["resources"] if "schema" in one)
        kinds = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "date": pl.Date}
        schema = {one["name"]: kinds[one["type"]] for one in fields}
        text = next(one["path"] for one in package["resources"] if "schema" in one)
        content = catalog.get(path.replace("datapackage.json", text)).content
        assert sums(pl.read_csv(content, schema=schema)) == pytest.approx(expected), path
        told = catalog.get(files["json"]).json()
        assert len(told["rows"]) == expected["rows"]
        assert workbook(catalog.get(files["xlsx"]).content, numbers) == pytest.approx(expected), path


def test_a_page_works_without_scripts_and_tells_search_engines(catalog: Catalog) -> None:
    page = catalog.get("/dataset/penerima", accept="text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    blocks = re.findall(r"<script([^>]*)>(.*?)</script>", page.text)
    assert [kind for kind, _ in blocks] == [' type="application/ld+json"']
    told = json.loads(blocks[0][1])
    assert (told["@type"], told["name"]) == ("Dataset", "Penerima bantuan sosial")
    for one in told["distribution"]:
        assert catalog.client.head(one["contentUrl"]).headers["content-length"] == one["contentSize"]
    assert not re.findall(r'(?:src|href)="(?!/|http://127)', page.text)
    for address in re.findall(r'href="([^"]+)"', page.text):
        assert catalog.get(address).status_code == 200, address


def test_pages_speak_indonesian_unless_english_is_asked_for(catalog: Catalog) -> None:
    said = {one: catalog.get("/dataset/penerima", **{"accept-language": one}).text for one in ("id", "en")}
    assert '<html lang="id">' in said["id"]
    assert "Produsen data" in said["id"]
    assert '<html lang="en">' in said["en"]
    assert "Recipients" in said["en"]


def test_the_sitemap_names_every_page_and_robots_name_the_sitemap(catalog: Catalog) -> None:
    told = ET.fromstring(catalog.get("/sitemap.xml").text)  # noqa: S314  # made here
    pages = [one.text or "" for one in told.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(pages) == 1 + len(packages(catalog))
    assert {catalog.get(page).status_code for page in pages} == {200}
    assert f"Sitemap: {catalog.url}/sitemap.xml" in catalog.get("/robots.txt").text


def test_a_file_is_kept_for_ever_and_told_in_parts(catalog: Catalog) -> None:
    package = catalog.get("/data/penerima/1/datapackage.json").json()
    [one] = [each for each in package["resources"] if "schema" in each]
    path = f"/data/penerima/1/{one['path']}"
    whole = catalog.get(path)
    assert whole.headers["etag"] == f'"{one["hash"].removeprefix("sha256:")}"'
    assert "immutable" in whole.headers["cache-control"]
    part = catalog.get(path, range="bytes=5-9", **{"if-range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[5:10])
    assert catalog.get(path, range="bytes=999999999-").status_code == 416
    assert catalog.get(path, **{"if-none-match": whole.headers["etag"]}).status_code == 304
    assert catalog.client.head(path).headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize(
    "path",
    ["/data/penerima/2/datapackage.json", "/data/penerima/1/x.csv", "/data/penerima/x/x.csv", "/data/x/1/x.csv",
     "/data/penerima/1/..%2f..%2fsecret", "/data/penerima/99999999999/x", "/dataset/x", "/dataset/x.ttl",
     "/data/penerima/%00/x"],
)  # fmt: skip
def test_what_was_not_released_is_not_there(catalog: Catalog, path: str) -> None:
    assert catalog.get(path).status_code in (400, 404)
