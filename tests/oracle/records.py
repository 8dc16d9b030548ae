"""Source records as they were received, whom they name and what they claim, in plain Python over the rows."""

import json
from collections.abc import Mapping
from typing import Any

from asyncpg import Range

from tests.oracle.filters import matches
from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.provenance import statements
from tests.oracle.resolvers import Arguments, Question, Resolver, Thing, area, columns, global_id, iso, to_one
from tests.oracle.world import Moment, Row, World, ascending

KINDS = (
    "person", "identifier", "enrollment", "benefit", "status", "score", "attribute", "dwelling", "group",
    "institution", "observation",
)  # fmt: skip
HUBS_OWN = (
    "record_id", "mention_id", "source_id", "person_id", "home_area_key", "event_area_key", "name_key",
)  # fmt: skip
SLOTS = 16


def _cells(world: World, row: Row) -> list[tuple[str, Any]]:
    """The names and values of a row; what its list has no name for is numbered from 1."""
    held = json.loads(row["payload"])
    if isinstance(held, dict):
        return list(held.items())
    layout = world.first("layout", id=row["layout_id"])
    names = layout["columns"] if layout else []
    more = [f"+{number}" for number in range(1, len(held) - len(names) + 1)]
    return list(zip([*names, *more], held, strict=False))


def _columns(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    texts = [
        {"name": name, "value": value if value is None or isinstance(value, str) else json.dumps(value)}
        for name, value in _cells(asked.world, thing.row)
    ]
    return [Thing("RecordColumn", one, thing.moment) for one in texts]


def _payload(thing: Thing, _args: Arguments, asked: Question) -> dict[str, Any]:
    return dict(_cells(asked.world, thing.row))


def _of_then(rows: list[Row], moment: Moment) -> list[Row]:
    """Those that the hub had recorded by the instant in force, whether they stand or not."""
    return [row for row in rows if moment.known is None or row["recorded"].lower <= moment.known]


def _versions(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    rows = _of_then(asked.world.all("source_record", entry_id=thing.row["entry_id"]), thing.moment)
    return [Thing("Record", row, thing.moment) for row in ascending(rows, lambda row: row["version"])]


def _refused(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    same = {name: thing.row[name] for name in ("source_id", "record_key")}
    rows = _of_then(asked.world.all("quarantine", **same), thing.moment)
    return [Thing("Refusal", row, thing.moment) for row in ascending(rows, lambda row: row["id"])]


def _mentions(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    found = []
    for claim in asked.world.all("claim_person", record_id=thing.row["id"]):
        for member in asked.world.all("cluster_member", mention_id=claim["mention_id"]):
            if thing.moment.recorded(member):
                slot = claim["mention_id"] - thing.row["entry_id"] * SLOTS
                found.append({"slot": slot, "person_id": member["person_id"], "method": member["method"]})
    ordered = ascending(found, lambda row: row["slot"], lambda row: row["person_id"])
    return [Thing("Mention", row, thing.moment) for row in ordered]


def _claims(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    found = []
    for kind in KINDS:
        for claim in asked.world.all(f"claim_{kind}", record_id=thing.row["id"]):
            told = {
                name: value for name, value in claim.items() if value is not None and name not in HUBS_OWN
            }
            slot = claim["mention_id"] - thing.row["entry_id"] * SLOTS
            found.append({"kind": kind.upper(), "slot": slot, "person_id": claim["person_id"], "told": told})
    ordered = ascending(found, lambda row: row["kind"], lambda row: row["slot"])
    return [Thing("Claim", row, thing.moment) for row in ordered]


def _values(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
    told: Mapping[str, Any] = thing.row["told"]
    return [Thing("Detail", {"key": name, "value": _told(told[name])}, thing.moment) for name in sorted(told)]


def _told(value: Any) -> str:
    if isinstance(value, Range):
        return f"[{value.lower or ''},{value.upper or ''})"
    return str(value)


def _seen(args: Arguments, rows: list[Row], moment: Moment) -> list[Row]:
    """The rows that stand; with `ended` those that stand no more too."""
    return _of_then(rows, moment) if args.get("ended") else [row for row in rows if moment.recorded(row)]


def records(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """Versions of records that pass the filter."""
    rows = _passing(
        "RecordFilter", args, _seen(args, asked.world.all("source_record"), moment), asked, moment
    )
    return listing("Record", rows, sequence("records", args), moment)


def refusals(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """Rows in quarantine, of a source and for a reason where they are named."""
    source = asked.world.first("source", code=args.get("source"))
    rows = [
        row
        for row in _seen(args, asked.world.all("quarantine"), moment)
        if (args.get("source") is None or (source is not None and row["source_id"] == source["id"]))
        and (args.get("reason") is None or args["reason"] in row["reasons"])
    ]
    return listing("Refusal", rows, sequence("refusals", args), moment)


def everybodys(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """The statements about all persons of the day in force."""
    persons = [row for row in asked.world.all("person_state") if moment.state(row)]
    rows = [row for person in persons for row in statements(asked.world, person, moment)]
    rows = _passing("StatementFilter", args, rows, asked, moment)
    return listing("Statement", rows, sequence("statements", args), moment)


def stated(thing: Thing, args: Arguments, asked: Question) -> Listing:
    """The statements about one person."""
    rows = statements(asked.world, thing.row, thing.moment)
    rows = _passing("StatementFilter", args, rows, asked, thing.moment)
    return listing("Statement", rows, sequence("stated", args, "Person"), thing.moment)


def _passing(kind: str, args: Arguments, rows: list[Row], asked: Question, moment: Moment) -> list[Row]:
    given = args.get("filter")
    return rows if given is None else [row for row in rows if matches(kind, given, row, asked.world, moment)]


PERSON = to_one("Person", "person_state", {"person_id": "person_id"}, "state")
SPAN: dict[str, Resolver] = {
    "recordedFrom": lambda thing, _args, _asked: iso(thing.row["recorded"].lower),
    "recordedTo": lambda thing, _args, _asked: iso(thing.row["recorded"].upper),
}
RECEIVED: dict[str, Resolver] = {
    "source": to_one("Source", "source", {"id": "source_id"}),
    "columns": _columns,
    "payload": _payload,
    "sourceFile": to_one("SourceFile", "source_file", {"id": "file_id"}),
    "run": to_one("Run", "run", {"id": "run_id"}),
}
FIELDS: dict[str, dict[str, Resolver]] = {
    "Record": columns("version occurrence", key="record_key", row="row_no")
    | SPAN
    | RECEIVED
    | {
        "id": global_id("id"),
        "period": lambda thing, _args, _asked: thing.row["scope"] or None,
        "contentHash": lambda thing, _args, _asked: thing.row["content_hash"].hex,
        "file": lambda thing, _args, asked: (
            asked.world.first("source_file", id=thing.row["file_id"]) or {}
        ).get("name"),
        "wilayah": area("event_area_key"),
        "versions": _versions,
        "refusals": _refused,
        "mentions": _mentions,
        "claims": _claims,
    },
    "RecordColumn": columns("value", column="name"),
    "SourceFile": columns("name sha256 bytes") | {"run": RECEIVED["run"]},
    "Refusal": columns("reasons fields", key="record_key", row="row_no") | SPAN | RECEIVED,
    "Mention": columns("slot method") | {"person": PERSON},
    "Claim": columns("kind slot") | {"person": PERSON, "values": _values},
}
