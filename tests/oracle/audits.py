"""Findings across lists, lists of callers and movements, in plain Python over the rows."""

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any

from hub.domain.names import agrees
from hub.domain.nik import parse_nik
from tests.oracle.listings import Listing, listing, sequence
from tests.oracle.registers import lies_in
from tests.oracle.resolvers import (
    Arguments,
    Question,
    Resolver,
    Thing,
    area,
    columns,
    day_of,
    iso,
    key,
    start,
    to_one,
)
from tests.oracle.world import Moment, Row, World, ascending, covers, descending

LEVELS = {"PROVINSI": 10**8, "KABUPATEN": 10**6, "KECAMATAN": 10**4, "DESA": 1}
PROGRAM = to_one("Program", "program", {"id": "program_id"})
PERSON = to_one("Person", "person_state", {"person_id": "person_id"}, "state")


def codes(world: World) -> dict[int, str]:
    """Codes of the programs by number."""
    return {row["id"]: row["code"] for row in world.all("program")}


def _overlap(*spans: Any) -> bool:
    starts = [span.lower for span in spans if span.lower is not None]
    ends = [span.upper for span in spans if span.upper is not None]
    return not starts or not ends or max(starts) < min(ends)


def _met(*spans: Any) -> tuple[date | None, date | None]:
    """Ends of what several intervals share; None: open."""
    starts = [span.lower for span in spans if span.lower is not None]
    ends = [span.upper for span in spans if span.upper is not None]
    return max(starts, default=None), min(ends, default=None)


def same_nik(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """One NIK with several enrollments in one program over the same days."""
    world, groups = asked.world, dict[tuple[str, int], list[Row]]()
    known = codes(world)
    for person in world.all("person_state"):
        if not moment.state(person) or person["nik"] is None:
            continue
        for row in world.all("enrollment", person_id=person["person_id"]):
            if moment.ever(row) and args.get("program") in (None, known[row["program_id"]]):
                groups.setdefault((person["nik"], row["program_id"]), []).append(row)
    return [
        {
            "nik": nik,
            "program_id": program,
            "persons": len({row["person_id"] for row in rows}),
            "enrollment_ids": {row["enrollment_id"] for row in rows},
            "first_id": min(row["enrollment_id"] for row in rows),
        }
        for (nik, program), rows in groups.items()
        if any(_doubled(one, other) for one, other in combinations(rows, 2))
    ]


def _doubled(one: Row, other: Row) -> bool:
    listed = all(one[name] == other[name] for name in ("source_id", "component_id"))
    apart = one["enrollment_id"] != other["enrollment_id"]
    other_person = one["person_id"] != other["person_id"]
    return apart and _overlap(one["valid"], other["valid"]) and (other_person or listed)


def _enrollments(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    rows = [
        row
        for row in asked.world.all("enrollment")
        if row["enrollment_id"] in thing.row["enrollment_ids"] and thing.moment.ever(row)
    ]
    return [Thing("Enrollment", row, thing.moment) for row in ascending(rows, key("enrollment_id"), start())]


def after_death(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Enrollments with periods that begin after the person's death; the story's lists name no period apart."""
    world, found = asked.world, list[Row]()
    known = codes(world)
    for person in world.all("person_state"):
        died = person["died_on"]
        if died is None or not moment.state(person):
            continue
        for row in world.all("enrollment", person_id=person["person_id"]):
            late = _late(world, row, died, moment)
            began = row["valid"].lower is not None and row["valid"].lower > died
            if not moment.ever(row) or not (began or late):
                continue
            if args.get("program") in (None, known[row["program_id"]]) and lies_in(
                row["home_area_key"], args.get("wilayah")
            ):
                starts = [one["period"].lower for one in late] + ([row["valid"].lower] if began else [])
                found.append({**row, "died_on": died, "began": began, "since": min(starts)})
    return found


def _late(world: World, enrollment: Row, died: date, moment: Moment) -> list[Row]:
    rows = world.all("benefit", enrollment_id=enrollment["enrollment_id"])
    late = [
        row for row in rows if moment.recorded(row) and row["period"].lower and row["period"].lower > died
    ]
    return ascending(late, start("period"), key("benefit_id"))


def _late_payments(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    late = _late(asked.world, thing.row, thing.row["died_on"], thing.moment)
    return [Thing("Payment", row, thing.moment) for row in late]


def _late_sum(paid: bool) -> Resolver:
    def resolve(thing: Thing, _args: Arguments, asked: Question) -> int | None:
        late = _late(asked.world, thing.row, thing.row["died_on"], thing.moment)
        sums = [
            row["amount_idr"]
            for row in late
            if row["amount_idr"] is not None and (row["paid_on"] is not None or not paid)
        ]
        return sum(sums) if sums else None

    return resolve


def _latest_enrollment(thing: Thing, _args: Arguments, asked: Question) -> Thing | None:
    rows = asked.world.all("enrollment", enrollment_id=thing.row["enrollment_id"])
    held = descending([row for row in rows if thing.moment.ever(row)], start())
    return Thing("Enrollment", held[0], thing.moment) if held else None


def excluding(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Families with two programs that exclude each other over the same days."""
    world = asked.world
    excluded = world.all("program_exclusion")
    programs = {row[name] for row in excluded for name in ("program_a", "program_b")}
    found: list[Row] = []
    for card, held in _cards(world, programs, moment).items():
        home = min(row["home_area_key"] for row, _ in held)
        for rule in excluded:
            pairs = _pairs(held, rule)
            if pairs and lies_in(home, args.get("wilayah")):
                found.append(_pair_row(card, rule, pairs))
    return found


def _cards(world: World, programs: set[int], moment: Moment) -> dict[int, list[tuple[Row, Any]]]:
    """Enrollments in some programs with the days on a card, by card."""
    found: dict[int, list[tuple[Row, Any]]] = {}
    for row in world.all("enrollment"):
        for member in world.all("membership", person_id=row["person_id"]):
            held = row["program_id"] in programs and moment.ever(row) and moment.ever(member)
            if held and _overlap(row["valid"], member["valid"]):
                found.setdefault(member["card_id"], []).append((row, member["valid"]))
    return found


def _pairs(held: list[tuple[Row, Any]], rule: Row) -> list[tuple[Row, Row, date | None, date | None]]:
    found = []
    for one, mine in held:
        for other, theirs in held:
            alike = rule["unit"] == "family" or one["person_id"] == other["person_id"]
            if (one["program_id"], other["program_id"]) != (
                rule["program_a"],
                rule["program_b"],
            ) or not alike:
                continue
            spans = (one["valid"], mine, other["valid"], theirs, rule["valid"])
            if _overlap(*spans):
                found.append((one, other, *_met(*spans)))
    return found


def _pair_row(card: int, rule: Row, pairs: list[tuple[Row, Row, date | None, date | None]]) -> Row:
    starts = [begins for _, _, begins, _ in pairs if begins is not None]
    ends = [until for _, _, _, until in pairs]
    return {
        **{name: rule[name] for name in ("program_a", "program_b", "unit", "legal_basis")},
        "card_id": card,
        "since": min(starts, default=None),
        "until": None if None in ends else max(end for end in ends if end is not None),
        "person_ids": {row["person_id"] for one, other, _, _ in pairs for row in (one, other)},
    }


def _holders(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    rows = [
        row
        for row in asked.world.all("person_state")
        if row["person_id"] in thing.row["person_ids"] and thing.moment.state(row)
    ]
    return [Thing("Person", row, thing.moment) for row in ascending(rows, key("person_id"))]


def program_combinations(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """Persons and families by the exact set of programs that each holds in an area, on one day."""
    world, unit = asked.world, LEVELS[args["level"]]
    known, held = codes(world), dict[tuple[str, int, int], set[str]]()
    for row in world.all("enrollment"):
        if not moment.state(row) or not lies_in(row["home_area_key"], args.get("wilayah")):
            continue
        here = row["home_area_key"] // unit * unit
        members = world.all("membership", person_id=row["person_id"])
        units = [("persons", row["person_id"])]
        units += [("families", member["card_id"]) for member in members if moment.state(member)]
        for kind, number in units:
            held.setdefault((kind, here, number), set()).add(known[row["program_id"]])
    counts: dict[tuple[int, tuple[str, ...]], dict[str, int]] = {}
    for (kind, here, _), programs in held.items():
        both = counts.setdefault((here, tuple(sorted(programs))), {"persons": 0, "families": 0})
        both[kind] += 1
    return [
        {"area_key": here, "codes": programs, "combination": "+".join(programs), **both}
        for (here, programs), both in counts.items()
    ]


def _programs(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    rows = [row for row in asked.world.all("program") if row["code"] in thing.row["codes"]]
    return [Thing("Program", row, thing.moment) for row in ascending(rows, key("code"))]


def match(args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    """A caller's own list, row by row."""
    living = [row for row in asked.world.all("person_state") if moment.state(row)]
    found = []
    for place, row in enumerate(args["rows"], start=1):
        nik = parse_nik(row["nik"]).nik
        bearers = [one for one in living if nik is not None and one["nik"] == nik]
        named = [one for one in bearers if agrees(row.get("name"), one["name"])]
        best = min(named or bearers, key=lambda one: one["person_id"], default=None)
        result = "AGREES" if named else "OTHER_NAME" if best else "BAD_NIK" if nik is None else "NOT_FOUND"
        told = {"row": place, "result": result, "bearers": len(bearers), "wanted": args.get("program")}
        told |= {"person_id": best and best["person_id"], "same": _same(row.get("birthDate"), best)}
        found.append(Thing("Matched", told, moment))
    return found


def _same(born: date | None, person: Row | None) -> bool | None:
    if born is None or person is None or person["birth_date"] is None:
        return None
    return bool(born == person["birth_date"])


def _held(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    known, wanted = codes(asked.world), thing.row["wanted"]
    spans: dict[str, list[Row]] = {}
    for row in asked.world.all("enrollment", person_id=thing.row["person_id"]):
        code = known[row["program_id"]]
        if thing.moment.state(row) and (wanted is None or code in wanted):
            spans.setdefault(code, []).append(row)
    return [
        Thing("MatchedProgram", {"program_id": rows[0]["program_id"], "since": _since(rows)}, thing.moment)
        for _, rows in sorted(spans.items())
    ]


def _since(rows: Iterable[Row]) -> date | None:
    starts = [row["valid"].lower for row in rows]
    return None if None in starts else min(starts)


def movements(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    """Who held a program on two days."""
    program = asked.world.first("program", code=args["program"])
    if program is None:
        return None
    days = {"from": args["from"], "to": args["to"]}
    row = {"program_id": program["id"], **days, "wilayah": args.get("wilayah")}
    return Thing("Movements", row, moment)


def _on(thing: Thing, asked: Question, day: str) -> dict[int, Row]:
    """Persons of the area who held the program on a day, by number."""
    held = {
        row["person_id"]
        for row in asked.world.all("enrollment", program_id=thing.row["program_id"])
        if thing.moment.recorded(row) and covers(row["valid"], thing.row[day])
    }
    return {
        row["person_id"]: row
        for row in asked.world.all("person_state")
        if row["person_id"] in held
        and thing.moment.state(row)
        and lies_in(row["home_area_key"], thing.row["wilayah"])
    }


def _movers(on: str, but: str, thing: Thing, asked: Question) -> list[Row]:
    """Persons who held it on the one day and not on the other."""
    others = _on(thing, asked, but)
    return [row for number, row in _on(thing, asked, on).items() if number not in others]


def _listed_movers(name: str, on: str, but: str) -> Resolver:
    def resolve(thing: Thing, args: Arguments, asked: Question) -> Listing:
        return listing(
            "Person", _movers(on, but, thing, asked), sequence(name, args, thing.type), thing.moment
        )

    return resolve


FIELDS: dict[str, dict[str, Resolver]] = {
    "SameNik": columns("nik persons") | {"program": PROGRAM, "enrollments": _enrollments},
    "AfterDeath": {
        "person": PERSON,
        "program": PROGRAM,
        "enrollment": _latest_enrollment,
        "diedOn": day_of("died_on"),
        "beganAfter": lambda thing, _args, _asked: thing.row["began"],
        "since": day_of("since"),
        "payments": _late_payments,
        "amount": _late_sum(paid=False),
        "paid": _late_sum(paid=True),
    },
    "ExcludingPrograms": columns("unit", legalBasis="legal_basis")
    | {
        "familyCard": to_one("FamilyCard", "family_card", {"card_id": "card_id"}, "recorded"),
        "programA": to_one("Program", "program", {"id": "program_a"}),
        "programB": to_one("Program", "program", {"id": "program_b"}),
        "since": day_of("since"),
        "until": day_of("until"),
        "persons": _holders,
    },
    "ProgramCombination": columns("combination persons families")
    | {"wilayah": area("area_key"), "programs": _programs},
    "Matched": columns("row result bearers", birthDateAgrees="same") | {"person": PERSON, "programs": _held},
    "MatchedProgram": {"program": PROGRAM, "since": day_of("since")},
    "Movements": {
        "program": PROGRAM,
        "from": lambda thing, _args, _asked: iso(thing.row["from"]),
        "to": lambda thing, _args, _asked: iso(thing.row["to"]),
        "heldFrom": lambda thing, _args, asked: len(_on(thing, asked, "from")),
        "heldTo": lambda thing, _args, asked: len(_on(thing, asked, "to")),
        "joined": lambda thing, _args, asked: len(_movers("to", "from", thing, asked)),
        "left": lambda thing, _args, asked: len(_movers("from", "to", thing, asked)),
        "joiners": _listed_movers("joiners", "to", "from"),
        "leavers": _listed_movers("leavers", "from", "to"),
    },
}
