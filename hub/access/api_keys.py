"""Keys of systems that can't get tokens: made for one client, shown once, kept as a hash, and never without an end.

`hubkey_<id>_<secret>`, sent as a bearer token. The secret is 32 random bytes, so that its SHA-256 cannot be turned back
by trying; it is compared in constant time.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.access.tokens import Claims, refusal
from hub.domain import clock
from hub.errors import InputError
from hub.registry.agencies import Agency
from hub.store.sql import AsyncConnection, text

MARK = "hubkey_"
LONGEST = timedelta(days=366)
ISSUER = "hub"

MAKE = text(
    "insert into api_key (id, agency, client, digest, narrowed, made, expires, actor)"
    " values (:id, :agency, :client, :digest, cast(:narrowed as jsonb), :made, :expires, :actor)"
)
END = text(
    "insert into api_key_end (id, at, actor) select k.id, :at, :actor from api_key k where k.id = :id"
    " and not exists (select from api_key_end e where e.id = k.id) returning id"
)
LIVE = text(
    "select k.id, k.agency, k.client, k.digest, k.narrowed, k.expires from api_key k"
    " where not exists (select from api_key_end e where e.id = k.id)"
)
TOLD = text(
    "select k.id, k.agency, k.client, k.narrowed, k.made, k.expires, k.actor, e.at as ended, e.actor as ended_by"
    " from api_key k left join api_key_end e on e.id = k.id order by k.made, k.id"
)


@dataclass(frozen=True)
class ApiKey:
    """A key that is believed.

    Args:
        id: Public part.
        agency: Code of the agency.
        client: Id of its client.
        digest: SHA-256 of the secret.
        expires: UTC.
        narrowed: What it is narrowed to, as claims of a token are: `purpose`, `agreement`, `areas`, `scope`.
    """

    id: str
    agency: str
    client: str
    digest: bytes
    expires: datetime
    narrowed: Mapping[str, str | list[str]] = field(default_factory=dict)


async def make(
    connection: AsyncConnection,
    agency: Agency,
    client: str,
    life: timedelta,
    actor: str,
    narrowed: Mapping[str, str | Sequence[str]],
) -> str:
    """Makes a key and returns it whole, for the only time; the caller commits.

    Raises:
        InputError: `unknown_client`; `key_too_long`, it would live for more than a year.
    """
    if agency.client(client) is None:
        raise InputError("unknown_client", f"{agency.code} has no client {client}")
    if not timedelta() < life <= LONGEST:
        raise InputError("key_too_long", f"a key lives {LONGEST.days} days at most")
    public, secret, now = secrets.token_hex(8), secrets.token_urlsafe(32), clock.now()
    row = {
        "id": public, "agency": agency.code, "client": client, "digest": _digest(secret), "made": now,
        "narrowed": json.dumps(narrowed), "expires": now + life, "actor": actor,
    }  # fmt: skip
    await connection.execute(MAKE, row)
    return f"{MARK}{public}_{secret}"


async def end(connection: AsyncConnection, key: str, actor: str) -> None:
    """Ends a key for good; the caller commits.

    Raises:
        InputError: `unknown_key`, there is none, or it has ended.
    """
    if await connection.scalar(END, {"id": key, "at": clock.now(), "actor": actor}) is None:
        raise InputError("unknown_key", "there is no such key, or it has ended")


async def live(connection: AsyncConnection) -> dict[str, ApiKey]:
    """Keys that have not been ended, by their ids; whether one has expired is looked at when it is shown."""
    return {
        row.id: ApiKey(row.id, row.agency, row.client, bytes(row.digest), row.expires, row.narrowed)
        for row in await connection.execute(LIVE)
    }


async def listed(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Every key there ever was, without what it is checked by."""
    return [dict(row) for row in (await connection.execute(TOLD)).mappings()]


def known(shown: str, keys: Mapping[str, ApiKey]) -> Claims:
    """What a key says of its bearer.

    Raises:
        RefusedError: `token_refused`, as of every token that is not believed.
    """
    public, _, secret = shown.removeprefix(MARK).partition("_")
    key = keys.get(public)
    # Compared also where there is none, so that it takes as long.
    fits = hmac.compare_digest(_digest(secret), key.digest if key else bytes(32))
    if key is None or not fits or key.expires <= clock.now():
        raise refusal()
    return Claims(ISSUER, key.client, key.id, key.expires, {**key.narrowed, "agency": key.agency}, key=True)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()
