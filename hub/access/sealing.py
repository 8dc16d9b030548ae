"""Seals disclosures: takes lines out of the inbox, chains them, tells in which of them a person stands.

Order within the ledger is the order of sealing: a line that commits late is sealed late and never skipped.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.access.chain import BEGINNING, Checkpoint, Sealed, sealed
from hub.errors import RetriableError
from hub.store.database import Database
from hub.store.roles import Role, Roles
from hub.store.sql import AsyncConnection, is_busy, text

BATCH = 2000
"""Lines that are sealed in one transaction."""
TOKEN_BYTES = 16
COUNTED = "n"
"""Mark of a number over many persons."""

ALONE = text("select pg_try_advisory_xact_lock(hashtext('hub ledger'))")
PATIENT = text("set local lock_timeout = '10s'")
IN_TURN = text("select true from pg_advisory_xact_lock(hashtext('hub ledger'))")
LAST = text("select seq, seal from ledger order by seq desc limit 1")
WAITING = text(
    f"""
    select id, at, caller, agreement, purpose, request::text, operation, fields, scopes, subjects, answers, asked
    from ledger_inbox order by id limit {BATCH}
    """
)
TAKEN = text("delete from ledger_inbox where id = any(cast(:ids as bigint[]))")
# COPY is not for tables under row-level security.
SEALED = text(
    "insert into ledger (seq, line, seal) select * from unnest(cast(:seqs as bigint[]), cast(:lines as text[]),"
    " cast(:seals as bytea[]))"
)
SUBJECTS = text(
    "insert into ledger_subject (token, seq)"
    " select * from unnest(cast(:tokens as bytea[]), cast(:seqs as bigint[]))"
)
ANCHOR = text(
    "insert into ledger_checkpoint (seq, told, at) values (:seq, :told, :at) on conflict (seq) do nothing"
)
LINES = text("select seq, line, seal from ledger where seq > :after order by seq limit 5000")
ANCHORS = text("select told from ledger_checkpoint order by seq")
STANDS_IN = text(
    """
    select l.seq, l.line from ledger l
    where l.seq in (select s.seq from ledger_subject s where s.token = any(cast(:tokens as bytea[])))
    order by l.seq
    """
)


@dataclass(frozen=True)
class LedgerKeys:
    """What the ledger is kept with; all come from the hub's secret.

    Args:
        subjects: Key of the tokens that stand for persons in new lines.
        signing: Key that signs checkpoints.
        earlier: Keys of tokens of earlier generations, under which persons stand in older lines.
        signed: Keys of every generation that ever signed checkpoints, by whose public part they are checked.
    """

    subjects: bytes
    signing: Ed25519PrivateKey
    earlier: tuple[bytes, ...] = ()
    signed: tuple[Ed25519PrivateKey, ...] = ()

    @property
    def public(self) -> tuple[Ed25519PublicKey, ...]:
        """What checkpoints are checked with."""
        return tuple(key.public_key() for key in {self.signing, *self.signed})

    def token(self, person: int | str) -> bytes:
        """What stands for a person: of no use without the key, for numbers of persons are easily tried out."""
        return _token(self.subjects, person)

    def tokens(self, person: int | str) -> list[bytes]:
        """Everything that stands or ever stood for a person."""
        return [_token(key, person) for key in {self.subjects, *self.earlier}]


def _token(key: bytes, person: int | str) -> bytes:
    return hmac.digest(key, str(person).encode(), hashlib.sha256)[:TOKEN_BYTES]


def ledger_keys(roles: Roles) -> LedgerKeys:
    """The keys of a hub's ledger."""
    signing = Ed25519PrivateKey.from_private_bytes(roles.key("checkpoints"))
    signed = tuple(map(Ed25519PrivateKey.from_private_bytes, roles.keys("checkpoints")))
    return LedgerKeys(roles.key("subjects"), signing, roles.keys("subjects"), signed)


async def seal_waiting(database: Database, keys: LedgerKeys, *, patient: bool = False) -> int:
    """Seals what waits and returns how many lines; 0 as well where another sealer is at work.

    All that waits when a transaction begins is sealed in it with a checkpoint over its last line, or nothing is.

    Args:
        database: Where.
        keys: Of the ledger.
        patient: Waits for another sealer to be done: whoever asks what is sealed wants all that was told before.

    Raises:
        RetriableError: `database_busy`, another sealer is at work for ten seconds.
    """
    count = 0
    try:
        async with database.connect(Role.LEDGER) as connection:
            while done := await _batch(connection, keys, patient):
                count += done
    except Exception as error:
        if patient and is_busy(error):
            raise RetriableError("database_busy", "the ledger is being sealed; try again") from None
        raise
    return count


async def _batch(connection: AsyncConnection, keys: LedgerKeys, patient: bool) -> int:  # of one caller
    async with connection.begin():
        if patient:
            await connection.execute(PATIENT)
        if not await connection.scalar(IN_TURN if patient else ALONE):
            return 0
        rows = (await connection.execute(WAITING)).all()
        if not rows:
            return 0
        last = (await connection.execute(LAST)).first()
        before = (int(last.seq), bytes(last.seal)) if last else (0, BEGINNING)
        made = list(sealed([_told(row, keys) for row in rows], *before))
        await _written(connection, made, rows, keys)
        await connection.execute(TAKEN, {"ids": [row.id for row in rows]})
        await _anchored(connection, made[-1], keys)
    return len(rows)


def _told(row: Any, keys: LedgerKeys) -> dict[str, Any]:
    """What a line holds: whom it tells of by tokens, in an order that says nothing."""
    return {
        "at": row.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "caller": row.caller,
        "agreement": row.agreement,
        "purpose": row.purpose,
        "request": row.request,
        "operation": row.operation,
        "fields": sorted(row.fields),
        "scopes": sorted(row.scopes),
        "subjects": sorted(keys.token(one).hex() for one in whom(row.subjects)),
        "asked": sorted(row.asked),
        "answers": row.answers,
    }


async def _written(
    connection: AsyncConnection, made: Sequence[Sealed], rows: Sequence[Any], keys: LedgerKeys
) -> None:
    lines = {"seqs": [one.seq for one in made], "lines": [one.line for one in made]}
    await connection.execute(SEALED, {**lines, "seals": [one.seal for one in made]})
    stands = [
        (token, one.seq)
        for one, row in zip(made, rows, strict=True)
        for token in {*map(keys.token, whom(row.subjects)), *map(bytes.fromhex, row.asked)}
    ]
    tokens = {"tokens": [token for token, _ in stands], "seqs": [seq for _, seq in stands]}
    await connection.execute(SUBJECTS, tokens)


def whom(subjects: Sequence[str]) -> set[str]:
    """Persons, cards and households in the marks of an answer, each once; one mark may hold several."""
    return {one for mark in subjects for one in mark.strip('"').split()} - {COUNTED}


async def _anchored(connection: AsyncConnection, last: Sealed, keys: LedgerKeys) -> None:
    at = datetime.now(UTC)
    signed = Checkpoint(last.seq, last.seal, at.isoformat().replace("+00:00", "Z")).sign(keys.signing)
    await connection.execute(ANCHOR, {"seq": last.seq, "told": signed.to_json(), "at": at})


async def sealed_lines(connection: AsyncConnection) -> AsyncIterator[Sealed]:
    """The whole ledger from the first line on, some thousands of lines in memory at once."""
    after = 0
    while rows := (await connection.execute(LINES, {"after": after})).all():
        for row in rows:
            yield Sealed(int(row.seq), row.line, bytes(row.seal))
        after = int(rows[-1].seq)


async def checkpoints(connection: AsyncConnection) -> list[Checkpoint]:
    """The checkpoints that the database holds, in order."""
    return [Checkpoint.from_json(told) for told in (await connection.execute(ANCHORS)).scalars()]


async def lines_about(
    connection: AsyncConnection, keys: LedgerKeys, persons: Sequence[int | str]
) -> list[dict[str, Any]]:
    """Every sealed line in which one of some persons stands, in order, without whoever else stands there.

    Each is the line with its number in the ledger, `seq`. Persons are named by their number; beside them:
    `c` and a card, `h` and a household, `nik:` and a NIK that was asked for.
    """
    tokens = [token for person in persons for token in keys.tokens(person)]
    own = {token.hex() for token in tokens}
    found = []
    for row in (await connection.execute(STANDS_IN, {"tokens": tokens})).all():
        told = {"seq": row.seq, **json.loads(row.line)}
        for name in ("subjects", "asked"):
            told[name] = sorted(own & set(told.get(name, ())))
        found.append(told)
    return found
