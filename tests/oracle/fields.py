"""Every field that the reference can answer, by type; the roots stand in roots.py."""

from typing import Any

from tests.oracle import areas, audits, findings, linked, published, records, registers, totals
from tests.oracle.provenance import identifiers, links
from tests.oracle.resolvers import (
    Many,
    Resolver,
    area,
    cards_of_household,
    columns,
    day_of,
    details,
    family_scores,
    global_id,
    graded,
    in_program,
    key,
    labelled,
    learned,
    made,
    named,
    origin,
    paid,
    ruta,
    span,
    start,
    stated,
    to_one,
)

PERSON = to_one("Person", "person_state", {"person_id": "person_id"}, "state")
SOURCE = to_one("Source", "source", {"id": "source_id"})
RECORD = to_one("Record", "source_record", {"id": "record_id"})
PROGRAM = to_one("Program", "program", {"id": "program_id"})
COMPONENT = to_one("Component", "component", {"id": "component_id"})
MINE = {"person_id": "person_id"}
BY_PERSON = (start(), key("person_id"))
PAYMENTS: dict[str, Any] = {"filter": "PaymentFilter", "sorts": "payments"}
NEWEST: dict[str, Any] = {"order": (start("period"), key("benefit_id")), "axis": "recorded", "down": True}
WORDS: dict[str, Resolver] = {"name": lambda thing, _args, asked: asked.said(thing.row, "name")}

TOLD: dict[str, Resolver] = {
    "wilayah": area("area_key"),
    "program": PROGRAM,
    "component": COMPONENT,
    "source": SOURCE,
}

FIELDS: dict[str, dict[str, Resolver]] = {
    **registers.FIELDS,
    **totals.FIELDS,
    **audits.FIELDS,
    **areas.FIELDS,
    **findings.FIELDS,
    **records.FIELDS,
    **published.FIELDS,
    "Record": records.FIELDS["Record"] | {"observations": registers.OF_RECORD},
    "Person": columns(
        "nik name sex relation marital religion education occupation address rt rw vital",
        birthPlace="birth_place",
        motherName="mother_name",
        fatherName="father_name",
        kk="no_kk",
    )
    | {
        f"{name}Label": labelled(scheme, name)
        for name, scheme in (
            ("sex", "sex"),
            ("relation", "shdk"),
            ("marital", "marital"),
            ("religion", "religion"),
            ("education", "education"),
            ("occupation", "occupation"),
            ("vital", "vital"),
        )
    }
    | {
        "id": global_id("uid"),
        "nikGrade": graded("nik_grade"),
        "birthDate": day_of("birth_date"),
        "diedOn": day_of("died_on"),
        "recordedFrom": learned,
        "wilayah": area("area_key"),
        "addresses": areas.addresses,
        "identifiers": made("Identifier", identifiers, "IdentifierFilter"),
        "familyCards": Many(
            "Membership", "membership", MINE, (start(), key("card_id")), filter="MembershipFilter"
        ),
        "households": Many(
            "HouseholdMember",
            "household_member",
            MINE,
            (start(), key("household_id")),
            keeps=lambda row, _args, _asked: row["scheme"] is None,
            filter="HouseholdMemberFilter",
        ),
        "surveyHouseholds": Many(
            "HouseholdMember",
            "household_member",
            MINE,
            (start(), key("scheme"), key("household_id")),
            keeps=lambda row, args, _asked: (
                row["scheme"] is not None and args.get("scheme") in (None, row["scheme"])
            ),
            filter="HouseholdMemberFilter",
        ),
        "groups": Many(
            "GroupMember", "group_member", MINE, (start(), key("group_id")), filter="GroupMemberFilter"
        ),
        "enrollments": Many(
            "Enrollment",
            "enrollment",
            MINE,
            (start(), key("enrollment_id")),
            keeps=in_program,
            filter="EnrollmentFilter",
            sorts="enrollments",
        ),
        "payments": Many("Payment", "benefit", MINE, **NEWEST, **PAYMENTS),
        "benefitHistory": totals.history(totals.of_person),
        "benefitTotals": totals.summed(totals.of_person),
        "attributes": registers.PERSON_ATTRIBUTES,
        "statuses": Many(
            "Status",
            "status",
            MINE,
            (start(), key("scheme"), key("code")),
            filter="StatusFilter",
            sorts="statuses",
        ),
        "scores": Many(
            "Score",
            "score",
            MINE,
            (start(), key("register"), key("edition"), key("unit")),
            keeps=named("register", "register"),
            filter="ScoreFilter",
            sorts="scores",
        ),
        "statements": stated,
        "stated": records.stated,
        "origin": origin,
        "links": made("Link", links),
        "isCurrent": linked.is_current,
        "mergedFrom": made("Merged", linked.merged),
        "linkedRecords": made("LinkedRecord", linked.linked),
    },
    "Membership": columns("relation")
    | span()
    | {
        "relationLabel": labelled("shdk", "relation"),
        "recordedFrom": learned,
        "source": SOURCE,
        "person": PERSON,
        "familyCard": to_one("FamilyCard", "family_card", {"card_id": "card_id"}, "recorded"),
    },
    "FamilyCard": columns("", kk="no_kk")
    | span()
    | {
        "id": global_id("uid"),
        "wilayah": area("home_area_key"),
        "members": Many(
            "Membership",
            "membership",
            {"card_id": "card_id"},
            BY_PERSON,
            filter="MembershipFilter",
            sorts="members",
        ),
        "scores": family_scores,
        "benefitHistory": totals.history(totals.of_card),
        "benefitTotals": totals.summed(totals.of_card),
        "attributes": registers.FAMILY_ATTRIBUTES,
    },
    "HouseholdMember": columns("scheme relation", familyNo="family_no")
    | span()
    | {
        "person": PERSON,
        "household": to_one("Household", "household", {"household_id": "household_id"}, "recorded"),
    },
    "Household": columns("basis address rt rw")
    | span()
    | {
        "id": global_id("uid"),
        "scheme": lambda thing, _args, _asked: ruta(thing.row, 1),
        "number": lambda thing, _args, _asked: ruta(thing.row, 2),
        "wilayah": area("home_area_key"),
        "members": Many(
            "HouseholdMember",
            "household_member",
            {"household_id": "household_id"},
            BY_PERSON,
            filter="HouseholdMemberFilter",
        ),
        "familyCards": cards_of_household,
    },
    "Enrollment": columns("role number status", kk="no_kk")
    | span()
    | {
        "id": global_id("uid"),
        "person": PERSON,
        "program": PROGRAM,
        "component": COMPONENT,
        "statusLabel": labelled("enrollment_status", "status"),
        "wilayah": area("event_area_key"),
        "payments": Many("Payment", "benefit", {"enrollment_id": "enrollment_id"}, **NEWEST, **PAYMENTS),
        "paid": paid,
        "source": SOURCE,
        "record": RECORD,
    },
    "Payment": columns("kind unit status", amount="amount_idr", amountBasis="amount_basis")
    | span("period")
    | {
        "id": global_id("uid"),
        "person": PERSON,
        "enrollment": totals.enrollment,
        "quantity": lambda thing, _args, _asked: (
            None if thing.row["quantity"] is None else float(thing.row["quantity"])
        ),
        "program": PROGRAM,
        "component": COMPONENT,
        "statusLabel": labelled("benefit_event", "status"),
        "paidOn": day_of("paid_on"),
        "wilayah": area("event_area_key"),
        "events": Many(
            "PaymentEvent",
            "benefit_event",
            {"benefit_id": "benefit_id"},
            (key("happened_on"), key("record_id")),
            "recorded",
        ),
        "source": SOURCE,
        "record": RECORD,
    },
    "PaymentEvent": columns("event")
    | {
        "eventLabel": labelled("benefit_event", "event"),
        "happenedOn": day_of("happened_on"),
        "source": SOURCE,
        "record": RECORD,
    },
    "Status": columns("scheme code note", unitNumber="unit_number")
    | span()
    | {
        "label": lambda thing, _args, asked: asked.label(thing.row["scheme"], thing.row["code"]),
        "unit": lambda thing, _args, _asked: thing.row["unit"] or "person",
        "person": PERSON,
        "wilayah": area("event_area_key"),
        "detail": details,
        "source": SOURCE,
        "record": RECORD,
    },
    "Detail": columns("key value"),
    "Score": columns("register unit edition desil percentile label", unitNumber="unit_number")
    | span()
    | {"person": PERSON, "wilayah": area("event_area_key"), "source": SOURCE, "record": RECORD},
    "Group": columns("kind number name size")
    | span()
    | {
        "id": global_id("uid"),
        "program": PROGRAM,
        "wilayah": area("event_area_key"),
        "members": Many(
            "GroupMember", "group_member", {"group_id": "group_id"}, BY_PERSON, filter="GroupMemberFilter"
        ),
        "source": SOURCE,
        "record": RECORD,
    },
    "GroupMember": columns("role")
    | span()
    | {"person": PERSON, "group": to_one("Group", "social_group", {"group_id": "group_id"}, "recorded")},
    "Source": columns("code owner family", legalBasis="legal_basis")
    | {
        "id": global_id("code"),
        "title": lambda thing, _args, asked: asked.said(thing.row, "title"),
        "lastCompleteRun": to_one("Run", "run", {"id": "last_complete_run"}),
    },
    "Run": columns("status stored unchanged quarantined closed error", rowsIn="rows_in")
    | {
        "id": global_id("id"),
        "source": SOURCE,
        "started": day_of("started"),
        "finished": day_of("finished"),
    },
    "Statement": columns("field value original current disputed")
    | {
        "person": PERSON,
        "effectiveOn": day_of("effective_on"),
        "recordedTo": day_of("recorded_to"),
        "grade": graded("grade"),
        "source": SOURCE,
        "firstSeen": day_of("first_seen"),
        "lastSeen": day_of("last_seen"),
        "record": RECORD,
    },
    "Identifier": columns("scheme value")
    | span()
    | {
        "grade": graded("grade"),
        "source": SOURCE,
        "firstSeen": day_of("first_seen"),
        "lastSeen": day_of("last_seen"),
        "record": RECORD,
    },
    "ProgramOverlap": columns("holders persons families") | {"wilayah": area("area_key")},
    "Link": columns("judgement method score") | {"since": learned, "other": PERSON},
    "Changes": columns("items count next last until"),
    **linked.fields(PERSON),
    "Change": columns("type kind withdrawn recorded wilayah node", nodeId="nodeId", successor="successor"),
    "PersonAggregate": columns("sex vital count") | {"wilayah": area("area_key")},
    "EnrollmentAggregate": columns("status count", distinctPersons="persons") | TOLD,
    "PaymentAggregate": columns("status kind count amount paid", distinctPersons="persons")
    | TOLD
    | {"from": day_of("first_on"), "to": day_of("until")},
}
