"""Data sets, their releases and cells: the reference's own reading of the rows."""

from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.resolvers import Arguments, Many, Question, Resolver, Thing, columns, global_id, iso, key
from tests.oracle.world import Moment, Row


def _worded(name: str) -> Resolver:
    """A text of the declaration in the caller's language."""

    def told(thing: Thing, _args: Arguments, asked: Question) -> str | None:
        definition = thing.row["definition"]
        english = definition.get(f"{name}_en") if asked.language == "en" else None
        found: str | None = definition.get(f"{name}_id") if english is None else english
        return found

    return told


def _path(thing: Thing, _args: Arguments, asked: Question) -> str | None:
    release = asked.world.first("dataset_release", id=thing.row["release_id"])
    return None if release is None else f"/data/{release['dataset']}/{release['number']}/{thing.row['name']}"


def _matches(row: Row, wanted: str) -> bool:
    name, between, value = wanted.partition("=")
    found = row["cells"].get(name)
    return found is not None and str(found) == (value if between else wanted)


def _cells(thing: Thing, args: Arguments, asked: Question) -> Listing:
    rows = [
        row
        for row in asked.world.all("release_cell", release_id=thing.row["id"])
        if all(_matches(row, each) for each in args.get("where") or [])
    ]
    return listing("DataCell", rows, sequence("cells", args, "DataRelease"), thing.moment)


def data_set(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    """The data set of a name."""
    found = asked.world.first("dataset", name=args["name"])
    return None if found is None else Thing("DataSet", found, moment)


def data_sets(_args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    """Every one, by name."""
    found = sorted(asked.world.all("dataset"), key=lambda row: row["name"])
    return [Thing("DataSet", row, moment) for row in found]


FIELDS: dict[str, dict[str, Resolver]] = {
    "DataSet": columns("name missing", metadata="definition")
    | {
        "id": global_id("name"),
        "title": _worded("title"),
        "description": _worded("description"),
        "releases": Many(
            "DataRelease", "dataset_release", {"dataset": "name"}, (key("number"),), "", down=True
        ),
    },
    "DataRelease": columns("number period reason replaces digest suppressed limits", rowCount="rows")
    | {
        "protection": lambda thing, _args, _asked: {
            name: n for name, n in thing.row["protection"].items() if name == "narrowest" and n is not None
        },
        "made": lambda thing, _args, _asked: iso(thing.row["made"]),
        "files": Many("DataFile", "release_file", {"release_id": "id"}, (key("name"),), ""),
        "cells": _cells,
    },
    "DataFile": columns("name format sha256", mediaType="media_type")
    | {"bytes": lambda thing, _args, _asked: float(thing.row["bytes"]), "path": _path},
    "DataCell": columns("ordinal", values="cells"),
}
