"""Combinations of programs and flags, and who is left out, in plain Python over the rows."""

from collections import defaultdict
from datetime import date

from tests.oracle.casebook import come
from tests.oracle.resolvers import Arguments, Question
from tests.oracle.world import Moment, Row

UNITS = {"PROVINSI": 10**8, "KABUPATEN": 10**6, "KECAMATAN": 10**4, "DESA": 1}
KINDS = {"PROGRAM": "program", "FLAG": "flag"}


def _lies_in(key: int, code: str | None) -> bool:
    return f"{key:010d}".startswith((code or "").replace(".", ""))


def _quarter(asked: Question, moment: Moment) -> date | None:
    """The quarter of the day in force, but none later than the last counted; None: not counted by then."""
    counted = [row["quarter"] for row in asked.world.all("overlap_mark") if come(row["at"], moment)]
    own = moment.day.replace(month=moment.day.month - (moment.day.month - 1) % 3, day=1)
    return min(own, *counted) if counted else None


def _fits(row: Row, args: Arguments, quarter: date | None) -> bool:
    asked = row["kind"] == KINDS[args["kind"]] and row["quarter"] == quarter
    ranked = args.get("desil") is None or row["desil"] in args["desil"]
    held = set(args.get("holding") or ()) <= set(row["codes"])
    return asked and ranked and held and _lies_in(row["home_area_key"], args.get("wilayah"))


def cells(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """The cells of the root `matrix`."""
    quarter, unit = _quarter(asked, moment), UNITS[args["level"]]
    groups = defaultdict[tuple[int, tuple[str, ...], int | None], list[Row]](list)
    for row in asked.world.all("overlap_cell"):
        if _fits(row, args, quarter):
            desil = row["desil"] if args["byDesil"] else None
            groups[row["home_area_key"] // unit * unit, tuple(row["codes"]), desil].append(row)
    return [
        {
            "area_key": here,
            "codes": list(codes),
            "combination": "+".join(codes),
            "quarter": quarter,
            "desil": desil,
            "persons": sum(row["units"] for row in rows if row["unit"] == "person"),
            "families": sum(row["units"] for row in rows if row["unit"] == "family"),
            "amount": sum(row["amount_idr"] for row in rows if row["unit"] == "person"),
        }
        for (here, codes, desil), rows in groups.items()
    ]


def exclusions(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Who is found left out, by rule and area."""
    unit, groups = UNITS[args["level"]], defaultdict[tuple[int, str], list[Row]](list)
    codes = {row["code"] for row in asked.world.all("rule_edition") if row["kind"] == "exclusion"}
    for row in asked.world.all("finding"):
        fits = row["rule"] in codes and args.get("rule") in (None, row["rule"])
        if fits and moment.recorded(row) and _lies_in(row["home_area_key"], args.get("wilayah")):
            groups[row["home_area_key"] // unit * unit, row["rule"]].append(row)
    return [
        {
            "area_key": here,
            "rule": rule,
            "findings": len(rows),
            "persons": len({row["person_id"] for row in rows}),
            "cards": len({row["card_id"] for row in rows} - {None}),
        }
        for (here, rule), rows in groups.items()
    ]
