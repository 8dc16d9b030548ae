"""The gate: from what a request says of its sender to a caller and the signed contexts of that caller."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from time import monotonic
from typing import Protocol

from hub.access.api_keys import MARK, ApiKey, known
from hub.access.areas import NATIONAL, NOWHERE
from hub.access.callers import Caller, Granting, on_behalf, resolved
from hub.access.context import WITHHELD, Reach, plain, sign
from hub.access.ledger import Ledger
from hub.access.tokens import Claims, Issuer, announced, believed, refusal
from hub.access.trust import Trust
from hub.domain import clock
from hub.errors import RefusedError
from hub.registry.agencies import Agency, Terms
from hub.registry.agreements import Agreement

LIFE = timedelta(minutes=1)
"""How long a context is good for: as long as a statement may wait for its turn, and then run."""
FRESH = 5.0
"""Seconds after which agreements are read anew: a suspended one grants nothing from then on."""
ROLES = frozenset({"reader", "exporter", "auditor", "operator", "dpo", "approver", "reviewer"})
"""Of the operator of this machine."""
NEVER = datetime.max.replace(tzinfo=UTC)
MOST_TOKENS = 10_000
"""Believed tokens that are kept, so that a signature is checked once."""


@dataclass(frozen=True)
class Admitted:
    """A caller who may ask, and the contexts under which the database answers.

    Args:
        caller: Who asks.
        context: Makes a signed context, a new one for each statement; refuses once the caller has expired.
        pseudonyms: Key of the pseudonyms of its agreement; empty: it has none.
        claims: What its token or key says of it; None: it showed none.
    """

    caller: Caller
    context: Callable[[], str]
    pseudonyms: bytes = field(default=b"", repr=False)
    claims: Claims | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Under which the caller's budget is kept."""
        return f"{self.caller.agency}/{self.caller.subject}"


class Gate(Protocol):
    """Decides who a request comes from, and whether what it is told of persons leaves a line in the ledger."""

    @property
    def ledger(self) -> Ledger | None:
        """Makes the lines; None: none are left."""

    async def admit(
        self, authorization: str, purpose: str, agreement: str, certificate: str = ""
    ) -> Admitted:
        """The caller behind a request.

        Args:
            authorization: Header of that name; blank where there is none.
            purpose: What the request is for; blank likewise.
            agreement: What grants it; blank likewise.
            certificate: Thumbprint of the client certificate that was shown (`hub.access.certificates`); likewise.

        Raises:
            RefusedError: `token_missing`, `token_refused`, `token_unbound`, `no_agreement`.
            InputError: `unknown_purpose`, …
        """

    async def resume(self, claims: Claims | None, purpose: str, agreement: str) -> Admitted:
        """The caller behind a request that was let in before and is worked on later, with the rights of now.

        The token itself may have run out meanwhile: it was good when the request came, and what it narrowed stays
        narrowed. A key that was ended, a client or issuer that is gone and an agreement that ended grant nothing.

        Args:
            claims: Of the request; None: it needed none.
            purpose: What it is for.
            agreement: What grants it; blank: the first that does.

        Raises:
            RefusedError: As `admit` has them.
        """

    def public(self) -> Admitted:
        """Anyone, for what speaks of no person and is the same for all."""


@dataclass(frozen=True)
class OpenGate:
    """Everyone is one caller: for a server that listens on loopback alone.

    Args:
        context: Makes the signed contexts of that caller.
        ledger: Makes the lines that its answers leave; None: none.
    """

    context: Callable[[], str]
    ledger: Ledger | None = None

    async def admit(
        self, authorization: str = "", purpose: str = "", agreement: str = "", certificate: str = ""
    ) -> Admitted:
        """That caller, whatever is said."""
        del authorization, purpose, agreement, certificate
        return self._everyone

    async def resume(self, claims: Claims | None, purpose: str, agreement: str) -> Admitted:
        """That caller later too."""
        del claims, purpose, agreement
        return self._everyone

    def public(self) -> Admitted:
        """That caller too."""
        return self._everyone

    @cached_property
    def _everyone(self) -> Admitted:
        operator = Caller("local", "operator", "local", ROLES, NATIONAL, NEVER, everything=True)
        return Admitted(operator, self.context)


async def _no_keys() -> Mapping[str, ApiKey]:
    """A hub without keys of systems."""
    return {}


def _no_key(use: str) -> bytes:
    raise LookupError(f"nobody derives the key for {use}")


@dataclass
class TokenGate:
    """Callers by their bearer tokens.

    Args:
        key: The key that signs contexts now.
        issuers: Those trusted, by name.
        agencies: By code.
        terms: Purposes and scopes.
        read: Reads the agreements that grant something now.
        read_keys: Reads the keys of systems that are believed now.
        ledger: Makes the lines that answers leave; None: none.
        derive: A key of 32 bytes for one use (`Roles.derive`): those of pseudonyms.
    """

    key: Callable[[], bytes]
    issuers: Mapping[str, Issuer]
    agencies: Mapping[str, Agency]
    terms: Terms
    read: Callable[[], Awaitable[Mapping[str, Agreement]]]
    read_keys: Callable[[], Awaitable[Mapping[str, ApiKey]]] = _no_keys
    ledger: Ledger | None = None
    derive: Callable[[str], bytes] = _no_key
    _tokens: OrderedDict[bytes, tuple[Claims, Issuer]] = field(default_factory=OrderedDict)
    _granting: Granting | None = None
    _read_at: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def admit(
        self, authorization: str, purpose: str = "", agreement: str = "", certificate: str = ""
    ) -> Admitted:
        """The caller behind a bearer token."""
        scheme, _, token = authorization.partition(" ")
        if not authorization:
            raise RefusedError(
                "token_missing", "this hub answers callers with a token alone: Authorization: Bearer …"
            )
        if scheme.lower() != "bearer":
            raise refusal()
        granting, token = await self._current(), token.strip()
        if token.startswith(MARK):
            claims = known(token, granting.keys)
        else:
            await self._renewed(token)
            claims = self._believed(token)
        return self._admitted(
            replace(claims, shown=certificate) if certificate else claims, granting, purpose, agreement
        )

    async def resume(self, claims: Claims | None, purpose: str, agreement: str) -> Admitted:
        """The caller behind a request of before, with the rights of now."""
        granting, now = await self._current(), clock.now()
        if claims is None:
            raise refusal()
        key = granting.keys.get(claims.token)
        ended = key is None or key.expires <= now
        if ended if claims.key else claims.issuer not in self.issuers:
            raise refusal()
        return self._admitted(replace(claims, expires=now + LIFE), granting, purpose, agreement)

    async def behalf(self, asked: tuple[str, str, str], life: timedelta) -> Admitted:
        """An agency as the operator of this machine acts for it; see `on_behalf`.

        Args:
            asked: Agreement, purpose, and who acts.
            life: How long.
        """
        caller = on_behalf(await self._current(), asked, clock.today(), clock.now() + life)
        return Admitted(caller, self._context(caller), self._pseudonyms(caller))

    def _admitted(self, claims: Claims, granting: Granting, purpose: str, agreement: str) -> Admitted:
        caller = resolved(claims, granting, clock.today(), purpose, agreement)
        return Admitted(caller, self._context(caller), self._pseudonyms(caller), claims)

    def _pseudonyms(self, caller: Caller) -> bytes:
        """The key of an agreement's pseudonyms: of all its versions, and of no other agreement."""
        if "pseudonym" not in caller.masks:
            return b""
        return self.derive(f"pseudonyms {caller.agreement.partition('@')[0]}")

    def public(self) -> Admitted:
        """A caller without areas and scopes: no policy shows it a row of a person."""
        caller = Caller("public", "public", "anyone", frozenset({"reader"}), NOWHERE, NEVER)
        return Admitted(caller, self._context(caller))

    async def _renewed(self, token: str) -> None:
        """Lets an issuer whose keys are fetched look for others, where the token names one that calls for it."""
        if isinstance(self.issuers, Trust) and (named := announced(token)):
            await self.issuers.renew(*named)

    def _believed(self, token: str) -> Claims:
        """The claims of a token, its signature checked once for the keys of its issuer; it expires all the same."""
        name = hashlib.sha256(token.encode(errors="replace")).digest()
        found, issuer = self._tokens.get(name, (None, None))
        if found is None or self.issuers.get(found.issuer) is not issuer:
            found = believed(token, self.issuers)
            self._tokens[name] = found, self.issuers[found.issuer]
            if len(self._tokens) > MOST_TOKENS:
                self._tokens.popitem(last=False)
        if found.expires <= clock.now():
            del self._tokens[name]
            raise refusal()
        return found

    async def _current(self) -> Granting:
        """What is granted now; one request reads it anew, and those that come meanwhile wait for it."""
        async with self._reading:
            if self._granting is None or monotonic() - self._read_at > FRESH:
                self._granting = Granting(
                    self.agencies, self.terms, await self.read(), await self.read_keys()
                )
                self._read_at = monotonic()
            return self._granting

    def _context(self, caller: Caller) -> Callable[[], str]:
        purpose = self.terms.purpose(caller.purpose)
        reach = Reach(
            caller.areas.ranges(),
            self.terms.bits(caller.scopes) | (WITHHELD if purpose and purpose.withheld else 0),
            f"{caller.agency}/{plain(caller.subject)}",
            caller.purpose,
            caller.agreement,
            caller.programs,
        )

        def context() -> str:
            left = caller.expires - clock.now()
            if left <= timedelta():
                raise refusal()
            return sign(self.key(), reach, min(LIFE, left))

        return context
