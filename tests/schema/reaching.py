"""How to ask for any field of the schema, found by introspection: the way down to it, and values for arguments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from tests.schema.town import KK, NIK

#: What is given for arguments that have to be, by field and name or by name alone.
VALUES = {
    "nik": f'"{NIK}"',
    "kk": f'"{KK}"',
    "program": '"BPNT"',
    "programs": '["PKH", "BPNT"]',
    "programOverlap(level)": "DESA",
    "wilayah": '"33.20"',
    "withoutProgram(desilMax)": "10",
    "movements(from)": '"2024-03-01"',
    "movements(to)": '"2025-03-01"',
    "dataSet(name)": '"penerima"',
    "group(kind)": '"kube"',
    "group(number)": '"K-1"',
    "wilayah(code)": '"33.20.01"',
    "enrollments(filter)": '{wilayah: "33.20"}',
    "payments(filter)": '{wilayah: "33.20"}',
    "findings(filter)": '{wilayah: "33.20"}',
    "statuses(filter)": '{scheme: {prefix: ""}}',
    "scores(filter)": '{register: {in: ["dtsen", "dtks"]}}',
    "peopleAggregate(groupBy)": "[DESA, SEX]",
    "enrollmentsAggregate(groupBy)": "[PROGRAM]",
    "paymentsAggregate(groupBy)": "[PROGRAM, MONTH]",
    "origin(field)": "NAME",
    "breach": '"QnJlYWNoOjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMA=="',
    "rows": f'[{{nik: "{NIK}"}}]',
}


def required(name: str, field: GraphQLField, more: Mapping[str, str] | None = None) -> str:
    """The arguments of a field that have to be given, with further ones, in brackets."""
    given = {
        key: VALUES.get(f"{name}({key})") or VALUES[key]
        for key, argument in field.args.items()
        if is_required_argument(argument) or f"{name}({key})" in VALUES
    } | dict(more or {})
    return f"({', '.join(f'{key}: {value}' for key, value in given.items())})" if given else ""


@dataclass(frozen=True)
class Way:
    """The way from the root down to a field.

    Args:
        steps: Name and definition of each field on it; the last is the field itself.
    """

    steps: tuple[tuple[str, GraphQLField], ...]

    @property
    def name(self) -> str:
        """The names on it, with dots."""
        return ".".join(name for name, _ in self.steps)

    @property
    def field(self) -> GraphQLField:
        """The field it leads to."""
        return self.steps[-1][1]

    def document(self, selection: str, more: Mapping[str, str] | None = None) -> str:
        """A query that selects this of the field, which has these further arguments."""
        text = selection
        for name, field in reversed(self.steps):
            text = f"{{ {name}{required(name, field, more)} {text} }}"
            more = None
        return text

    def found(self, data: Any) -> list[Any]:
        """What the answer to such a query holds at the field, of every object on the way."""
        here = [data]
        for name, _ in self.steps:
            here = [one[name] for one in here if one is not None]
            here = [one for each in here for one in (each if isinstance(each, list) else [each])]
        return [one for one in here if one is not None]


def ways(schema: GraphQLSchema, deepest: int = 4) -> Iterator[Way]:
    """A shortest way to every field of every object type that can be asked for without a global id."""
    query = schema.query_type
    assert query is not None
    waiting: list[tuple[GraphQLObjectType, tuple[tuple[str, GraphQLField], ...]]] = [(query, ())]
    seen = {query.name}
    while waiting:
        type_, steps = waiting.pop(0)
        for name, field in type_.fields.items():
            if name == "node" or (name == "nodes" and not steps) or name.endswith("ById"):
                continue
            way = Way((*steps, (name, field)))
            yield way
            below = get_named_type(field.type)
            if isinstance(below, GraphQLObjectType) and below.name not in seen and len(way.steps) < deepest:
                seen.add(below.name)
                waiting.append((below, way.steps))


def connections(schema: GraphQLSchema) -> list[Way]:
    """The way to every connection."""
    return [way for way in ways(schema) if get_named_type(way.field.type).name.endswith("Connection")]


def leaves(type_: Any) -> str:
    """A selection of every field of an object that is a value and takes no argument that has to be given."""
    names = [
        name
        for name, field in type_.fields.items()
        if is_leaf_type(get_named_type(field.type))
        and not any(map(is_required_argument, field.args.values()))
    ]
    return "{ __typename " + " ".join(names) + " }"


def orders(field: GraphQLField) -> list[dict[str, str]]:
    """Every order that a connection can be asked in: none named, and each in both directions."""
    found: list[dict[str, str]] = [{}]
    if "orderBy" in field.args:
        made = get_named_type(field.args["orderBy"].type)
        assert isinstance(made, GraphQLInputObjectType)
        by, direction = (get_named_type(made.fields[name].type) for name in ("field", "direction"))
        assert isinstance(by, GraphQLEnumType)
        assert isinstance(direction, GraphQLEnumType)
        found += [
            {"orderBy": f"{{field: {one}, direction: {way}}}"}
            for one in by.values
            for way in direction.values
        ]
    return found


def is_listed(field: GraphQLField) -> bool:
    """Whether a field yields a list."""
    return is_list_type(get_nullable_type(field.type))


def is_nullable(field: GraphQLField) -> bool:
    """Whether a field may be null."""
    return not isinstance(field.type, GraphQLNonNull)
