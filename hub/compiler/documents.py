"""Documents parsed, limited and validated once, then kept by their text."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    specified_rules,
    validate,
)

from hub.compiler.limits import Limits, check
from hub.errors import InputError

LONGEST_SOURCE = 20_000
MOST_ERRORS = 20


class InvalidDocument(Exception):  # noqa: N818  # it is an answer to the caller, not a failure of ours
    """A document that can't be parsed or breaks the schema.

    Args:
        code: GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED.
        errors: What is wrong, in the form of the specification.
    """

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, eq=False)
class Operation:
    """A valid document with its one operation.

    Args:
        document: All of it.
        definition: The operation.
        fragments: Its fragments by name.
        signatures: Names and types of its variables, once a request has passed; graphql-core's own objects.
        readers: What reads a value of each that is of a leaf type; likewise.
    """

    document: DocumentNode
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    signatures: dict[str, Any] = field(default_factory=dict)
    readers: dict[str, Callable[[Any], Any] | None] = field(default_factory=dict)

    @property
    def subscribes(self) -> bool:
        """Whether it is a subscription."""
        return self.definition.operation is OperationType.SUBSCRIPTION

    @property
    def writes(self) -> bool:
        """Whether it is a mutation."""
        return self.definition.operation is OperationType.MUTATION


@dataclass
class Documents:
    """The valid documents seen last; a document that isn't valid is never kept.

    Args:
        schema: The schema documents are validated against.
        limits: Their upper bounds.
        room: Documents kept.
    """

    schema: GraphQLSchema
    limits: Limits = field(default_factory=Limits)
    room: int = 500
    _kept: OrderedDict[str, Operation] = field(default_factory=OrderedDict)
    _pinned: dict[str, Operation] = field(default_factory=dict)

    def keep(self, source: str) -> Operation:
        """Reads a document that is never put out; errors as `operation` has them."""
        found = self._pinned[source] = self._pinned.get(source) or self._read(source)
        return found

    def operation(self, source: str, name: str | None = None) -> Operation:
        """The one operation of a document.

        Args:
            source: Text of the document.
            name: Name the caller gives the operation, or None.

        Raises:
            InvalidDocument: It can't be parsed, or breaks the schema.
            InputError: It is too large (`limit_…`), or has no operation of that name.
        """
        found = self._pinned.get(source) or self._lately(source)
        own = found.definition.name.value if found.definition.name else None
        if name and name != own:
            raise InputError("unknown_operation", "the document has no operation of that name")
        return found

    def _lately(self, source: str) -> Operation:
        """A document out of those seen last, or read now."""
        found = self._kept.get(source)
        if found is None:
            found = self._read(source)
            self._kept[source] = found
            if len(self._kept) > self.room:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(source)
        return found

    @property
    def silent(self) -> bool:
        """Whether messages hint at no name of the schema: a caller who may not read it would learn it from them."""
        return not self.limits.introspection

    @property
    def _rules(self) -> list[type[ASTValidationRule]]:
        return [*specified_rules, *([NoSchemaIntrospectionCustomRule] if self.silent else [])]

    def _read(self, source: str) -> Operation:
        if len(source) > LONGEST_SOURCE:
            raise InputError("limit_characters", f"the document has more than {LONGEST_SOURCE} characters")
        try:
            document = parse(source, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            raise InvalidDocument("GRAPHQL_PARSE_FAILED", [error]) from None
        except RecursionError:
            raise InputError("limit_depth", "the document is nested too deeply") from None
        check(document, self.limits)
        definitions = document.definitions
        operation = next(one for one in definitions if isinstance(one, OperationDefinitionNode))
        errors = validate(self.schema, document, self._rules, MOST_ERRORS, self.silent)
        if errors:
            raise InvalidDocument("GRAPHQL_VALIDATION_FAILED", errors)
        fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        return Operation(document, operation, fragments)


def roots(selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """Names of the fields that a selection holds, fragments opened, its directives set aside."""
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from roots(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from roots(fragments[node.name.value].selection_set, fragments)
