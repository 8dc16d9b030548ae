"""How exports are followed: by which rows the things of a connection are touched (`hub.compiler.increments`).

Kinds, tables and what withdraws a thing from a caller are those of the feed of changes. An entry of an export nests
more than an item of the feed tells of: persons are touched by enrollments and payments too, and by their cards and
households; whatever else is nested is named to the reader as not followed.
"""

from dataclasses import replace

from hub.compiler.increments import AT, DAY, TOLD, UNTIL, Following, Follows, Touch
from hub.schema.change_kinds import KINDS, LIMITED, REACHED, Kind
from hub.schema.record_lists import VERSIONS
from hub.schema.records import OF_RECORD
from hub.schema.watermark import SETTLED, micros
from hub.store.tables import metadata

_KINDS = {kind.name: kind for kind in KINDS}
_TABLES = {table.name: table for table in metadata.tables.values()}
MOVED = "timestamptz '-infinity'"
"""Instant of the change of who has moved: all rows bear the home of now, and none tells where she was found then."""


def _rows(kind: Kind, key: str, ref: str) -> list[str]:
    """Rows of a table that opened or ended behind an instant, as what they touch."""
    table, ended = kind.table, "upper(r.recorded)"
    ends = f"hub.{table} r where not upper_inf(r.recorded) and {ended} > {AT} and {ended} <= {UNTIL}"
    if kind.ends:
        ended = "e.at"
        ends = f"hub.{kind.ends} e join hub.{table} r on r.{kind.key} = e.record_id where e.at > {AT}"
        ends += f" and e.at <= {UNTIL}"
    elif kind.thing is None and not kind.moves:
        ended = f"case when r.event_area_key = r.home_area_key then {ended} else {MOVED} end"
    opens = f"hub.{table} r where {kind.opened} > {AT} and {kind.opened} <= {UNTIL}"
    return [
        f"select {key} as key, {ref} as ref, {at} as at, false as gone from {rows}"
        for at, rows in ((kind.opened, opens), (ended, ends))
    ]


def _turned(kind: Kind, key: str) -> str:
    """Rows of a table that began or ended in the world since the day of the last export."""
    if "valid" not in _TABLES[kind.table].columns:
        return ""
    turns = " or ".join(
        f"{end}(r.valid) > {DAY} and {end}(r.valid) <= {{today}}" for end in ("lower", "upper")
    )
    return (
        f"select {key}, null::text, {UNTIL}, false from hub.{kind.table} r"
        f" where upper_inf(r.recorded) and {DAY} < {{today}} and ({turns})"
    )


def _withdrawn(name: str) -> str:
    behind = f"w.seq > {TOLD} and (w.left_at is null or w.left_at > {AT})"
    return f"hub.withdrawal w where {behind} and w.kind = '{name}'"


def _thing(name: str) -> Touch:
    """A kind of things, touched by their own rows, by what moves them and by what withdraws them."""
    kind = _KINDS[name]
    sets = [
        *_rows(kind, f"r.{kind.key}", kind.ref),
        f"select w.key, w.ref, w.at, true from {_withdrawn(name)}",
    ]
    if kind.moves:
        moved = f"hub.relocation r where r.kind = '{name}' and r.at > {AT} and r.at <= {UNTIL}"
        sets.append(f"select r.key, r.ref, {MOVED}, false from {moved}")
        reached = " and ".join(REACHED.format(column) for column in ("event_area_key", "home_area_key"))
        sets.append(f"select r.key, r.ref, r.at, true from {moved} and {LIMITED} and ({reached}) is not true")
    return Touch(kind.table, " union all ".join(sets), _turned(kind, f"r.{kind.key}"))


def _fact(name: str, key: str) -> Touch:
    """Rows that hang on a thing."""
    kind = _KINDS[name]
    return Touch(kind.table, " union all ".join(_rows(kind, key, "null::text")), _turned(kind, key))


def _around(name: str, members: str) -> Touch:
    """Things in which persons are members, that touch each of them."""
    kind = _KINDS[name]
    key = kind.key
    touched = f"select x.at, m.person_id from (select {{}}) x join hub.{members} m on m.{key} = x.key"
    sets = [rows.removeprefix("select ") for rows in _rows(kind, f"r.{key}", "null::text")]
    sets.append(f"w.key, null::text, w.at from {_withdrawn(name)}")
    each = [f"select y.person_id, null::text, y.at, false from ({touched.format(rows)}) y" for rows in sets]
    return Touch(kind.table, " union all ".join(each))


def _follows(name: str, subject: str, *facts: Touch, beneath: frozenset[str] = frozenset()) -> Follows:
    kind = _KINDS[name]
    return Follows(kind.table, kind.key, (_thing(name), *facts), subject, beneath)


_OF_PERSON = "r.person_id"
_PERSON = _follows(
    "PERSON",
    "x.key::text",
    *(
        _fact(name, _OF_PERSON)
        for name in ("MEMBERSHIP", "RESIDENCE", "STATUS", "SCORE", "ATTRIBUTES", "ENROLLMENT", "PAYMENT")
    ),
    _around("FAMILY_CARD", "membership"),
    _around("HOUSEHOLD", "household_member"),
    beneath=frozenset(
        {
            *(
                f"Person.{name}"
                for name in (
                    "familyCards", "households", "surveyHouseholds", "enrollments", "payments", "benefitHistory",
                    "benefitTotals", "statuses", "scores", "attributes",
                )
            ),
            "Membership.familyCard", "HouseholdMember.household", "Enrollment.payments", "Payment.events",
        }
    ),
)  # fmt: skip
_NOBODY = "'n'"


def _through(table: str, column: str, key: str) -> str:
    return f"(select t.person_id::text from hub.{table} t where t.{key} = x.key limit 1)".replace(
        "person_id", column
    )


FOLLOWING = Following(
    {
        "Person": _PERSON,
        "FamilyCard": _follows(
            "FAMILY_CARD",
            "'c' || x.key",
            _fact("MEMBERSHIP", "r.card_id"),
            beneath=frozenset({"FamilyCard.members"}),
        ),
        "Household": _follows(
            "HOUSEHOLD",
            "'h' || x.key",
            _fact("RESIDENCE", "r.household_id"),
            beneath=frozenset({"Household.members"}),
        ),
        "Enrollment": _follows(
            "ENROLLMENT",
            _through("enrollment", "person_id", "enrollment_id"),
            _fact("PAYMENT", "r.enrollment_id"),
            beneath=frozenset({"Enrollment.payments", "Payment.events"}),
        ),
        "Payment": _follows(
            "PAYMENT", _through("benefit", "person_id", "benefit_id"), beneath=frozenset({"Payment.events"})
        ),
        "Group": _follows(
            "GROUP", _NOBODY, _fact("GROUP_MEMBER", "r.group_id"), beneath=frozenset({"Group.members"})
        ),
        "Institution": _follows("INSTITUTION", _NOBODY),
        "Record": replace(
            _follows(
                "RECORD",
                OF_RECORD.replace("{t}.id", "x.key"),
                _fact("OBSERVATION", "r.record_id"),
                beneath=frozenset({"Record.observations"}),
            ),
            rows=VERSIONS.table,
        ),
    },
    frozenset(
        name for name, table in _TABLES.items() if "recorded" in table.columns or name.startswith("claim_")
    ),
    micros(SETTLED),
)
"""What `/export` can be followed by."""
HALF = (
    f"(select case when count(*) > 0 then {micros('clock_timestamp()')} end from hub.run n"
    " where n.status = 'running')"
)
"""SQL of how far behind the watermark an export may see, in microseconds since 1970; null: no further."""
