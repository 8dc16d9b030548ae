"""The roots, connections and global ids of the reference, and its whole answer by way of graphql-core."""

import base64
from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from hub.domain import clock
from tests.oracle import areas, audits, findings, linked, matrix, published, records, registers
from tests.oracle.aggregates import KINDS, aggregate
from tests.oracle.changes import changes
from tests.oracle.fields import FIELDS
from tests.oracle.filters import matches
from tests.oracle.listings import Listing, Shown, in_order, listing, page_of, sequence
from tests.oracle.overlaps import program_overlap
from tests.oracle.resolvers import Arguments, Question, Thing
from tests.oracle.world import Moment, Row

Root = Callable[[Arguments, Question, Moment], Any]
#: Type in a global id: its table, the column of the key, and what the key has to look like.
NODES = {
    "Component": ("component", ""),
    "DataSet": ("dataset", "name"),
    "Enrollment": ("enrollment", "uid"),
    "Case": ("audit_case", "uid"),
    "FamilyCard": ("family_card", "uid"),
    "Finding": ("finding", "uid"),
    "Group": ("social_group", "uid"),
    "Household": ("household", "uid"),
    "Institution": ("institution", "uid"),
    "Payment": ("benefit", "uid"),
    "Person": ("person_state", "uid"),
    "Program": ("program", "code"),
    "Record": ("source_record", "id"),
    "Run": ("run", "id"),
    "Source": ("source", "code"),
    "Wilayah": ("wilayah", "code"),
}
TIMELESS = ("Case", "Component", "DataSet", "Program", "Record", "Run", "Source", "Wilayah")


def _person(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    rows = [row for row in asked.world.all("person_state", nik=args["nik"]) if moment.state(row)]
    return Thing("Person", min(rows, key=lambda row: row["person_id"]), moment) if rows else None


def _family_card(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    rows = [row for row in asked.world.all("family_card", no_kk=args["kk"]) if moment.recorded(row)]
    return Thing("FamilyCard", rows[0], moment) if rows else None


def _filtered(
    type_: str, table: str, axis: str, keeps: Callable[[Row], bool] = lambda _row: True
) -> Callable[[str], Root]:
    """A root that lists the rows of a table: those of one day, of any, or of no day at all."""

    def named(root: str) -> Root:
        def resolve(args: Arguments, asked: Question, moment: Moment) -> Listing:
            rows = [row for row in asked.world.all(table) if _held(row, axis, moment, args) and keeps(row)]
            if args.get("filter") is not None:
                kind = FILTERS[root]
                rows = [row for row in rows if matches(kind, args["filter"], row, asked.world, moment)]
            return listing(type_, rows, sequence(root, args), moment)

        return resolve

    return named


def _held(row: Row, axis: str, moment: Moment, args: Arguments) -> bool:
    if axis == "history":
        return moment.state(row) if args.get("current") else moment.ever(row)
    return moment.state(row) if axis == "state" else moment.recorded(row)


def _runs(args: Arguments, asked: Question, moment: Moment) -> Listing:
    rows = asked.world.all("run")
    if args.get("source") is not None:
        found = asked.world.first("source", code=args["source"])
        rows = [row for row in rows if found and row["source_id"] == found["id"]]
    rows = [row for row in rows if matches("RunFilter", args.get("filter") or {}, row, asked.world, moment)]
    return listing("Run", rows, sequence("runs", args), moment)


def _programs(args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    rows = [row for row in asked.world.all("program") if args.get("code") in (None, row["code"])]
    return [Thing("Program", row, moment) for row in sorted(rows, key=lambda row: row["code"])]


def _sources(args: Arguments, asked: Question, moment: Moment) -> list[Thing]:
    given = args.get("filter") or {}
    rows = [
        row for row in asked.world.all("source") if matches("SourceFilter", given, row, asked.world, moment)
    ]
    return [Thing("Source", row, moment) for row in in_order(rows, sequence("sources", args))]


def _node(args: Arguments, asked: Question, moment: Moment) -> Thing | None:
    type_, key = read_id(args["id"]) or ("", "")
    if type_ not in NODES:
        return None
    table, column = NODES[type_]
    world = asked.world
    if type_ == "Person":
        key = linked.successor(world, key, moment)
    rows = [
        row
        for row in world.all(table)
        if (str(row[column]) if column else areas.component_key(world, row)) == key
    ]
    if type_ == "Wilayah":
        rows = [row for row in rows if row["system"] == "kemendagri"]
    axis = {"Person": moment.state, "Enrollment": moment.ever}.get(type_, moment.recorded)
    held = [row for row in rows if type_ in TIMELESS or axis(row)]
    if type_ == "Enrollment":
        held.sort(key=lambda row: row["valid"].lower, reverse=True)
    return Thing(type_, held[0], moment) if held else None


def _cases(args: Arguments, asked: Question, moment: Moment) -> Listing:
    rows = findings.cases(asked, moment)
    if args.get("filter") is not None:
        rows = [row for row in rows if matches("CaseFilter", args["filter"], row, asked.world, moment)]
    return listing("Case", rows, sequence("cases", args), moment)


FILTERS = {
    "people": "PersonFilter",
    "households": "HouseholdFilter",
    "familyCards": "FamilyCardFilter",
    "enrollments": "EnrollmentFilter",
    "payments": "PaymentFilter",
    "statuses": "StatusFilter",
    "scores": "ScoreFilter",
    "findings": "FindingFilter",
    "cases": "CaseFilter",
    "records": "RecordFilter",
    "statements": "StatementFilter",
}
"""The filter of each root."""
LISTS = {
    "people": _filtered("Person", "person_state", "state"),
    "households": _filtered("Household", "household", "recorded", lambda row: bool(row["basis"] != "ruta")),
    "familyCards": _filtered("FamilyCard", "family_card", "recorded"),
    "enrollments": _filtered("Enrollment", "enrollment", "history"),
    "payments": _filtered("Payment", "benefit", "recorded"),
    "statuses": _filtered("Status", "status", "history"),
    "scores": _filtered("Score", "score", "history"),
    "findings": _filtered("Finding", "finding", "recorded"),
}
ROWS: dict[str, tuple[str, Callable[[Arguments, Question, Moment], list[Row]]]] = {
    "groups": ("Group", registers.groups),
    "institutions": ("Institution", registers.institutions),
    "surveyHouseholds": ("Household", registers.survey_households),
    "observations": ("Observation", registers.observations),
    "missingAttributes": ("MissingAttribute", registers.missing_attributes),
    "incompleteFamilies": ("FamilyAttributes", registers.incomplete_families),
    "sameNikTwice": ("SameNik", audits.same_nik),
    "enrolledAfterDeath": ("AfterDeath", audits.after_death),
    "excludingPrograms": ("ExcludingPrograms", audits.excluding),
    "programCombinations": ("ProgramCombination", audits.program_combinations),
    "exposure": ("Exposure", findings.exposure),
    "exclusions": ("Exclusion", matrix.exclusions),
    "matrix": ("MatrixCell", matrix.cells),
}
"""Connections by the type of their nodes and the rows in them."""


def _connection(root: str) -> Root:
    type_, rows = ROWS[root]
    return lambda args, asked, moment: listing(type_, rows(args, asked, moment), sequence(root, args), moment)


ROOTS: dict[str, Root] = {
    "person": _person,
    "familyCard": _family_card,
    **{name: made(name) for name, made in LISTS.items()},
    **{name: _connection(name) for name in ROWS},
    "records": records.records,
    "refusals": records.refusals,
    "statements": records.everybodys,
    "group": registers.group,
    "ruleBook": findings.rule_book,
    "cases": _cases,
    "match": audits.match,
    "movements": audits.movements,
    **{name: aggregate(name) for name in KINDS},
    "runs": _runs,
    "programs": _programs,
    "sources": _sources,
    "wilayah": areas.wilayah,
    "wilayahList": areas.wilayah_list,
    "retiredWilayah": areas.retired_wilayah,
    "dataSet": published.data_set,
    "dataSets": published.data_sets,
    "node": _node,
    "nodes": lambda args, asked, moment: [_node({"id": one}, asked, moment) for one in args["ids"]],
    "changes": changes,
    "programOverlap": program_overlap,
}


def read_id(text: str) -> tuple[str, str] | None:
    """The type and the key in a global id; None where it is none."""
    try:
        type_, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (type_, key) if type_ and key else None


def shown(page: Shown, name: str) -> Any:
    """What a connection holds."""
    listed = page.listing
    things = [Thing(listed.type, row, listed.moment) for row in page.rows]
    cursors = [listed.order.cursor(row) for row in page.rows]
    if name == "edges":
        return [{"cursor": at, "node": one} for at, one in zip(cursors, things, strict=True)]
    if name == "pageInfo":
        edges = {
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }
        return edges | {"hasPreviousPage": page.more[0], "hasNextPage": page.more[1]}
    return things if name == "nodes" else len(listed.rows)


def resolve(source: Any, info: GraphQLResolveInfo[Any], /, **args: Any) -> Any:
    """The value of any field, for graphql-core."""
    asked: Question = info.context
    name = info.field_name
    if isinstance(source, Shown):
        return shown(source, name)
    if isinstance(source, dict):
        return source[name]
    if isinstance(source, Thing):
        value = FIELDS[source.type][name](source, args, asked)
        return page_of(value, args) if isinstance(value, Listing) else value
    moment = Moment(args.get("asOf") or clock.today(), args.get("asOf") is not None, args.get("knownAt"))
    found = ROOTS[name](args, asked, moment)
    return page_of(found, args) if isinstance(found, Listing) else found


def type_of(source: Thing, _info: GraphQLResolveInfo[Any], _type: object) -> str:
    """The type of an object behind an interface."""
    return source.type
