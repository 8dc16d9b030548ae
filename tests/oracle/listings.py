"""Connections of the reference: an order, its cursors, and the page that the arguments ask for."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cmp_to_key
from typing import Any

from tests.oracle.world import Moment, Row

READERS: dict[str, Callable[[str], Any]] = {"int": int, "text": str, "day": date.fromisoformat}


@dataclass(frozen=True)
class Part:
    """One sort key: what kind of value it is and how a row has it."""

    kind: str
    of: Callable[[Row], Any]
    nullable: bool = False


def number(name: str) -> Part:
    """A whole number of a column; 0 where it is null."""
    return Part("int", lambda row: row[name] or 0)


def text(*names: str) -> Part:
    """Texts of columns joined by a colon; empty where they are null."""
    return Part("text", lambda row: ":".join(row[name] or "" for name in names))


def maybe(kind: str, of: Callable[[Row], Any]) -> Part:
    """A value that comes last where it is null."""
    return Part(kind, of, nullable=True)


FIRST_DAY = Part("day", lambda row: row["valid"].lower or date.min)
HOME, PERSON = number("home_area_key"), number("person_id")
LISTED, ENROLLMENT, BENEFIT = number("event_area_key"), number("enrollment_id"), number("benefit_id")
RECORD, FINDING = number("record_id"), number("finding_id")
STATED = (
    *(text("field"), number("source_id"), RECORD, text("value"), text("original")),
    Part("int", lambda row: -1 if row["grade"] is None else row["grade"]),
)
RANK = (PERSON, RECORD, text("edition"), text("unit", "unit_number"), FIRST_DAY)


def _told(row: Row) -> str:
    """A digest of note and detail, as PostgreSQL writes an object: shorter names first, then by letter."""
    detail = row["detail"] or {}
    names = sorted(detail, key=lambda name: (len(name), name))
    shown = json.dumps({name: detail[name] for name in names}, ensure_ascii=False) if detail else ""
    return hashlib.md5(f"{row['note'] or ''}{shown}".encode(), usedforsecurity=False).hexdigest()


def _ranked(row: Row) -> int:
    return -1 if row["desil"] is None else int(row["desil"])


TOLD = text("told")
AREAS: dict[str, tuple[Part, ...]] = {
    "CODE": (text("code"),),
    "NAME": (Part("text", lambda row: row["name"].lower()), text("code")),
    "POPULATION": (maybe("int", lambda row: row["population"]), text("code")),
}


def _places(thing: str) -> dict[str, tuple[Part, ...]]:
    """The orders of what has an area and a name."""
    return {
        "AREA": (LISTED, number(thing), FIRST_DAY),
        "NAME": (text("name"), number(thing), FIRST_DAY),
        "FROM": (FIRST_DAY, number(thing)),
    }


ORDERS: dict[str, dict[str, tuple[Part, ...]]] = {
    "people": {
        "AREA": (HOME, PERSON),
        "NAME": (maybe("text", lambda row: row["name_key"]), PERSON),
        "BIRTH_DATE": (maybe("day", lambda row: row["birth_date"]), PERSON),
    },
    "households": {"AREA": (HOME, number("household_id"))},
    "familyCards": {"AREA": (HOME, number("card_id")), "KK": (text("no_kk"),)},
    "enrollments": {"AREA": (LISTED, ENROLLMENT, FIRST_DAY), "FROM": (FIRST_DAY, ENROLLMENT)},
    "payments": {
        "AREA": (LISTED, BENEFIT),
        "PAID_ON": (maybe("day", lambda row: row["paid_on"]), BENEFIT),
        "FROM": (maybe("day", lambda row: row["period"].lower), BENEFIT),
        "AMOUNT": (maybe("int", lambda row: row["amount_idr"]), BENEFIT),
    },
    "statuses": {
        "CODE": (
            *(text("scheme"), text("code"), LISTED, PERSON, RECORD),
            *(text("unit", "unit_number"), FIRST_DAY, Part("text", _told)),
        ),
        "FROM": (
            *(FIRST_DAY, text("scheme"), text("code"), PERSON, RECORD),
            *(text("unit", "unit_number"), Part("text", _told)),
        ),
    },
    "scores": {
        "REGISTER": (text("register"), LISTED, *RANK),
        "DESIL": (maybe("int", lambda row: row["desil"]), *RANK),
        "FROM": (FIRST_DAY, text("register"), *RANK[:-1]),
    },
    "findings": {
        "AREA": (HOME, FINDING),
        "AMOUNT": (maybe("int", lambda row: row["amount_idr"]), FINDING),
    },
    "cases": {"": (HOME, number("case_id"))},
    "exposure": {"": (number("area_key"), text("rule"))},
    "exclusions": {"": (number("area_key"), text("rule"))},
    "matrix": {"": (number("area_key"), text("combination"), Part("int", _ranked))},
    "records": {
        "RECORDED": (number("id"),),
        "KEY": (number("source_id"), text("record_key"), number("occurrence"), number("version")),
        "AREA": (LISTED, number("id")),
    },
    "refusals": {"": (number("id"),)},
    "statements": {"": (HOME, PERSON, *STATED)},
    "stated": {"": STATED},
    "members": {
        "FROM": (FIRST_DAY, PERSON),
        "RELATION": (maybe("text", lambda row: row["relation"]), FIRST_DAY, PERSON),
    },
    "sources": {
        "CODE": (text("code"),),
        "OWNER": (text("owner"), text("code")),
        "FAMILY": (text("family"), text("code")),
    },
    "wilayahList": AREAS,
    "descendants": AREAS,
    "children": AREAS,
    "retiredWilayah": {"": (text("code"),)},
    "cells": {"": (number("ordinal"),)},
    "runs": {
        "STARTED": (number("id"),),
        "ROWS_IN": (number("rows_in"), number("id")),
        "QUARANTINED": (number("quarantined"), number("id")),
    },
    "groups": _places("group_id"),
    "institutions": _places("institution_id"),
    "surveyHouseholds": {"": (HOME, number("household_id"))},
    "observations": {
        "DATASET": (text("dataset"), text("measure"), number("area_key"), FIRST_DAY, RECORD, TOLD),
        "AREA": (number("area_key"), text("dataset"), text("measure"), FIRST_DAY, RECORD, TOLD),
        "FROM": (FIRST_DAY, text("dataset"), text("measure"), number("area_key"), RECORD, TOLD),
    },
    "missingAttributes": {"": (number("area_key"), text("unit"), text("attribute"))},
    "incompleteFamilies": {"": (number("share"), text("family_key"))},
    "sameNikTwice": {"": (number("program_id"), number("first_id"))},
    "enrolledAfterDeath": {"": (HOME, ENROLLMENT, FIRST_DAY)},
    "excludingPrograms": {
        "": (number("card_id"), number("program_a"), number("program_b"), text("unit")),
    },
    "programCombinations": {"": (number("area_key"), text("combination"))},
    "benefitHistory": {"": (Part("day", lambda row: row["period"].lower or date.min), BENEFIT)},
    "joiners": {"": (HOME, PERSON)},
    "leavers": {"": (HOME, PERSON)},
    "programOverlap": {"": (number("area_key"),)},
}
"""The orders of each connection; the first is the one it has by itself."""
DOWNWARD = ("runs",)
UNINDEXED = {
    *(("enrollments", "FROM"), ("payments", "FROM"), ("payments", "AMOUNT"), ("scores", "DESIL")),
    *(("scores", "FROM"), ("statuses", "FROM"), ("findings", "AMOUNT")),
}
"""Orders that are refused over a whole list."""


@dataclass(frozen=True)
class Sequenced:
    """An order in force.

    Args:
        parts: Its sort keys.
        down: Highest first; what is null comes last all the same.
        of: What its cursors call the list.
        name: What they call the order; empty: the one that the list has by itself.
    """

    parts: Sequence[Part]
    down: bool = False
    of: str = ""
    name: str = ""

    def place(self, row: Row) -> list[Any]:
        """The sort keys of a row."""
        return [part.of(row) for part in self.parts]

    def compared(self, one: Sequence[Any], other: Sequence[Any]) -> int:
        """Which of two places comes first: -1, 0, 1."""
        for mine, theirs in zip(one, other, strict=True):
            if mine == theirs:
                continue
            if mine is None or theirs is None:
                return 1 if mine is None else -1
            return (1 if mine > theirs else -1) * (-1 if self.down else 1)
        return 0

    def cursor(self, row: Row) -> str:
        """The opaque cursor of a row."""
        mark = f"{self.of} {self.name}" if self.name else self.of
        whole = json.dumps([mark, *(_plain(key) for key in self.place(row))], ensure_ascii=False)
        return base64.b64encode(whole.encode()).decode()

    def read(self, cursor: str) -> list[Any] | str:
        """The place that a cursor names, or the code of what is wrong with it."""
        try:
            found = json.loads(base64.b64decode(cursor, validate=True))
        except ValueError:
            return "bad_cursor"
        if not isinstance(found, list) or not found or not isinstance(found[0], str):
            return "bad_cursor"
        list_, _, name = found[0].partition(" ")
        if list_ != self.of:
            return "cursor_list"
        if name != self.name:
            return "cursor_order"
        keys = found[1:]
        try:
            return [_read(part, key) for part, key in zip(self.parts, keys, strict=True)]
        except ValueError:
            return "bad_cursor"


def _plain(key: Any) -> Any:
    return key.isoformat() if isinstance(key, date) else key


def _read(part: Part, key: Any) -> Any:
    if key is None and not part.nullable:
        raise ValueError
    return None if key is None else READERS[part.kind](str(key))


def sequence(root: str, args: Mapping[str, Any], of: str = "Query") -> Sequenced:
    """The order that a connection of a type is asked in."""
    orders, asked, list_ = ORDERS[root], args.get("orderBy"), f"{of}.{root}"
    first = next(iter(orders))
    if asked is None:
        return Sequenced(orders[first], root in DOWNWARD, list_)
    down = asked["direction"] == "DESC"
    plain = asked["field"] == first and down is (root in DOWNWARD)
    return Sequenced(
        orders[asked["field"]], down, list_, "" if plain else f"{asked['field']} {asked['direction']}"
    )


@dataclass(frozen=True)
class Listing:
    """All rows of a connection in its order."""

    type: str
    rows: Sequence[Row]
    order: Sequenced
    moment: Moment


def in_order(rows: Iterable[Row], order: Sequenced) -> list[Row]:
    """Rows in an order."""

    def compared(one: Row, other: Row) -> int:
        return order.compared(order.place(one), order.place(other))

    return sorted(rows, key=cmp_to_key(compared))


def listing(type_: str, rows: Sequence[Row], order: Sequenced, moment: Moment) -> Listing:
    """The rows in the order."""
    return Listing(type_, in_order(rows, order), order, moment)


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


def page_of(listing: Listing, args: Mapping[str, Any]) -> Shown:
    """The page asked for: the entries between the cursors, cut from the start or from the end."""
    order = listing.order
    ends = {name: order.read(args[name]) for name in ("after", "before") if args.get(name) is not None}

    def against(name: str, row: Row) -> int:
        return order.compared(order.place(row), ends[name])

    rows = [
        row
        for row in listing.rows
        if ("after" not in ends or against("after", row) > 0)
        and ("before" not in ends or against("before", row) < 0)
    ]
    if args.get("last") is not None:
        size = args["last"]
        later = "before" in ends and any(against("before", row) >= 0 for row in listing.rows)
        cut = rows[len(rows) - size :] if size <= len(rows) else rows
        return Shown(listing, cut, (len(rows) > size, later))
    size = 50 if args.get("first") is None else args["first"]
    earlier = "after" in ends and any(against("after", row) <= 0 for row in listing.rows)
    return Shown(listing, rows[:size], (earlier, len(rows) > size))
