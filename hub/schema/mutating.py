"""Acts: what a caller does to the hub through the graph, once, and how the answer tells of it.

A field of `Mutation` has an `Act`. Its document passes every check that a query does; then the act runs under the
writing role, in one transaction with the note that it was done; then the statement of the document answers, under the
caller's own context, as that of any query. Before the statement the server adds two arguments that no caller can give:
`ref$`, the public id of what came of the act, and `told$`, JSON that the act tells of it. A field of `Query` may have
an act too, one that only tells: what the reading role never sees, for a role that may.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import orjson

from hub.access.callers import Caller
from hub.access.gate import Admitted
from hub.access.ledger import Ledger
from hub.compiler.binding import plain
from hub.compiler.convert import node_key
from hub.compiler.engine import Prepared, Reads
from hub.compiler.needs import worded
from hub.domain import clock
from hub.errors import InputError, RefusedError, RetriableError
from hub.registry.agencies import Role
from hub.store.database import Database
from hub.store.sql import AsyncConnection, is_busy, is_lost, text

KEY = "key"
"""Argument of every mutation: chosen by the caller, so that the same act sent twice is done once."""
SHORTEST_KEY, LONGEST_KEY = 16, 64
PATIENCE = text("set local lock_timeout = '5s'")
"""An act that would wait for a landing is refused for now, and nothing of it is done."""
ALONE = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
DONE = text("select field, digest, ref from act where caller = :caller and key = :key")
NOTE = text(
    "insert into act (caller, key, field, digest, ref, agreement, purpose, at)"
    " values (:caller, :key, :field, :digest, :ref, :agreement, :purpose, :at)"
)


@dataclass(frozen=True)
class Desk:
    """What acts are done with.

    Args:
        database: Where.
        config_dir: Holds `rights.toml` and the like.
    """

    database: Database
    config_dir: Path


@dataclass(frozen=True)
class Work:
    """One act under way.

    Args:
        desk: What it is done with.
        connection: Under the writing role, in the act's transaction, which is committed for it. Row-level security
            does not stand before it: an act has to look whether the caller sees what it is about (`finds`).
        admitted: Who acts.
        reads: Where the caller reads.
    """

    desk: Desk
    connection: AsyncConnection
    admitted: Admitted
    reads: Reads

    @property
    def caller(self) -> Caller:
        """Who acts."""
        return self.admitted.caller

    @property
    def actor(self) -> str:
        """By what name it stands in what is kept: agency and client."""
        return self.admitted.name

    async def finds(self, select: str, *values: object) -> bool:
        """Whether a select of ours yields a row to the caller, under its context and row-level security.

        Args:
            select: SQL without its caller's words in it; values are `$2` and after.
            values: Those.

        Raises:
            RefusedError: `context_refused`.
        """
        return bool(orjson.loads(await self.told(f"select exists ({select})", *values)))

    async def told(self, select: str, *values: object) -> str:
        """The one value of a select of ours as the caller would read it, under its context and row-level security.

        Args:
            select: SQL without its caller's words in it; values are `$2` and after.
            values: Those.

        Raises:
            RefusedError: `context_refused`.
        """
        entered = f"select case when hub.enter($1::text) then ({select}) end as data"
        found = await self.reads.text(
            f"with q as materialized ({entered}) select data::text from q", [self.admitted.context(), *values]
        )
        if found is None:
            raise RefusedError("context_refused", "the database did not accept the caller's context")
        return found


TOLD = (
    "case when {arg[told$.told]} is null then hub.refuse('not_here')::text::json else {arg[told$.told]} end"
)
"""Template of what an act told, as JSON; whoever runs the statement without the act is refused."""
Given = Mapping[str, Any]
"""Arguments by their GraphQL names, without the wrappings of enums; what was left out is not there."""
Named = TypeVar("Named", int, UUID)
NAMED: Mapping[type, str] = {int: "bigint", UUID: "uuid"}
"""What a global id names a thing by, as SQL has it."""


def key_of(given: Given, name: str, type_name: str, kind: type[Named]) -> Named:
    """The number or public id in a global id of one type.

    Raises:
        InputError: `bad_id`, also for the id of something else.
    """
    found = node_key(given[name], type_name, NAMED[kind])
    if not isinstance(found, kind):
        raise InputError("bad_id", f"not the id of a {type_name}")
    return found


async def _nothing(_work: Work, _given: Given, _ref: str) -> object:
    return None


@dataclass(frozen=True)
class Act:
    """What stands behind a field.

    Args:
        role: That the client of the caller needs.
        purposes: Of which the request names one; none: any.
        perform: Does it and returns the public id of what came of it; None: it only tells.
        tell: What the statement is told of it, as JSON has it; given the id, blank where nothing was done. It runs for
            an act that is sent again too.
        unwritten: Argument that comes as a variable and not in the text of the document; blank: none has to.
    """

    role: Role
    purposes: frozenset[str] = frozenset()
    perform: Callable[[Work, Given], Awaitable[str]] | None = None
    tell: Callable[[Work, Given, str], Awaitable[object]] = _nothing
    unwritten: str = ""

    def allows(self, caller: Caller) -> None:
        """Passes who may do it.

        Raises:
            RefusedError: `role_missing`, `purpose_missing`.
        """
        if self.role not in caller.roles:
            raise RefusedError(
                "role_missing",
                f"this is for clients with the role {self.role}",
                allowed_by=f"the role {self.role} of a client in config/agencies/{caller.agency}.toml",
            )
        if self.purposes and not caller.everything and caller.purpose not in self.purposes:
            wanted = " or ".join(sorted(self.purposes))
            raise RefusedError(
                "purpose_missing",
                f"this is done for the purpose {wanted} alone",
                allowed_by=f"an approved agreement of {caller.agency} with the purpose {wanted}",
            )


@dataclass(frozen=True)
class Acting:
    """Does the acts of one server.

    Args:
        acts: By field.
        desk: What they are done with.
        reads: Where callers read.
        ledger: Makes the lines that answers leave.
    """

    acts: Mapping[str, Act]
    desk: Desk
    reads: Reads
    ledger: Ledger | None = None

    def concerns(self, prepared: Prepared) -> bool:
        """Whether an operation asks for an act."""
        return prepared.operation.writes or not self.acts.keys().isdisjoint(prepared.plan.roots)

    async def acted(self, prepared: Prepared, admitted: Admitted) -> Prepared:
        """The operation with its act done, ready to be answered.

        Raises:
            InputError: `one_act`, `by_variable`, `bad_key`, `key_reused`, and what the act itself refuses.
            RefusedError: `role_missing`, `purpose_missing`, `scope_missing`.
            RetriableError: `ledger_unsealed`, `database_busy`, `database_unavailable`; nothing was done.
        """
        plan = prepared.plan
        field = next(iter(plan.roots), "")
        act = self.acts.get(field)
        if act is None or len(plan.order) != 1:
            raise InputError("one_act", "ask for exactly one field of the root: one act, one request")
        act.allows(admitted.caller)
        for refused in plan.refused:
            if len(refused.path) == 1:
                raise RefusedError(
                    "scope_missing",
                    f"this needs {worded(refused.scopes)}",
                    f"an approved agreement with {worded(refused.scopes)}",
                )
        if self.ledger and plan.leaves:
            await self.ledger.line(prepared.document, prepared.named)
        # The root field is the first whose arguments are bound.
        first, *others = plan.arguments(prepared.variables)
        given = {name: plain(value) for name, value in first.items() if value is not None}
        if act.unwritten and str(given.get(act.unwritten, "")) in prepared.document:
            raise InputError(
                "by_variable", f"give {act.unwritten} as a variable, not in the text of the document"
            )
        async with _writing(self.desk.database) as connection:
            work = Work(self.desk, connection, admitted, self.reads)
            ref = await _once(work, field, act, given) if act.perform else ""
            told = await act.tell(work, given, ref)
            await connection.commit()
        added = {
            "ref$": ref or None,
            "told$": None if told is None else orjson.dumps(told, default=str).decode(),
        }
        return replace(prepared, parameters=plan.parameters([{**first, **added}, *others]))


async def _once(work: Work, field: str, act: Act, given: Given) -> str:
    """The id of what came of an act, done now or, under the same key, before.

    Raises:
        InputError: `bad_key`; `key_reused`, for another act.
    """
    key, caller = _key(given), work.admitted.name
    digest = _digest(work.desk, field, given)
    await work.connection.execute(ALONE, {"name": f"act {caller} {key}"})
    done = (await work.connection.execute(DONE, {"caller": caller, "key": key})).first()
    if done is not None:
        if done.field != field or not hmac.compare_digest(done.digest, digest):
            raise InputError("key_reused", "this key was used for another act; choose a new one for each")
        return str(done.ref)
    assert act.perform is not None  # noqa: S101  # its caller looked
    ref = await act.perform(work, given)
    row = {
        "caller": caller, "key": key, "field": field, "digest": digest, "ref": ref, "at": clock.now(),
        "agreement": work.caller.agreement, "purpose": work.caller.purpose,
    }  # fmt: skip
    await work.connection.execute(NOTE, row)
    return ref


def _key(given: Given) -> str:
    key = str(given.get(KEY, ""))
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise InputError(
            "bad_key", f"a key has {SHORTEST_KEY} to {LONGEST_KEY} letters and digits; a random UUID will do"
        )
    return key


def _digest(desk: Desk, field: str, given: Given) -> bytes:
    """What stands for the arguments: keyed, for they may hold a number of a person."""
    told = orjson.dumps([field, {**given, KEY: None}], default=str, option=orjson.OPT_SORT_KEYS)
    return hmac.digest(desk.database.roles.derive("acts"), told, hashlib.sha256)


@asynccontextmanager
async def _writing(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection of an act; what it did not commit is undone.

    Raises:
        RetriableError: `database_busy`, `database_unavailable`.
    """
    try:
        async with database.connect() as connection:
            await connection.execute(PATIENCE)
            yield connection
    except Exception as error:
        if is_busy(error):
            raise RetriableError(
                "database_busy", "the hub is landing what a source sent; nothing was done, try again"
            ) from None
        if is_lost(error) or isinstance(error, OSError):
            raise RetriableError(
                "database_unavailable", "the database does not answer; try again soon"
            ) from None
        raise
