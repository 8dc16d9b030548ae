"""Data sets as CKAN has them: packages, their resources, organisations, groups and tags.

Ids are UUIDs that never change: of a package its own, of the rest made of what they name.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hub.catalog_api.shelf import current, resource_id
from hub.sharing.catalog import Entry, Release

LICENCES = {
    "cc-by": {
        "id": "cc-by",
        "title": "Creative Commons Attribution",
        "url": "http://www.opendefinition.org/licenses/cc-by",
        "status": "active",
        "family": "",
        "domain_content": True,
        "domain_data": True,
        "domain_software": False,
        "is_okd_compliant": True,
        "is_osi_compliant": False,
        "od_conformance": "approved",
        "osd_conformance": "not reviewed",
        "maintainer": "",
        "is_generic": False,
    }
}
FREQUENCIES = {
    "monthly": "Bulanan",
    "quarterly": "Triwulanan",
    "yearly": "Tahunan",
    "once": "Sekali",
    "irregular": "Tidak tetap",
}
THEMES = {"sosial": "Sosial"}


def package(base: str, entry: Entry) -> dict[str, Any]:
    """A data set with the files of its newest release.

    Args:
        base: Scheme and host of permanent addresses.
        entry: The data set.
    """
    dataset, release = entry.dataset, current(entry)
    resources = [resource(base, entry, release, place) for place in range(len(release.files))]
    tags = [tag(word) for word in dataset.keywords]
    organization = organization_of(entry)
    licence = LICENCES[dataset.licence]
    return {
        "id": str(entry.uid),
        "name": dataset.name,
        "title": dataset.title_id,
        "notes": dataset.description_id,
        "author": dataset.producer,
        "maintainer": dataset.walidata,
        "license_id": licence["id"],
        "license_title": licence["title"],
        "license_url": licence["url"],
        "isopen": True,
        "private": False,
        "state": "active",
        "type": "dataset",
        "url": f"{base}/dataset/{dataset.name}",
        "version": str(release.number),
        "metadata_created": instant(entry.releases[-1].made),
        "metadata_modified": instant(release.made),
        "owner_org": organization["id"],
        "organization": organization,
        "groups": [group_of(entry)],
        "tags": tags,
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": [{"key": name, "value": value} for name, value in extras(entry, release).items()],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def extras(entry: Entry, release: Release) -> dict[str, str]:
    """What Satu Data Indonesia asks of a data set beside CKAN's own fields; what is not known is left out."""
    dataset = entry.dataset
    found = {
        "country_code": "ID",
        "frekuensi_penerbitan": FREQUENCIES.get(dataset.frequency or ""),
        "level_penyajian": dataset.level,
        "tahun": release.period[:4],
        "periode": release.period,
        "cakupan": dataset.coverage,
        "rujukan": dataset.legal_basis,
        "konsep": dataset.concept,
        "definisi": dataset.definition_id,
        "klasifikasi": dataset.classification,
        "ukuran": dataset.measure,
        "satuan": dataset.unit,
        "rumus": dataset.formula,
        "belum_lengkap": ", ".join(entry.missing),
        "baris_ditahan": str(release.suppressed),
        "alasan_koreksi": release.reason,
    }
    return {name: value for name, value in found.items() if value}


def resource(base: str, entry: Entry, release: Release, place: int) -> dict[str, Any]:
    """A file of a release; it has no `url_type`, for it lies here and is no upload of CKAN's."""
    file = release.files[place]
    made = instant(release.made)
    return {
        "id": str(resource_id(release, file)),
        "package_id": str(entry.uid),
        "name": file.name,
        "description": f"{entry.dataset.title_id} ({release.period}, rilis {release.number})",
        "format": file.format.upper(),
        "mimetype": file.media_type.partition(";")[0],
        "url": f"{base}{release.path(file)}",
        "size": file.bytes,
        "hash": file.sha256,
        "hash_algorithm": "sha256",
        "created": made,
        "last_modified": made,
        "metadata_modified": made,
        "position": place,
        "state": "active",
        "resource_type": "file",
        "datastore_active": file.format == "csv",
    }


def instant(of: datetime) -> str:
    """An instant as CKAN writes it: UTC without saying so."""
    return of.replace(tzinfo=None).isoformat(timespec="microseconds")


def slug(text: str) -> str:
    """A name that may stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def organization_of(entry: Entry) -> dict[str, Any]:
    """The producer of a data set."""
    title = entry.dataset.producer or "Tidak disebut"
    return _body("organization", slug(title), title) | {"is_organization": True, "type": "organization"}


def group_of(entry: Entry) -> dict[str, Any]:
    """The theme of a data set."""
    name = slug(entry.dataset.theme)
    return _body("group", name, THEMES.get(name, name)) | {"is_organization": False, "type": "group"}


def _body(kind: str, name: str, title: str) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"hub:{kind}:{name}")),
        "name": name,
        "title": title,
        "display_name": title,
        "description": "",
        "image_url": "",
        "image_display_url": "",
        "state": "active",
        "approval_status": "approved",
    }


def tag(word: str) -> dict[str, Any]:
    """A keyword."""
    return {
        "id": str(uuid5(NAMESPACE_URL, f"hub:tag:{word}")),
        "name": word,
        "display_name": word,
        "state": "active",
        "vocabulary_id": None,
    }


def fields(dataset: Mapping[str, Any]) -> list[dict[str, str]]:
    """Columns of a release as the DataStore has them: its types are PostgreSQL's."""
    kinds = {"string": "text", "integer": "int", "number": "numeric", "date": "date"}
    return [
        {"id": "_id", "type": "int"},
        *({"id": one["name"], "type": kinds[one["type"]]} for one in dataset["columns"]),
    ]
