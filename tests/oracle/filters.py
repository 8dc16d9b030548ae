"""What each filter lets through, in plain Python over the rows: three-valued where a value is not known."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import eq, ge, lt
from typing import Any

from hub.domain.names import match_key
from tests.oracle import casebook
from tests.oracle.asking import asks, asks_by
from tests.oracle.world import Moment, Row, World, begins_in

Given = Mapping[str, Any]
Test = Callable[[Any, Row, World, Moment], bool]
Found = Callable[[Row, World, Moment, Callable[[Row, Moment], bool]], Iterable[Row]]
"""Rows of another set: of a row, in a world, at a moment, those of which the days are as the last says."""


def matches(kind: str, given: Given, row: Row, world: World, moment: Moment) -> bool:
    """Whether a row passes a filter of a type; what is null or asks for nothing is as if it were not there."""
    return all(
        _passes(kind, name, value, row, world, moment)
        for name, value in given.items()
        if asks_by(name, value)
    )


def _passes(kind: str, name: str, value: Any, row: Row, world: World, moment: Moment) -> bool:
    if name in ("and", "or"):
        each = [matches(kind, one, row, world, moment) for one in value if asks(one)]
        return all(each) if name == "and" else any(each)
    if name == "not":
        return not matches(kind, value, row, world, moment)
    return TESTS[kind][name](value, row, world, moment)


def compares(value: Given, found: Any) -> bool:
    """Whether a value passes operators; one that is not known passes none of them but isNull."""
    return all(_compares(operator, one, found) for operator, one in value.items() if one is not None)


def _compares(operator: str, wanted: Any, found: Any) -> bool:
    if operator == "isNull":
        return (found is None) is wanted
    if found is None:
        return False
    tests: dict[str, Callable[[Any, Any], Any]] = {
        "eq": eq, "in": lambda one, several: one in several, "prefix": str.startswith, "gte": ge, "lt": lt,
    }  # fmt: skip
    return bool(tests[operator](found, wanted))


def of(column: str | Callable[[Row], Any]) -> Test:
    """Operators over a column."""
    read = column if callable(column) else lambda row: row[column]
    return lambda value, row, _world, _moment: compares(value, read(row))


def coded(table: str, column: str) -> Test:
    """Operators over the code of what a column numbers."""

    def test(value: Given, row: Row, world: World, _moment: Moment) -> bool:
        return compares(value, (world.first(table, id=row[column]) or {}).get("code"))

    return test


def lies_in(column: str) -> Test:
    """Whether an area key lies in an area; one that is not known lies in none."""
    return lambda value, row, _world, _moment: f"{row[column] or 0:010d}".startswith(value.replace(".", ""))


def _named(value: Given, row: Row, _world: World, _moment: Moment) -> bool:
    plain = {name: one if name == "isNull" or one is None else match_key(one) for name, one in value.items()}
    return compares(plain, row["name_key"])


def _weight(value: Given, row: Row, world: World, _moment: Moment) -> bool:
    return compares(value, world.all("rule_edition", id=row["rule_id"])[0]["severity"])


def _holds(value: Given, row: Row, world: World, moment: Moment) -> bool:
    rows = [one for one in world.all("enrollment", person_id=row["person_id"]) if moment.state(one)]
    held = {program["code"] for one in rows for program in world.all("program", id=one["program_id"])}
    return held.issuperset(value.get("has") or ()) and held.isdisjoint(value.get("not") or ())


def some(kind: str, found: Found) -> Test:
    """`some` and `none` of other rows: of the day in force, of the day `at`, or of any day."""

    def test(value: Given, row: Row, world: World, moment: Moment) -> bool:
        held = Moment.recorded if value.get("ever") else Moment.state
        if value.get("at") is not None and not value.get("ever"):
            moment = replace(moment, day=value["at"], asked=True)
        rows = list(found(row, world, moment, lambda one, then: held(then, one)))

        def passed(name: str) -> bool:
            return any(matches(kind, value[name], one, world, moment) for one in rows)

        wanted = value.get("some") is None or passed("some")
        return wanted and (value.get("none") is None or not passed("none"))

    return test


def its(kind: str, found: Found) -> Test:
    """The one row that another row names."""

    def test(value: Given, row: Row, world: World, moment: Moment) -> bool:
        rows = found(row, world, moment, lambda one, then: then.state(one))
        return any(matches(kind, value, one, world, moment) for one in rows)

    return test


def hanging(table: str, *shared: str, dated: bool = True) -> Found:
    """The rows of a table that share columns with ours."""

    def found(row: Row, world: World, moment: Moment, held: Callable[[Row, Moment], bool]) -> Iterable[Row]:
        rows = world.all(table, **{name: row[name] for name in shared})
        return [one for one in rows if (held(one, moment) if dated else moment.recorded(one))]

    return found


def through(link: str, mine: str, table: str, theirs: str, state: bool = False) -> Found:
    """The rows that a table of links joins to ours; `state`: they have days of their own too."""

    def found(row: Row, world: World, moment: Moment, held: Callable[[Row, Moment], bool]) -> Iterable[Row]:
        for one in world.all(link, **{mine: row[mine]}):
            if held(one, moment):
                others = world.all(table, **{theirs: one[theirs]})
                yield from (other for other in others if (moment.state if state else moment.recorded)(other))

    return found


def _cards_of_household(
    row: Row, world: World, moment: Moment, held: Callable[[Row, Moment], bool]
) -> Iterable[Row]:
    for dweller in world.all("household_member", household_id=row["household_id"]):
        if not held(dweller, moment):
            continue
        for stay in world.all("membership", person_id=dweller["person_id"]):
            if held(stay, moment) and _overlap(dweller["valid"], stay["valid"]):
                cards = world.all("family_card", card_id=stay["card_id"])
                yield from (card for card in cards if moment.recorded(card))


def _overlap(one: Any, other: Any) -> bool:
    """Whether two half-open intervals share a day."""
    starts = [span.lower for span in (one, other) if span.lower is not None]
    ends = [span.upper for span in (one, other) if span.upper is not None]
    return not starts or not ends or max(starts) < min(ends)


def _family_ranks(
    row: Row, world: World, moment: Moment, held: Callable[[Row, Moment], bool]
) -> Iterable[Row]:
    rows = world.all("score", unit="family", unit_number=row["no_kk"])
    return [one for one in rows if one["person_id"] is None and held(one, moment)]


def _numbers(row: Row, world: World, moment: Moment, _held: Callable[[Row, Moment], bool]) -> Iterable[Row]:
    for claim in world.all("claim_identifier", person_id=row["person_id"]):
        record = world.first("source_record", id=claim["record_id"])
        if moment.known is None or (record and record["recorded"].lower <= moment.known):
            yield claim


def _in_run(value: str, row: Row, _world: World, _moment: Moment) -> bool:
    return base64.b64decode(value).decode() == f"Run:{row['run_id']}"


def _named_by(row: Row, world: World, moment: Moment, _held: Callable[[Row, Moment], bool]) -> Iterable[Row]:
    """The persons whom a record names: today, or by the clusters of the instant named."""
    for claim in world.all("claim_person", record_id=row["id"]):
        mine = [claim["person_id"]]
        if moment.known is not None:
            members = world.all("cluster_member", mention_id=claim["mention_id"])
            mine = [one["person_id"] for one in members if moment.recorded(one)]
        for person in mine:
            yield from (one for one in world.all("person_state", person_id=person) if moment.state(one))


def _is(column: str) -> Test:
    """Whether a column says yes or no, as asked."""
    return lambda value, row, _world, _moment: row[column] is value


def _place(value: Given, row: Row, _world: World, _moment: Moment) -> bool:
    return compares({name: one and one.lower() for name, one in value.items()}, row["name"].lower())


def _bps_code(value: Given, row: Row, world: World, _moment: Moment) -> bool:
    found = world.all("wilayah", system="bps", area_key=row["area_key"], level=row["level"])
    return compares(value, min((one["code"] for one in found), default=None))


def _above(row: Row, world: World, _moment: Moment, _held: Callable[[Row, Moment], bool]) -> Iterable[Row]:
    return world.all("wilayah", system="kemendagri", code=row["parent_code"])


PERSON = its("PersonFilter", hanging("person_state", "person_id"))
SPAN = {"from": of(lambda row: row["valid"].lower), "to": of(lambda row: row["valid"].upper)}
SOURCE = coded("source", "source_id")
TESTS: dict[str, dict[str, Test]] = {
    "PersonFilter": {
        "nik": of("nik"),
        "name": _named,
        "birthDate": of("birth_date"),
        "sex": of("sex"),
        "vital": of("vital"),
        "diedOn": of("died_on"),
        "wilayah": lies_in("home_area_key"),
        "program": _holds,
        "identifiers": some("IdentifierFilter", _numbers),
        "familyCards": some("FamilyCardFilter", through("membership", "person_id", "family_card", "card_id")),
        "households": some(
            "HouseholdFilter", through("household_member", "person_id", "household", "household_id")
        ),
        "groups": some("GroupFilter", through("group_member", "person_id", "social_group", "group_id")),
        "enrollments": some("EnrollmentFilter", hanging("enrollment", "person_id")),
        "payments": some("PaymentFilter", hanging("benefit", "person_id", dated=False)),
        "statuses": some("StatusFilter", hanging("status", "person_id")),
        "scores": some("ScoreFilter", hanging("score", "person_id")),
    },
    "IdentifierFilter": {"scheme": of("scheme"), "value": of("value")},
    "FamilyCardFilter": {
        "kk": of("no_kk"),
        "wilayah": lies_in("home_area_key"),
        "members": some(
            "PersonFilter", through("membership", "card_id", "person_state", "person_id", state=True)
        ),
        "scores": some("ScoreFilter", _family_ranks),
    },
    "HouseholdFilter": {
        "wilayah": lies_in("home_area_key"),
        "basis": of("basis"),
        "members": some(
            "PersonFilter",
            through("household_member", "household_id", "person_state", "person_id", state=True),
        ),
        "familyCards": some("FamilyCardFilter", _cards_of_household),
    },
    "GroupFilter": {
        "kind": of("kind"),
        "number": of("number"),
        "name": of("name"),
        "size": of("size"),
        "program": coded("program", "program_id"),
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        "members": some(
            "PersonFilter", through("group_member", "group_id", "person_state", "person_id", state=True)
        ),
    },
    "EnrollmentFilter": {
        "program": coded("program", "program_id"),
        "component": coded("component", "component_id"),
        "status": of("status"),
        "role": of("role"),
        "kk": of("no_kk"),
        "number": of("number"),
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        **SPAN,
        "person": PERSON,
        "payments": some("PaymentFilter", hanging("benefit", "enrollment_id", dated=False)),
    },
    "PaymentFilter": {
        "program": coded("program", "program_id"),
        "component": coded("component", "component_id"),
        "kind": of("kind"),
        "status": of("status"),
        "amount": of("amount_idr"),
        "from": of(lambda row: row["period"].lower),
        "period": lambda value, row, _world, _moment: begins_in(value, row),
        "to": of(lambda row: row["period"].upper),
        "paidOn": of("paid_on"),
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        "person": PERSON,
        "enrollment": its("EnrollmentFilter", hanging("enrollment", "enrollment_id", dated=False)),
    },
    "StatusFilter": {
        "scheme": of("scheme"),
        "code": of("code"),
        "unit": of(lambda row: row["unit"] or "person"),
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        **SPAN,
        "person": PERSON,
    },
    "RecordFilter": {
        "source": SOURCE,
        "run": _in_run,
        "key": of("record_key"),
        "recorded": of(lambda row: row["recorded"].lower),
        "wilayah": lies_in("event_area_key"),
        "persons": some("PersonFilter", _named_by),
    },
    "StatementFilter": {
        "field": lambda value, row, _world, _moment: row["field"] in value,
        "source": SOURCE,
        "value": of("value"),
        "disputed": _is("disputed"),
        "current": _is("current"),
        "standing": _is("stands"),
        "firstSeen": of("first_seen"),
        "wilayah": lies_in("home_area_key"),
        "person": PERSON,
    },
    "FindingFilter": {
        "rule": of("rule"),
        "severity": _weight,
        "program": coded("program", "program_id"),
        "amount": of("amount_idr"),
        "since": of("since"),
        "until": of("until"),
        "wilayah": lies_in("home_area_key"),
    },
    "CaseFilter": {
        "rule": of("rule"),
        "program": coded("program", "program_id"),
        "latest": lambda value, *place: compares(value, casebook.latest(*place)),
        "opened": of("opened"),
        "isClosed": lambda value, *place: casebook.is_closed(*place) is value,
        "silentSince": lambda value, *place: compares(value, casebook.silent_since(*place)),
        "isPaying": lambda value, *place: casebook.is_paying(*place) is value,
        "wilayah": lies_in("home_area_key"),
    },
    "ScoreFilter": {
        "register": of("register"),
        "edition": of("edition"),
        "unit": of("unit"),
        "desil": of("desil"),
        "percentile": of("percentile"),
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        **SPAN,
        "person": PERSON,
    },
}
TESTS |= {
    "InstitutionFilter": {
        **{name: of(name) for name in ("kind", "number", "name")},
        "source": SOURCE,
        "wilayah": lies_in("event_area_key"),
        "person": PERSON,
    },
    "ObservationFilter": {
        **{name: of(name) for name in ("dataset", "measure", "unit")},
        "source": SOURCE,
        "wilayah": lies_in("area_key"),
        **SPAN,
    },
    "MembershipFilter": {
        "relation": of("relation"),
        "source": SOURCE,
        **SPAN,
        "person": PERSON,
        "familyCard": its("FamilyCardFilter", hanging("family_card", "card_id", dated=False)),
    },
    "HouseholdMemberFilter": {
        "scheme": of("scheme"),
        "familyNo": of("family_no"),
        "relation": of("relation"),
        **SPAN,
        "person": PERSON,
        "household": its("HouseholdFilter", hanging("household", "household_id", dated=False)),
    },
    "GroupMemberFilter": {
        "role": of("role"),
        **SPAN,
        "person": PERSON,
        "group": its("GroupFilter", hanging("social_group", "group_id", dated=False)),
    },
    "WilayahFilter": {
        **{name: of(name) for name in ("code", "level", "type", "population")},
        "name": _place,
        "bpsCode": _bps_code,
        "wilayah": lies_in("area_key"),
        "parent": its("WilayahFilter", _above),
    },
    "RetiredWilayahFilter": {
        **{name: of(name) for name in ("code", "level")},
        "name": _place,
        "to": SPAN["to"],
        "successorCode": of("successor_code"),
    },
    "SourceFilter": {name: of(name) for name in ("code", "owner", "family")},
    "RunFilter": {
        "source": SOURCE,
        **{name: of(name) for name in ("status", "started", "finished", "quarantined")},
        "rowsIn": of("rows_in"),
    },
}
