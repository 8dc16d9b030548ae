"""The comparison of names in SQL equals that of hub.domain.names."""

import json
from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.domain.names import keys_agree, match_key
from hub.schema.agreeing import agree
from hub.store.database import Database
from hub.store.read import Reader, open_reader

WORDS = [
    "SITI", "AMINAH", "AMINA", "MUHAMAD", "HASAN", "ALI", "A", "H", "M", "SUTARNO", "SUTARNI", "SUGIYONO",
    "SUGISONO", "SUPARDI", "SUPRADI", "RATNAWATI", "RATNWATI", "RATNA", "WATI", "NYONYA", "BUDI", "SANTOSO",
    "KURNIAWAN", "KURNAIWAN", "KURNIAWAM", "KURNIWAN", "DEWI", "NUR", "BUDISANTOSO",
]  # fmt: skip
KEYS = st.lists(st.sampled_from(WORDS), min_size=0, max_size=4).map(" ".join)
LETTERS = st.text("ABN ", max_size=12).map(lambda text: " ".join(text.split()))
SQL = (
    f"select json_agg({agree('k.a', 'k.b')} order by k.n)::text"
    " from json_to_recordset($1::json) as k(a text, b text, n int)"
)


@pytest_asyncio.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    async with open_reader(database, 1) as opened:
        yield opened


async def said(reader: Reader, pairs: list[tuple[str, str]]) -> list[bool]:
    """What SQL says of each pair."""
    rows = [{"a": one, "b": other, "n": place} for place, (one, other) in enumerate(pairs)]
    found: list[bool] = json.loads(await reader.text(SQL, [json.dumps(rows)]) or "[]")
    return found


def spoilt(key: str, at: int, kind: int) -> str:
    """The key with one slip of the pen, cut off, or with its words turned."""
    at %= max(1, len(key))
    changes = (
        key[:at] + key[at + 1 :],
        key[:at] + "N" + key[at + 1 :],
        key[:at] + key[at : at + 2][::-1] + key[at + 2 :],
        key[: max(at, 18)],
        " ".join(reversed(key.split())),
        " ".join(word[0] if place == 0 else word for place, word in enumerate(key.split())),
        key.replace(" ", ""),
    )
    return " ".join(changes[kind % len(changes)].split())


NEAR = st.tuples(KEYS, st.integers(0, 40), st.integers(0, 6)).map(lambda one: (one[0], spoilt(*one)))
PAIRS = st.lists(
    st.one_of(st.tuples(KEYS, KEYS), NEAR, st.tuples(LETTERS, LETTERS)), min_size=20, max_size=60
)


@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example],
)
@given(PAIRS)
async def test_sql_and_python_agree_on_which_keys_agree(reader: Reader, pairs: list[tuple[str, str]]) -> None:
    assert await said(reader, pairs) == [keys_agree(one, other) for one, other in pairs]


async def test_every_pair_of_words_and_of_two_words_is_judged_alike(reader: Reader) -> None:
    names = [*WORDS, *(f"{one} {other}" for one in WORDS[:9] for other in WORDS[4:14])]
    pairs = [(one, other) for one in names for other in names]
    judged = [keys_agree(one, other) for one, other in pairs]
    assert await said(reader, pairs) == judged
    assert 0 < sum(judged) < len(judged)


async def test_an_unknown_name_agrees_with_nothing(reader: Reader) -> None:
    assert await reader.text(f"select {agree('null::text', repr(match_key('BUDI')))}::text", []) == "false"
