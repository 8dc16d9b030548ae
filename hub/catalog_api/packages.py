"""`/data/<data set>/<release>/datapackage.json`: a release as a Frictionless Data Package (2.0)."""

from collections.abc import Sequence
from typing import Any

from hub.catalog_api.open_door import Asked, Told
from hub.sharing.catalog import Entry, Release, ReleasedFile

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
LICENCES = {
    "cc-by": {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    }
}
KEYS = ("time", "area", "dimension")
"""Roles of the columns that tell a row from the others."""


async def datapackage(asked: Asked) -> Told:
    """The package of one release."""
    asked.words()
    entry, release = await asked.door.shelf.release(asked.path["dataset"], asked.path["number"])
    asked.door.take(asked.http, 1)
    return Told(package(asked, entry, release), headers={"content-disposition": "inline"})


def package(asked: Asked, entry: Entry, release: Release) -> dict[str, Any]:
    """A release with its files; the CSV with the schema of its columns."""
    one = entry.dataset
    people = [("creator", one.producer), ("publisher", one.walidata)]
    return {
        "$schema": PROFILE,
        "name": f"{one.name}-{release.number}".replace("_", "-"),
        "id": str(release.uid),
        "title": one.title_id,
        "description": one.description_id,
        "homepage": f"{asked.base}/dataset/{one.name}",
        "version": str(release.number),
        "created": release.made.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "keywords": list(one.keywords),
        "licenses": [LICENCES[one.licence]],
        "sources": [{"title": one.activity.title, "path": f"{asked.base}/dataset/{one.name}"}]
        if one.activity.title
        else [],
        "contributors": [{"title": name, "roles": [role]} for role, name in people if name],
        "resources": [_resource(release, file) for file in release.files],
    }


def _resource(release: Release, file: ReleasedFile) -> dict[str, Any]:
    found = {
        "name": file.name.lower().replace("_", "-"),
        "path": file.name,
        "format": file.format.partition("-")[2] or file.format,
        "mediatype": file.media_type.partition(";")[0],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format != "csv":
        return found | {"type": "file"}
    return found | {"type": "table", "encoding": "utf-8", "schema": schema(release.columns)}


def schema(columns: Sequence[Any]) -> dict[str, Any]:
    """The columns of a release as a Table Schema."""
    fields = [
        {
            "name": one["name"],
            "type": one["type"],
            "title": one["title_id"],
            "description": one.get("definition") or one["title_en"],
        }
        for one in columns
    ]
    keys = [one["name"] for one in columns if one["role"] in KEYS]
    return {"$schema": SCHEMA, "fields": fields, "missingValues": [""], "primaryKey": keys}
