"""Signed contexts: what the hub signs the database takes, and nothing that was touched afterwards."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, LIFE, Reach, sign
from hub.errors import InputError
from hub.store.database import Database
from hub.store.read import Reader, open_reader

KEDUNG = (3320010000, 3320019999)
KEY = bytes(32)
HERE, EVERYWHERE = (
    Reach([areas], EVERY_SCOPE, "dinsos-jepara/sistem", "verivali", "pks-1@1")
    for areas in (KEDUNG, NATIONAL_KEYS)
)
#: One statement: enters, and tells what it was let in to.
ENTER = """
    select concat_ws(' ', hub.enter($1)::text, coalesce(hub.area_lo()::text, '-'), coalesce(hub.area_hi()::text, '-'))
"""
#: How many of the contexts in an array are let in.
ENTER_ALL = "select count(*)::text from unnest($1::text[]) c where hub.enter(c)"


#: What the database made of it; the upper end of a multirange is the key after it, neighbours are one.
TOLD = """
    select json_build_object('entered', hub.enter($1), 'lo', hub.area_lo(), 'hi', hub.area_hi(),
      'areas', (select json_agg(json_build_array(lower(r), upper(r) - 1)) from unnest(hub.areas()) r),
      'scopes', hub.scopes())::text
"""


@pytest_asyncio.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    async with open_reader(database, 1) as opened:
        yield opened


def joined(ranges: list[tuple[int, int]]) -> list[list[int]]:
    """The same keys with neighbours joined."""
    found: list[list[int]] = []
    for lo, hi in ranges:
        if found and found[-1][1] + 1 == lo:
            found[-1][1] = hi
        else:
            found.append([lo, hi])
    return found


async def entered(database: Database, context: str) -> str | None:
    async with open_reader(database, 1) as reader:
        return await reader.text(ENTER, [context])


async def test_the_database_lets_in_what_the_hub_signed(database: Database) -> None:
    context = sign(database.roles.derive("context"), HERE)
    assert await entered(database, context) == "true 3320010000 3320019999"


async def test_a_context_of_another_key_opens_nothing(database: Database) -> None:
    for key in (KEY, database.roles.derive("other")):
        assert await entered(database, sign(key, HERE)) == "false - -"


async def test_a_context_expires(database: Database) -> None:
    key = database.roles.derive("context")
    over = sign(key, EVERYWHERE, expires_in=timedelta(seconds=-2))
    assert await entered(database, over) == "false - -"


async def test_a_context_made_for_one_backend_opens_no_other(database: Database) -> None:
    key = database.roles.derive("context")
    async with open_reader(database, 1) as reader:
        pid = int(await reader.text("select pg_backend_pid()::text", []) or 0)
        mine, other = (sign(key, HERE, LIFE, each) for each in (pid, pid + 1))
        assert await reader.text("select hub.enter($1)::text", [mine]) == "true"
        assert await reader.text("select hub.enter($1)::text", [other]) == "false"


async def test_a_context_with_any_one_sign_changed_is_refused(database: Database) -> None:
    """Every position, each with a neighbour of its sign, a letter in the other case, and nothing."""
    context = sign(database.roles.derive("context"), HERE)
    changed = {
        context[:at] + other + context[at + 1 :]
        for at, sign_ in enumerate(context)
        for other in (chr(ord(sign_) ^ 1), sign_.swapcase(), "0", ":", ".", "")
    } - {context}
    async with open_reader(database, 1) as reader:
        assert await reader.text(ENTER_ALL, [sorted(changed)]) == "0"
        assert await reader.text(ENTER_ALL, [[context]]) == "1"


TEXTS = st.text(st.characters(exclude_characters=":.\0", codec="utf-8"), min_size=1)


@given(TEXTS, TEXTS, TEXTS, st.integers(0, NATIONAL_KEYS[1]), st.integers(0, EVERY_SCOPE))
def test_every_text_that_can_be_signed_keeps_eight_parts(
    caller: str, purpose: str, agreement: str, lo: int, scopes: int
) -> None:
    signed = sign(KEY, Reach([(lo, NATIONAL_KEYS[1])], scopes, caller, purpose, agreement))
    payload, _, mac = signed.rpartition(".")
    assert payload.split(":")[5:] == [caller, agreement, purpose]
    assert len(payload.split(":")) == 8
    assert len(mac) == 64


@pytest.mark.parametrize("text", ["a:b", "a.b", "a\0b"])
@pytest.mark.parametrize("place", ["caller", "purpose", "agreement"])
def test_a_text_that_would_shift_the_parts_is_refused(place: str, text: str) -> None:
    texts = {"caller": "a", "purpose": "", "agreement": ""} | {place: text}
    with pytest.raises(InputError, match="without colon") as caught:
        Reach([KEDUNG], 1, texts["caller"], texts["purpose"], texts["agreement"])
    assert caught.value.code == "context_unfit"


@pytest.mark.parametrize("areas", [
    [(2, 1)], [(-1, 1)], [(0, 10**10)], [(5, 6), (1, 2)], [(1, 4), (3, 6)], [(at, at) for at in range(9)],
])  # fmt: skip
def test_areas_that_are_no_ranges_of_keys_in_order_are_refused(areas: list[tuple[int, int]]) -> None:
    with pytest.raises(InputError) as caught:
        Reach(areas, 1, "a")
    assert caught.value.code == "context_unfit"


@pytest.mark.parametrize("scopes", [-1, 1 << 63])
def test_scopes_that_are_no_set_are_refused(scopes: int) -> None:
    with pytest.raises(InputError):
        Reach([KEDUNG], scopes, "a")


@pytest.mark.parametrize("code", ["", "*", "a,b", "a:b", "a.b", "a\0b"])
def test_a_program_that_would_say_another_set_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="programs"):
        Reach([KEDUNG], 1, "a", programs=frozenset({"PKH", code}))


@pytest.mark.parametrize(("programs", "told"), [
    (None, "*"), (frozenset(), ""), (frozenset({"PKH", "BLT-DD"}), "BLT-DD,PKH"),
])  # fmt: skip
def test_no_program_and_every_program_are_two_things(programs: frozenset[str] | None, told: str) -> None:
    assert sign(KEY, Reach([KEDUNG], 1, "a", programs=programs)).split(":")[2] == told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, NATIONAL_KEYS[1]), unique=True, max_size=16).map(sorted),
    st.integers(0, EVERY_SCOPE),
)
async def test_the_database_reads_areas_and_scopes_as_they_were_signed(
    reader: Reader, database: Database, ends: list[int], scopes: int
) -> None:
    ranges = list(zip(ends[::2], ends[1::2], strict=False))
    context = sign(database.roles.derive("context"), Reach(ranges, scopes, "a"))
    told = json.loads(await reader.text(TOLD, [context]) or "")
    whole = joined(ranges) if len(joined(ranges)) > 1 else None
    assert told == {
        "entered": True, "lo": ranges[0][0] if ranges else None, "hi": ranges[-1][1] if ranges else None,
        "areas": whole, "scopes": scopes,
    }  # fmt: skip
