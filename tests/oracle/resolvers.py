"""What each field holds, in plain Python over the rows: the reference that the compiler is held against.

A resolver takes the object, the arguments given and the question (world, language) and yields a value, an
object (`Thing`) or a list of them. No SQL, no declaration of the schema.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.filters import matches
from tests.oracle.listings import in_order, sequence
from tests.oracle.provenance import GIVEN_FIELDS, statements
from tests.oracle.world import Moment, Row, Sorter, World, ascending, covers, descending

GRADES = ("MISSING", "INVALID", "DOUBTFUL", "WELL_FORMED", "CONFIRMED")
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Thing:
    """An object of the answer: a row under a GraphQL type, seen from an instant."""

    type: str
    row: Row
    moment: Moment


@dataclass(frozen=True)
class Question:
    """What all resolvers of one answer share."""

    world: World
    language: str

    def label(self, scheme: str | None, code: str | None) -> str | None:
        """The wording of a code in the caller's language, else in Indonesian."""
        found = self.world.first("code", scheme=scheme, code=code)
        return self.said(found, "label") if found else None

    def said(self, row: Row, name: str) -> Any:
        """The column of a pair `_id`, `_en` in the caller's language; Indonesian where there is no English."""
        found = row[f"{name}_en"] if self.language == "en" else None
        return row[f"{name}_id"] if found is None else found


Resolver = Callable[[Thing, Arguments, Question], Any]


def from_column(name: str) -> Resolver:
    """A column of the row."""
    return lambda thing, _args, _asked: thing.row[name]


def columns(names: str, **others: str) -> dict[str, Resolver]:
    """Fields that are columns: of the same name, or of another."""
    return {
        field_: from_column(name) for field_, name in ({one: one for one in names.split()} | others).items()
    }


def global_id(key: str) -> Resolver:
    """The opaque id: base64 of type and key."""
    return lambda thing, _args, _asked: base64.b64encode(f"{thing.type}:{thing.row[key]}".encode()).decode()


def labelled(scheme: str, name: str) -> Resolver:
    """The wording of a code that the row holds."""
    return lambda thing, _args, asked: asked.label(scheme, thing.row[name])


def span(name: str = "valid") -> dict[str, Resolver]:
    """The ends of an interval of days."""
    return {
        "from": lambda thing, _args, _asked: iso(thing.row[name] and thing.row[name].lower),
        "to": lambda thing, _args, _asked: iso(thing.row[name] and thing.row[name].upper),
    }


def learned(thing: Thing, _args: Arguments, _asked: Question) -> Any:
    """When the hub began to hold the row true."""
    return iso(thing.row["recorded"].lower)


def day_of(name: str) -> Resolver:
    """A day or an instant as text."""
    return lambda thing, _args, _asked: iso(thing.row[name])


def iso(value: Any) -> str | None:
    """A day or an instant as JSON has it."""
    return value.isoformat() if value else None


def to_one(type_: str, table: str, on: Mapping[str, str], axis: str = "", **fixed: object) -> Resolver:
    """The one row of a table whose columns equal these columns of ours; `axis`: state, recorded or none."""

    def resolve(thing: Thing, _args: Arguments, asked: Question) -> Thing | None:
        rows = asked.world.all(table, **{name: thing.row[mine] for name, mine in on.items()}, **fixed)
        held = [row for row in rows if not axis or getattr(thing.moment, axis)(row)]
        return Thing(type_, held[0], thing.moment) if held else None

    return resolve


@dataclass(frozen=True)
class Many:
    """A list of rows of another table.

    Args:
        type: GraphQL type of its objects.
        table: Where they stand.
        on: Their columns and the columns of ours that they equal.
        order: Sort keys.
        axis: How the time axes choose: `history`, `recorded`, or empty for reference data.
        down: Highest first, null last.
        keeps: A further condition.
        filter: Type of its filter; empty: it has none.
        sorts: Which orders `orderBy` chooses from (`listings.ORDERS`).
    """

    type: str
    table: str
    on: Mapping[str, str]
    order: Sequence[Sorter] = ()
    axis: str = "history"
    down: bool = False
    keeps: Callable[[Row, Arguments, Question], bool] = field(default=lambda _row, _args, _asked: True)
    filter: str = ""
    sorts: str = ""

    def __call__(self, thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        """The objects, in order."""
        rows = asked.world.all(self.table, **{name: thing.row[mine] for name, mine in self.on.items()})
        held = [row for row in rows if self.holds(row, thing.moment, args) and self.keeps(row, args, asked)]
        if args.get("filter") is not None:
            held = [
                row for row in held if matches(self.filter, args["filter"], row, asked.world, thing.moment)
            ]
        ordered = (descending if self.down else ascending)(held, *self.order)
        if args.get("orderBy") is not None:
            ordered = in_order(held, sequence(self.sorts, args))
        if args.get("first") is not None:
            ordered = ordered[: args["first"]]
        return [Thing(self.type, row, thing.moment) for row in ordered]

    def holds(self, row: Row, moment: Moment, args: Arguments) -> bool:
        """Whether the row is held true, by the axis."""
        if self.axis == "history":
            return moment.state(row) if args.get("current") else moment.ever(row)
        return moment.recorded(row) if self.axis == "recorded" else True


def key(name: str) -> Sorter:
    """Sort by a column."""
    return lambda row: row[name]


def start(name: str = "valid") -> Sorter:
    """Sort by the first day of an interval."""
    return lambda row: row[name].lower


def in_program(row: Row, args: Arguments, asked: Question) -> bool:
    """Whether the row is of the program named, if one is."""
    if args.get("program") is None:
        return True
    found = asked.world.first("program", code=args["program"])
    return bool(found and found["id"] == row["program_id"])


def named(argument: str, column: str) -> Callable[[Row, Arguments, Question], bool]:
    """Whether a column has the value of an argument, if one is given."""
    return lambda row, args, _asked: args.get(argument) is None or row[column] == args[argument]


def excluded(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    """Programs that may not be held beside this one on the day in force."""
    mine = thing.row["id"]
    found = set()
    for row in asked.world.all("program_exclusion"):
        pair = {row["program_a"], row["program_b"]}
        if mine in pair and covers(row["valid"], thing.moment.day):
            found |= pair - {mine} or pair
    rows = [row for row in asked.world.all("program") if row["id"] in found]
    return [Thing("Program", row, thing.moment) for row in ascending(rows, key("code"))]


def cards_of_household(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
    """Family cards of who lives in a household on the day in force."""
    moment = thing.moment
    dwellers = asked.world.all("household_member", household_id=thing.row["household_id"])
    persons = {row["person_id"] for row in dwellers if moment.state(row)}
    cards = {
        row["card_id"]
        for row in asked.world.all("membership")
        if row["person_id"] in persons and moment.state(row)
    }
    rows = [
        row
        for row in asked.world.all("family_card")
        if row["card_id"] in cards
        and moment.recorded(row)
        and matches("FamilyCardFilter", args.get("filter") or {}, row, asked.world, moment)
    ]
    return [Thing("FamilyCard", row, moment) for row in ascending(rows, key("card_id"))]


def paid(thing: Thing, _args: Arguments, asked: Question) -> int | None:
    """Sum of what was paid of an enrollment; None: nothing."""
    rows = asked.world.all("benefit", enrollment_id=thing.row["enrollment_id"])
    sums = [
        row["amount_idr"]
        for row in rows
        if thing.moment.recorded(row) and row["paid_on"] is not None and row["amount_idr"] is not None
    ]
    return sum(sums) if sums else None


def bps_code(thing: Thing, _args: Arguments, asked: Question) -> str | None:
    """The code that BPS has for the same area."""
    found = asked.world.all("wilayah", system="bps", area_key=thing.row["area_key"], level=thing.row["level"])
    return min((row["code"] for row in found), default=None)


def details(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
    """The entries of a JSON object by key, as texts."""
    given = thing.row["detail"] or {}
    texts = {name: None if value is None else str(value) for name, value in given.items()}
    return [Thing("Detail", {"key": name, "value": texts[name]}, thing.moment) for name in sorted(texts)]


def family_scores(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
    """Ranks that lists of families give the card's number."""
    many = Many(
        "Score",
        "score",
        {"unit_number": "no_kk"},
        (start(), key("register"), key("record_id")),
        keeps=lambda row, _args, _asked: row["unit"] == "family" and row["person_id"] is None,
        filter="ScoreFilter",
        sorts="scores",
    )
    return many(thing, args, asked)


def origin(thing: Thing, args: Arguments, asked: Question) -> Thing | None:
    """The source of a golden value, by the place of its field."""
    found = asked.world.first("source", id=thing.row["stated_by"][GIVEN_FIELDS.index(args["field"])])
    return Thing("Source", found, thing.moment) if found else None


def made(type_: str, of: Callable[[World, Row, Moment], list[Row]], filter_: str = "") -> Resolver:
    """A list of rows that are computed, and what of it passes a filter of a type."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        rows, given = of(asked.world, thing.row, thing.moment), args.get("filter") or {}
        kept = [row for row in rows if matches(filter_, given, row, asked.world, thing.moment)]
        return [Thing(type_, row, thing.moment) for row in kept]

    return resolve


def stated(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
    """Who stated what of a person, of the fields named."""
    rows = statements(asked.world, thing.row, thing.moment)
    wanted = args.get("field")
    return [Thing("Statement", row, thing.moment) for row in rows if wanted is None or row["field"] in wanted]


def area(column: str) -> Resolver:
    """The area of a key."""
    return to_one("Wilayah", "wilayah", {"area_key": column}, system="kemendagri")


def graded(name: str) -> Resolver:
    """The word for a grade."""
    return lambda thing, _args, _asked: None if thing.row[name] is None else GRADES[thing.row[name]]


def ruta(row: Row, part: int) -> str | None:
    """The numbering (1) or the number (2) of a household of a survey; None for any other."""
    return row["dwelling"].split(":", 2)[part] if row["basis"] == "ruta" else None
