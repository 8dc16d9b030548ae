"""Lines of the inbox are sealed once each, whoever seals and however often, and nothing of them can be changed."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from hub.access.chain import Verifier
from hub.access.context import Reach, sign
from hub.access.sealing import (
    LedgerKeys,
    checkpoints,
    ledger_keys,
    lines_about,
    seal_waiting,
    sealed_lines,
)
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text

LEAVE = text(
    "insert into ledger_inbox (request, operation, fields, subjects, answers)"
    " values (:request, 'ab', '{Person.name}', :subjects, :answers)"
)
ENTER = text("select hub.enter(:context)")
REACH = Reach([], 0, "dinsos/sistem", "verivali", "pks-1@1")


async def leave(database: Database, *lines: list[int | str]) -> None:
    """Lines as the reading role leaves them."""
    async with database.connect(Role.APP) as connection:
        await connection.execute(ENTER, {"context": sign(database.roles.key("context"), REACH)})
        for number, subjects in enumerate(lines):
            given = {
                "request": UUID(int=number),
                "subjects": list(map(str, subjects)),
                "answers": len(subjects),
            }
            await connection.execute(LEAVE, given)
        await connection.commit()


async def verified(database: Database, keys: LedgerKeys) -> Verifier:
    async with database.connect(Role.LEDGER) as connection:
        verifier = Verifier(await checkpoints(connection), keys.public)
        async for line in sealed_lines(connection):
            verifier.add(line)
    return verifier


async def told_of(database: Database, keys: LedgerKeys, *persons: int) -> list[dict[str, Any]]:
    async with database.connect(Role.LEDGER) as connection:
        return await lines_about(connection, keys, persons)


async def test_lines_are_sealed_once_and_tell_in_which_of_them_a_person_stands(
    fresh_database: Database,
) -> None:
    keys = ledger_keys(fresh_database.roles)
    await leave(fresh_database, [7, 9, 7], [], [9])
    assert sum(await asyncio.gather(*(seal_waiting(fresh_database, keys) for _ in range(4)))) == 3
    await leave(fresh_database, [7])
    assert await seal_waiting(fresh_database, keys) == 1
    assert await seal_waiting(fresh_database, keys) == 0
    verifier = await verified(fresh_database, keys)
    assert (verifier.lines, verifier.end()) == (4, [])
    seven = keys.token(7).hex()
    found = await told_of(fresh_database, keys, 7)
    assert [(line["seq"], line["subjects"], line["answers"]) for line in found] == [
        (1, [seven], 3),
        (4, [seven], 1),
    ]
    assert {line["caller"] for line in found} == {"dinsos/sistem"}
    assert await told_of(fresh_database, keys, 8) == []


async def test_no_number_of_a_person_stands_in_the_ledger(fresh_database: Database) -> None:
    keys = ledger_keys(fresh_database.roles)
    await leave(fresh_database, [987654321])
    await seal_waiting(fresh_database, keys)
    async with fresh_database.connect(Role.LEDGER) as connection:
        assert all(["987654321" not in line.line async for line in sealed_lines(connection)])
    assert keys.token(987654321) != LedgerKeys(bytes(32), keys.signing).token(987654321)


@pytest.mark.parametrize("forgery", [
    "update ledger set line = '{}'", "delete from ledger", "update ledger_subject set seq = 0",
    "delete from ledger_subject", "delete from ledger_checkpoint", "update ledger_checkpoint set told = ''",
    "truncate ledger", "update ledger_inbox set caller = 'x'", "insert into ledger_inbox default values",
])  # fmt: skip
async def test_the_sealer_changes_nothing_that_is_sealed(database: Database, forgery: str) -> None:
    async with database.connect(Role.LEDGER) as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(forgery))


@pytest.mark.parametrize(
    "table", ["person_state", "claim_person", "source_record", "context_key", "agreement"]
)
async def test_the_sealer_sees_nothing_but_the_ledger(database: Database, table: str) -> None:
    async with database.connect(Role.LEDGER) as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"select * from {table}"))


@pytest.mark.parametrize("role", [Role.APP, Role.INGEST])
@pytest.mark.parametrize("table", ["ledger", "ledger_subject", "ledger_checkpoint", "ledger_inbox"])
async def test_no_other_role_reads_the_ledger(database: Database, role: Role, table: str) -> None:
    async with database.connect(role) as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"select * from {table}"))


async def test_the_reading_role_knows_since_when_a_line_waits_and_no_more(fresh_database: Database) -> None:
    waits = text("select hub.ledger_waits_since()")
    async with fresh_database.connect(Role.APP) as connection:
        assert await connection.scalar(waits) is None
    await leave(fresh_database, [1])
    async with fresh_database.connect(Role.APP) as connection:
        assert await connection.scalar(waits) is not None


async def test_a_change_under_the_owner_s_hands_shows(fresh_database: Database) -> None:
    keys = ledger_keys(fresh_database.roles)
    await leave(fresh_database, [1], [2], [3])
    await seal_waiting(fresh_database, keys)
    async with fresh_database.administer() as connection:
        await connection.execute(
            text("update hub.ledger set line = replace(line, 'dinsos', 'dinkes') where seq = 2")
        )
        await connection.commit()
    assert [(fault.kind, fault.seq) for fault in (await verified(fresh_database, keys)).end()] == [
        ("changed", 2)
    ]


FORGED = {
    "caller": "'other/one'",
    "agreement": "'pks-2@1'",
    "purpose": "'hak-subjek'",
    "at": "'2020-01-01'",
    "id": "1",
}


@pytest.mark.parametrize("column", FORGED)
async def test_the_reading_role_can_sign_a_line_for_nobody_else_nor_choose_its_instant(
    database: Database, column: str
) -> None:
    async with database.connect(Role.APP) as connection:
        await connection.execute(ENTER, {"context": sign(database.roles.key("context"), REACH)})
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(
                text(
                    f"insert into ledger_inbox ({column}, request, operation, fields, subjects, answers)"
                    f" values ({FORGED[column]}, gen_random_uuid(), '', '{{}}', '{{}}', 0)"
                )
            )


async def test_who_has_not_entered_leaves_no_line(database: Database) -> None:
    async with database.connect(Role.APP) as connection:
        with pytest.raises(DBAPIError, match=r"caller|row-level security"):
            await connection.execute(LEAVE, {"request": UUID(int=1), "subjects": [], "answers": 0})
