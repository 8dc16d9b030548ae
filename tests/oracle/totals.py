"""Benefits of a person or a card over its life, and their sums, in plain Python over the rows."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle.filters import matches
from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.resolvers import Arguments, Question, Resolver, Thing, columns, iso, to_one
from tests.oracle.world import Moment, Row, World, begins_in, covers

Benefits = Callable[[World, Row, Moment], Iterable[Row]]


def of_person(world: World, person: Row, moment: Moment) -> Iterable[Row]:
    """Benefits of a person."""
    return (row for row in world.all("benefit", person_id=person["person_id"]) if moment.recorded(row))


def of_card(world: World, card: Row, moment: Moment) -> Iterable[Row]:
    """Benefits of those who stood on a card on the first day of their period."""
    members = [row for row in world.all("membership", card_id=card["card_id"]) if moment.recorded(row)]
    for benefit in world.all("benefit"):
        mine = [row["valid"] for row in members if row["person_id"] == benefit["person_id"]]
        start = benefit["period"].lower
        if moment.recorded(benefit) and any(
            covers(valid, start) if start else valid.lower is None for valid in mine
        ):
            yield benefit


def enrollment(thing: Thing, _args: Arguments, asked: Question) -> Thing | None:
    """What a payment is of: the stretch in which its period begins, else the latest."""
    row = thing.row
    if row["enrollment_id"] is None:
        return None
    held = [
        one
        for one in asked.world.all("enrollment", enrollment_id=row["enrollment_id"])
        if thing.moment.ever(one)
    ]
    start = row["period"].lower
    held.sort(
        key=lambda one: (start is not None and covers(one["valid"], start), one["valid"].lower or date.min)
    )
    return Thing("Enrollment", held[-1], thing.moment) if held else None


def _meant(benefits: Iterable[Row], args: Arguments) -> list[Row]:
    """Those whose period begins within the days named."""
    found = []
    for row in benefits:
        start = row["period"].lower
        if args.get("from") is not None and (start is None or start < args["from"]):
            continue
        if args.get("to") is not None and (start is None or start >= args["to"]):
            continue
        if args.get("period") is None or begins_in(args["period"], row):
            found.append(row)
    return found


def history(of: Benefits) -> Resolver:
    """All benefits of a row over its life, oldest first."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> Listing:
        wanted = args.get("program")
        codes = {row["id"]: row["code"] for row in asked.world.all("program")}
        given = args.get("filter") or {}
        rows = [
            row
            for row in _meant(of(asked.world, thing.row, thing.moment), args)
            if wanted in (None, codes.get(row["program_id"]))
            and matches("PaymentFilter", given, row, asked.world, thing.moment)
        ]
        return listing("Payment", rows, sequence("benefitHistory", args, thing.type), thing.moment)

    return resolve


def _step(start: date | None, by: Arguments) -> tuple[date | None, date | None]:
    """First day and the day after the last of the month or year of a day, as is asked."""
    if start is None or not {"MONTH", "YEAR"} & set(by["groupBy"]):
        return None, None
    if "MONTH" in by["groupBy"]:
        first = start.replace(day=1)
        return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    first = start.replace(month=1, day=1)
    return first, first.replace(year=first.year + 1)


def summed(of: Benefits) -> Resolver:
    """Sums of benefits by what is asked, in order of time, with the sum down the list."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in _meant(of(asked.world, thing.row, thing.moment), args):
            first, until = _step(row["period"].lower, args)
            program = row["program_id"] if "PROGRAM" in args["groupBy"] else None
            kind = row["kind"] if "KIND" in args["groupBy"] else None
            groups.setdefault((first, until, program, kind), []).append(row)
        rows, running = [], 0
        for key in sorted(groups, key=lambda key: [(part is not None, part) for part in key]):
            made = _sum(key, groups[key])
            running += made["amount"] or 0
            rows.append(Thing("BenefitTotal", made | {"running": running}, thing.moment))
        return rows

    return resolve


def _sum(key: tuple[Any, ...], rows: list[Row]) -> dict[str, Any]:
    amounts = [row["amount_idr"] for row in rows if row["amount_idr"] is not None]
    paid = [row["amount_idr"] for row in rows if row["amount_idr"] is not None and row["paid_on"] is not None]
    goods: dict[str | None, Decimal] = {}
    for row in rows:
        if row["quantity"] is not None:
            goods[row["unit"]] = goods.get(row["unit"], Decimal()) + row["quantity"]
    return {
        **dict(zip(("first_on", "until", "program_id", "kind"), key, strict=True)),
        "payments": len(rows),
        "amount": sum(amounts) if amounts else None,
        "paid": sum(paid) if paid else None,
        "goods": goods,
    }


def _goods(thing: Thing, _args: Arguments, _asked: Question) -> list[Thing]:
    goods = thing.row["goods"]
    units = sorted(goods, key=lambda unit: (unit is not None, unit))
    return [
        Thing("GoodsTotal", {"unit": unit, "quantity": float(goods[unit])}, thing.moment) for unit in units
    ]


FIELDS: dict[str, dict[str, Resolver]] = {
    "BenefitTotal": columns("kind payments amount paid running")
    | {
        "program": to_one("Program", "program", {"id": "program_id"}),
        "from": lambda thing, _args, _asked: iso(thing.row["first_on"]),
        "to": lambda thing, _args, _asked: iso(thing.row["until"]),
        "goods": _goods,
    },
    "GoodsTotal": columns("unit quantity"),
}
