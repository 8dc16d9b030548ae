"""The roots, connections and global ids of the reference, and its whole answer by way of graphql-core."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from hub.domain import clock
from hub.domain.names import match_key
from tests.oracle.changes import changes
from tests.oracle.fields import FIELDS
from tests.oracle.resolvers import Arguments, Listing, Question, Thing
from tests.oracle.world import Moment, Row, World

Root = Callable[[Arguments, Question, Moment], Any]
#: Type in a global id: its table, the column of the key, and what the key has to look like.
NODES = {
    "Enrollment": ("enrollment", "uid"),
    "FamilyCard": ("family_card", "uid"),
    "Group": ("social_group", "uid"),
    "Household": ("household", "uid"),
    "Payment": ("benefit", "uid"),
    "Person": ("person_state", "uid"),
    "Program": ("program", "code"),
    "Record": ("source_record", "id"),
    "Run": ("run", "id"),
    "Source": ("source", "code"),
    "Wilayah": ("wilayah", "code"),
}
TIMELESS = ("Program", "Record", "Run", "Source", "Wilayah")


def _person(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    rows = [row for row in asked.world.all("person_state", nik=args["nik"]) if moment.state(row)]
    return Thing("Person", min(rows, key=lambda row: row["person_id"]), moment) if rows else None


def _family_card(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    rows = [row for row in asked.world.all("family_card", no_kk=args["kk"]) if moment.recorded(row)]
    return Thing("FamilyCard", rows[0], moment) if rows else None


def _people(args: Arguments, asked: Question, moment: Moment) -> Listing:
    rows = [row for row in asked.world.all("person_state") if moment.state(row)]
    if args.get("filter") is not None:
        rows = [row for row in rows if _matches(args["filter"], row, asked.world, moment)]
    return _listing("Person", rows, ("home_area_key", "person_id"), moment)


def _households(args: Arguments, asked: Question, moment: Moment) -> Listing:
    rows = [row for row in asked.world.all("household") if moment.recorded(row) and row["basis"] != "ruta"]
    wanted = (args.get("filter") or {}).get("wilayah")
    rows = [row for row in rows if wanted is None or _lies_in(row["home_area_key"], wanted)]
    return _listing("Household", rows, ("home_area_key", "household_id"), moment)


def _runs(args: Arguments, asked: Question, moment: Moment) -> Listing:
    rows = asked.world.all("run")
    if args.get("source") is not None:
        found = asked.world.first("source", code=args["source"])
        rows = [row for row in rows if found and row["source_id"] == found["id"]]
    return _listing("Run", rows, ("id",), moment, down=True)


def _listing(
    type_: str, rows: list[Row], keys: tuple[str, ...], moment: Moment, down: bool = False
) -> Listing:
    ordered = sorted(rows, key=lambda row: [row[key] for key in keys], reverse=down)
    return Listing(type_, ordered, keys, down, moment)


def _programs(args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    rows = [row for row in asked.world.all("program") if args.get("code") in (None, row["code"])]
    return [Thing("Program", row, moment) for row in sorted(rows, key=lambda row: row["code"])]


def _sources(_args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    rows = sorted(asked.world.all("source"), key=lambda row: row["code"])
    return [Thing("Source", row, moment) for row in rows]


def _wilayah(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    code = args["code"].strip()
    if args["system"] == "BPS":
        found = asked.world.first("wilayah", system="bps", code=code)
        keys = {"area_key": found["area_key"], "level": found["level"]} if found else {"code": None}
    else:
        parts = re.fullmatch(r"(\d\d)\.?(?:(\d\d)(?:\.?(\d\d)(?:\.?(\d{4}))?)?)?", code)
        keys = {"code": ".".join(part for part in parts.groups() if part) if parts else None}
    row = asked.world.first("wilayah", system="kemendagri", **keys)
    return Thing("Wilayah", row, moment) if row else None


def _node(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    type_, key = read_id(args["id"]) or ("", "")
    if type_ not in NODES:
        return None
    table, column = NODES[type_]
    rows = [row for row in asked.world.all(table) if str(row[column]) == key]
    if type_ == "Wilayah":
        rows = [row for row in rows if row["system"] == "kemendagri"]
    axis = {"Person": moment.state, "Enrollment": moment.ever}.get(type_, moment.recorded)
    held = [row for row in rows if type_ in TIMELESS or axis(row)]
    if type_ == "Enrollment":
        held.sort(key=lambda row: row["valid"].lower, reverse=True)
    return Thing(type_, held[0], moment) if held else None


ROOTS: dict[str, Root] = {
    "person": _person,
    "familyCard": _family_card,
    "people": _people,
    "households": _households,
    "runs": _runs,
    "programs": _programs,
    "sources": _sources,
    "wilayah": _wilayah,
    "node": _node,
    "changes": changes,
}


def read_id(text: str) -> tuple[str, str] | None:
    """The type and the key in a global id; None where it is none."""
    try:
        type_, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (type_, key) if type_ and key else None


def _lies_in(key: int, code: str) -> bool:
    digits = code.replace(".", "")
    return f"{key:010d}".startswith(digits)


def _matches(given: Mapping[str, Any], row: Row, world: World, moment: Moment) -> bool:
    """Whether a row passes a filter; a value that is null passes no comparison."""
    return all(_passes(name, value, row, world, moment) for name, value in given.items() if value is not None)


def _passes(name: str, value: Any, row: Row, world: World, moment: Moment) -> bool:
    if name in ("and", "or"):
        each = [_matches(one, row, world, moment) for one in value]
        return all(each) if name == "and" else any(each)
    if name == "not":
        return not _matches(value, row, world, moment)
    if name == "wilayah":
        return _lies_in(row["home_area_key"], value)
    if name == "program":
        held = _programs_held(row["person_id"], world, moment)
        return held.issuperset(value.get("has") or ()) and held.isdisjoint(value.get("not") or ())
    column = {"birthDate": "birth_date", "name": "name_key"}.get(name, name)
    compared = (
        {key: match_key(one) for key, one in value.items() if one is not None} if name == "name" else value
    )
    return all(_compares(key, one, row[column]) for key, one in compared.items() if one is not None)


def _programs_held(person: int, world: World, moment: Moment) -> set[str]:
    rows = [row for row in world.all("enrollment", person_id=person) if moment.state(row)]
    return {program["code"] for row in rows for program in world.all("program", id=row["program_id"])}


def _compares(operator: str, wanted: Any, found: Any) -> bool:
    if operator == "isNull":
        return (found is None) is wanted
    if found is None:
        return False
    tests: dict[str, Callable[[], Any]] = {
        "eq": lambda: found == wanted,
        "in": lambda: found in wanted,
        "gte": lambda: found >= wanted,
        "lt": lambda: found < wanted,
    }
    return bool(tests[operator]())


@dataclass(frozen=True)
class Shown:
    """One page of a listing.

    Args:
        listing: All of it.
        rows: Those on the page, in the order of the connection.
        more: Whether entries lie before and after the page.
    """

    listing: Listing
    rows: list[Row]
    more: tuple[bool, bool]

    def field(self, name: str) -> Any:
        """What a connection holds."""
        things = [Thing(self.listing.type, row, self.listing.moment) for row in self.rows]
        cursors = [cursor(self.listing, row) for row in self.rows]
        if name == "edges":
            return [{"cursor": at, "node": one} for at, one in zip(cursors, things, strict=True)]
        if name == "pageInfo":
            edges = {
                "startCursor": cursors[0] if cursors else None,
                "endCursor": cursors[-1] if cursors else None,
            }
            return edges | {"hasPreviousPage": self.more[0], "hasNextPage": self.more[1]}
        return things if name == "nodes" else len(self.listing.rows)


def cursor(listing: Listing, row: Row) -> str:
    """The opaque cursor of a row."""
    return base64.b64encode(json.dumps([row[key] for key in listing.keys]).encode()).decode()


def page_of(listing: Listing, args: Arguments) -> Shown:
    """The page asked for: the entries between the cursors, cut from the start or from the end."""
    ends = {
        name: _read_cursor(listing, args[name]) for name in ("after", "before") if args.get(name) is not None
    }
    places = [_place(listing, row) for row in listing.rows]
    rows = [
        row
        for row, place in zip(listing.rows, places, strict=True)
        if ("after" not in ends or place > ends["after"]) and ("before" not in ends or place < ends["before"])
    ]
    if args.get("last") is not None:
        size = args["last"]
        later = "before" in ends and any(place >= ends["before"] for place in places)
        return Shown(
            listing, rows[len(rows) - size :] if size <= len(rows) else rows, (len(rows) > size, later)
        )
    size = 50 if args.get("first") is None else args["first"]
    earlier = "after" in ends and any(place <= ends["after"] for place in places)
    return Shown(listing, rows[:size], (earlier, len(rows) > size))


def _place(listing: Listing, row: Row) -> list[int]:
    return [-row[key] if listing.down else row[key] for key in listing.keys]


def _read_cursor(listing: Listing, text: str) -> list[int]:
    parts = read_cursor(text, len(listing.keys)) or []
    return [-part if listing.down else part for part in parts]


def read_cursor(text: str, keys: int) -> list[int] | None:
    """The sort keys in a cursor; None where it is none of a list with so many keys."""
    try:
        parts = json.loads(base64.b64decode(text, validate=True))
    except ValueError:
        return None
    return parts if isinstance(parts, list) and len(parts) == keys else None


def resolve(source: Any, info: GraphQLResolveInfo[Any], /, **args: Any) -> Any:
    """The value of any field, for graphql-core."""
    asked: Question = info.context
    name = info.field_name
    if isinstance(source, Shown):
        return source.field(name)
    if isinstance(source, dict):
        return source[name]
    if isinstance(source, Thing):
        return FIELDS[source.type][name](source, args, asked)
    moment = Moment(args.get("asOf") or clock.today(), args.get("asOf") is not None, args.get("knownAt"))
    found = ROOTS[name](args, asked, moment)
    return page_of(found, args) if isinstance(found, Listing) else found


def type_of(source: Thing, _info: GraphQLResolveInfo[Any], _type: object) -> str:
    """The type of an object behind an interface."""
    return source.type
