"""A key of a system lets in its client, within what it is narrowed to, until it expires or is ended."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from hub.access.api_keys import MARK, ApiKey, end, listed, live, make
from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.domain import clock
from hub.errors import InputError, RefusedError
from hub.registry.agreements import Agreement
from hub.store.database import Database
from hub.store.sql import text
from tests.access.test_callers import AGENCIES, TERMS, agreement
from tests.access.test_gate import OWN

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
DINSOS = AGENCIES["dinsos"]


async def made(
    database: Database, client: str = "sistem", days: int = 90, **narrowed: str | list[str]
) -> str:
    async with database.connect() as connection:
        key = await make(connection, DINSOS, client, timedelta(days=days), "ani", narrowed)
        await connection.commit()
        return key


def gate_of(database: Database) -> TokenGate:
    async def agreements() -> Mapping[str, Agreement]:
        return {"pks-1": agreement()}

    async def keys() -> Mapping[str, ApiKey]:
        async with database.connect() as connection:
            return await live(connection)

    return TokenGate(lambda: bytes(32), {NAME: OWN.trusted()}, AGENCIES, TERMS, agreements, keys)


async def refused(gate: TokenGate, key: str) -> str:
    with pytest.raises(RefusedError) as caught:
        await gate.admit(f"Bearer {key}", "verivali")
    return caught.value.code


async def test_a_key_lets_in_its_client_within_its_narrowing(database: Database) -> None:
    with clock.pin(NOW):
        whole = await gate_of(database).admit(f"Bearer {await made(database)}", "verivali")
        narrow = await gate_of(database).admit(
            f"Bearer {await made(database, areas=['33.20.07.2009'], scope='identity', purpose='verivali')}"
        )
    assert (whole.name, whole.caller.expires) == ("dinsos/sistem", NOW + timedelta(days=90))
    assert whole.context()
    assert narrow.caller.scopes == {"identity"}
    assert [code.code for code in narrow.caller.areas.codes] == ["33.20.07.2009"]


async def test_nothing_of_a_key_is_kept_but_its_hash(database: Database) -> None:
    with clock.pin(NOW):
        secret = (await made(database)).split("_", 2)[2]
    async with database.administer() as connection:
        kept = str((await connection.execute(text("select t::text from hub.api_key t"))).all())
    assert secret not in kept
    async with database.connect() as connection:
        assert "digest" not in (await listed(connection))[0]


async def test_an_expired_an_ended_and_a_changed_key_are_refused_alike(database: Database) -> None:
    with clock.pin(NOW):
        key, other = await made(database, days=1), await made(database)
        gate = gate_of(database)
        await gate.admit(f"Bearer {key}")
        for wrong in (
            key[:-1],
            key + "x",
            f"{MARK}0000_{key.split('_', 2)[2]}",
            MARK,
            f"{MARK}_",
            f"{MARK}é_é",
        ):
            assert await refused(gate, wrong) == "token_refused"
        async with database.connect() as connection:
            await end(connection, other.split("_")[1], "budi")
            await connection.commit()
            with pytest.raises(InputError, match="has ended"):
                await end(connection, other.split("_")[1], "budi")
        assert await refused(gate_of(database), other) == "token_refused"
    with clock.pin(NOW + timedelta(days=1)):
        assert await refused(gate, key) == "token_refused"


async def test_a_key_without_an_end_or_for_nobody_is_not_made(database: Database) -> None:
    for client, days, code in (
        ("nobody", 1, "unknown_client"),
        ("sistem", 367, "key_too_long"),
        ("sistem", 0, "key_too_long"),
    ):
        with pytest.raises(InputError) as caught:
            await made(database, client, days)
        assert caught.value.code == code
