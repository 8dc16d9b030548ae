"""Signed contexts: what the hub signs the database takes, and nothing that was touched afterwards."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access.context import LIFE, NATIONAL, sign
from hub.errors import InputError
from hub.store.database import Database
from hub.store.read import open_reader

KEDUNG = (3320010000, 3320019999)
KEY = bytes(32)
#: One statement: enters, and tells what it was let in to.
ENTER = """
    select concat_ws(' ', hub.enter($1)::text, coalesce(hub.area_lo()::text, '-'), coalesce(hub.area_hi()::text, '-'))
"""
#: How many of the contexts in an array are let in.
ENTER_ALL = "select count(*)::text from unnest($1::text[]) c where hub.enter(c)"


async def entered(database: Database, context: str) -> str | None:
    async with open_reader(database, 1) as reader:
        return await reader.text(ENTER, [context])


async def test_the_database_lets_in_what_the_hub_signed(database: Database) -> None:
    context = sign(database.roles.derive("context"), KEDUNG, "dinsos-jepara", "verivali")
    assert await entered(database, context) == "true 3320010000 3320019999"


async def test_a_context_of_another_key_opens_nothing(database: Database) -> None:
    for key in (KEY, database.roles.derive("other")):
        assert await entered(database, sign(key, KEDUNG, "a", "b")) == "false - -"


async def test_a_context_expires(database: Database) -> None:
    key = database.roles.derive("context")
    over = sign(key, NATIONAL, "a", "b", expires_in=timedelta(seconds=-2))
    assert await entered(database, over) == "false - -"


async def test_a_context_made_for_one_backend_opens_no_other(database: Database) -> None:
    key = database.roles.derive("context")
    async with open_reader(database, 1) as reader:
        pid = int(await reader.text("select pg_backend_pid()::text", []) or 0)
        mine, other = (sign(key, KEDUNG, "a", "b", LIFE, each) for each in (pid, pid + 1))
        assert await reader.text("select hub.enter($1)::text", [mine]) == "true"
        assert await reader.text("select hub.enter($1)::text", [other]) == "false"


async def test_a_context_with_any_one_sign_changed_is_refused(database: Database) -> None:
    """Every position, each with a neighbour of its sign, a letter in the other case, and nothing."""
    context = sign(database.roles.derive("context"), KEDUNG, "Dinsos", "Verivali")
    changed = {
        context[:at] + other + context[at + 1 :]
        for at, sign_ in enumerate(context)
        for other in (chr(ord(sign_) ^ 1), sign_.swapcase(), "0", ":", ".", "")
    } - {context}
    async with open_reader(database, 1) as reader:
        assert await reader.text(ENTER_ALL, [sorted(changed)]) == "0"
        assert await reader.text(ENTER_ALL, [[context]]) == "1"


@given(
    st.text(st.characters(exclude_characters=":.\0", codec="utf-8"), min_size=1), st.integers(0, NATIONAL[1])
)
def test_every_text_that_can_be_signed_keeps_six_parts(text: str, lo: int) -> None:
    payload, _, mac = sign(KEY, (lo, NATIONAL[1]), text, "p").rpartition(".")
    assert len(payload.split(":")) == 6
    assert len(mac) == 64


@pytest.mark.parametrize("text", ["", "a:b", "a.b", "a\0b"])
def test_a_caller_that_would_shift_the_parts_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="without colon") as caught:
        sign(KEY, KEDUNG, text, "p")
    assert caught.value.code == "context_unfit"


@pytest.mark.parametrize("areas", [(2, 1), (-1, 1), (0, 10**10)])
def test_areas_that_are_no_range_of_keys_are_refused(areas: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="10 digits"):
        sign(KEY, areas, "a", "b")
