"""What registers, social services and publishers state, in plain Python over the rows."""

import json
from datetime import date
from typing import Any

from tests.oracle.filters import matches
from tests.oracle.resolvers import (
    Arguments,
    Many,
    Question,
    Resolver,
    Thing,
    area,
    columns,
    global_id,
    key,
    span,
    to_one,
)
from tests.oracle.world import Moment, Row

SOURCE = to_one("Source", "source", {"id": "source_id"})
RECORD = to_one("Record", "source_record", {"id": "record_id"})
PERSON = to_one("Person", "person_state", {"person_id": "person_id"}, "state")


def lies_in(key: int | None, code: str | None) -> bool:
    """Whether an area key lies in an area; any does where none is named."""
    return code is None or (key is not None and f"{key:010d}".startswith(code.replace(".", "")))


def first_day(row: Row) -> date:
    """The first day of a row's interval; an open start comes before every day."""
    start: date | None = row["valid"].lower
    return start or date.min


def group(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    """The group that a list knows by a number: of several the one that began last."""
    source = asked.world.first("source", code=args.get("source"))
    rows = [
        row
        for row in asked.world.all("social_group", kind=args["kind"], number=args["number"])
        if moment.recorded(row)
        and (args.get("source") is None or (source is not None and row["source_id"] == source["id"]))
    ]
    rows.sort(key=lambda row: (-first_day(row).toordinal(), row["group_id"]))
    return Thing("Group", rows[0], moment) if rows else None


def groups(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Groups of a kind in an area."""
    return _listed("social_group", "GroupFilter", args, asked, moment)


def institutions(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Institutions of a kind in an area."""
    return _listed("institution", "InstitutionFilter", args, asked, moment)


def _listed(table: str, filter_: str, args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    return [
        row
        for row in asked.world.all(table)
        if moment.recorded(row)
        and args.get("kind") in (None, row["kind"])
        and lies_in(row["event_area_key"], args.get("wilayah"))
        and matches(filter_, args.get("filter") or {}, row, asked.world, moment)
    ]


def survey_households(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Households as a survey numbered them."""
    return [
        row
        for row in asked.world.all("household", basis="ruta")
        if moment.recorded(row)
        and args.get("scheme") in (None, row["dwelling"].split(":")[1])
        and lies_in(row["home_area_key"], args.get("wilayah"))
        and matches("HouseholdFilter", args.get("filter") or {}, row, asked.world, moment)
    ]


def observations(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Published numbers; their dimensions also as PostgreSQL writes an object, shorter names first."""
    found: list[Row] = []
    for row in asked.world.all("observation"):
        if not moment.ever(row) or not lies_in(row["area_key"], args.get("wilayah")):
            continue
        if not matches("ObservationFilter", args.get("filter") or {}, row, asked.world, moment):
            continue
        if args.get("dataset") in (None, row["dataset"]) and args.get("measure") in (None, row["measure"]):
            found.append({**row, "told": _told(row["dimensions"])})
    return found


def _told(dimensions: dict[str, Any]) -> str:
    names = sorted(dimensions, key=lambda name: (len(name), name))
    return json.dumps({name: dimensions[name] for name in names}, ensure_ascii=False)


OF_RECORD = Many(
    "Observation",
    "observation",
    {"record_id": "id"},
    (
        key("dataset"),
        key("measure"),
        lambda row: _told(row["dimensions"]),
        key("area_key"),
        lambda row: row["valid"].lower,
    ),
)
"""Published numbers that a record states."""


def incomplete_families(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Families with attributes missing, with the share known in millionths."""
    found: list[Row] = []
    for row in asked.world.all("family_attributes"):
        share = 1_000_000 * (row["expected"] - len(row["missing"])) // max(row["expected"], 1)
        if not moment.state(row) or not row["missing"] or not lies_in(row["home_area_key"], args["wilayah"]):
            continue
        if args.get("attribute") is not None and args["attribute"] not in row["missing"]:
            continue
        if args.get("below") is None or share < 1_000_000 * args["below"]:
            found.append({**row, "share": share})
    return found


def missing_attributes(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """By desa and unit: how many lack an attribute, of how many who are asked or have told."""
    counts: dict[tuple[int, str, str], list[Row]] = {}
    for unit in ("family", "person"):
        for row in asked.world.all(f"{unit}_attributes"):
            if moment.state(row) and lies_in(row["home_area_key"], args["wilayah"]):
                for code in (*row["missing"], *row["given"]):
                    counts.setdefault((row["home_area_key"], unit, code), []).append(row)
    return [
        {
            "area_key": key,
            "unit": unit,
            "attribute": code,
            "vocabulary": min(row["vocabulary"] for row in rows),
            "lacking": lacking,
            "asked": len(rows),
        }
        for (key, unit, code), rows in counts.items()
        if (lacking := sum(row["missing"].count(code) for row in rows)) > 0
    ]


def _pairs(column: str) -> Resolver:
    """The entries of a JSON object by key, as texts."""

    def resolve(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
        given = thing.row[column]
        found = sorted(given.items()) if isinstance(given, dict) else []
        return [Thing("Detail", {"key": key, "value": _as_text(value)}, thing.moment) for key, value in found]

    return resolve


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _of_the_day(type_: str, table: str, column: str) -> Resolver:
    return to_one(type_, table, {column: column}, "state")


def _given(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
    row = thing.row
    return [
        Thing(
            "AttributeValue",
            {
                "attribute": code,
                "value": _as_text(value),
                "vocabulary": row["vocabulary"],
                "source_id": row["stated_by"].get(code),
            },
            thing.moment,
        )
        for code, value in sorted(row["given"].items())
    ]


def _missing(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
    vocabulary = thing.row["vocabulary"]
    rows = [{"attribute": code, "vocabulary": vocabulary} for code in thing.row["missing"]]
    return [Thing("UnstatedAttribute", row, thing.moment) for row in rows]


def _completeness(thing: Thing, _args: Arguments, _asked: Question) -> float:
    expected: int = thing.row["expected"]
    return 1 - len(thing.row["missing"]) / expected if expected else 1


def _attribute_label(thing: Thing, _args: Arguments, asked: Question) -> str | None:
    return asked.label(thing.row["vocabulary"], thing.row["attribute"])


def _value_label(thing: Thing, _args: Arguments, asked: Question) -> str | None:
    return asked.label(f"{thing.row['vocabulary']}:{thing.row['attribute']}", thing.row["value"])


def _number(thing: Thing, _args: Arguments, _asked: Question) -> float | None:
    return None if thing.row["value"] is None else float(thing.row["value"])


ATTRIBUTES: dict[str, Resolver] = (
    columns("vocabulary expected")
    | span()
    | {"given": _given, "missing": _missing, "completeness": _completeness}
)
PERSON_ATTRIBUTES = _of_the_day("PersonAttributes", "person_attributes", "person_id")
FAMILY_ATTRIBUTES = _of_the_day("FamilyAttributes", "family_attributes", "no_kk")
FIELDS: dict[str, dict[str, Resolver]] = {
    "Institution": columns("kind number name address")
    | span()
    | {
        "id": global_id("uid"),
        "detail": _pairs("detail"),
        "person": PERSON,
        "wilayah": area("event_area_key"),
        "source": SOURCE,
        "record": RECORD,
    },
    "Observation": columns("dataset measure unit")
    | span()
    | {
        "value": _number,
        "dimensions": _pairs("dimensions"),
        "wilayah": area("area_key"),
        "source": SOURCE,
        "record": RECORD,
    },
    "PersonAttributes": ATTRIBUTES,
    "FamilyAttributes": ATTRIBUTES
    | columns("", key="family_key", kk="no_kk")
    | {
        "wilayah": area("home_area_key"),
        "familyCard": to_one("FamilyCard", "family_card", {"no_kk": "no_kk"}, "recorded"),
        "person": PERSON,
    },
    "AttributeValue": columns("attribute value")
    | {"label": _attribute_label, "valueLabel": _value_label, "source": SOURCE},
    "UnstatedAttribute": columns("attribute") | {"label": _attribute_label},
    "MissingAttribute": columns("unit attribute lacking asked")
    | {"label": _attribute_label, "wilayah": area("area_key")},
}
