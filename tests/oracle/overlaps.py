"""Who holds several programs at once, by area, in plain Python over the rows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.resolvers import Arguments, Question
from tests.oracle.world import Moment, Row, World

UNITS = {"PROVINSI": 10**8, "KABUPATEN": 10**6, "KECAMATAN": 10**4, "DESA": 1}


def program_overlap(args: Arguments, asked: Question, moment: Moment) -> Listing:
    """The root `programOverlap`."""
    world, wanted = asked.world, set(args["programs"])
    by_area: dict[int, list[Row]] = defaultdict(list)
    for row in _enrolled(world, wanted, moment):
        if args.get("wilayah") is None or _lies_in(row["home_area_key"], args["wilayah"]):
            by_area[row["home_area_key"] // UNITS[args["level"]] * UNITS[args["level"]]].append(row)
    rows: list[Row] = [
        {"area_key": key} | _counts(by_area[key], wanted, world, moment) for key in sorted(by_area)
    ]
    return listing("ProgramOverlap", rows, sequence("programOverlap", args), moment)


def _lies_in(key: int, code: str) -> bool:
    return f"{key:010d}".startswith(code.replace(".", ""))


def _enrolled(world: World, codes: set[str], moment: Moment) -> Iterable[Row]:
    for row in world.all("enrollment"):
        code = world.all("program", id=row["program_id"])[0]["code"]
        if moment.state(row) and code in codes:
            yield dict(row) | {"code": code}


def _counts(rows: list[Row], wanted: set[str], world: World, moment: Moment) -> dict[str, int]:
    of_person: dict[Any, set[str]] = defaultdict(set)
    of_card: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        of_person[row["person_id"], row["home_area_key"]].add(row["code"])
        for member in world.all("membership", person_id=row["person_id"]):
            if moment.state(member):
                of_card[member["card_id"]].add(row["code"])
    return {
        "holders": len(of_person),
        "persons": sum(held == wanted for held in of_person.values()),
        "families": sum(held == wanted for held in of_card.values()),
    }
