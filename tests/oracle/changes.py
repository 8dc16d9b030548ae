"""The feed of changes in plain words: every row that opened or ended is a change at that instant, in order."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from tests.oracle.resolvers import Arguments, Question, Thing
from tests.oracle.world import Moment, Row, World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Kind: table, column of the thing, its type, column of its area; of facts, the table of their things.
KINDS: dict[str, tuple[str, str, str, str, str | None]] = {
    "PERSON": ("person_state", "person_id", "Person", "home_area_key", None),
    "MEMBERSHIP": ("membership", "person_id", "Person", "home_area_key", "person_state"),
    "RESIDENCE": ("household_member", "person_id", "Person", "home_area_key", "person_state"),
    "STATUS": ("status", "person_id", "Person", "home_area_key", "person_state"),
    "SCORE": ("score", "person_id", "Person", "home_area_key", "person_state"),
    "ATTRIBUTES": ("person_attributes", "person_id", "Person", "home_area_key", "person_state"),
    "FAMILY_CARD": ("family_card", "card_id", "FamilyCard", "home_area_key", None),
    "HOUSEHOLD": ("household", "household_id", "Household", "home_area_key", None),
    "ENROLLMENT": ("enrollment", "enrollment_id", "Enrollment", "event_area_key", None),
    "PAYMENT": ("benefit", "benefit_id", "Payment", "event_area_key", None),
    "GROUP": ("social_group", "group_id", "Group", "event_area_key", None),
    "GROUP_MEMBER": ("group_member", "group_id", "Group", "event_area_key", "social_group"),
    "INSTITUTION": ("institution", "institution_id", "Institution", "event_area_key", None),
    "RECORD": ("source_record", "id", "Record", "event_area_key", None),
    "OBSERVATION": ("observation", "record_id", "Record", "event_area_key", None),
}
RANKS = {name: rank for rank, name in enumerate(KINDS)}
END = 2**63 - 1
HELD_WITHOUT_TIME = ("Record",)


def settled(world: World) -> datetime:
    """The last instant up to which nothing more can be recorded."""
    over = [
        max(filter(None, (row["started"], row["finished"])))
        for row in world.all("run")
        if row["status"] != "running"
    ]
    under_way = [
        row["started"] - timedelta(microseconds=1) for row in world.all("run") if row["status"] == "running"
    ]
    return min([*([max(over)] if over else []), *under_way], default=EPOCH)


def changes(args: Arguments, asked: Question, moment: Moment) -> dict[str, Any]:
    """The first page behind `since`, or from the beginning."""
    page = _Page(args, asked.world, moment)
    found = sorted(page.changes(), key=lambda change: change["place"])
    size = max(args["first"], 1)
    shown = found[:size]
    last = len(found) < size
    place = (max(page.since or EPOCH, page.until), END, END) if last else shown[-1]["place"]
    seen = [_micros(settled(asked.world)), _micros(page.tombs), _micros(place[0]), *place[1:]]
    return {
        "items": shown,
        "count": len(shown),
        "last": last,
        "until": page.until.isoformat(),
        "next": base64.b64encode(json.dumps([_mark(args), *seen]).encode()).decode(),
    }


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _mark(args: Arguments) -> int:
    """The number of the filter under which a cursor was made."""
    types = None if args.get("types") is None else sorted(set(args["types"]))
    area = None if args.get("wilayah") is None else [args["wilayah"]]
    said = json.dumps([types, area, None]).encode()
    return int(blake2b(said, digest_size=6).hexdigest(), 16)


def unsealed(answer: str) -> str:
    """An answer whose cursors of the feed are their position alone, without what hides and signs it."""

    def plain(found: re.Match[str]) -> str:
        parts = json.loads(base64.b64decode(found[1]))[1:7]
        return f'"{base64.b64encode(json.dumps(parts).encode()).decode()}"'

    return re.sub(r'"(WzIs[A-Za-z0-9+/]{120,}=*)"', plain, answer)


def is_position(text: str) -> bool:
    """Whether a text has the form of a position in the feed."""
    try:
        parts = json.loads(base64.b64decode(text, validate=True))
    except ValueError:
        return False
    return isinstance(parts, list) and [type(part) for part in parts] == [int] * 6


class _Page:
    """What is asked for, over one world."""

    def __init__(self, args: Arguments, world: World, moment: Moment) -> None:
        self.world, self.moment, self.area = world, moment, args.get("wilayah")
        self.until = min(settled(world), moment.known or datetime.max.replace(tzinfo=UTC))
        self.since = args.get("since")
        self.tombs = self.since or self.until
        asked = args.get("types")
        facts = {KINDS[name][2] for name in asked or () if KINDS[name][4]}
        self.kinds = [
            name
            for name, kind in KINDS.items()
            if asked is None or name in asked or (kind[2] in facts and not kind[4])
        ]

    def near(self, key: int) -> bool:
        """Whether an area key lies in the area asked for."""
        return self.area is None or f"{key:010d}".startswith(self.area.replace(".", ""))

    def held(self, table: str, area: str, **values: Any) -> list[Row]:
        """The rows of a thing that are held, in the area."""
        return [
            row
            for row in self.world.all(table, **values)
            if self.moment.recorded(row) and self.near(row[area])
        ]

    def changes(self) -> Iterator[dict[str, Any]]:
        """Every change of the kinds asked for, each of which is told once, at its last instant where it can be."""
        for name in self.kinds:
            told = {}
            for change in self._of_kind(name):
                told[change["place"]] = change
            yield from told.values()

    def _of_kind(self, name: str) -> Iterator[dict[str, Any]]:
        table, key, _, area, things = KINDS[name]
        for row in self.world.all(table):
            if row[key] is None or (things and not self.held(things, area, **{key: row[key]})):
                continue
            others = [
                one for one in self.world.all(table, **{key: row[key]}) if things or self.near(one[area])
            ]
            if self._opened(row, others, bool(things) or self.near(row[area])):
                yield self._change(name, row, row["recorded"].lower, stands=True)
            near = bool(things) or self.near(row[area]) or self.near(row["event_area_key"])
            if near and self._ended(row, others):
                stands = bool(things) or bool(self.held(table, area, **{key: row[key]}))
                yield self._change(name, row, row["recorded"].upper, stands=stands)

    def _opened(self, row: Row, others: list[Row], near: bool) -> bool:
        """Whether the row opened, is held, and no later one of the thing is told of."""
        at = row["recorded"].lower
        later = (one["recorded"].lower for one in others if one["recorded"].upper is None)
        told = near and self._told(at) and self.moment.recorded(row)
        return told and not any(at < other <= self.until for other in later)

    def _ended(self, row: Row, others: list[Row]) -> bool:
        """Whether the row ended and no row of the thing that is held opened then or later."""
        at = row["recorded"].upper
        if at is None or not self._told(at) or at <= self.tombs:
            return False
        again = (one["recorded"].lower for one in others if self.moment.recorded(one))
        return not any(at <= other <= self.until for other in again)

    def _told(self, at: datetime) -> bool:
        return (self.since is None or at > self.since) and at <= self.until

    def _change(self, name: str, row: Row, at: datetime, stands: bool) -> dict[str, Any]:
        table, key, type_, area, things = KINDS[name]
        source = "source_record" if type_ == "Record" else things or table
        column = "id" if type_ == "Record" else key
        rows = self.world.all(source, **{column: row[key]})
        if type_ not in HELD_WITHOUT_TIME and stands:
            rows = [one for one in rows if self.moment.recorded(one)]
        thing = rows[0] if rows else row
        public = "id" if type_ == "Record" else "uid"
        place = self.world.first("wilayah", system="kemendagri", area_key=thing[area]) if stands else None
        return {
            "place": (at, RANKS[name], row[key]),
            "type": name,
            "kind": "UPSERT" if stands else "TOMBSTONE",
            "withdrawn": False,
            "successor": None if stands or type_ != "Person" else self._successor(row[key]),
            "nodeId": base64.b64encode(f"{type_}:{thing[public] if rows else row[key]}".encode()).decode(),
            "recorded": at.isoformat(),
            "wilayah": place["code"] if place else None,
            "node": self._node(type_, rows) if stands else None,
        }

    def _successor(self, person: int) -> str | None:
        """Global id of whom a person was merged into."""
        own = self.world.first("person", id=person)
        into = self.world.first("person", id=own["merged_into"]) if own else None
        return base64.b64encode(f"Person:{into['uid']}".encode()).decode() if into else None

    def _node(self, type_: str, rows: list[Row]) -> Thing | None:
        axis = {"Person": self.moment.state, "Enrollment": self.moment.ever}.get(type_, self.moment.recorded)
        held = [row for row in rows if type_ in HELD_WITHOUT_TIME or axis(row)]
        if type_ in ("Enrollment", "Group"):
            held.sort(key=lambda row: row["valid"].lower, reverse=True)
        return Thing(type_, held[0], self.moment) if held else None
