"""Increments of an export: what changed of one connection since a cursor, and what left it.

The things that were touched since then are found by their numbers. Those that the connection holds now are told anew,
whole; those that it does not are told as gone where it held them then, or where what went on then may have been seen
half: a copy that drops every id of an increment and takes its entries is what a fresh export gives.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.compiler.marks import KEY
from hub.compiler.positions import EXPORT
from hub.compiler.scope import Moment
from hub.compiler.shape import row

CHANGE, ID = "__change", "__id"
"""Members of an entry of an increment; no field of a schema may begin so."""
WHOLE = ("first", "last", "after", "before", "knownAt")
"""Arguments with which an increment can't be asked for."""
LINE = "select replace(({value})::text, E'\\n', '') from ({rows}) \"{alias}\""
"""json_agg puts line ends between its items; within a text JSON writes them as \\n, so that a raw one is never data."""
AT, UNTIL, TOLD, DAY = (f"(select s.{name} from since s)" for name in ("at", "until", "told", "day"))
"""Of an increment: behind which instant it begins and where it ends, the last withdrawal told, the day of the last."""
_TOUCHED = (
    "select t.key, max(t.ref) as ref, bool_or(t.gone) as gone, min(t.at) as at from ({parts}) t"
    " where t.key is not null group by t.key"
)
#: Of what the connection holds no longer: what it held then or may have shown since, and what is withdrawn.
_GONE = (
    "select y.key, y.ref, case when y.gone then 'WITHDRAWN' else 'TOMBSTONE' end as change from (select"
    " x.key, coalesce(x.ref, {ref}) as ref, x.at,"
    " x.gone and not exists (select from {own} and upper_inf(h.recorded)) as gone"
    " from touched x where x.key not in (select h.key from here h)) y"
    " where y.ref is not null and (y.gone or y.at <= (select s.half from since s)"
    " or y.key in (select t.key from there t))"
)
_TABLES = re.compile(r"\bhub\.(\w+)\b(?!\()")


@dataclass(frozen=True)
class Touch:
    """How things are touched by rows of one table.

    Args:
        table: What is told of where the export reads it.
        sql: Template of sets of `key`, `ref`, `at` and `gone`, over AT, UNTIL and TOLD.
        turned: The same of rows that began or ended in the world after DAY, until `{today}`; blank: none can.
    """

    table: str
    sql: str
    turned: str = ""


@dataclass(frozen=True)
class Follows:
    """How the things of a type are followed.

    Args:
        table: Theirs.
        key: Column of their number.
        touches: Of their own table first.
        subject: SQL of whom a thing tells of, over its number `x.key`, as marks have it.
        beneath: Coordinates of fields beneath a thing of which all changes are told.
        rows: Template of their rows, where a connection has them by another than the table.
    """

    table: str
    key: str
    touches: Sequence[Touch]
    subject: str
    beneath: frozenset[str] = frozenset()
    rows: str = ""


@dataclass(frozen=True)
class Following:
    """What can be followed in a schema, by the name of the type.

    Args:
        types: Each type of things.
        dated: Tables whose rows come and go.
        settled: SQL of the instant up to which the record is whole, in microseconds since 1970.
    """

    types: Mapping[str, Follows] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()
    settled: str = "0"

    def sees(self, follows: Follows, source: str) -> bool:
        """Whether all that decides which things a connection holds is followed: no set twice, and none beside."""
        named = [name for name in _TABLES.findall(source) if name in self.dated]
        return len(named) == len(set(named)) and set(named) <= {touch.table for touch in follows.touches}


@dataclass(frozen=True)
class Then(Moment):
    """The instant and the day of the last export."""

    @property
    def day(self) -> str:
        """What the caller named, else the day of the last export."""
        return super().day if self.on_a_day else DAY

    @property
    def known(self) -> str:
        """The instant of the last export."""
        return AT


@dataclass(frozen=True)
class Increment:
    """What changed of one connection.

    Args:
        follows: How its things are followed.
        settled: As `Following` has it.
        position: Parameter of the position that the cursor or instant names.
        type: GraphQL type of the things.
        now: The connection, `from … where …`, and the alias of its rows.
        then: The same as the last export knew it.
        today: Makes the parameter for today; None: the caller named a day.
        marked: Whether what is told leaves a line.
    """

    follows: Follows
    settled: str
    position: str
    type: str
    now: tuple[str, str]
    then: tuple[str, str]
    today: Callable[[], str] | None
    marked: bool

    @property
    def source(self) -> str:
        """The connection, of touched things alone."""
        return self._touched(*self.now)

    def _touched(self, source: str, alias: str) -> str:
        return f"{source} and {alias}.{self.follows.key} in (select x.key from touched x)"

    def statements(self, lines: str, some: str, read: str) -> tuple[str, str]:
        """The statement of all lines, and that of their number.

        Args:
            lines: The statement of the entries that are held.
            some: The statement of one row for each of them.
            read: All SQL that decides what stands in an entry.
        """
        told = f"with {', '.join(f'{name} as materialized ({sql})' for name, sql in self._steps(read))}"
        columns = [(CHANGE, "x.change"), (ID, _id(self.type, "x.ref"))]
        made = row([(KEY, self.follows.subject), *columns] if self.marked else columns, "gone$")
        gone = LINE.format(value=made.value, rows=f"select {made.select} from gone x", alias=made.alias)
        sql = f"{told} select z.line from (({gone}) union all ({lines})) z(line)"
        count = f"{told} select (select count(*) from gone) + (select count(*) from ({some}) c)"
        return sql, count

    def _steps(self, read: str) -> list[tuple[str, str]]:
        follows, key = self.follows, self.follows.key
        named = {follows.table, *_TABLES.findall(read)}
        touches = [touch for touch in follows.touches if touch.table in named]
        parts = [touch.sql for touch in touches]
        if self.today:
            parts += [touch.turned.format(today=self.today()) for touch in touches if touch.turned]
        own = f"hub.{follows.table} h where h.{key} = x.key"
        ref = f"(select h.uid::text from {own} limit 1)" if follows.key != "id" else "x.key::text"
        return [
            ("since", _since(self.position, self.settled)),
            ("touched", _TOUCHED.format(parts=" union all ".join(parts))),
            ("here", f"select {self.now[1]}.{key} as key {self.source}"),
            ("there", f"select {self.then[1]}.{key} as key {self._touched(*self.then)}"),
            ("gone", _GONE.format(own=own, ref=ref)),
        ]


def _since(position: str, settled: str) -> str:
    """SQL of where an increment begins and ends."""
    until = "case when p.p[2] > p.settled then hub.refuse('cursor_ahead') else p.settled end"
    return (
        "select date '1970-01-01' + p.p[5]::integer as day, p.p[7] as told,"
        f" {_instant('p.p[3]')} as half, {_instant('p.p[4]')} as at, {_instant(until)} as until"
        f" from (select hub.feed_position({position}) as p, coalesce({settled}, 0) as settled offset 0) p"
    )


def _instant(number: str) -> str:
    """SQL of the instant so many microseconds after 1970."""
    return f"(timestamptz 'epoch' + {number} * interval '1 microsecond')"


def _id(type_: str, ref: str) -> str:
    """SQL of a global id."""
    return f"translate(encode(convert_to('{type_}:' || {ref}, 'UTF8'), 'base64'), E'\\n', '')"


def next_cursor(settled: str, half: str) -> str:
    """The statement of the cursor of what follows an export: `$1` what it narrows by, `$2` the day, since 1970.

    While a run is under way an export shows some of what is recorded behind the instant up to which all is whole: the
    cursor carries how far that may reach.

    Args:
        settled: As `Following` has it.
        half: SQL of the instant up to which rows may be seen, in microseconds since 1970.
    """
    unread = "array[$1::bigint, null, null, null, null, null]::bigint[]"
    return (
        "select hub.feed_cursor(array[$1::bigint, w.settled, greatest(w.settled, w.half), w.settled, $2::bigint,"
        f" {EXPORT}]::bigint[], (hub.feed_position({unread}))[7])"
        f" from (select coalesce({settled}, 0) as settled, coalesce({half}, 0) as half offset 0) w"
    )
