"""Random operations over the printed schema: fields, aliases, fragments, directives, arguments, variables."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from tests.oracle.fields import FIELDS
from tests.oracle.roots import NODES, ROOTS

PAGES = ("edges", "nodes", "pageInfo", "totalCount")
NULL_SHARE, VARIABLE_SHARE, ALIAS_SHARE, DIRECTIVE_SHARE, FRAGMENT_SHARE = 0.06, 0.35, 0.25, 0.08, 0.2
OWN_CURSOR_SHARE = 0.9
OMITTED = object()
OPERATORS = ("eq", "in", "prefix", "gte", "lt")


@dataclass(frozen=True)
class Operation:
    """A document with the variables of several requests for it."""

    document: str
    requests: tuple[dict[str, Any], ...]


@dataclass
class Writer:
    """Writes one operation.

    Args:
        random: Source of every choice.
        schema: The printed schema.
        texts: Values to send by the name of the argument or of the scalar; cursors also by their connection.
        depth: Fields below each other at most.
    """

    random: Random
    schema: GraphQLSchema
    texts: dict[str, list[Any]]
    depth: int = 5
    arguments: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    fragments: list[tuple[str, str]] = field(default_factory=list)
    variables: list[tuple[str, tuple[Any, Any]]] = field(default_factory=list)

    def operation(self) -> Operation:
        """A document and two requests for it that differ in the values of its variables."""
        query = self.schema.query_type
        assert query is not None
        body = self.selection(query, self.depth)
        declared = f"({', '.join(text for text, _ in self.variables)})" if self.variables else ""
        parts = [f"query Q{declared} {body}"]
        parts += [f"fragment f{n} on {type_} {text}" for n, (type_, text) in enumerate(self.fragments)]
        requests = tuple(
            {
                f"v{n}": values[which]
                for n, (_, values) in enumerate(self.variables)
                if values[which] is not OMITTED
            }
            for which in (0, 1)
        )
        return Operation(" ".join(parts), requests)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def selection(self, type_: Any, depth: int) -> str:
        """A selection set."""
        count = self.random.randint(1, 4 if depth == self.depth else 3)
        parts = [self._part(type_, depth) for _ in range(count)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: Any, depth: int) -> str:
        if isinstance(type_, GraphQLInterfaceType) and depth > 0 and self._chance(0.8):
            named = self.schema.type_map[self.random.choice(sorted(NODES))]
            return f"... on {named.name}{self._directive()} {self.selection(named, depth)}"
        if depth > 0 and self._chance(FRAGMENT_SHARE):
            return self._spread(type_, depth)
        return self._field(type_, depth)

    def _spread(self, type_: Any, depth: int) -> str:
        if self._chance(0.4):
            named = f" on {type_.name}" if self._chance(0.7) else ""
            return f"...{named}{self._directive()} {self.selection(type_, depth - 1)}"
        known = [n for n, (name, _) in enumerate(self.fragments) if name == type_.name]
        if known and self._chance(0.6):
            return f"...f{self.random.choice(known)}{self._directive()}"
        body = self.selection(type_, depth - 1)
        self.fragments.append((type_.name, body))
        return f"...f{len(self.fragments) - 1}{self._directive()}"

    def _directive(self) -> str:
        if not self._chance(DIRECTIVE_SHARE):
            return ""
        wanted = self.random.random() < 0.5
        value = str(wanted).lower()
        if self._chance(0.6):
            value = self._variable("Boolean!", (wanted, self.random.random() < 0.5), None)
        return f" @{self.random.choice(['skip', 'include'])}(if: {value})"

    def _names(self, type_: Any, depth: int) -> list[str]:
        """The fields that the reference can answer, leaves alone at the bottom."""
        if type_.name == "Query":
            return sorted(ROOTS)
        known = FIELDS.get(type_.name) or dict.fromkeys(type_.fields)
        names = [name for name in known if name in type_.fields]
        return [name for name in names if depth > 0 or is_leaf_type(get_named_type(type_.fields[name].type))]

    def _field(self, type_: Any, depth: int) -> str:
        names = self._names(type_, depth)
        if not names or self._chance(0.04):
            return "__typename"
        name = self.random.choice(names)
        definition: GraphQLField = type_.fields[name]
        shown, arguments = self._shown(type_, name, definition)
        below = get_named_type(definition.type)
        inner = "" if is_leaf_type(below) else " " + self.selection(below, depth - 1)
        return f"{shown}{arguments}{self._directive()}{inner}"

    def _shown(self, type_: Any, name: str, definition: GraphQLField) -> tuple[str, str]:
        """The field with its alias, and its arguments; one response key always has the same ones."""
        if not self._chance(ALIAS_SHARE):
            plain = (type_.name, name)
            if plain not in self.arguments:
                self.arguments[plain] = self._arguments(type_, name, definition)
            return name, self.arguments[plain]
        alias = self.random.choice(["a", "b", "r1", "t1", "data", "q" * 63, "q" * 70]) + f"_{name}"
        if alias not in self.aliases:
            self.aliases[alias] = (type_.name, name, self._arguments(type_, name, definition))
        if self.aliases[alias][:2] != (type_.name, name):
            alias = f"{alias}_{type_.name}"
            self.aliases.setdefault(alias, (type_.name, name, self._arguments(type_, name, definition)))
        return f"{alias}: {name}", self.aliases[alias][2]

    def _arguments(self, type_: Any, field_name: str, definition: GraphQLField) -> str:
        parts = []
        for name, argument in definition.args.items():
            if is_required_argument(argument) or self._chance(0.3):
                own = f"{type_.name}.{field_name}"
                texts = own if name in ("after", "before") and self._knows(own) else name
                parts.append(f"{name}: {self._value(argument.type, texts, variable=True)}")
        return f"({', '.join(parts)})" if parts else ""

    def _knows(self, connection: str) -> bool:
        """Whether a cursor of the connection's own is sent, of which some have to be known."""
        return connection in self.texts and self._chance(OWN_CURSOR_SHARE)

    def _value(self, type_: Any, name: str, variable: bool) -> str:
        """A literal, or a variable of the same type."""
        if variable and self._chance(VARIABLE_SHARE):
            default = None
            values = (self._drawn(type_, name), self._drawn(type_, name))
            if not isinstance(type_, GraphQLNonNull):
                default = literal(self._drawn(type_, name), type_) if self._chance(0.3) else None
                values = tuple(OMITTED if self._chance(0.2) else value for value in values)  # type: ignore[assignment]  # two stay two
            return self._variable(str(type_), values, default)
        return literal(self._drawn(type_, name), type_)

    def _variable(self, type_: str, values: tuple[Any, Any], default: str | None) -> str:
        name = f"$v{len(self.variables)}"
        self.variables.append((f"{name}: {type_}" + (f" = {default}" if default else ""), values))
        return name

    def _drawn(self, type_: Any, name: str, depth: int = 5) -> Any:
        """A value of a type, as JSON has it; now and then one that is refused."""
        if isinstance(type_, GraphQLNonNull):
            return self._drawn_bare(type_.of_type, name, depth)
        return None if self._chance(NULL_SHARE) else self._drawn_bare(type_, name, depth)

    def _drawn_bare(self, type_: Any, name: str, depth: int) -> Any:
        if isinstance(type_, GraphQLList):
            most = 4 if name == "ids" else 2
            return [self._drawn(type_.of_type, name, depth - 1) for _ in range(self.random.randint(0, most))]
        if isinstance(type_, GraphQLInputObjectType):
            return self._drawn_object(type_, name, depth)
        if isinstance(type_, GraphQLEnumType):
            return self.random.choice(sorted(type_.values))
        if type_.name == "Boolean":
            return self._chance(0.5)
        return self.random.choice(self.texts.get(name) or self.texts[type_.name])

    def _drawn_object(self, type_: GraphQLInputObjectType, name: str, depth: int) -> dict[str, Any]:
        """An input object; its operators compare with values fit for the field that holds it."""
        found = {}
        for key, one in type_.fields.items():
            deep = not is_leaf_type(get_named_type(one.type))
            if key == "wilayah" and name == "filter" and self._chance(0.5):
                found[key] = "33"
            elif is_required_input_field(one) or (
                self._chance(self._share(type_)) and (depth > 0 or not deep)
            ):
                found[key] = self._drawn(one.type, name if key in OPERATORS else key, depth - 1)
        return found

    def _share(self, type_: GraphQLInputObjectType) -> float:
        """How often a field is given: of a large object less often than of a small one."""
        return 0.25 if len(type_.fields) < 8 else 2 / len(type_.fields)


def literal(value: Any, type_: Any) -> str:
    """A value in the words of a document."""
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if value is None:
        return "null"
    if isinstance(bare, GraphQLList):
        return "[" + ", ".join(literal(one, bare.of_type) for one in value) + "]"
    if isinstance(bare, GraphQLInputObjectType):
        return (
            "{"
            + ", ".join(f"{name}: {literal(one, bare.fields[name].type)}" for name, one in value.items())
            + "}"
        )
    if isinstance(bare, GraphQLEnumType):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def covered(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """The object types that the reference answers for."""
    return [schema.type_map[name] for name in FIELDS]  # type: ignore[misc]  # names of object types
