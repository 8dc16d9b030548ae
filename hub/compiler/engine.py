"""Runs queries: one document, one plan, one statement, and the bytes PostgreSQL made of its answer."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)
from graphql.execution.values import VariableValues

from hub.access.ledger import Ledger, Line
from hub.compiler.declare import Catalog, Choice, Representation
from hub.compiler.documents import Documents, InvalidDocument, Operation, roots
from hub.compiler.entities import forms
from hub.compiler.limits import Limits, flat, sized
from hub.compiler.marks import stripped
from hub.compiler.needs import EVERYTHING, Refusal, Sight, worded
from hub.compiler.plan import Plan
from hub.compiler.planner import Planner
from hub.compiler.selection import Selector
from hub.compiler.variables import variables_of
from hub.errors import InputError, RefusedError


class Reads(Protocol):
    """What the engine needs of the store."""

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement, as text; null when it yields none."""


# Three of these are made for each request: frozen ones take five times as long to make.
@dataclass(slots=True)
class Request:
    """One operation a caller asks for.

    Args:
        query: Text of the document.
        variables: Values of its variables, as JSON has them.
        operation_name: Name of the operation, or None.
        language: `id` or `en`: labels of code lists and messages.
        explain: Whether the caller wants to know what it is in SQL.
        whole: Whether the caller wants all of it or nothing: a field that it may not see then refuses the operation.
        since: Of an export: cursor or instant since which changes alone are asked for; None: all of it.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    language: str = "id"
    explain: bool = False
    whole: bool = False
    since: str | None = None

    def accepts(self, refused: Sequence[Refusal]) -> None:
        """Passes an answer without these fields, unless all was wanted.

        Raises:
            RefusedError: `fields_refused`, with what would allow the first of them.
        """
        if self.whole and refused:
            first = refused[0]
            wanted = worded(first.scopes) if first.scopes else f"no mask {first.mask}"
            raise RefusedError(
                "fields_refused",
                f"{len(refused)} fields are refused or masked, first {'.'.join(first.path)}",
                allowed_by=f"an approved agreement with {wanted}",
            )


@dataclass(slots=True)
class Prepared:
    """A request ready to run.

    Args:
        plan: Its plan.
        parameters: The values of `$2` and after.
        operation: What the document asks for.
        variables: Their values.
        cost: Rows it may yield.
        document: Its text.
        named: The numbers and ids that it names, where it leaves a line.
    """

    plan: Plan
    parameters: list[object]
    operation: Operation
    variables: VariableValues
    cost: int
    document: str = ""
    named: Sequence[str] = ()


@dataclass(slots=True)
class Answer:
    """What came of a request.

    Args:
        data: The JSON of `data`.
        cost: Rows it might have yielded, known before it ran.
        refused: Fields that the caller does not see, or sees under a mask.
        line: The line that it left in the ledger.
    """

    data: bytes
    cost: int
    refused: Sequence[Refusal] = ()
    line: Line | None = None


@dataclass
class Engine:
    """Compiles and runs the queries of one schema.

    Args:
        schema: The schema, as graphql-core has it.
        catalog: How SQL yields each of its types and fields.
        limits: Upper bounds of one document.
        room: Plans kept.
    """

    schema: GraphQLSchema
    catalog: Catalog
    limits: Limits = field(default_factory=Limits)
    room: int = 1000
    _plans: OrderedDict[object, Plan] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        """Documents are validated against this schema alone."""
        self._documents = Documents(self.schema, self.limits)

    def prepare(
        self, request: Request, sight: Sight = EVERYTHING, *, streams: bool = False, writes: bool = False
    ) -> Prepared:
        """The plan of a request and its parameters; nothing is read yet.

        Args:
            request: What is asked for.
            sight: What the caller may see.
            streams: Whether it may be a subscription, whose plan yields its next event (`hub.compiler.stream`).
            writes: Whether it may be a mutation, whose plan yields what the act came to.

        Raises:
            InvalidDocument: The document or its variables break the schema.
            InputError: It asks for too much, or a value is unfit.
            RefusedError: `scope_missing`, `masked`, `fields_refused`.
        """
        if request.since is not None:
            raise InputError(
                "not_incremental", "`since` is asked of an export; here there is `changes(since:)`"
            )
        operation, variables = self.read(request, streams=streams, writes=writes)
        plan = self._plan(operation, variables, request.language, sight)
        request.accepts(plan.refused)
        arguments = plan.arguments(variables)
        cost = plan.cost(arguments)
        if cost > self.limits.rows:
            raise InputError(
                "limit_rows",
                f"the document may yield {cost} rows, {self.limits.rows} are allowed; ask for smaller pages",
            )
        parameters, named = plan.parameters(arguments), plan.named(arguments)
        return Prepared(plan, parameters, operation, variables, cost, request.query, named)

    def keep(self, source: str) -> None:
        """Reads a document that stays read; errors as `read` has them."""
        self._documents.keep(source)

    def roots(self, source: str) -> frozenset[str]:
        """Names of the root fields that a document may ask for, whatever its variables are."""
        operation = self._documents.operation(source)
        return frozenset(roots(operation.definition.selection_set, operation.fragments))

    def read(
        self, request: Request, *, streams: bool = False, writes: bool = False
    ) -> tuple[Operation, VariableValues]:
        """The valid operation of a request and the values of its variables.

        Raises:
            InvalidDocument: The document or its variables break the schema.
            InputError: The document is too large, or isn't one query (with `streams` or
                one subscription, with `writes` or one mutation).
        """
        operation = self._documents.operation(request.query, request.operation_name)
        if operation.subscribes and not streams:
            raise InputError("not_a_query", "ask for a subscription at /graphql/stream, or over a WebSocket")
        if operation.writes and not writes:
            raise InputError("not_a_query", "ask for a mutation by POST to /graphql, one at a time")
        if not flat(request.variables, self.limits):
            sized([(request.variables, 0)], self.limits, "values")
        silent = not self.limits.introspection
        variables = variables_of(self.schema, operation, request.variables, silent)
        if not isinstance(variables, VariableValues):
            raise InvalidDocument("BAD_USER_INPUT", variables)
        return operation, variables

    def _plan(self, operation: Operation, variables: VariableValues, language: str, sight: Sight) -> Plan:
        key = (operation, language, sight, shape(variables.coerced))
        plan = self._plans.get(key)
        if plan is None:
            selector = Selector(self.schema, operation.fragments, variables)
            query = self.schema.get_root_type(operation.definition.operation)
            if query is None:
                raise LookupError("the schema has no such root type")
            selected = selector.fields(query, [operation.definition.selection_set])
            plan = Planner(self.schema, self.catalog, selector, language, sight).plan(selected, query)
            self._plans[key] = plan
            if len(self._plans) > self.room:
                self._plans.popitem(last=False)
        else:
            self._plans.move_to_end(key)
        return plan

    def explain(self, request: Request) -> tuple[str, list[object]]:
        """The statement of a request and its parameters from `$2` on; `$1` is the access context."""
        prepared = self.prepare(request)
        return prepared.plan.sql, prepared.parameters

    async def run(self, request: Request, reads: Reads, context: Callable[[], str]) -> bytes:
        """The JSON of `data`; see `answer`."""
        return (await self.answer(self.prepare(request), reads, context)).data

    async def answer(
        self, prepared: Prepared, reads: Reads, context: Callable[[], str], ledger: Ledger | None = None
    ) -> Answer:
        """The answer to a request, by one statement.

        Args:
            prepared: What is asked for.
            reads: Where it is read.
            context: Makes the signed access context of the caller.
            ledger: Makes the line, where one is left.

        Raises:
            RefusedError: `context_refused`, the database did not let the caller in; `quota_spent`.
            RetriableError: `ledger_unsealed`.
        """
        line = await line_of(prepared, ledger)
        data = await self._data(prepared, reads, context, line)
        return Answer(data, prepared.cost, prepared.plan.refused, line)

    async def _data(
        self, prepared: Prepared, reads: Reads, context: Callable[[], str], line: Line | None
    ) -> bytes:
        if not prepared.plan.reads:
            return orjson.dumps(self._introspect(prepared))
        data = await read(prepared.plan, prepared.parameters, reads, context(), line)
        if not prepared.plan.introspection:
            return data
        found = orjson.loads(data) | self._introspect(prepared)
        return orjson.dumps({key: found[key] for key in prepared.plan.order})

    def _introspect(self, prepared: Prepared) -> dict[str, Any]:
        """What graphql-core answers to the introspection fields of an operation."""
        nodes: list[FieldNode] = [node for found in prepared.plan.introspection.values() for node in found]
        old = prepared.operation.definition
        operation = OperationDefinitionNode(
            operation=old.operation,
            name=old.name,
            variable_definitions=old.variable_definitions,
            directives=(),
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        definitions = (operation, *prepared.operation.fragments.values())
        answer = execute_sync(
            self.schema,
            DocumentNode(definitions=definitions),
            variable_values={
                name: source.value
                for name, source in prepared.variables.sources.items()
                if name in prepared.variables.coerced
            },
        )
        if answer.errors or answer.data is None:
            raise InvalidDocument("GRAPHQL_VALIDATION_FAILED", list(answer.errors or ()))
        return answer.data


async def line_of(prepared: Prepared, ledger: Ledger | None) -> Line | None:
    """The line that an answer leaves; None: it leaves none.

    Raises:
        RetriableError: `ledger_unsealed`.
    """
    if ledger is None or not prepared.plan.leaves:
        return None
    return await ledger.line(prepared.document, prepared.named)


async def read(
    plan: Plan, parameters: Sequence[object], reads: Reads, context: str, line: Line | None
) -> bytes:
    """The JSON of `data` that the statement of a plan yields, without marks.

    Raises:
        RefusedError: `context_refused`, the database did not let the caller in; `quota_spent`.
    """
    more = (line.request, line.operation, line.asked) if line else ()
    data = await reads.text(plan.sql, [context, *parameters, *more])
    if data is None:
        raise RefusedError("context_refused", "the database did not accept the caller's context")
    return stripped(data.encode()) if plan.leaves else data.encode()


_SHAPELESS = frozenset((str, int, float))
"""Types, themselves and no other made of them, of which a plan does not depend on the value."""


def shape(value: Any) -> object:
    """What a plan depends on in the variables: presence, nulls, booleans, choices, keys and lengths.

    Of a list it is the shapes with how often each repeats in a row, so that a thousand rows of one kind are one;
    of a list of representations, which types and keys are in it.
    """
    if type(value) in _SHAPELESS:
        return "value"
    if isinstance(value, Mapping):
        return tuple([(key, shape(one)) for key, one in sorted(value.items())])
    if isinstance(value, Representation):
        return value.type, value.key
    if value and isinstance(value, list) and isinstance(value[0], Representation):
        return tuple(forms(value))
    if isinstance(value, list):
        if value and all(type(one) in _SHAPELESS for one in value):
            return (("value", len(value)),)
        return tuple((kind, sum(1 for _ in run)) for kind, run in groupby(value, shape))
    if value is None or isinstance(value, (bool, Choice)):
        return value
    return "value"
