"""What a feed of changes tells of: each kind with its golden table, the thing it changes and that thing's place.

A *thing* is opened, changed and ended by rows of its own. A *fact* hangs on a thing, and its coming and going is a
change of that thing; who asks for facts hears of the things as well, so that nobody misses one that left his area.
A change stands in the feed at the instant of recording. Rows are found by two indices a table, one over what opened
and one over what ended, so that a page is read by range.
"""

from collections.abc import Sequence
from dataclasses import dataclass

KEY_LAST = 9223372036854775807


@dataclass(frozen=True)
class Kind:
    """One kind of change.

    Args:
        name: As callers call it.
        table: Golden table of the rows that come and go.
        key: Column of the thing's number.
        of: GraphQL type of the thing.
        area: Column that says where the thing is.
        ref: SQL of the part of the thing's global id behind its type, over the row `r`.
        thing: For a fact: table and key of the thing it hangs on.
        moves: Its rows follow the home of a person, so that it comes into reach and leaves it where nothing opens
            or ends: `relocation` tells of that.
        opened: SQL of the instant at which a row opened, as the index over it has it.
        ends: Table of the instants at which rows ended (`at`, `record_id`), for a table with no index over them.
    """

    name: str
    table: str
    key: str
    of: str
    area: str = "home_area_key"
    ref: str = "r.uid::text"
    thing: tuple[str, str] | None = None
    moves: bool = False
    opened: str = "lower(r.recorded)"
    ends: str | None = None


def _of_person(name: str, table: str) -> Kind:
    ref = "(select p.uid::text from hub.person_state p where p.person_id = r.person_id and {recorded[p]} limit 1)"
    return Kind(name, table, "person_id", "Person", ref=ref, thing=("person_state", "person_id"))


_LISTED = "event_area_key"
_GROUP = (
    "(select g.uid::text from hub.social_group g where g.group_id = r.group_id and {recorded[g]} limit 1)"
)
KINDS = (
    Kind("PERSON", "person_state", "person_id", "Person"),
    _of_person("MEMBERSHIP", "membership"),
    _of_person("RESIDENCE", "household_member"),
    _of_person("STATUS", "status"),
    _of_person("SCORE", "score"),
    _of_person("ATTRIBUTES", "person_attributes"),
    Kind("FAMILY_CARD", "family_card", "card_id", "FamilyCard"),
    Kind("HOUSEHOLD", "household", "household_id", "Household"),
    Kind("ENROLLMENT", "enrollment", "enrollment_id", "Enrollment", _LISTED, moves=True),
    Kind("PAYMENT", "benefit", "benefit_id", "Payment", _LISTED, moves=True),
    Kind("GROUP", "social_group", "group_id", "Group", _LISTED),
    Kind("GROUP_MEMBER", "group_member", "group_id", "Group", _LISTED, _GROUP, ("social_group", "group_id")),
    Kind("INSTITUTION", "institution", "institution_id", "Institution", _LISTED, moves=True),
    Kind(
        "RECORD", "source_record", "id", "Record", _LISTED, "r.id::text",
        moves=True, opened="r.opened", ends="record_end",
    ),
    Kind("OBSERVATION", "observation", "record_id", "Record", _LISTED, "r.record_id::text"),
)  # fmt: skip
"""In the order of one instant: a thing before the facts that hang on it. Cursors carry the place in this list."""
OF_PERSONS = tuple(kind for kind in KINDS if kind.of == "Person")


def in_area(row: str, column: str) -> str:
    """SQL: the row lies in the area asked for, or none was."""
    return f"(b.lo is null or {row}.{column} between b.lo and b.hi)"


LIMITED = "(select hub.areas() is not null or hub.area_lo() > 0 or hub.area_hi() < 9999999999)"
"""Whoever reaches the whole country has everything in reach wherever it goes."""
REACHED = (
    "r.{0} between (select hub.area_lo()) and (select hub.area_hi())"
    " and ((select hub.areas()) is null or r.{0} <@ (select hub.areas()))"
)
"""That a row's area (`{0}`) is in the caller's reach."""


@dataclass(frozen=True)
class _Stream:
    """The changes of one kind: what opened, or what ended."""

    kind: Kind
    ids: bool

    @property
    def rank(self) -> int:
        return KINDS.index(self.kind)

    def opened(self) -> str:
        """Rows that opened and are held, where no later one of the thing is told of."""
        at = self.kind.opened
        later = self._later("upper_inf(v.recorded) and lower(v.recorded) > lower(r.recorded)")
        return self._changes(at, ["{recorded[r]}", *self._placed(), f"not exists ({later})"], "true")

    def ended(self) -> str:
        """Rows that ended, where no row of the thing opened at that instant or later."""
        kind, at = self.kind, "e.at" if self.kind.ends else "upper(r.recorded)"
        later = self._later("{recorded[v]} and lower(v.recorded) >= upper(r.recorded)")
        conditions = [
            "not upper_inf(r.recorded)",
            f"{at} > b.tombs",
            *self._placed(_LISTED),
            f"not exists ({later})",
        ]
        held = "true" if kind.thing else f"exists ({self._held(kind.table, kind.key)})"
        if kind.ends is None:
            return self._changes(at, conditions, held)
        rows = f"hub.{kind.ends} e join hub.{kind.table} r on r.{kind.key} = e.record_id"
        return self._told(at, (rows, "e.record_id", kind.ref), conditions, held)

    def moved(self) -> str:
        """Things that came into a caller's reach or left it with their person, where no row opened or ended."""
        kind = self.kind
        held = f"exists (select from hub.{kind.table} h where h.{kind.key} = r.key and {{recorded[h]}}"
        held += f" and {in_area('h', kind.area)})"
        conditions = [
            f"r.kind = '{kind.name}'",
            LIMITED,
            f"({REACHED.format('event_area_key')} and {REACHED.format('home_area_key')}) is not true",
            in_area("r", "listed_area_key"),
            f"(r.at > b.tombs or {held})",
        ]
        return self._told("r.at", ("hub.relocation r", "r.key", "r.ref"), conditions, held)

    def _changes(self, at: str, conditions: Sequence[str], held: str) -> str:
        kind = self.kind
        return self._told(at, (f"hub.{kind.table} r", f"r.{kind.key}", kind.ref), conditions, held)

    def withdrawn(self) -> tuple[str, str]:
        """Of the kind among withdrawals: that one lies in the area asked for, and that the thing is held."""
        kind = self.kind
        place = "listed_area_key" if kind.area == _LISTED else "home_area_key"
        held = f"exists (select from hub.{kind.table} h where h.{kind.key} = r.key and {{recorded[h]}}"
        return in_area("r", place), held + f" and {in_area('h', kind.area)})"

    def _told(self, at: str, row: tuple[str, str, str], conditions: Sequence[str], held: str) -> str:
        kind, (rows, key, ref) = self.kind, row
        after = f"case when b.rank < {self.rank} then -{KEY_LAST} when b.rank > {self.rank} then {KEY_LAST}"
        wanted = [
            f"'{kind.name}' = any(b.kinds)",
            f"({at}, {key}) > (b.at, {after} else b.key end)",
            f"{at} <= b.until",
            f"{key} is not null",
            *conditions,
        ]
        return (
            "(select 0::bigint as seq, s.* from bound b cross join lateral ("
            f"select distinct on ({at}, {key}) {at} as at, {self.rank} as rank, {key} as key, {held} as held,"
            f" {ref} as ref, {'true' if 'hub.relocation' in rows else 'false'} as gone"
            f" from {rows} where {' and '.join(wanted)} order by {at}, {key} limit b.size) s)"
        )

    def _later(self, when: str) -> str:
        kind = self.kind
        area = "true" if kind.thing else in_area("v", kind.area)
        return (
            f"select from hub.{kind.table} v where v.{kind.key} = r.{kind.key} and {when}"
            f" and lower(v.recorded) <= b.until and {area}"
        )

    def _held(self, table: str, key: str) -> str:
        return (
            f"select from hub.{table} h where h.{key} = r.{self.kind.key} and {{recorded[h]}}"
            f" and {in_area('h', self.kind.area)}"
        )

    def _placed(self, *other: str) -> list[str]:
        """A thing lies in the area, or did by another column; a fact hangs on a thing that is held there."""
        kind = self.kind
        if kind.thing:
            found = f"exists ({self._held(*kind.thing)})"
        else:
            found = f"({' or '.join(in_area('r', column) for column in (kind.area, *other))})"
        return [found, "(b.ids is null or r.person_id = any(b.ids))"] if self.ids else [found]


def streams(kinds: Sequence[Kind], ids: bool) -> str:
    """SQL of the changes of these kinds behind a position, one sub-select a stream, each bounded to a page.

    Args:
        kinds: Those that a caller can ask for.
        ids: Whether he can name persons, so that `bound b` has their numbers.
    """
    each = [stream for kind in kinds for stream in (_Stream(kind, ids).opened(), _Stream(kind, ids).ended())]
    each += [_Stream(kind, ids).moved() for kind in kinds if kind.moves]
    return " union all ".join([*each, _withdrawals(kinds, ids)])


def _withdrawals(kinds: Sequence[Kind], ids: bool) -> str:
    """SQL of what callers came to see no longer, or again: behind the last one told, in order, bounded to a page."""
    things = {
        kind: _Stream(kind, ids).withdrawn()
        for kind in kinds
        if kind.thing is None and kind.name != "OBSERVATION"
    }
    place = " ".join(f"when '{kind.name}' then {found}" for kind, (found, _) in things.items())
    held = " ".join(f"when '{kind.name}' then {found}" for kind, (_, found) in things.items())
    rank = " ".join(f"when '{kind.name}' then {KINDS.index(kind)}" for kind in things)
    named = " and (b.ids is null or r.person_id = any(b.ids))" if ids else ""
    return (
        f"(select s.* from bound b cross join lateral (select r.seq, r.at, case r.kind {rank} end as rank, r.key,"
        f" case r.kind {held} end as held, r.ref, true as gone from hub.withdrawal r"
        " where r.seq > b.told and (r.left_at is null or r.left_at > b.at)"
        f" and r.kind = any(b.kinds) and case r.kind {place} end{named}"
        " order by r.seq limit b.size) s)"
    )
