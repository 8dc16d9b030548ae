"""Exports hold no more memory for many entries than for some."""

import resource
from collections.abc import AsyncIterator

import pytest

from hub.compiler.exporting import Part
from hub.schema.forms import FORMS
from hub.store.bulk import open_bulk
from hub.store.database import Database
from tests.graph_builders import context

SOME, MANY = 10_000, 300_000
LEEWAY = 64 * 1024
"""Kilobytes; all of the entries are 600 MB."""
ROWS = """select json_build_object('n', i, 'text', repeat(md5(i::text), 64))::text
from generate_series(1, $1::bigint) i"""
PARTS = (Part("n", "Int"), Part("text", "String"))


LARGE = ROWS.replace("64", "6400")
"""Entries of 200 kilobytes, of which a fetch or a row group by entries alone would hold gigabytes."""
LARGE_LEEWAY = 192 * 1024
"""Kilobytes; all of them are 1.6 GB."""


async def written(database: Database, form: str, rows: int, query: str = ROWS) -> int:
    """Bytes of an export of so many entries, of two kilobytes unless the query makes others."""
    taken = 0
    async with open_bulk(database, 300, 1) as bulk, bulk.snapshot(context(database)) as snapshot:
        pieces: AsyncIterator[bytes] = FORMS[form].pieces(snapshot.batches(query, [rows]), PARTS)
        async for piece in pieces:
            taken += len(piece)
    return taken


@pytest.mark.long
@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_thirty_times_the_entries_take_no_more_memory(database: Database, form: str) -> None:
    assert await written(database, form, SOME) > SOME
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await written(database, form, MANY) > MANY * 2000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < LEEWAY


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
async def test_entries_of_hundreds_of_kilobytes_take_no_gigabytes(database: Database, form: str) -> None:
    assert await written(database, form, 100, LARGE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await written(database, form, 8000, LARGE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < LARGE_LEEWAY
