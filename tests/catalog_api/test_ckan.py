"""CKAN's clients, harvester and portals are at home here, and nobody gets further than what was released."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from ckanapi import CKANAPIError, NotFound, RemoteCKAN, ValidationError

from tests.catalog_api.serving import Catalog, catalog, office

__all__ = ["catalog", "office"]


def names(catalog: Catalog) -> list[str]:
    return sorted(path.stem for path in (catalog.office.settings.config_dir / "datasets").glob("*.toml"))


def rows(catalog: Catalog, name: str = "penerima") -> dict[str, Any]:
    """The resource with the rows of a data set."""
    package: Any = catalog.act("package_show", id=name)
    return next(one for one in package["resources"] if one["datastore_active"])


@pytest.mark.parametrize("get_only", [False, True])
def test_ckanapi_lists_searches_and_downloads_every_data_set(catalog: Catalog, get_only: bool) -> None:
    with RemoteCKAN(catalog.url, get_only=get_only) as ckan:
        listed = ckan.action.package_list()
        assert listed == names(catalog)
        assert ckan.action.package_search(rows=1000)["count"] == len(listed)
        for name in listed:
            package = ckan.action.package_show(id=name)
            assert [one["id"] for one in ckan.action.package_search(fq=f"name:{name}")["results"]] == [
                package["id"]
            ]
            assert package["num_resources"] == len(package["resources"]) == 5
            for resource in package["resources"]:
                content = catalog.client.get(resource["url"]).content
                assert (hashlib.sha256(content).hexdigest(), len(content)) == (
                    resource["hash"],
                    resource["size"],
                )
                assert "url_type" not in resource
        with pytest.raises(NotFound):
            ckan.action.package_show(id="nothing")
        with pytest.raises(ValidationError):
            ckan.action.package_search(rows="x")
        with pytest.raises(CKANAPIError):
            ckan.action.package_delete(id="penerima")


def harvested(catalog: Catalog, *filters: str) -> list[dict[str, Any]]:
    """What CKAN's own harvester takes: pages of 100 by id until an empty one."""
    found: list[dict[str, Any]] = []
    said = {"rows": "100", "start": "0", "sort": "id asc"} | ({"fq": " ".join(filters)} if filters else {})
    while page := catalog.client.get("/api/3/action/package_search", params=said).json()["result"]["results"]:
        found += page
        said["start"] = str(int(said["start"]) + 100)
    return found


def test_the_harvester_takes_everything_once_and_later_only_what_is_new(catalog: Catalog) -> None:
    packages = harvested(catalog)
    assert [one["id"] for one in packages] == sorted({one["id"] for one in packages})
    assert sorted(one["name"] for one in packages) == names(catalog)
    made = max(one["metadata_modified"] for one in packages)
    assert len(harvested(catalog, f"metadata_modified:[{made}Z TO *]")) == len(packages)
    assert harvested(catalog, "metadata_modified:[2026-03-20T03:00:01.5Z TO *]") == []
    assert len(harvested(catalog, "metadata_modified:[2026-03-20T03:00:00Z TO *]")) == len(packages)


FILTERS: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
    ("organization:dinas-sosial", lambda one: one["organization"]["name"] == "dinas-sosial"),
    ("-organization:dinas-sosial", lambda one: one["organization"]["name"] != "dinas-sosial"),
    (
        "organization:x OR organization:dinas-sosial",
        lambda one: one["organization"]["name"] == "dinas-sosial",
    ),
    (
        "groups:sosial -name:penerima",
        lambda one: one["groups"][0]["name"] == "sosial" and one["name"] != "penerima",
    ),
    ("name:(penerima OR pmks)", lambda one: one["name"] in ("penerima", "pmks")),
    ('+name:"penerima"', lambda one: one["name"] == "penerima"),
    ("NOT name:penerima AND res_format:XLSX", lambda one: one["name"] != "penerima"),
    ("(name:penerima OR name:pmks) -name:pmks", lambda one: one["name"] == "penerima"),
    ("name:pm*", lambda one: one["name"].startswith("pm")),
    ("tahun:2026", lambda _: True),
    ("no_such_field:x", lambda _: False),
    ("metadata_modified:{2026-03-20T03:00:00Z TO *]", lambda _: False),
    ("metadata_modified:[* TO 2026-03-20T03:00:00Z]", lambda _: True),
    ("*:*", lambda _: True),
    ("", lambda _: True),
]


@pytest.mark.parametrize(("fq", "fits"), FILTERS, ids=[fq for fq, _ in FILTERS])
def test_filters_are_understood(catalog: Catalog, fq: str, fits: Callable[[dict[str, Any]], bool]) -> None:
    every: Any = catalog.act("package_search", rows="1000", sort="name asc")
    found: Any = catalog.act("package_search", rows="1000", sort="name asc", fq=fq)
    assert [one["name"] for one in found["results"]] == [one["name"] for one in every["results"] if fits(one)]
    assert found["count"] == len(found["results"])


@pytest.mark.parametrize(
    "said",
    [
        {"fq": "("},
        {"fq": "name:penerima)"},
        {"fq": "metadata_modified:[x]"},
        {"fq": "a:b " * 200},
        {"fq": "(" * 30 + "a" + ")" * 30},
        {"q": "x" * 1001},
        {"sort": "id; drop table hub.dataset"},
        {"rows": "-1"},
        {"start": "1e9"},
        {"facet.field": '["password"]'},
        {"facet.field": "{"},
        {"q": "a\0b"},
    ],
)
def test_what_cannot_be_asked_is_a_validation_error(catalog: Catalog, said: dict[str, str]) -> None:
    error: Any = catalog.act("package_search", 409, **said)
    assert error["__type"] == "Validation Error"


def test_words_are_looked_for_and_facets_are_counted(catalog: Catalog) -> None:
    found: Any = catalog.act(
        "package_search", q="penerima bantuan", **{"facet.field": '["organization", "tags"]'}
    )
    assert "penerima" in {one["name"] for one in found["results"]}
    assert sum(found["facets"]["organization"].values()) == found["count"]
    item = found["search_facets"]["organization"]["items"][0]
    assert (item["name"], item["display_name"]) == ("dinas-sosial", "Dinas Sosial")
    assert item["count"] == found["facets"]["organization"]["dinas-sosial"]


def test_no_more_than_a_thousand_rows_are_told(catalog: Catalog) -> None:
    told: Any = catalog.act("datastore_search", resource_id=rows(catalog, "kode")["id"], limit="32000")
    assert told["limit"] == 1000
    assert len(told["records"]) <= 1000


def test_bodies_tags_and_licences_lead_to_their_data_sets(catalog: Catalog) -> None:
    for kind in ("organization", "group"):
        bodies: Any = catalog.act(f"{kind}_list", all_fields="true")
        shown: list[Any] = [
            catalog.act(f"{kind}_show", id=one["name"], include_datasets="true") for one in bodies
        ]
        assert [one["package_count"] for one in shown] == [len(one["packages"]) for one in shown]
        assert sorted(package["name"] for one in shown for package in one["packages"]) == names(catalog)
    licences: Any = catalog.act("license_list")
    assert [one["id"] for one in licences] == ["cc-by"]
    tags: Any = catalog.act("tag_list")
    tag: Any = catalog.act("tag_show", id=tags[0])
    assert tags[0] in {one["name"] for one in tag["packages"][0]["tags"]}
    every: Any = catalog.act("current_package_list_with_resources", limit="5", offset="2")
    assert len(every) == 5


def test_a_resource_is_shown_and_found(catalog: Catalog) -> None:
    resource = rows(catalog)
    assert catalog.act("resource_show", id=resource["id"]) == resource
    found: Any = catalog.act("resource_search", query="name:penerima")
    assert resource in found["results"]
    catalog.act("resource_search", 409, query="password:x")
    catalog.act("resource_show", 404, id="x")


def test_pages_of_rows_come_to_every_row_of_the_file(catalog: Catalog) -> None:
    resource = rows(catalog)
    whole = list(csv.DictReader(io.StringIO(catalog.client.get(resource["url"]).text)))
    found: list[dict[str, Any]] = []
    path = f"/api/3/action/datastore_search?resource_id={resource['id']}&limit=250"
    while page := catalog.get(path).json()["result"]["records"]:
        found += page
        path = catalog.get(path).json()["result"]["_links"]["next"]
    texts = [
        {key: "" if value is None else str(value) for key, value in one.items() if key != "_id"}
        for one in found
    ]
    assert texts == whole
    info: Any = catalog.act("datastore_info", id=resource["id"])
    assert info["meta"]["count"] == len(whole)
    assert [one["id"] for one in info["fields"]] == list(whole[0])


def test_rows_are_filtered_ordered_and_told_in_other_forms(catalog: Catalog) -> None:
    resource, whole = rows(catalog)["id"], catalog.office.rows("penerima")
    chosen = [one for one in whole if one["program"] == "PKH" and one["desil"] in ("1", "2")]
    filters = json.dumps({"program": "PKH", "desil": ["1", "2"]})
    told: Any = catalog.act(
        "datastore_search", resource_id=resource, filters=filters, sort="jumlah desc, desil"
    )
    assert told["total"] == len(chosen)
    amounts = [one["jumlah"] for one in told["records"]]
    known = [one for one in amounts if one is not None]
    assert amounts == sorted(known, reverse=True) + [None] * (len(amounts) - len(known))
    blank: Any = catalog.act("datastore_search", resource_id=resource, filters='{"jumlah": null}', limit="0")
    assert blank["total"] == sum(one["jumlah"] is None for one in whole)
    said = {"records_format": "csv", "fields": "program,desil", "limit": "1"}
    text: Any = catalog.act("datastore_search", resource_id=resource, **said)
    assert text["records"] == "BLT-DD,_T\n"
    word: Any = catalog.act("datastore_search", resource_id=resource, q="kedung pkh", include_total="false")
    assert {one["nama_wilayah"] for one in word["records"]} == {"KEDUNG"}
    assert "total" not in word


INJECTED = (
    "' or '1'='1", "'; drop table hub.release_cell; --", '" or 1=1 --', "\\", "%", "$1", "{}", "${jndi:ldap://x}",
    "jumlah) union select nik from hub.person_state --", "../../../etc/passwd", "\u202e", "ﬀ" * 50,
)  # fmt: skip


@pytest.mark.parametrize("word", INJECTED)
def test_words_are_values_and_never_sql(catalog: Catalog, word: str) -> None:
    resource, total = rows(catalog)["id"], len(catalog.office.rows("penerima"))
    places: list[dict[str, str]] = [
        {"q": word}, {"filters": json.dumps({"program": word})}, {"filters": json.dumps({word: "x"})},
        {"fields": word}, {"sort": word}, {"sort": f"jumlah {word}"}, {"limit": word}, {"records_format": word},
    ]  # fmt: skip
    for said in places:
        answer = catalog.client.get("/api/3/action/datastore_search", params={"resource_id": resource} | said)
        assert answer.status_code in (200, 409), said
        if answer.status_code == 200:
            assert answer.json()["result"]["records"] == []
    for name in ("id", "q", "fq"):
        assert catalog.client.get("/api/3/action/package_search", params={name: word}).status_code in (
            200,
            409,
        )
    assert catalog.client.get("/api/3/action/package_show", params={"id": word}).status_code == 404
    assert catalog.client.get(f"/data/penerima/1/{word}").status_code == 404
    assert len(catalog.office.rows("penerima")) == total


@pytest.mark.parametrize("path", ["/api/3/action/", "/api/action/"])
def test_both_paths_take_get_json_and_forms_without_a_redirect(catalog: Catalog, path: str) -> None:
    said = {"id": "penerima"}
    answers = [
        catalog.client.get(f"{path}package_show", params=said),
        catalog.client.post(f"{path}package_show", json=said),
        catalog.client.post(f"{path}package_show", data=said),
    ]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert catalog.client.post(f"{path}site_read").json()["result"] is True
    assert catalog.client.put(f"{path}site_read").status_code == 405
    assert catalog.client.get(f"{path}package_delete").status_code == 400
    broken: dict[str, Any] = {"content": b"{", "headers": {"content-type": "application/json"}}
    assert catalog.client.post(f"{path}package_show", **broken).status_code == 409


def test_help_leads_to_what_an_action_does(catalog: Catalog) -> None:
    told = catalog.get("/api/3/action/status_show").json()
    assert told["result"]["site_url"] == catalog.url
    assert catalog.get(told["help"]).json()["result"]
