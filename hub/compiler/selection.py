"""Which fields of which object a document selects: fragments, @skip and @include, repeated fields merged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
)
from graphql.execution.values import VariableValues

Selected = dict[str, list[FieldNode]]


@dataclass(frozen=True)
class Selector:
    """Collects fields in the order of the specification (CollectFields, October 2021, 6.3.2)."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def fields(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Selected:
        """The fields selected on an object, by response key in the order of the answer."""
        walk = _Walk(self, type_)
        for selection_set in sets:
            walk.visit(selection_set.selections)
        return walk.found

    def below(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Selected:
        """The fields selected on the object that these field nodes yield."""
        return self.fields(type_, [node.selection_set for node in nodes if node.selection_set])

    def included(self, node: SelectionNode) -> bool:
        """Whether @skip and @include leave the node in."""
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return include is None or bool(include["if"])

    def fits(self, condition: NamedTypeNode | None, type_: GraphQLObjectType) -> bool:
        """Whether a fragment on that type applies to an object."""
        if condition is None or condition.name.value == type_.name:
            return True
        wide = self.schema.get_type(condition.name.value)
        return isinstance(wide, GraphQLAbstractType) and self.schema.is_sub_type(wide, type_)


@dataclass
class _Walk:
    selector: Selector
    type: GraphQLObjectType
    found: Selected = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def visit(self, selections: Iterable[SelectionNode]) -> None:
        for node in selections:
            if not self.selector.included(node):
                continue
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                self.found.setdefault(key, []).append(node)
            else:
                self._fragment(node)

    def _fragment(self, node: SelectionNode) -> None:
        if isinstance(node, InlineFragmentNode):
            definition: InlineFragmentNode | FragmentDefinitionNode = node
        else:
            name = node.name.value  # type: ignore[attr-defined]  # a spread is all that is left
            if name in self.seen:
                return
            self.seen.add(name)
            definition = self.selector.fragments[name]
        if self.selector.fits(definition.type_condition, self.type):
            self.visit(definition.selection_set.selections)
