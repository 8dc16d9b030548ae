"""Areas, their codes over time and what lies above and below, programs and addresses, in plain Python over the rows."""

import base64
import re
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from tests.oracle.filters import matches
from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.resolvers import (
    Arguments,
    Many,
    Question,
    Resolver,
    Thing,
    area,
    bps_code,
    columns,
    excluded,
    global_id,
    key,
    span,
    start,
    to_one,
)
from tests.oracle.world import Moment, Row, World, ascending, covers

ALWAYS: Range[date] = Range(None, None)
SOURCE = to_one("Source", "source", {"id": "source_id"})
WORDS: dict[str, Resolver] = {"name": lambda thing, _args, asked: asked.said(thing.row, "name")}


def _since(row: Row) -> date:
    found: date | None = row["valid"].lower
    return found or date.min


def _codes_of(world: World, row: Row) -> list[Row]:
    """The codes of an area in both systems, with their days: what holds now began where the last retired one ended."""
    retired = world.all("wilayah_successor", successor_code=row["code"])
    last = max((one["valid"].upper for one in retired), default=None)
    own = [{"system": "KEMENDAGRI", "code": row["code"], "name": row["name"], "valid": Range(last, None)}]
    own += [
        {"system": "KEMENDAGRI", **{name: one[name] for name in ("code", "name", "valid")}} for one in retired
    ]
    others = world.all("wilayah", system="bps", area_key=row["area_key"], level=row["level"])
    return own + [
        {"system": "BPS", "code": one["code"], "name": one["name"], "valid": ALWAYS} for one in others
    ]


def _codes(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
    narrowed = args.get("current") or thing.moment.asked
    rows = [
        row
        for row in _codes_of(asked.world, thing.row)
        if not narrowed or covers(row["valid"], thing.moment.day)
    ]
    rows.sort(key=lambda row: (row["system"], _since(row), row["code"]))
    return [Thing("AreaCode", row, thing.moment) for row in rows]


def _ancestors(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    parts = thing.row["code"].split(".")
    codes = [".".join(parts[:count]) for count in range(1, len(parts))]
    found = [asked.world.first("wilayah", system="kemendagri", code=code) for code in codes]
    return [Thing("Wilayah", row, thing.moment) for row in found if row]


def _inside(rows: list[Row], args: Arguments, asked: Question, moment: Moment, of: str, name: str) -> Listing:
    given = args.get("filter") or {}
    kept = [row for row in rows if matches("WilayahFilter", given, row, asked.world, moment)]
    return listing("Wilayah", kept, sequence(name, args, of), moment)


def _descendants(thing: Thing, args: Arguments, asked: Question) -> Listing:
    rows = [
        row
        for row in asked.world.all("wilayah", system="kemendagri")
        if row["code"].startswith(thing.row["code"] + ".") and args.get("level") in (None, row["level"])
    ]
    return _inside(rows, args, asked, thing.moment, thing.type, "descendants")


def wilayah_list(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """The areas in force."""
    return _inside(
        asked.world.all("wilayah", system="kemendagri"), args, asked, moment, "Query", "wilayahList"
    )


def retired_wilayah(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """The retired codes."""
    given = args.get("filter") or {}
    rows = [
        row
        for row in asked.world.all("wilayah_successor")
        if matches("RetiredWilayahFilter", given, row, asked.world, moment)
    ]
    return listing("RetiredWilayah", rows, sequence("retiredWilayah", args), moment)


def wilayah(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    """The area that a code means, on a day where one is named."""
    code, world = args["code"].strip(), asked.world
    if args["system"] == "BPS":
        found = world.first("wilayah", system="bps", code=code)
        keys = {"area_key": found["area_key"], "level": found["level"]} if found else {"code": None}
        row = world.first("wilayah", system="kemendagri", **keys)
        return Thing("Wilayah", row, moment) if row else None
    parts = re.fullmatch(r"(\d\d)\.?(?:(\d\d)(?:\.?(\d\d)(?:\.?(\d{4}))?)?)?", code)
    plain = ".".join(part for part in parts.groups() if part) if parts else None
    for row in world.all("wilayah", system="kemendagri"):
        for one in _codes_of(world, row):
            if one["system"] == "KEMENDAGRI" and one["code"] == plain:
                held = args.get("asOf") is None or covers(one["valid"], args["asOf"])
                return Thing("Wilayah", row, moment) if held else None
    return None


def _in_force(row: Row, args: Arguments, _asked: Question, moment: Moment) -> bool:
    return not args.get("current") or covers(row["valid"], moment.day)


def _dated(type_: str, table: str, on: dict[str, str]) -> Resolver:
    """Rows of the reference with days, by their first day."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        rows = asked.world.all(table, **{name: thing.row[mine] for name, mine in on.items()})
        kept = [row for row in rows if _in_force(row, args, asked, thing.moment)]
        return [Thing(type_, row, thing.moment) for row in ascending(kept, start(), key("id"))]

    return resolve


def _beside(type_: str, table: str) -> Resolver:
    """What is said of a program and others, by their numbers."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        mine = thing.row["id"]
        rows = [
            {**row, "program_id": row["program_b"] if row["program_a"] == mine else row["program_a"]}
            for row in asked.world.all(table)
            if mine in (row["program_a"], row["program_b"]) and _in_force(row, args, asked, thing.moment)
        ]
        rows.sort(key=lambda row: (row["program_id"], row["unit"], _since(row)))
        return [Thing(type_, row, thing.moment) for row in rows]

    return resolve


def component_key(world: World, row: Row) -> str:
    """What names a component over all programs."""
    program = world.first("program", id=row["program_id"])
    return f"{program['code'] if program else ''}/{row['code']}"


def _component_id(thing: Thing, _args: Arguments, asked: Question) -> str:
    return base64.b64encode(f"Component:{component_key(asked.world, thing.row)}".encode()).decode()


def addresses(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
    """Where a person lived: states that touch or overlap and have one address are one stay."""
    stays: dict[Any, list[Any]] = {}
    for row in asked.world.all("person_state", person_id=thing.row["person_id"]):
        told = tuple(row[name] for name in ("address", "rt", "rw", "area_key"))
        if thing.moment.recorded(row) and any(part is not None for part in told):
            source = row["stated_by"][13] if row["stated_by"][13] is not None else row["stated_by"][16]
            stays.setdefault((*told, source), []).append(row["valid"])
    rows = [
        {**dict(zip(("address", "rt", "rw", "area_key", "source_id"), told, strict=True)), "valid": valid}
        for told, spans in stays.items()
        for valid in _joined(spans)
    ]
    narrowed = args.get("current") or thing.moment.asked
    kept = [row for row in rows if not narrowed or covers(row["valid"], thing.moment.day)]
    ordered = ascending(kept, start(), key("area_key"), key("source_id"))
    return [Thing("Address", row, thing.moment) for row in ordered]


def _joined(spans: list[Any]) -> list[Any]:
    found: list[Any] = []
    for one in sorted(spans, key=lambda span: span.lower or date.min):
        last = found[-1] if found else None
        if last and (last.upper is None or (one.lower or date.min) <= last.upper):
            ends = None if None in (last.upper, one.upper) else max(last.upper, one.upper)
            found[-1] = Range(last.lower, ends)
        else:
            found.append(one)
    return found


FIELDS: dict[str, dict[str, Resolver]] = {
    "Wilayah": columns("code name level type population")
    | {
        "id": global_id("code"),
        "bpsCode": bps_code,
        "codes": _codes,
        "predecessors": Many(
            "RetiredWilayah", "wilayah_successor", {"successor_code": "code"}, (key("code"),), ""
        ),
        "parent": to_one("Wilayah", "wilayah", {"system": "system", "code": "parent_code"}),
        "children": Many(
            *("Wilayah", "wilayah", {"system": "system", "parent_code": "code"}, (key("code"),), ""),
            filter="WilayahFilter",
            sorts="children",
        ),
        "ancestors": _ancestors,
        "descendants": _descendants,
    },
    "AreaCode": columns("system code name") | span(),
    "RetiredWilayah": columns("code name level method")
    | span()
    | {"successor": to_one("Wilayah", "wilayah", {"code": "successor_code"}, system="kemendagri")},
    "Program": columns("code owner unit kind", legalBasis="legal_basis")
    | WORDS
    | {
        "id": global_id("code"),
        "components": Many("Component", "component", {"program_id": "id"}, (key("id"),), ""),
        "amounts": _dated("ProgramAmount", "program_amount", {"program_id": "id"}),
        "exclusions": _beside("ProgramExclusion", "program_exclusion"),
        "allowances": _beside("ProgramAllowance", "program_allowance"),
        "excludes": excluded,
    },
    "Component": columns("code")
    | WORDS
    | {
        "id": _component_id,
        "program": to_one("Program", "program", {"id": "program_id"}),
        "amounts": _dated("ProgramAmount", "program_amount", {"component_id": "id"}),
    },
    "ProgramAmount": columns("unit per evidence note", amount="amount_idr", legalBasis="legal_basis")
    | span()
    | {"component": to_one("Component", "component", {"id": "component_id"})},
    "ProgramExclusion": columns("unit evidence", legalBasis="legal_basis")
    | span()
    | {"program": to_one("Program", "program", {"id": "program_id"})},
    "ProgramAllowance": columns("unit evidence", atMost="at_most", legalBasis="legal_basis")
    | span()
    | {"program": to_one("Program", "program", {"id": "program_id"})},
    "Address": columns("rt rw", street="address") | span() | {"wilayah": area("area_key"), "source": SOURCE},
}
