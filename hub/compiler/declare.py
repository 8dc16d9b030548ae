"""How SQL yields each type and field of the schema: what the compiler reads and the schema declares.

A template is SQL text with these places, filled while a plan is made:

    {t} {p}         alias of the row, and of the row it hangs on
    {arg[x]}        argument x of the field as a bind parameter; {arg[x.lo]} through a converter (convert.py)
    {arg[told$.told]}  what an act told of before the statement, as JSON (`hub.schema.mutating`)
    {v} {v[lo]}     the value of a filter, plain or through a converter
    {recorded[e]}   the rows of alias e that the hub held true: now, or at knownAt
    {state[e]}      the same, and true in the world: today, or at asOf
    {ever[e]}       the same as recorded; narrowed to asOf where the caller gave one
    {filtered[e]}   what the argument `filter` asks of the rows of alias e, where a set is made of filtered rows
    {today}         the day in force: asOf, else today in WIB
    {known}         the instant in force: knownAt, else null
    {inner} {outer} the key of the agreement's pseudonyms as HMAC has it inside and outside
    {label}         the column of a code list in the caller's language

Values never stand in a template: they travel as bind parameters. Names in it are ours alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from hub.compiler.needs import OPEN, Need


class Time(Enum):
    """Which of the two time axes choose among the rows of a source."""

    #: Neither: reference data, and views that choose by themselves.
    NONE = "none"
    #: `recorded` alone.
    RECORDED = "recorded"
    #: `recorded` and `valid`: the state of one day.
    STATE = "state"
    #: `recorded`, and every valid interval unless the caller names a day or asks for `current`.
    HISTORY = "history"


class Choice(Enum):
    """An enum whose value decides the text of a statement and not only a parameter of it."""


@dataclass(frozen=True)
class Key:
    """One part of an order: all parts in one direction, the last one unique.

    Args:
        sql: Template of the value.
        type: PostgreSQL type of the value: bigint, text or date.
        down: Highest first.
        nullable: Whether it may be null, which comes last; the first part of an order alone may.
    """

    sql: str
    type: str = "bigint"
    down: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Order:
    """An order that a caller may choose for a connection.

    Args:
        keys: Its parts, lowest first.
        leads: Whether an index serves it over the whole set; else it is refused without a filter that one serves.
        need: What it takes to order by it.
    """

    keys: Sequence[Key]
    leads: bool = True
    need: Need = OPEN


@dataclass(frozen=True)
class Rows:
    """A set of rows that objects are made of.

    Args:
        table: Table of the schema `hub`, or a template of a select in brackets.
        time: Which time axes choose among the rows.
        node: Template of a condition that finds one row by the id in a global id (`{v}`); empty: no node.
        follows: Template of the id that an id (`{v}`) stands for, where that may be another; empty: itself.
    """

    table: str
    time: Time = Time.NONE
    node: str = ""
    follows: str = ""


@dataclass(frozen=True)
class Column:
    """A field that is a column of its row."""

    name: str


@dataclass(frozen=True)
class Expression:
    """A field that is an SQL expression over its row."""

    sql: str


class Arity(Enum):
    """How many objects a relation yields."""

    ONE = "one"
    MANY = "many"
    CONNECTION = "connection"


class Yields(Enum):
    """What a caller learns from a field: which agreements may open it is decided by this and not by its name."""

    #: Things one by one; a caller without a right to a thing does not see it.
    THINGS = "things"
    #: Numbers over many persons, also over such as the caller may not see one by one.
    NUMBERS = "numbers"
    #: Answers about persons whom the caller already names.
    MATCHES = "matches"


@dataclass(frozen=True)
class Relation:
    """A field whose objects are rows of another set.

    Args:
        arity: One object or null, a list, or a connection.
        on: Template of the condition that ties `{t}` to `{p}`; empty: all rows.
        rows: The set; None: that of the field's type.
        order: Order of lists and connections.
        when: Further conditions by the argument that calls for them.
        orders: Orders that the argument `orderBy` may name instead, by the name of its field.
        large: The set grows with people: a filter or an order that no index serves is refused by itself.
        size: Rows that a list without `first` is expected to yield, for the cost of a document.
        yields: What a caller learns from it.
        sized_by: Argument of the field above that bounds the list; empty: none.
        beside: Templates of values that the object carries for the server alone, by a key that no caller can
            have chosen (it holds a `$`); whoever runs the plan takes them off again.
    """

    arity: Arity
    on: str = ""
    rows: Rows | None = None
    order: Sequence[Key] = ()
    when: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    large: bool = False
    size: int = 10
    yields: Yields = Yields.THINGS
    sized_by: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One type that the object of a field may have.

    Args:
        on: Template of the condition that ties its rows to `{p}`.
        order: Which of several rows it is: the first.
    """

    on: str
    order: Sequence[Key] = ()


@dataclass(frozen=True)
class Either:
    """A field of an interface whose object is of the first of some types that has a row.

    Args:
        options: By the name of the type.
    """

    options: Mapping[str, Option]


@dataclass(frozen=True)
class Compare:
    """A filter by operators: eq, in, prefix, gte, lt, isNull, over one value.

    Args:
        sql: Template of the value.
        type: PostgreSQL type of the value.
        converter: What the caller's value goes through first (convert.py); lists (`in`) go as they are.
        table: Table of codes whose ids `sql` holds, where the caller names codes: program, component, source.
        leads: Whether an index over the value serves the filter.
    """

    sql: str
    type: str = "text"
    converter: str = ""
    table: str = ""
    leads: bool = True


@dataclass(frozen=True)
class Clause:
    """A filter of one value: the template holds `{v}`."""

    sql: str
    leads: bool = True


@dataclass(frozen=True)
class Holds:
    """A filter of lists: the template holds for each value of `has` and for none of `not`."""

    sql: str


@dataclass(frozen=True)
class Linked:
    """A filter by the rows of another set that hang on the row: `some`, `none`, or the one row itself.

    Args:
        rows: The set; of what has days, those of the day in force, unless the caller names another or any.
        on: Template of the condition that ties `{t}` of that set to the row `{p}`.
    """

    rows: Rows
    on: str


@dataclass(frozen=True)
class EntityKey:
    """A field by which another subgraph may name a thing.

    Args:
        sql: Template of the value over the rows of the type.
        type: PostgreSQL type of the value.
        read: The value to compare with, of what was given; None where it can be no such key, which finds nothing.
        order: Template of the order in which the first of several rows is taken; empty: no two have the key.
        follows: Template of the value that a value (`{v}`) stands for, where that may be another; empty: itself.
    """

    sql: str
    type: str
    read: Callable[[str], object]
    order: str = ""
    follows: str = ""


@dataclass(frozen=True)
class Entities:
    """The field of a federation that finds things by their keys, of several types in one list.

    Args:
        keys: By type and by field.
        yields: What a caller learns from it.
    """

    keys: Mapping[str, Mapping[str, EntityKey]]
    yields: Yields = Yields.THINGS


@dataclass(frozen=True)
class Representation:
    """A thing as another subgraph names it: its type, the field that is the key, and the value of that."""

    type: str
    key: str
    value: str


Filter = Compare | Clause | Holds | Linked
Declaration = Column | Expression | Relation | Entities | Either


def one(on: str, rows: Rows | None = None, order: Sequence[Key] = ()) -> Relation:
    """A relation to at most one object."""
    return Relation(Arity.ONE, on, rows, order)


@dataclass(frozen=True)
class TypeDeclaration:
    """An object type.

    Args:
        name: Its name.
        rows: The rows it is made of.
        fields: How each field is had, by GraphQL names.
        subject: Template of whom an object tells of, as the ledger has it (`hub.compiler.marks`); blank: of whoever the
            object above it does, or of nobody.
    """

    name: str
    rows: Rows | None
    fields: Mapping[str, Declaration]
    subject: str = ""


@dataclass(frozen=True)
class Catalog:
    """Every declaration of a schema, by the name of the type.

    Args:
        types: Object types.
        filters: Input types of filters: what each field of them filters, by its GraphQL name.
        needs: What it takes to see or to give a part of the schema, by its coordinate: `Person.nik`,
            `Query.person(nik:)`; what is not in it is open to all.
    """

    types: Mapping[str, TypeDeclaration]
    filters: Mapping[str, Mapping[str, Filter]] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)

    def need(self, type_name: str, field_name: str, argument: str = "") -> Need:
        """What it takes to see a field, or to give an argument of it."""
        return self.needs.get(f"{type_name}.{field_name}{f'({argument}:)' if argument else ''}", OPEN)

    def field(self, type_name: str, field_name: str) -> Declaration:
        """The declaration of one field.

        Raises:
            LookupError: The schema has the field and nobody declared it.
        """
        return self.types[type_name].fields[field_name]

    def rows(self, type_name: str) -> Rows:
        """The set that objects of a type are made of.

        Raises:
            LookupError: The type has no set of its own; the relation has to name one.
        """
        rows = self.types[type_name].rows
        if rows is None:
            raise LookupError(f"{type_name} has no rows of its own")
        return rows

    def nodes(self) -> list[str]:
        """The types that a global id can name, in order of their names."""
        return sorted(name for name, one in self.types.items() if one.rows is not None and one.rows.node)
