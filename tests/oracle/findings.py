"""Rules, findings, cases and exposure, in plain Python over the rows."""

from collections import defaultdict
from typing import Any

from tests.oracle.casebook import come, events_of, is_closed, is_paying, latest, silent_since
from tests.oracle.overlaps import UNITS
from tests.oracle.resolvers import (
    Arguments,
    Many,
    Question,
    Resolver,
    Thing,
    area,
    columns,
    day_of,
    details,
    global_id,
    key,
    learned,
    start,
    to_one,
)
from tests.oracle.world import Moment, Row, World, ascending

PERSON = to_one("Person", "person_state", {"person_id": "person_id"}, "state")
PROGRAM = to_one("Program", "program", {"id": "program_id"})
FAMILY_CARD = to_one("FamilyCard", "family_card", {"card_id": "card_id"}, "recorded")


def latest_editions(world: World, moment: Moment) -> list[Row]:
    """Of each rule the edition that was made last by then."""
    found: dict[str, Row] = {}
    for row in ascending(world.all("rule_edition"), key("id")):
        if come(row["since"], moment):
            found[row["code"]] = row
    return [found[code] for code in sorted(found)]


def rule_book(args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    """The root `ruleBook`."""
    rows = latest_editions(asked.world, moment)
    return [Thing("Rule", row, moment) for row in rows if args.get("code") in (None, row["code"])]


def _rule_of_code(thing: Thing, _args: Arguments, asked: Question) -> Thing | None:
    rows = [row for row in latest_editions(asked.world, thing.moment) if row["code"] == thing.row["rule"]]
    return Thing("Rule", rows[0], thing.moment) if rows else None


def cases(asked: Question, moment: Moment) -> list[Row]:
    """The cases that were opened by then."""
    return [row for row in asked.world.all("audit_case") if come(row["opened"], moment)]


def exposure(args: Arguments, asked: Question, moment: Moment) -> list[Row]:
    """What stands found, by rule and area."""
    unit, groups = UNITS[args["level"]], defaultdict[tuple[int, str], list[Row]](list)
    for row in asked.world.all("finding"):
        code = (args.get("wilayah") or "").replace(".", "")
        fits = args.get("rule") in (None, row["rule"]) and f"{row['home_area_key']:010d}".startswith(code)
        if fits and moment.recorded(row):
            groups[row["home_area_key"] // unit * unit, row["rule"]].append(row)
    return [
        {
            "area_key": here,
            "rule": rule,
            "findings": len(rows),
            "persons": len({row["person_id"] for row in rows}),
            "cards": len({row["card_id"] for row in rows} - {None}),
            "amount": _once(rows, "amounts"),
            "paid": _once(rows, "paids"),
        }
        for (here, rule), rows in groups.items()
    ]


def _once(rows: list[Row], name: str) -> int | None:
    """Rupiah of the benefits in these findings, each benefit once."""
    given = {
        number: rupiah
        for row in rows
        for number, rupiah in zip(row["benefit_ids"], row[name] or (), strict=True)
    }
    known = [rupiah for rupiah in given.values() if rupiah is not None]
    return sum(known) if known else None


def _silent_since(thing: Thing, _args: Arguments, asked: Question) -> str | None:
    at = silent_since(thing.row, asked.world, thing.moment)
    return at.isoformat() if at else None


def _listed(type_: str, table: str, column: str, ids: str, axis: str, **order: Any) -> Resolver:
    """The rows of a table whose key stands in a list of the finding."""

    def resolve(thing: Thing, args: Arguments, asked: Question) -> list[Thing]:
        found = Many(
            type_, table, {}, axis=axis, keeps=lambda row, _a, _q: row[column] in thing.row[ids], **order
        )
        return found(thing, args, asked)

    return resolve


def _persons(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    rows = [
        row
        for row in asked.world.all("person_state")
        if row["person_id"] in thing.row["person_ids"] and thing.moment.state(row)
    ]
    return [Thing("Person", row, thing.moment) for row in ascending(rows, key("person_id"))]


def _fresh(thing: Thing, args: Arguments, asked: Question) -> Any:
    return details(Thing("Finding", {"detail": thing.row["freshness"]}, thing.moment), args, asked)


def _finding(thing: Thing, _args: Arguments, asked: Question) -> Thing | None:
    rows = [
        row
        for row in asked.world.all("finding", rule=thing.row["rule"], subject=thing.row["subject"])
        if thing.moment.recorded(row)
    ]
    return Thing("Finding", rows[0], thing.moment) if rows else None


def _events(thing: Thing, _args: Arguments, asked: Question) -> list[Thing]:
    return [Thing("CaseEvent", row, thing.moment) for row in events_of(thing.row, asked.world, thing.moment)]


def _said(name: str) -> Resolver:
    return lambda thing, _args, asked: thing.row[f"{name}_{'en' if asked.language == 'en' else 'id'}"]


def _instant(name: str) -> Resolver:
    return day_of(name)


FIELDS: dict[str, dict[str, Resolver]] = {
    "Rule": columns("code version kind unit severity evidence", legalBasis="legal_basis")
    | {
        "title": _said("title"),
        "text": _said("text"),
        "from": day_of("valid_from"),
        "to": day_of("valid_to"),
        "since": _instant("since"),
    },
    "Finding": columns("proof", amount="amount_idr", paid="paid_idr")
    | {
        "id": global_id("uid"),
        "rule": to_one("Rule", "rule_edition", {"id": "rule_id"}),
        "person": PERSON,
        "persons": _persons,
        "familyCard": FAMILY_CARD,
        "program": PROGRAM,
        "wilayah": area("home_area_key"),
        "since": day_of("since"),
        "until": day_of("until"),
        "found": learned,
        "freshness": _fresh,
        "enrollments": _listed(
            "Enrollment",
            "enrollment",
            "enrollment_id",
            "enrollment_ids",
            "history",
            order=(key("enrollment_id"), start()),
        ),
        "payments": _listed(
            "Payment",
            "benefit",
            "benefit_id",
            "benefit_ids",
            "recorded",
            order=(start("period"), key("benefit_id")),
            down=True,
        ),
        "records": _listed("Record", "source_record", "id", "record_ids", "", order=(key("id"),)),
    },
    "Case": columns("", caseNumber="case_id")
    | {
        "id": global_id("uid"),
        "rule": _rule_of_code,
        "person": PERSON,
        "familyCard": FAMILY_CARD,
        "program": PROGRAM,
        "wilayah": area("home_area_key"),
        "opened": _instant("opened"),
        "latest": lambda thing, _args, asked: latest(thing.row, asked.world, thing.moment),
        "latestAt": lambda thing, _args, asked: events_of(thing.row, asked.world, thing.moment)[-1][
            "at"
        ].isoformat(),
        "isClosed": lambda thing, _args, asked: is_closed(thing.row, asked.world, thing.moment),
        "silentSince": _silent_since,
        "isPaying": lambda thing, _args, asked: is_paying(thing.row, asked.world, thing.moment),
        "finding": _finding,
        "events": _events,
    },
    "CaseEvent": columns("event actor agency registry reason", amount="amount_idr") | {"at": _instant("at")},
    "Exclusion": columns("findings persons cards") | {"rule": _rule_of_code, "wilayah": area("area_key")},
    "MatrixCell": columns("desil combination codes persons families amount")
    | {"wilayah": area("area_key"), "quarter": lambda thing, _args, _asked: thing.row["quarter"].isoformat()},
    "Exposure": columns("findings persons cards amount paid")
    | {"rule": _rule_of_code, "wilayah": area("area_key")},
}
