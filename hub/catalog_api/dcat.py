"""The catalog and its data sets as DCAT-AP 3: `/catalog`, `/dataset/<name>`, as Turtle and JSON-LD."""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from hub.catalog_api.ckan.packages import slug
from hub.catalog_api.codes import address as code_list
from hub.catalog_api.linked import Node, iri, link, said, typed
from hub.catalog_api.open_door import Asked
from hub.catalog_api.shelf import current
from hub.sharing.catalog import Entry, Release, ReleasedFile

EU = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "once": "NEVER",
    "irregular": "IRREG",
}
FORMATS = {"csv": "CSV", "json": "JSON", "parquet": "PARQUET", "xlsx": "XLSX", "sdmx-csv": "CSV"}
LICENCE = {"cc-by": "https://creativecommons.org/licenses/by/4.0/"}
TITLE = [said("Katalog data perlindungan sosial", "id"), said("Catalog of social protection data", "en")]
DESCRIPTION = [
    said("Himpunan data yang disiarkan hub, menurut Satu Data Indonesia.", "id"),
    said("Data sets that the hub releases, by Satu Data Indonesia.", "en"),
]
NOBODY = "Tidak disebut"
PAGE = 100
"""Data sets of one page."""


def catalog(asked: Asked, entries: Sequence[Entry], page: int) -> list[Node]:
    """A page of the catalog, from 1."""
    address = f"{asked.base}/catalog"
    shown = entries[(page - 1) * PAGE : page * PAGE]
    walidata = next((entry.dataset.walidata for entry in entries if entry.dataset.walidata), NOBODY)
    made = max((current(entry).made for entry in entries), default=datetime(2026, 1, 1, tzinfo=UTC))
    return [
        {
            "@id": address,
            "@type": ["dcat:Catalog"],
            "dct:title": TITLE,
            "dct:description": DESCRIPTION,
            "dct:publisher": _agent(asked, walidata or NOBODY),
            "dct:language": _concept(f"{EU}/language/IND", "dct:LinguisticSystem"),
            "dct:license": _concept(LICENCE["cc-by"], "dct:LicenseDocument"),
            "dct:modified": _instant(made),
            "dcat:dataset": [dataset(asked, entry) for entry in shown],
        },
        _paging(address, len(entries), page),
    ]


def _paging(address: str, count: int, page: int) -> Node:
    last = max(-(-count // PAGE), 1)

    def at(number: int) -> Node | None:
        return link(f"{address}?page={number}") if 0 < number <= last else None

    return {
        "@id": f"{address}?page={page}",
        "@type": ["hydra:PartialCollectionView"],
        "hydra:totalItems": count,
        "hydra:itemsPerPage": PAGE,
        "hydra:first": at(1),
        "hydra:last": at(last),
        "hydra:next": at(page + 1),
        "hydra:previous": at(page - 1),
    }


def dataset(asked: Asked, entry: Entry) -> Node:
    """A data set with the files of its newest release."""
    one, release = entry.dataset, current(entry)
    address = f"{asked.base}/dataset/{one.name}"
    frequency = FREQUENCIES.get(one.frequency or "")
    schemes = sorted({column.codes for column in one.columns if column.codes})
    return {
        "@id": address,
        "@type": ["dcat:Dataset"],
        "dct:title": [said(one.title_id, "id"), said(one.title_en, "en")],
        "dct:description": [said(one.description_id, "id"), said(one.description_en, "en")],
        "dct:identifier": str(entry.uid),
        "dct:creator": _agent(asked, one.producer) if one.producer else None,
        "dct:publisher": _agent(asked, one.walidata or one.producer or NOBODY),
        "dct:issued": _instant(entry.releases[-1].made),
        "dct:modified": _instant(release.made),
        "dct:accrualPeriodicity": _concept(f"{EU}/frequency/{frequency}", "dct:Frequency")
        if frequency
        else None,
        "dct:spatial": _concept(f"{EU}/country/IDN", "dct:Location"),
        "dct:temporal": _period(release.period),
        "dct:language": _concept(f"{EU}/language/IND", "dct:LinguisticSystem"),
        "dct:accessRights": _concept(f"{EU}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:provenance": {"@type": ["dct:ProvenanceStatement"], "rdfs:label": said(one.legal_basis, "id")}
        if one.legal_basis
        else None,
        "dct:relation": [link(code_list(asked, scheme)) for scheme in schemes],
        "dcat:keyword": [said(word, "id") for word in one.keywords],
        "dcat:theme": _concept(f"{EU}/data-theme/SOCI", "skos:Concept", "Penduduk dan masyarakat"),
        "dcat:version": str(release.number),
        "dcat:landingPage": _concept(f"{address}?format=html", "foaf:Document"),
        "dcat:distribution": [_distribution(asked, entry, release, file) for file in release.files],
    }


def _distribution(asked: Asked, entry: Entry, release: Release, file: ReleasedFile) -> Node:
    address = f"{asked.base}{release.path(file)}"
    media = file.media_type.partition(";")[0]
    resource = {"@id": iri(address), "@type": ["rdfs:Resource"]}
    return {
        "@id": f"{address}#distribution",
        "@type": ["dcat:Distribution"],
        "dct:title": said(file.name, "id"),
        "dct:description": said(f"{entry.dataset.title_id} ({release.period}, rilis {release.number})", "id"),
        "dcat:accessURL": resource,
        "dcat:downloadURL": resource,
        "dct:format": _concept(f"{EU}/file-type/{FORMATS[file.format]}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": _concept(f"https://www.iana.org/assignments/media-types/{media}", "dct:MediaType"),
        "dcat:byteSize": typed(str(file.bytes), "xsd:nonNegativeInteger"),
        "dct:license": _concept(LICENCE[entry.dataset.licence], "dct:LicenseDocument"),
        "dct:issued": _instant(release.made),
        "spdx:checksum": {
            "@type": ["spdx:Checksum"],
            "spdx:algorithm": _concept(
                "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"
            ),
            "spdx:checksumValue": typed(file.sha256, "xsd:hexBinary"),
        },
    }


def _concept(address: str, kind: str, label: str = "") -> Node:
    """A thing that others tell of, with its kind, so that who checks this needs nothing else."""
    found: dict[str, Any] = {"@id": address, "@type": [kind]}
    return found | ({"skos:prefLabel": said(label, "id")} if label else {})


def _agent(asked: Asked, name: str) -> Node:
    return {
        "@id": f"{asked.base}/organization/{slug(name)}",
        "@type": ["foaf:Agent"],
        "foaf:name": said(name, "id"),
    }


def _instant(of: datetime) -> dict[str, str]:
    return typed(of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "xsd:dateTime")


def _period(month: str) -> Node | None:
    """The days of a month (WIB), both inclusive as DCAT has them."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return {
        "@type": ["dct:PeriodOfTime"],
        "dcat:startDate": typed(first.isoformat(), "xsd:date"),
        "dcat:endDate": typed(last.isoformat(), "xsd:date"),
    }
